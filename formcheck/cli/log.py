"""``formcheck log``: into the record, from a check's result or by hand; and back out of it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from formcheck.cli.record import (
    DayOption,
    GuideOption,
    RecordOption,
    day_asked,
    existing_record,
    guide_asked,
    open_record,
)
from formcheck.errors import UsageError

if TYPE_CHECKING:
    from formcheck.programme.entries import Entry
    from formcheck.programme.guide import Guide

__all__ = ["command"]

_KG_IN: Final = {"kg": 1.0, "lb": 0.45359237}
_CM_IN: Final = {"cm": 1.0, "in": 2.54}

WHAT: Final = (
    "A result of `formcheck check --json`, or by hand: an exercise's id, `run`, `pain LEVEL`, `sign ID`, `weaker SIDE`."
)


def command(
    what: Annotated[str, typer.Argument(metavar="WHAT", help=WHAT)] = "",
    detail: Annotated[str, typer.Argument(metavar="DETAIL", help="The level, the sign or the side.")] = "",
    side: Annotated[str | None, typer.Option(metavar="left|right", help="The side that worked.")] = None,
    reps: Annotated[int | None, typer.Option(help="Complete repetitions (steps of the band walk).")] = None,
    partial: Annotated[int | None, typer.Option(help="Partial repetitions.")] = None,
    clean: Annotated[int | None, typer.Option(help="How many of the complete ones were without a fault.")] = None,
    sets: Annotated[int, typer.Option(help="So many sets alike.")] = 1,
    easy: Annotated[bool | None, typer.Option("--easy/--not-easy", help="How it felt.")] = None,
    band: Annotated[str | None, typer.Option(metavar="none|light|medium|heavy", help="The band used.")] = None,
    band_at: Annotated[str | None, typer.Option(metavar="knees|ankles|feet", help="Where the band was.")] = None,
    weight: Annotated[str | None, typer.Option(metavar="1.5lb|0.7kg", help="The ankle weight.")] = None,
    box: Annotated[str | None, typer.Option(metavar="18in|46cm", help="The height of the box.")] = None,
    hold: Annotated[float | None, typer.Option(metavar="SECONDS", help="How long each was held.")] = None,
    seconds: Annotated[float | None, typer.Option(help="Of a stretch, or of foam rolling.")] = None,
    minutes: Annotated[float | None, typer.Option(help="Of a run.")] = None,
    km: Annotated[float | None, typer.Option(help="Of a run.")] = None,
    cadence: Annotated[float | None, typer.Option(help="Of a run, in steps a minute.")] = None,
    pain_during: Annotated[int | None, typer.Option(metavar="0-10", help="Pain while doing it.")] = None,
    pain_after: Annotated[int | None, typer.Option(metavar="0-10", help="Pain afterwards.")] = None,
    over: Annotated[bool, typer.Option("--over", help="The warning sign is over, or was cleared.")] = False,
    undo: Annotated[bool, typer.Option("--undo", help="Take back what was logged last.")] = False,
    again: Annotated[bool, typer.Option("--again", help="Log a result once more.")] = False,
    day: DayOption = None,
    record: RecordOption = None,
    guide: GuideOption = None,
) -> None:
    """Log what was done or felt, today or on --date.

    formcheck log set.json --pain-during 0

    formcheck log clamshell --side left --sets 3 --reps 15 --clean 15 --pain-during 0

    formcheck log run --minutes 10 --pain-during 0

    formcheck log pain 0
    """
    values = {
        "side": side,
        "reps_complete": reps,
        "reps_partial": partial,
        "reps_clean": clean,
        "easy": easy,
        "band": band,
        "band_at": band_at,
        "weight_kg": _measured("--weight", weight, _KG_IN),
        "box_cm": _measured("--box", box, _CM_IN),
        "hold_s": hold,
        "seconds": seconds,
        "minutes": minutes,
        "km": km,
        "cadence_spm": cadence,
        "pain_during": pain_during,
        "pain_after": pain_after,
        "over": over or None,
    }
    told = {name: value for name, value in values.items() if value is not None}
    if undo:
        _undo(record, bool(what or told or day or again or sets != 1))
        return
    on = day_asked(day)
    _log(what, detail, sets, told, again, on, record, guide_asked(guide))


def _log(
    what: str,
    detail: str,
    sets: int,
    told: dict[str, Any],
    again: bool,
    on: date,
    record: Path | None,
    guide: Guide,
) -> None:
    from formcheck.programme.by_hand import by_hand, entries_by_hand
    from formcheck.programme.from_report import entries_from, read_report

    if not what:
        raise UsageError(f"say what to log. {WHAT}")
    path = Path(what)
    if by_hand(what, guide) or (path.suffix != ".json" and not path.is_file()):
        entries, mark = entries_by_hand(what, detail, sets, guide, on, told), None
    else:
        if detail or sets != 1:
            raise UsageError(f"'{what}' is a result and says itself what was done: leave out '{detail or '--sets'}'")
        report = read_report(path)
        entries, mark = entries_from(report, guide, on, told), report.to_json()
    file = open_record(record)
    from formcheck.programme.record_file import fingerprint_of

    before = file.entries()
    file.add(entries, date.today(), fingerprint_of(mark.encode()) if mark and not again else None)
    _say(entries)
    _remark(before, entries, guide, on)


def _undo(record: Path | None, more: bool) -> None:
    if more:
        raise UsageError("--undo takes back what was logged last and nothing else: leave out the rest")
    taken = existing_record(record).undo()
    if taken is None:
        raise UsageError("there is nothing in the record to take back")
    _say(taken.entries, "taken back")


def _say(entries: list[Entry] | tuple[Entry, ...], done: str = "logged") -> None:
    from formcheck.programme.by_hand import sentence_of

    for entry in entries:
        print(f"{done}: {sentence_of(entry)}")


def _remark(before: list[Entry], entries: list[Entry], guide: Guide, on: date) -> None:
    """What the guide has to say at once: strength work on consecutive days, and warning signs."""
    from formcheck.programme.by_hand import remarks_on

    for line in remarks_on(before, entries, guide, on):
        print(line)


def _measured(option: str, text: str | None, units: dict[str, float]) -> float | None:
    """``18in`` in the unit whose factor is 1. Raises UsageError."""
    if text is None:
        return None
    unit = text.strip().lower()[-2:]
    try:
        return round(float(text.strip()[:-2]) * units[unit], 3)
    except (KeyError, ValueError) as error:
        raise UsageError(f"{option} '{text}' is not a number with its unit, {' or '.join(units)}") from error

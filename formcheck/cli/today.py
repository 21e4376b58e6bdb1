"""``formcheck today``: what the guide prescribes now, and what is missing to go on."""

from __future__ import annotations

import shutil
import sys
import textwrap
import time
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.text import Text

from formcheck.cli.record import DayOption, GuideOption, RecordOption, day_asked, guide_asked, open_record
from formcheck.errors import UsageError

if TYPE_CHECKING:
    from formcheck.programme.guide import Exercise, Guide
    from formcheck.programme.today_words import Section

_WIDEST = 100


def command(
    timer: Annotated[
        str | None,
        typer.Option(metavar="ID", help="Time a stretch or foam rolling, side by side, with a bell at each end."),
    ] = None,
    day: DayOption = None,
    record: RecordOption = None,
    guide: GuideOption = None,
) -> None:
    """Show what to do today: phase, strength work, running, foam rolling, stretches, and what comes next."""
    programme = guide_asked(guide)
    if timer is not None:
        _run_timer(programme, timer)
        return
    on = day_asked(day)
    entries = open_record(record).entries()

    from formcheck.programme.state import state_of
    from formcheck.programme.today_words import sections

    _show(sections(state_of(entries, programme, on), programme))
    later = max((entry.on for entry in entries), default=on)
    if later > on and day is None:
        note = f"the record has entries up to {later.isoformat()}, after today: is this computer's date right?"
        print(f"formcheck: note: {note}", file=sys.stderr)


def _show(found: list[Section]) -> None:
    console = Console(highlight=False, soft_wrap=True)
    width = min(_WIDEST, shutil.get_terminal_size((_WIDEST, 24)).columns)
    for number, section in enumerate(found):
        if number:
            console.print()
        if section.heading:
            console.print(Text(section.heading, style="bold"))
        for line in section.lines:
            console.print(Text(_wrapped(line, width, "  " if section.heading else "")))


def _wrapped(line: str, width: int, indent: str) -> str:
    own = indent + line[: len(line) - len(line.lstrip())]
    return textwrap.fill(line.strip(), width, initial_indent=own, subsequent_indent=own + "  ")


def _run_timer(guide: Guide, exercise_id: str) -> None:
    exercise = guide.exercise(exercise_id)
    if exercise.seconds is None:
        timed = ", ".join(e.id for e in guide.exercises if e.seconds is not None)
        raise UsageError(f"{exercise_id} is not timed; these are: {timed}")
    print(f"{exercise.title}. {exercise.movement}")
    if exercise.kind == "roll":
        print(guide.recovery.rolling_words)
    for side in ("left", "right") if exercise.per_side else ("",):
        _count(f"{side or exercise.title}: get ready", 5)
        _count(f"{side or exercise.title}: hold", _least(exercise))
    print(_how_to_log(exercise))


def _how_to_log(exercise: Exercise) -> str:
    side = " --side left" if exercise.per_side else ""
    each = ", and the right side likewise" if exercise.per_side else ""
    return f"If you held it: formcheck log {exercise.id}{side} --seconds {_least(exercise)}{each}"


def _least(exercise: Exercise) -> int:
    return round(exercise.seconds[0]) if exercise.seconds else 0


def _count(words: str, seconds: int) -> None:
    """Count down on one line, each second from the start; a bell at the end."""
    start, terminal = time.monotonic(), Console()
    for left in range(seconds, 0, -1):
        if terminal.is_terminal:
            print(f"\r{words}, {left} s ", end="", flush=True)
        time.sleep(max(0.0, start + seconds - left + 1 - time.monotonic()))
    print(f"\r{words}, {seconds} s done\a" if terminal.is_terminal else f"{words}, {seconds} s", flush=True)

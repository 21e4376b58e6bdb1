"""Entries as a person tells them, and what is said back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from formcheck.errors import UsageError
from formcheck.programme.diary import DAY
from formcheck.programme.entries import (
    Entry,
    HoldEntry,
    PainEntry,
    RunEntry,
    SetEntry,
    SignEntry,
    WeakerEntry,
    entry_of,
    said_as,
)
from formcheck.programme.guide import Exercise, Guide
from formcheck.programme.state import ProgrammeState, state_of

__all__ = ["by_hand", "entries_by_hand", "remarks_on", "sentence_of"]

_MOST_SETS: Final = 20
_FELT: Final = ("pain", "sign", "weaker")


def by_hand(what: str, guide: Guide) -> bool:
    """Whether this word is one for an entry by hand, even where a file has the same name."""
    return what in (*_FELT, "run", *(exercise.id for exercise in guide.exercises))


def entries_by_hand(
    what: str, detail: str, sets: int, guide: Guide, on: date, told: Mapping[str, Any]
) -> list[Entry]:
    """The entries that these words mean; ``told`` holds the options that were given, by field name.

    Raises:
        UsageError: unknown words, an option that does not belong, a value that cannot be right or is missing.
    """
    if not 1 <= sets <= _MOST_SETS:
        raise UsageError(f"--sets {sets} is out of range; it lies between 1 and {_MOST_SETS}")
    if what in _FELT:
        _refuse(what, detail, told, ("over",) if what == "sign" else ())
        return [_felt(what, detail, guide, on, told)]
    if detail:
        raise UsageError(f"'{detail}' after '{what}' says nothing: give options, such as --side left")
    if what == "run":
        if "minutes" not in told and "km" not in told:
            raise UsageError("a run needs --minutes or --km")
        return [_made(RunEntry, what, {**told, "on": on})]
    exercise = guide.exercise(what)
    return [_done(exercise, on, told)] * sets


def _felt(what: str, detail: str, guide: Guide, on: date, told: Mapping[str, Any]) -> Entry:
    if what == "pain":
        if not detail.isdecimal():
            raise UsageError(f"pain '{detail}' is no level from 0 to 10: formcheck log pain 0")
        return entry_of(PainEntry, on=on, pain=int(detail))
    if what == "sign":
        return entry_of(SignEntry, on=on, sign=guide.sign(detail).id, **told)
    return entry_of(WeakerEntry, on=on, side=detail)


def _refuse(what: str, detail: str, told: Mapping[str, Any], allowed: Sequence[str]) -> None:
    if not detail:
        raise UsageError(f"'{what}' needs a word more: pain LEVEL, sign ID, weaker SIDE")
    stray = [name for name in told if name not in allowed]
    if stray:
        raise UsageError(f"{_option(stray[0])} does not belong to '{what}': leave it out")


def _done(exercise: Exercise, on: date, told: Mapping[str, Any]) -> Entry:
    if exercise.per_side and "side" not in told:
        raise UsageError(f"{exercise.id} is done side by side: say which with --side left or --side right")
    if not exercise.per_side and "side" in told:
        raise UsageError(f"{exercise.id} is done with both legs: leave out --side")
    needed = "reps_complete" if exercise.kind == "strength" else "seconds"
    if needed not in told:
        raise UsageError(f"{exercise.id} needs {_option(needed)}")
    if exercise.kind == "strength" and not (told["reps_complete"] or told.get("reps_partial")):
        raise UsageError("a set without a repetition is none: leave it out, and log what hurt with formcheck log pain")
    values = {**told, "on": on, "exercise": exercise.id}
    return _made(SetEntry if exercise.kind == "strength" else HoldEntry, exercise.id, values)


def _made(kind: type[Entry], what: str, values: Mapping[str, Any]) -> Entry:
    stray = [name for name in values if name not in kind.model_fields]
    if stray:
        raise UsageError(f"{_option(stray[0])} does not belong to '{what}': leave it out")
    return entry_of(kind, **values)


def _option(field: str) -> str:
    return f"--{said_as(field)}"


def sentence_of(entry: Entry) -> str:
    """An entry in words."""
    return f"{entry.on.isoformat()}, {_words(entry)}"


def _words(entry: Entry) -> str:
    if isinstance(entry, SetEntry):
        return _joined(entry.exercise, entry.side, *_reps_words(entry), *_pain_words(entry))
    if isinstance(entry, RunEntry):
        amounts = ((entry.minutes, "min"), (entry.km, "km"), (entry.cadence_spm, "steps a minute"))
        return _joined("run", *(f"{value:g} {unit}" for value, unit in amounts if value), *_pain_words(entry))
    if isinstance(entry, HoldEntry):
        return _joined(entry.exercise, entry.side, f"{entry.seconds:g} s", *_pain_words(entry))
    if isinstance(entry, PainEntry):
        return f"pain {entry.pain} of 10"
    if isinstance(entry, SignEntry):
        return f"warning sign {entry.sign}{' is over' if entry.over else ''}"
    return f"weaker leg: {entry.side}"


def _reps_words(entry: SetEntry) -> Iterator[str]:
    yield f"{entry.reps_complete} complete"
    if entry.reps_partial:
        yield f"{entry.reps_partial} partial"
    if entry.reps_clean is not None:
        yield f"{entry.reps_clean} clean"
    if entry.reps_unsure:
        yield f"{entry.reps_unsure} not seen well enough to be called clean"


def _pain_words(entry: SetEntry | RunEntry | HoldEntry) -> Iterator[str]:
    if entry.pain_during is not None:
        yield f"pain {entry.pain_during} of 10 during"
    if entry.pain_after is not None:
        yield f"pain {entry.pain_after} of 10 after"


def _joined(*words: str | None) -> str:
    return ", ".join(word for word in words if word)


def remarks_on(before: Sequence[Entry], entries: Sequence[Entry], guide: Guide, on: date) -> Iterator[str]:
    """What the guide says to these entries at once."""
    strength = {entry.on for entry in (*before, *entries) if isinstance(entry, SetEntry)}
    if any(isinstance(entry, SetEntry) for entry in entries) and strength & {on - DAY, on + DAY}:
        yield f"Note: strength work on two days in a row. {guide.strength.rest}"
    morning, after = state_of(before, guide, on), state_of((*before, *entries), guide, on)
    if any(isinstance(entry, RunEntry) and (entry.minutes or entry.km) for entry in entries):
        yield from _on_a_run(morning, after, guide)
    known = {sign.sign.id for sign in morning.standing.signs}
    for sign in after.standing.signs:
        if sign.sign.id not in known:
            yield f"Warning sign: {sign.sign.words}. {_sent(sign in after.physiotherapist, after, guide)}"


def _on_a_run(morning: ProgrammeState, after: ProgrammeState, guide: Guide) -> Iterator[str]:
    """What speaks against a run that was logged, by what was known before it."""
    if morning.run is None:
        yield f"Note: running is not yet due. {guide.running.pain_free_words}"
    elif morning.run.why:
        yield f"Note: no run was due: {morning.run.why}."
    elif after.run is not None and after.run.done_minutes > after.run.week_minutes:
        yield f"Note: more than the {after.run.week_minutes} minutes of this week. {guide.running.increase_words}"


def _sent(to_physiotherapist: bool, state: ProgrammeState, guide: Guide) -> str:
    if to_physiotherapist:
        return "See a physiotherapist before you go on."
    back = [move for move in state.standing.moves if move.on == state.on and move.after < move.before]
    return guide.sent_back.words if back else "Going on waits until it is over."

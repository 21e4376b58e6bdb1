"""What ``formcheck today`` says: the state in the guide's words, as headed paragraphs of plain text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from formcheck.programme.guide import Exercise, Guide
from formcheck.programme.progressions import Dose
from formcheck.programme.readiness import Need
from formcheck.programme.running import RunToday
from formcheck.programme.state import Hold, ProgrammeState

__all__ = ["Section", "sections", "text_of"]

_LONG_AGO_DAYS: Final = 14
"""After so many days without strength work it is said how old all of this is; ours."""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with its lines."""

    heading: str
    lines: tuple[str, ...]


def sections(state: ProgrammeState, guide: Guide) -> list[Section]:
    """Everything to do and to know on the day, in the order of its urgency."""
    found = [
        Section(_headline(state, guide), tuple(_standing(state, guide))),
        Section("Warning signs", tuple(_signs(state, guide))),
        Section("Strength work", tuple(_strength(state, guide))),
        Section("Running", tuple(_running(state, guide))),
        Section("Foam rolling", tuple(_rolling(state, guide))),
        Section("Stretches", tuple(_stretches(state, guide))),
        Section(_next_heading(state, guide), tuple(_next(state))),
        Section("Not in the record", tuple(_asked(state))),
        Section("To log it", tuple(_to_log(state))),
        Section("Where the guide and research part", tuple(_disagreements(state, guide))),
    ]
    return [section for section in found if section.lines] + [Section("", (_ours(state, guide), guide.caution))]


def text_of(found: list[Section]) -> str:
    """The sections as one text."""
    return "\n\n".join(_paragraph(section) for section in found) + "\n"


def _paragraph(section: Section) -> str:
    if not section.heading:
        return "\n".join(section.lines)
    return "\n".join([section.heading, *(f"  {line}" for line in section.lines)])


def _headline(state: ProgrammeState, guide: Guide) -> str:
    number = state.standing.phase
    return f"{state.on.isoformat()}: phase {number} of {len(guide.phases)}, {guide.phase(number).title}"


def _standing(state: ProgrammeState, guide: Guide) -> Iterator[str]:
    if state.started is None:
        yield "The programme begins with the first strength work that is logged (formcheck log)."
        return
    days = (state.on - state.standing.since).days
    yield f"Week {days // 7 + 1} of this phase, which began on {state.standing.since.isoformat()}."
    if state.last_worked is not None and (state.on - state.last_worked).days > _LONG_AGO_DAYS:
        yield f"The last strength work in the record was on {state.last_worked.isoformat()}: this follows from then."
    for move in state.standing.moves[-1:]:
        way = "On" if move.after > move.before else "Back"
        words = f" {guide.sent_back.words}" if move.after < move.before else ""
        yield f"{way} from phase {move.before} to {move.after} on {move.on.isoformat()}: {move.why}.{words}"


def _signs(state: ProgrammeState, guide: Guide) -> Iterator[str]:
    for sign in state.standing.signs:
        yield f"{_sentence(sign.sign.words)}, since {sign.since.isoformat()}."
        if sign in state.physiotherapist:
            yield "See a physiotherapist before you go on; nothing else is prescribed until then."
            yield f"Cleared by a physiotherapist: formcheck log sign {sign.sign.id} --over"
        else:
            back = guide.sent_back
            yield f"It is over after {back.over_after_days} pain-free days in a row. {back.physiotherapist_words}"


def _strength(state: ProgrammeState, guide: Guide) -> Iterator[str]:
    work = state.strength
    if work.rest:
        yield f"None today: {work.rest}."
        if work.next_day is not None:
            yield f"Next on {work.next_day.isoformat()}."
        return
    yield _order(state, guide)
    for dose in work.doses:
        yield from _dose(dose, f", {state.weaker.side} first" if state.weaker.side else "")
    if work.next_day is not None:
        yield f"{guide.strength.rest} Next on {work.next_day.isoformat()}."


def _order(state: ProgrammeState, guide: Guide) -> str:
    weaker = state.weaker
    if weaker.side is not None:
        return f"{guide.weaker.words} Begin with the {weaker.side}: {weaker.why}."
    return f"{guide.weaker.words} Which that is, is not known: {weaker.why}; or say it (formcheck log weaker left)."


def _dose(dose: Dose, first: str) -> Iterator[str]:
    exercise = dose.exercise
    reps = f"{exercise.reps_low}-{exercise.reps_high}" if exercise.reps_low != exercise.reps_high else exercise.reps_low
    each = f" {exercise.side_words}{first}" if exercise.per_side else ""
    unit = " steps" if exercise.unit == "steps" else ""
    yield f"{exercise.title}: {exercise.sets} x {reps}{unit}{each}, {dose.level.words}{_tempo(exercise)}.{_done(dose)}"
    if dose.ready_except_easy and dose.following is not None:
        yield f"  Was it easy? Then {dose.following.words} comes next (log the sets with --easy)."
    elif dose.following is not None and dose.following.after is not None:
        after = dose.following.after
        yield f"  Next, {dose.following.words}: once {after.sets} x {after.reps} clean are easy."


def _tempo(exercise: Exercise) -> str:
    hold = f", hold {exercise.hold_s:g} s" if exercise.hold_s else ""
    lower = exercise.lowering_s
    return hold + (f", lower over {lower[0]:g}-{lower[1]:g} s" if lower else "")


def _done(dose: Dose) -> str:
    if not any(dose.done.values()):
        return ""
    if dose.complete:
        return " Done today."
    of = f"of {dose.exercise.sets}"
    sides = (f"{count} {of} {side}".removesuffix(" both") for side, count in dose.done.items())
    return f" Done today: {', '.join(sides)}."


def _running(state: ProgrammeState, guide: Guide) -> Iterator[str]:
    if state.run is None:
        if state.started is not None:
            yield f"Not yet. {guide.running.pain_free_words}"
        return
    run, rules = state.run, guide.running
    weeks = rules.weeks
    yield weeks[run.week - 1].words if run.week <= len(weeks) else rules.beyond_words
    if run.again:
        yield f"This week is run again: {run.again}."
    if not state.physiotherapist:
        yield _run_now(run)
    yield f"This week: at most {run.week_minutes} minutes, {run.done_minutes:g} run. {rules.increase_words}"
    if run.most_km is not None:
        yield f"By distance: at most {run.most_km:g} km this week."
    yield _cadence(state, guide)


def _run_now(run: RunToday) -> str:
    if run.today_minutes:
        return f"Today: {run.today_minutes} minutes. Stop at the first pain at the outside of the knee."
    return f"None today: {run.why}."


def _cadence(state: ProgrammeState, guide: Guide) -> str:
    low, high = guide.cadence.increase_pct
    target = state.cadence
    if target is None:
        return f"Cadence: your own + {low:g}-{high:g}%; yours is not in the record (film a run: running_side)."
    return (
        f"Cadence: yours was {target.own_spm:.0f} on {target.measured_on.isoformat()}; aim for {target.low_spm}-"
        f"{target.high_spm} steps a minute (+{low:g}-{high:g}%): formcheck metronome {target.low_spm}"
    )


def _rolling(state: ProgrammeState, guide: Guide) -> Iterator[str]:
    if state.physiotherapist:
        return
    yield from (_timed(hold) for hold in state.recovery if hold.exercise.kind == "roll")
    if guide.recovery.rolling:
        yield guide.recovery.rolling_words


def _stretches(state: ProgrammeState, guide: Guide) -> Iterator[str]:
    if state.physiotherapist:
        return
    yield from (_timed(hold) for hold in state.recovery if hold.exercise.kind == "stretch")
    if guide.recovery.stretches:
        yield guide.recovery.stretches_words


def _timed(hold: Hold) -> str:
    exercise = hold.exercise
    low, high = exercise.seconds or (0.0, 0.0)
    each = " a side" if exercise.per_side else ""
    met = all(seconds >= low for seconds in hold.done_s.values())
    done = ", ".join(f"{side} {seconds:g} s" for side, seconds in hold.done_s.items() if seconds)
    told = " Done today." if met else f" Done today: {done}." if done else ""
    return f"{exercise.title.removeprefix('Foam rolling, ').capitalize()}: {low:g}-{high:g} s{each}.{told}"


def _next_heading(state: ProgrammeState, guide: Guide) -> str:
    number = state.standing.phase + 1
    return f"To go on to phase {number}, {guide.phase(number).title}" if state.needs else ""


def _next(state: ProgrammeState) -> Iterator[str]:
    return (_need(need) for need in state.needs)


def _need(need: Need) -> str:
    return f"[{'x' if need.met else ' '}] {need.words}: {need.shown}"


def _asked(state: ProgrammeState) -> Iterator[str]:
    asked = dict.fromkeys(need.ask for need in state.needs if need.ask and not need.met)
    yield from (_sentence(ask) + "." for ask in asked)
    yield from (_sentence(dose.ask) + "." for dose in state.strength.doses if dose.ask)
    if state.run is not None and state.run.ask:
        yield _sentence(state.run.ask) + "."


def _to_log(state: ProgrammeState) -> Iterator[str]:
    """The commands, and the names that they know the exercises by."""
    if not state.physiotherapist:
        work, timed = ([part.exercise.id for part in some] for some in (state.strength.doses, state.recovery))
        if work:
            yield "Filmed: formcheck check VIDEO --exercise ID --json set.json, then formcheck log set.json"
            yield "By hand: formcheck log ID --side left --sets 3 --reps N --pain-during LEVEL"
            yield f"ID: {', '.join(work)}"
        if timed:
            yield "With a timer: formcheck today --timer ID"
            yield f"ID: {', '.join(timed)}"
        if state.run is not None:
            yield "A run: formcheck log run --minutes N --pain-during LEVEL"
    yield "Each evening the day's worst pain, 0 to 10: formcheck log pain LEVEL"


def _disagreements(state: ProgrammeState, guide: Guide) -> Iterator[str]:
    if state.run is not None:
        for part in guide.disagreements:
            yield f"{_sentence(part.about)}. The guide: {part.guide} Research: {part.research}"


def _ours(state: ProgrammeState, guide: Guide) -> str:
    """Which of the numbers above are not the guide's own."""
    phase = guide.phase(state.standing.phase)
    numbers = {
        "the length of the phase": phase.weeks_source,
        "which exercise belongs to which phase": phase.strength_source,
        "sessions a week": guide.strength.sessions_source,
        "clean sessions asked for": guide.ready.clean_sessions_source,
        "the minutes of running": guide.running.amounts_source if phase.running else "",
        "the seconds of foam rolling": "".join(h.exercise.source for h in state.recovery if h.exercise.kind == "roll"),
    }
    named = [name for name, source in numbers.items() if "ours" in source]
    return f"Not the guide's numbers but ours: {', '.join(named)}." if named else "All numbers are the guide's."


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]

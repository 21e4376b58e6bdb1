"""What is still missing before the next phase: each need with what the record shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from formcheck.programme.diary import Diary
from formcheck.programme.entries import SetEntry
from formcheck.programme.guide import Exercise, Phase
from formcheck.programme.progressions import clean_dose_met
from formcheck.programme.signs import OpenSign

__all__ = ["Need", "needs"]


@dataclass(frozen=True, slots=True)
class Need:
    """One condition: in words, what the record shows, whether it is met; ``ask``: what to log so that it can be."""

    words: str
    shown: str
    met: bool
    source: str
    ask: str = ""


def needs(
    diary: Diary, phase: int, since: date, signs: Sequence[OpenSign], last: date, pain_last: date
) -> tuple[Need, ...]:
    """What going on from ``phase`` (begun on ``since``) asks for, by the entries up to ``last``.

    Days without pain are counted back from ``pain_last``: a day that is not over yet has no pain of the day.
    """
    guide = diary.guide
    now, following = guide.phase(phase), guide.phase(phase + 1)
    found = [_time(now, since, last)]
    found += [_clean(diary, guide.exercise(name), since, last) for name in now.strength]
    most = 0 if following.running else guide.ready.pain_most
    found.append(_strength_pain(diary, now, since, last, most, following.running))
    if following.running:
        found.append(_pain_free(diary, pain_last))
    return (*found, *(_sign_over(diary, sign, pain_last) for sign in signs))


def _time(phase: Phase, since: date, last: date) -> Need:
    due = since + timedelta(weeks=phase.weeks)
    done = (last - since).days + 1
    return Need(
        f"{phase.weeks} weeks of this phase",
        f"day {max(done, 0)} of {7 * phase.weeks}, until {(due - timedelta(days=1)).isoformat()}",
        done >= 7 * phase.weeks,
        phase.weeks_source,
    )


def _clean(diary: Diary, exercise: Exercise, since: date, last: date) -> Need:
    ready = diary.guide.ready
    days = list(diary.sets_by_day(exercise.id, since, last).values())[-ready.clean_sessions :]
    met = sum(clean_dose_met(exercise, sets) for sets in days)
    dose = f"{exercise.sets} x {exercise.reps_low} clean {exercise.unit}{_each(exercise)}"
    unjudged = sum(s.reps_complete for sets in days for s in sets if s.reps_clean is None)
    unsure = sum(s.reps_unsure or 0 for sets in days for s in sets)
    return Need(
        f"{exercise.title}: {dose} in the last {ready.clean_sessions} sessions",
        f"{met} of {ready.clean_sessions}",
        met == ready.clean_sessions,
        ready.clean_sessions_source,
        _form_not_known(exercise, unjudged, unsure) if met < len(days) else "",
    )


def _each(exercise: Exercise) -> str:
    return f" {exercise.side_words}" if exercise.per_side else ""


def _form_not_known(exercise: Exercise, unjudged: int, unsure: int) -> str:
    if unsure:
        tag = " or with the tag (formcheck tag)" if {"pelvic_drop", "pelvic_roll"} & {*exercise.must_see} else ""
        return (
            f"{exercise.title}: the camera could not tell of {unsure} {exercise.unit} whether they were clean; "
            f"film them from where the result says{tag}, or log them by hand with --clean"
        )
    if unjudged:
        return (
            f"{exercise.title}: nobody could say of {unjudged} {exercise.unit} whether they were clean; film a set "
            "(formcheck check), or log --clean"
        )
    return ""


def _strength_pain(diary: Diary, phase: Phase, since: date, last: date, most: int, running: bool) -> Need:
    guide = diary.guide
    days = [day for day in diary.strength_days if since <= day <= last][-guide.ready.clean_sessions :]
    sets = [s for day in days for s in diary.strength_on(day)]
    known = [pain for pain in map(diary.pain_with, sets) if pain is not None]
    unknown = list(_pain_not_known(diary, days, sets))
    words = "all strength work without pain" if most == 0 else f"pain of at most {most} with strength work"
    sessions = "session" if len(days) == 1 else f"{len(days)} sessions"
    shown = f"worst {max(known)} of 10 in the last {sessions}" if known else "no pain level in the record"
    return Need(
        words,
        shown + (", not told for all of it" if known and unknown else ""),
        len(days) == guide.ready.clean_sessions and not unknown and max(known, default=99) <= most,
        guide.running.pain_free_source if running else guide.ready.pain_most_source,
        unknown[0] if unknown else "",
    )


def _pain_not_known(diary: Diary, days: Sequence[date], sets: Sequence[SetEntry]) -> Iterator[str]:
    silent = sorted({s.on for s in sets if diary.pain_with(s) is None})
    if silent:
        yield f"pain during the strength work of {_not_in_record(silent[0])}"
    for day in days:
        if diary.pain_free(day) is None:
            yield f"pain after the strength work of {_not_in_record(day)}"


def _pain_free(diary: Diary, last: date) -> Need:
    running = diary.guide.running
    least, most = running.pain_free_days
    days = diary.pain_free_run(last)
    return Need(
        f"pain-free for {least}-{most} days",
        f"{days} in a row",
        days >= least,
        running.pain_free_source,
        _pain_asked(diary, last, least),
    )


def _pain_asked(diary: Diary, last: date, least: int) -> str:
    """The day whose missing pain level ends the pain-free days; empty where they are enough, or pain ended them."""
    days = diary.pain_free_run(last)
    before = last - timedelta(days=days)
    return f"the pain of {_not_in_record(before)}" if days < least and diary.pain_free(before) is None else ""


def _not_in_record(day: date) -> str:
    on = day.isoformat()
    return f"{on} is not in the record (the day's worst: formcheck log pain LEVEL --date {on})"


def _sign_over(diary: Diary, sign: OpenSign, last: date) -> Need:
    least = diary.guide.sent_back.over_after_days
    by_days = last > sign.since and not sign.needs_physiotherapist(diary.guide, last)
    return Need(
        f"{sign.sign.words} is over",
        f"open since {sign.since.isoformat()}",
        False,
        sign.sign.source,
        _pain_asked(diary, last, least) if by_days else "",
    )

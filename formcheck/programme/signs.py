"""Warning signs: those reported, those that the record's pain gives, and when each is over."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from formcheck.programme.diary import DAY, Diary
from formcheck.programme.entries import Entry, PainEntry, RunEntry, SetEntry, SignEntry, worst_pain
from formcheck.programme.guide import Guide, Sign

__all__ = ["OpenSign", "after_entries", "after_night"]


@dataclass(frozen=True, slots=True)
class OpenSign:
    """A warning sign that is not over."""

    sign: Sign
    since: date

    def needs_physiotherapist(self, guide: Guide, day: date) -> bool:
        """Whether it is one for a physiotherapist: by its kind, or because it stays."""
        stays = (day - self.since).days >= guide.sent_back.physiotherapist_after_days
        return self.sign.sends == "physiotherapist" or stays


def after_night(diary: Diary, open_signs: tuple[OpenSign, ...], day: date) -> tuple[OpenSign, ...]:
    """Those still open on the morning of ``day``.

    A sign that sends back is over after so many days in a row without pain; one for a physiotherapist only
    when the person says that it was cleared.
    """
    if not open_signs:
        return ()
    enough = diary.guide.sent_back.over_after_days
    free = diary.pain_free_run(day - DAY)
    return tuple(
        s for s in open_signs if s.needs_physiotherapist(diary.guide, day) or min(free, (day - s.since).days) < enough
    )


def after_entries(diary: Diary, open_signs: tuple[OpenSign, ...], day: date) -> tuple[OpenSign, ...]:
    """Those open once the entries of ``day`` are known, in their order."""
    standing = {s.sign.id: s for s in open_signs}
    for entry in diary.on(day):
        if isinstance(entry, SignEntry) and entry.over:
            standing.pop(entry.sign, None)
        for sign in _told_by(entry, diary.guide):
            standing.setdefault(sign.id, OpenSign(sign, day))
    return tuple(standing.values())


def _told_by(entry: Entry, guide: Guide) -> Iterator[Sign]:
    if isinstance(entry, SignEntry) and not entry.over:
        yield _sign(entry.sign, guide)
    pain = worst_pain(entry)
    if pain:
        yield from (sign for sign in guide.signs if pain >= (_least_pain(sign, entry) or math.inf))


def _sign(sign_id: str, guide: Guide) -> Sign:
    """The guide's sign; one that another programme knew is not forgotten but for somebody who can judge it."""
    unknown = Sign(
        id=sign_id,
        words=f"a warning sign of another programme, '{sign_id}' (--guide names its file)",
        sends="physiotherapist",
        source="the record",
    )
    return next((sign for sign in guide.signs if sign.id == sign_id), unknown)


def _least_pain(sign: Sign, entry: Entry) -> int | None:
    if isinstance(entry, SetEntry):
        return sign.strength_pain_least
    if isinstance(entry, PainEntry):
        return sign.day_pain_least
    return sign.run_pain_least if isinstance(entry, RunEntry) else None

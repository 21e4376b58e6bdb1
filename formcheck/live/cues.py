"""Which one thing to say now: the most serious, not what was just said, praise when it was mended."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from formcheck.exercises.declare import About
from formcheck.live import wording
from formcheck.live.records import Beep, Cue, CueKind, Detail

_ORDER: Final[tuple[CueKind, ...]] = ("end", "start", "gap", "fault", "praise", "count", "ready", "advice", "tempo")
_REPEAT_S: Final = {"full": 8.0, "sparse": 20.0}
_ADVICE_EVERY_S: Final = 6.0
_SECONDS_A_CHARACTER: Final = 0.065
_LEAST_SHOWN_S: Final = 2.5
"""Read from afar, while moving."""
_SHORT_S: Final = 0.8
_LATE_COUNT_S: Final = 3.0
"""A count that comes while a cue is spoken is said after it, unless it has become older than this."""
_SPARSE: Final[frozenset[CueKind]] = frozenset({"end", "start", "gap", "fault", "ready", "advice"})


@dataclass(frozen=True, slots=True)
class Wish:
    """Something worth saying at this moment; see `Cue` for its parts."""

    kind: CueKind
    text: str = ""
    hint: str = ""
    say: str = ""
    beep: Beep = "none"
    check: str | None = None


class Cuer:
    """Decides, wish by wish, what is said; keeps what was said lately."""

    def __init__(self, about: About, detail: Detail) -> None:
        self._rank = {check.id: i for i, check in enumerate(about.checks)}
        self.detail = detail
        self._said_s: dict[str, float] = {}
        self._to_mend: set[str] = set()
        self._uncounted: tuple[Wish, float] | None = None
        self._now: Cue | None = None
        self._speaks_until_s = -math.inf

    def shown(self, t_s: float) -> Cue | None:
        """The cue that is in the picture."""
        return self._now if self._now is not None and t_s < self._now.until_s else None

    def offer(self, t_s: float, wishes: Sequence[Wish]) -> Cue | None:
        """The one to say now, if any. A count joins what is said with it, or follows what is being said."""
        wanted = [wish for wish in self._with_count(t_s, wishes) if self._allowed(t_s, wish)]
        if not wanted:
            return None
        wish = min(wanted, key=self._seriousness)
        count = next((w for w in wanted if w.kind == "count"), None)
        if count and wish.kind in ("fault", "praise", "count"):
            self._uncounted = None
        say = f"{count.say} {wish.say}" if count and wish.kind in ("fault", "praise") else wish.say
        return self._give(t_s, wish, say)

    def _with_count(self, t_s: float, wishes: Sequence[Wish]) -> list[Wish]:
        """The wishes, with a count among them that could not be said yet."""
        for wish in wishes:
            if wish.kind == "count":
                self._uncounted = wish, t_s
        others = [wish for wish in wishes if wish.kind != "count"]
        if self._uncounted is None or t_s - self._uncounted[1] > _LATE_COUNT_S:
            return others
        return [*others, self._uncounted[0]]

    def mended(self, checks_ok: Sequence[str]) -> list[str]:
        """Those of the checks, now fine, that were told to mend; asked once per repetition."""
        better = [check for check in checks_ok if check in self._to_mend]
        self._to_mend -= set(better)
        return better

    def _seriousness(self, wish: Wish) -> tuple[int, int]:
        return _ORDER.index(wish.kind), self._rank.get(wish.check or "", 0)

    def _allowed(self, t_s: float, wish: Wish) -> bool:
        if self.detail == "off" or (self.detail == "sparse" and wish.kind not in _SPARSE):
            return False
        if t_s < self._speaks_until_s and not self._interrupts(wish):
            return False
        lately_s = _ADVICE_EVERY_S if wish.kind == "advice" else _REPEAT_S[self.detail]
        return not (wish.kind in ("fault", "advice") and t_s - self._said_s.get(_topic(wish), -math.inf) < lately_s)

    def _interrupts(self, wish: Wish) -> bool:
        if self._now is None:
            return True
        now, new = _ORDER.index(self._now.kind), _ORDER.index(wish.kind)
        return new < now and new <= _ORDER.index("fault")

    def _give(self, t_s: float, wish: Wish, say: str) -> Cue:
        speaks_s = max(_SHORT_S, _SECONDS_A_CHARACTER * len(say)) if say else 0.0
        shows_s = _SHORT_S if wish.kind in ("count", "tempo") else max(_LEAST_SHOWN_S, speaks_s)
        cue = Cue(
            kind=wish.kind,
            text=wish.text,
            hint=wish.hint,
            say=say,
            beep=wish.beep,
            check=wish.check,
            t_s=t_s,
            until_s=t_s + shows_s,
        )
        self._said_s[_topic(wish)] = t_s
        if wish.kind == "fault" and wish.check:
            self._to_mend.add(wish.check)
        if say:
            self._speaks_until_s = t_s + speaks_s
        if wish.text:
            self._now = cue
        return cue


def _topic(wish: Wish) -> str:
    return f"{wish.kind} {wish.check or wish.text}"


def fault_wish(about: About, check_id: str) -> Wish:
    """A fault in the check's own words."""
    check = about.check(check_id)
    return Wish("fault", check.fault, check.cue, check.cue, check=check_id)


def praise_wish(about: About, check_id: str) -> Wish:
    """A fault that was told is mended."""
    text = wording.praise(about.check(check_id).title)
    return Wish("praise", text, "", f"{text}.", check=check_id)

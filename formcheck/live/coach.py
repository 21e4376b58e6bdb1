"""What a set under way gives occasion to say: counts, faults, praise, tempo."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from formcheck.exercises.declare import About
from formcheck.live import wording
from formcheck.live.cues import Cuer, Wish, fault_wish, praise_wish
from formcheck.live.records import Mark, Tempo
from formcheck.report.wording import sentence
from formcheck.results import Rep, Verdict

_LONG_S: Final = 15.0
"""A hold from which on a beep at each second would only be noise."""


class Coach:
    """Turns what happened into wishes; knows what the last repetition showed."""

    def __init__(self, about: About, cuer: Cuer) -> None:
        self._about = about
        self._cuer = cuer
        self.marks: tuple[Mark, ...] = ()
        self.count = 0
        self.partial = 0

    def rep(self, rep: Rep) -> list[Wish]:
        """A repetition, or a stretch's hold, ended."""
        if not rep.complete:
            self.partial += 1
            if self._about.dose.held_low_s is not None:
                held = wording.held_for(rep.hold_s or 0.0)
                return [Wish("count", held, sentence(rep.note), held)]
            return [Wish("count", sentence(wording.NOT_COUNTED), sentence(rep.note), wording.NOT_COUNTED)]
        self.count += 1
        number = wording.count_aloud(self.count)
        return [Wish("count", "", "", number), *self.judged(rep.verdicts)]

    def judged(self, verdicts: Sequence[Verdict]) -> list[Wish]:
        """New answers: faults to mend, praise for what was mended."""
        self.marks = tuple(Mark(check=v.check, title=v.title, state=v.state, side=v.side) for v in verdicts)
        faults = list(dict.fromkeys(v.check for v in verdicts if v.state == "fault"))
        better = self._cuer.mended([v.check for v in verdicts if v.state == "ok" and v.check not in faults])
        return [
            *(fault_wish(self._about, check) for check in faults),
            *(praise_wish(self._about, check) for check in better),
        ]


class TempoWatch:
    """The hold and the lowering under way against the guide's seconds; a beep at each second, of a long hold at
    every tenth."""

    def __init__(self, about: About) -> None:
        dose = about.dose
        self._goals_s = {"hold": dose.hold_s or dose.held_low_s, "lower": dose.lowering_low_s}
        self._phase = ""
        self._since_s = math.nan
        self._told = 0

    def update(self, t_s: float, phase: str) -> tuple[Tempo | None, list[Wish]]:
        """The tempo to show, and the beep that is due."""
        if phase != self._phase:
            self._phase, self._since_s, self._told = phase, t_s, 0
        goal_s = self._goals_s.get(phase)
        if goal_s is None:
            return None, []
        passed_s = t_s - self._since_s
        tempo = Tempo(kind="hold" if phase == "hold" else "lower", passed_s=round(passed_s, 2), goal_s=goal_s)
        return tempo, self._beep(passed_s, goal_s)

    def _beep(self, passed_s: float, goal_s: float) -> list[Wish]:
        every_s = 1.0 if goal_s < _LONG_S else 10.0
        steps = math.floor(passed_s / every_s + 1e-6) if passed_s < goal_s else math.ceil(goal_s / every_s)
        if steps <= self._told:
            return []
        self._told = steps
        return [Wish("tempo", beep="done" if passed_s >= goal_s else "tick")]

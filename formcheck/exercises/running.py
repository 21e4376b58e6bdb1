"""What running seen from behind and from the side share: from poses to foot contacts and cadence.

A view says what it looks at in one frame (:meth:`RunningChecker.look`), what it reads at a contact
(:meth:`RunningChecker.land`) and how it judges the whole run (:meth:`RunningChecker.judge`).
"""

from __future__ import annotations

import math
from abc import abstractmethod
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar, Final

import numpy as np

from formcheck.events import ContactSeen, Event, PhaseChanged, SetClosed
from formcheck.exercises.base import Checker, time_after
from formcheck.motion.contacts import Cadence, Step, StepFinder, StepRule, cadence
from formcheck.motion.even_grid import EvenGrid, Sample
from formcheck.motion.leaps import FARTHEST_TRUNKS, LeapWatch
from formcheck.motion.points import finite, hips_px
from formcheck.motion.scale import BodyScale
from formcheck.motion.view import View, ViewMonitor
from formcheck.pose.landmarks import SIDES, Side
from formcheck.pose.pose import Array, Pose
from formcheck.results import Contact, Gait, Measure, MeasuredBy, Verdict
from formcheck.tag.pelvis import TagRecord
from formcheck.trace import Signal

WAVE: Final = 0
HEIGHT: Final = 1
"""Places of the counting wave and of the hips' height among a frame's values."""

_GUESSED_VISIBILITY: Final = 0.2
_LEAP_WITHIN_S: Final = 0.12
_KEPT_S: Final = 6.0
_WORST_PACE_SPM: Final = 5.0
"""A cadence with a wider band than this is none."""


@dataclass(frozen=True, slots=True)
class Landing:
    """One foot contact.

    Attributes:
        step: the step it belongs to.
        numbers: what was read at it; NaN where unseen.
        doubts: how much of each number is in doubt because the moment of contact is.
    """

    step: Step
    side: Side
    t_s: float
    numbers: Mapping[str, float]
    doubts: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Typical:
    """A number over the contacts: median, half-width of its band, when it was most like itself, and how many."""

    value: float
    error: float
    time_s: float
    count: int


def typical(landings: Sequence[Landing], name: str, error: float) -> Typical:
    """The median of one number; ``error`` and doubt are the part of its band that more contacts cannot take away."""
    seen = [x for x in landings if math.isfinite(x.numbers.get(name, math.nan))]
    if not seen:
        return Typical(math.nan, error, math.nan, 0)
    values = np.array([x.numbers[name] for x in seen])
    middle = float(np.median(values))
    doubt = float(np.median([x.doubts.get(name, 0.0) for x in seen]))
    spread = 2 * float(np.std(values)) / math.sqrt(len(values))
    best = min(seen, key=lambda x: round(abs(x.numbers[name] - middle), 6))
    return Typical(middle, math.hypot(error, doubt, spread), best.t_s, len(seen))


def seen_px(pose: Pose) -> Array:
    """(33, 2) image points; NaN where the model only guesses."""
    return np.where(pose.visibility[:, None] >= _GUESSED_VISIBILITY, pose.image_px[:, :2], np.nan)


class RunningChecker(Checker):
    """A checker that finds foot contacts.

    Class attributes: ``rule`` says what a step is; ``width_s`` is how widely values are smoothed;
    ``units`` names the numbers read at each contact, with their units and error bands.
    """

    rule: ClassVar[StepRule]
    width_s: ClassVar[float]
    units: ClassVar[Mapping[str, tuple[str, float]]]
    smoothing_hz: ClassVar[float] = 12.0

    def reset(self) -> None:
        self._monitor = ViewMonitor()
        self._scale = BodyScale()
        self._grid = EvenGrid(width_s=self.width_s)
        self._steps = StepFinder(self.rule)
        self._history: deque[Sample] = deque()
        self._landings: list[Landing] = []
        self._last_s = -math.inf
        self._phase = "rest"
        self._leaps = LeapWatch(_LEAP_WITHIN_S)
        self._template = Signal("feet", self.about.counts, "trunk lengths", np.empty(0))
        self._origin: Array | None = None
        self._present: Array | None = None
        self._tags = TagRecord()

    @abstractmethod
    def look(self, px: Array, visibility: Array) -> Array:
        """One frame's (k,) numbers in trunk lengths: the wave, the hips' height, and what else is read."""

    @abstractmethod
    def land(self, step: Step, t: Array, values: Array) -> Landing | None:
        """The contact of a step, read from the (n,) even times and (n, k) numbers around it."""

    @abstractmethod
    def judge(self, landings: Sequence[Landing], pace: Cadence | None) -> Sequence[Verdict]:
        """The verdicts on the whole run."""

    @abstractmethod
    def remarks(self, landings: Sequence[Landing]) -> Sequence[str]:
        """What else there is to say of the run."""

    def update(self, pose: Pose) -> Sequence[Event]:
        self._last_s = time_after(self._last_s, pose)
        self._monitor.update(pose)
        self._tags.add(pose)
        landed = self._begin_anew() if self._leapt(pose) else []
        landed += [landing for ready in self.in_order(pose) for landing in self._take(ready)]
        return [*self._contacts(landed), *self._phase_event()]

    def finish(self) -> Sequence[Event]:
        landed = [landing for ready in self.last_in_order() for landing in self._take(ready)]
        landed += self._follow(self._grid.finish())
        events: list[Event] = [*self._contacts(landed), *self._phase_event()]
        return [*events, self._set_closed(self.put_right(self._landings))]

    def in_order(self, pose: Pose) -> Iterable[Pose]:
        """The poses that are ready to be looked at after this one; a view may hold poses back."""
        return (pose,)

    def last_in_order(self) -> Iterable[Pose]:
        """Poses still held back when the stream ends or is cut; what follows is compared with nothing before."""
        return ()

    def put_right(self, landings: Sequence[Landing]) -> Sequence[Landing]:
        """The contacts of the whole run, their sides settled."""
        return landings

    def view(self) -> View:
        return self._monitor.view()

    def phase(self) -> str:
        return self._phase

    def live_signals(self) -> Sequence[tuple[Signal, float]]:
        value = math.nan if self._present is None else float(self._present[WAVE])
        return [(self._template, value)]

    def why_no_run(self) -> str:
        """Why there is nothing to judge, as a sentence."""
        if self._steps.walking_steps:
            return "This looks like walking: film a steady run of at least 10 seconds."
        return "No running was seen: film a steady run of at least 10 seconds, the whole body in the picture."

    def _take(self, pose: Pose) -> list[Landing]:
        """Look at a pose; returns the contacts that it brings to light."""
        hips = hips_px(pose)
        # Distances from where the run began: a yardstick that settles must not move what is far from zero.
        self._origin = np.array(hips) if self._origin is None and finite(hips) else self._origin
        origin = np.zeros(2) if self._origin is None else self._origin
        values = self.look((seen_px(pose) - origin) / self._scale.update(pose, resting=True), pose.visibility)
        self._present = values
        return self._follow(self._grid.push(pose.t_s, values))

    def _leapt(self, pose: Pose) -> bool:
        """Whether the body moved farther than a body can: a cut in the film, or another person."""
        moved_px = self._leaps.moved_px(pose)
        return not math.isnan(moved_px) and moved_px > FARTHEST_TRUNKS * self._scale.update(pose, resting=False)

    def _begin_anew(self) -> list[Landing]:
        """What comes is another run; what still waits to be smoothed is mixed from both and dropped."""
        landed = [landing for ready in self.last_in_order() for landing in self._take(ready)]
        self._grid = EvenGrid(width_s=self.width_s)
        self._steps.cut()
        self._history.clear()
        self._leaps.forget()
        self._scale, self._origin = BodyScale(), None
        return landed

    def _follow(self, samples: Iterable[Sample]) -> list[Landing]:
        landed: list[Landing] = []
        for t_s, values in samples:
            self._history.append((t_s, values))
            while self._history[0][0] < t_s - _KEPT_S:
                self._history.popleft()
            landed += self._land(self._steps.push(t_s, float(values[WAVE]), float(values[HEIGHT])))
        return landed

    def _land(self, steps: Sequence[Step]) -> list[Landing]:
        if not steps:
            return []
        t = np.array([at_s for at_s, _ in self._history])
        values = np.array([row for _, row in self._history])
        landings = [landing for step in steps if (landing := self.land(step, t, values))]
        return [landing for landing in landings if landing.t_s >= t[0]]

    def _contacts(self, landings: Sequence[Landing]) -> list[Event]:
        self._landings += landings
        return [ContactSeen(t_s=self._last_s, contact=self._contact(landing)) for landing in landings]

    def _contact(self, landing: Landing) -> Contact:
        measures = {
            name: measure(landing.numbers.get(name, math.nan), unit, math.hypot(error, landing.doubts.get(name, 0.0)))
            for name, (unit, error) in self.units.items()
        }
        return Contact(side=landing.side, time_s=round(landing.t_s, 3), measures=measures)

    def _phase_event(self) -> list[Event]:
        phase = "run" if self._steps.running else "rest"
        if phase == self._phase:
            return []
        self._phase = phase
        return [PhaseChanged(t_s=self._last_s, phase=phase)]

    def _set_closed(self, landings: Sequence[Landing]) -> SetClosed:
        pace = self._pace(landings)
        return SetClosed(
            t_s=max(self._last_s, 0.0),
            side="both" if landings else None,
            gait=self._gait(landings, pace),
            verdicts=tuple(self.judge(landings, pace)),
            remarks=tuple(self.remarks(landings)),
        )

    def _pace(self, landings: Sequence[Landing]) -> Cadence | None:
        """The run's cadence; None where the steps do not make one, as from a camera that sees them badly."""
        pace = cadence([replace(x.step, t_s=x.t_s) for x in landings])
        if pace is None or pace.error_spm > _WORST_PACE_SPM:
            return None
        return pace if self.rule.slowest_spm <= pace.spm <= self.rule.fastest_spm else None

    def _gait(self, landings: Sequence[Landing], pace: Cadence | None) -> Gait:
        contacts = tuple(self._contact(landing) for landing in landings)
        measures = self._measures(landings)
        if self.camera_advice(self.view()):
            # From elsewhere the same numbers mean something else.
            contacts, measures = tuple(c.model_copy(update={"measures": {}}) for c in contacts), {}
        of_run, of_contacts = self.by_tag(landings)
        contacts = tuple(
            contact.model_copy(update={"measures": contact.measures | own})
            for contact, own in zip(contacts, of_contacts, strict=True)
        )
        return Gait(
            cadence_spm=round(pace.spm, 2) if pace else None,
            cadence_error_spm=round(pace.error_spm, 2) if pace else None,
            seconds_s=round(pace.seconds_s, 3) if pace else 0.0,
            contacts=contacts,
            measures=measures | of_run,
        )

    def by_tag(self, landings: Sequence[Landing]) -> tuple[dict[str, Measure], Sequence[dict[str, Measure]]]:
        """What a tag on the waistband shows of the run, and of each contact."""
        return {}, [{} for _ in landings]

    def _measures(self, landings: Sequence[Landing]) -> dict[str, Measure]:
        means = {
            f"{name}_{side}": measure(number.value, unit, number.error)
            for name, (unit, error) in self.units.items()
            for side in SIDES
            if (number := typical([x for x in landings if x.side == side], name, error)).count
        }
        return {**means, **self.more_measures(landings)}

    def more_measures(self, landings: Sequence[Landing]) -> Mapping[str, Measure]:
        """Measures of the run beyond those of each contact."""
        return {}


def measure(value: float, unit: str, error: float, by: MeasuredBy = "landmarks") -> Measure:
    """A number as it stands in the results; without a value where it is NaN."""
    if not math.isfinite(value + error):
        return Measure(value=None, unit=unit, measured_by=by)
    return Measure(value=round(value, 4), unit=unit, error=round(error, 4), measured_by=by)

"""When a set's repetitions happen: phases, amplitudes, faults, pauses and natural sway. All times in seconds.

The drive is the commanded fraction of the movement's full range: 0 at rest, `amplitude` at the turn. A
repetition goes out, holds, and comes back. For a squat "out" is the lowering; for a lift (clamshell, bridge)
it is the rise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

COMPLETE_FROM = 0.7  # a repetition of at least this share of the full range is complete (ours)
_EASE = 0.30  # share of a movement spent speeding up, and again slowing down


def ease(fraction: float) -> float:
    """Smooth 0 to 1 with steady speed in the middle, like a movement done to a count.

    The speed is a raised-cosine ramp, a plateau and a ramp down again, so acceleration is continuous.
    """
    u = min(max(fraction, 0.0), 1.0)
    if u > 0.5:
        return 1.0 - ease(1.0 - u)
    plateau_speed = 1.0 / (1.0 - _EASE)
    if u >= _EASE:
        return plateau_speed * (u - _EASE / 2.0)
    ramp = u / 2.0 - _EASE / (2.0 * np.pi) * np.sin(np.pi * u / _EASE)
    return float(plateau_speed * ramp)


def ramp(t_s: float, start_s: float, duration_s: float) -> float:
    """`ease` from 0 before `start_s` to 1 after `start_s + duration_s`."""
    return ease((t_s - start_s) / duration_s)


@dataclass(frozen=True)
class Rep:
    """One repetition as commanded.

    `rest_s` follows it. `pause_s` is a stop on the way out at `pause_at` of the amplitude. `faults` maps a
    check id to a size at the turn (its unit is in the README) that grows and fades with the movement.
    """

    rise_s: float = 1.2
    hold_s: float = 0.3
    lower_s: float = 3.0
    rest_s: float = 0.6
    amplitude: float = 1.0
    faults: Mapping[str, float] = field(default_factory=dict)
    pause_s: float = 0.0
    pause_at: float = 0.5


@dataclass(frozen=True)
class Phase:
    """A stretch of time over which the drive eases from one value to another."""

    start_s: float
    duration_s: float
    from_drive: float
    to_drive: float

    def drive(self, t_s: float) -> float:
        """Drive at a time inside the phase."""
        share = ramp(t_s, self.start_s, self.duration_s) if self.duration_s > 0 else 1.0
        return self.from_drive + (self.to_drive - self.from_drive) * share


@dataclass(frozen=True)
class TimedRep:
    """A repetition with its place in time."""

    rep: Rep
    phases: tuple[Phase, ...]
    start_s: float
    hold_start_s: float
    hold_end_s: float
    end_s: float

    @property
    def turn_s(self) -> float:
        """Middle of the hold."""
        return (self.hold_start_s + self.hold_end_s) / 2.0

    def drive(self, t_s: float) -> float:
        """Drive of this repetition; zero outside it."""
        if not self.start_s <= t_s <= self.end_s:
            return 0.0
        current = self.phases[0]
        for phase in self.phases:
            if t_s >= phase.start_s:
                current = phase
        return current.drive(t_s)


def _phases(rep: Rep, start_s: float, lowers_first: bool) -> tuple[Phase, ...]:
    out_s, back_s = (rep.lower_s, rep.rise_s) if lowers_first else (rep.rise_s, rep.lower_s)
    stops: list[tuple[float, float]] = []
    if rep.pause_s > 0.0:
        stops += [
            (out_s * rep.pause_at, rep.amplitude * rep.pause_at),
            (rep.pause_s, rep.amplitude * rep.pause_at),
        ]
        stops += [(out_s * (1.0 - rep.pause_at), rep.amplitude)]
    else:
        stops += [(out_s, rep.amplitude)]
    stops += [(rep.hold_s, rep.amplitude), (back_s, 0.0)]
    phases, at_s, drive = [], start_s, 0.0
    for duration_s, goal in stops:
        phases.append(Phase(at_s, duration_s, drive, goal))
        at_s, drive = at_s + duration_s, goal
    return tuple(phases)


def _timed(rep: Rep, start_s: float, lowers_first: bool) -> TimedRep:
    phases = _phases(rep, start_s, lowers_first)
    hold, back = phases[-2], phases[-1]
    return TimedRep(rep, phases, start_s, hold.start_s, back.start_s, back.start_s + back.duration_s)


@dataclass(frozen=True)
class Schedule:
    """All repetitions of a set in time, between getting into place and getting out of it."""

    reps: tuple[TimedRep, ...]
    set_up_s: float
    wind_down_s: float

    @classmethod
    def of(cls, reps: tuple[Rep, ...], set_up_s: float, wind_down_s: float, lowers_first: bool) -> Schedule:
        """Lay repetitions end to end, each followed by its rest."""
        timed, at_s = [], set_up_s
        for rep in reps:
            timed.append(_timed(rep, at_s, lowers_first))
            at_s = timed[-1].end_s + rep.rest_s
        return cls(tuple(timed), set_up_s, wind_down_s)

    @property
    def reps_end_s(self) -> float:
        """End of the last repetition's rest."""
        return self.reps[-1].end_s + self.reps[-1].rep.rest_s if self.reps else self.set_up_s

    @property
    def duration_s(self) -> float:
        """Length of the clip."""
        return self.reps_end_s + self.wind_down_s

    def drive(self, t_s: float) -> float:
        """Commanded fraction of the full range."""
        return max((timed.drive(t_s) for timed in self.reps), default=0.0)

    def fault(self, check: str, t_s: float) -> float:
        """Size of a fault now: its size at the turn times how far out the repetition is."""
        for timed in self.reps:
            if timed.start_s <= t_s <= timed.end_s:
                return timed.rep.faults.get(check, 0.0) * timed.drive(t_s) / timed.rep.amplitude
        return 0.0


@dataclass(frozen=True)
class Sway:
    """Slow wandering that nobody can help: a sum of incommensurate sines with phases drawn from the seed."""

    seed: int
    rates_hz: tuple[float, ...] = (0.23, 0.41, 0.67)

    def at(self, t_s: float, channel: int) -> float:
        """A value of about -1 to 1; channels are independent."""
        phases = np.random.default_rng((self.seed, channel)).uniform(0.0, 2.0 * np.pi, len(self.rates_hz))
        waves = np.sin(2.0 * np.pi * np.array(self.rates_hz) * t_s + phases)
        return float(waves.sum() / 2.0)

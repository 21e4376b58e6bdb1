"""Measures brought to the true quantity, with the band that holds it in nine of ten repetitions.

What landmarks read differs from the joints' truth by an offset and a spread that are measured on the tuning part
of the accuracy bench (``python -m bench.calibrate`` writes ``calibration.toml``). Verdicts compare readings
with limits on the same readings and are not touched; see ``docs/accuracy.md``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from formcheck.events import ContactSeen, Event, RepClosed, SetClosed
from formcheck.results import Contact, Gait, Measure, Rep

__all__ = [
    "Calibration",
    "calibrated",
    "calibrated_contact",
    "calibrated_event",
    "calibrated_gait",
    "calibrated_rep",
    "calibrated_value",
    "calibrations",
]

_SIDES = ("_left", "_right")


@dataclass(frozen=True, slots=True)
class Calibration:
    """``offset`` is taken off the reading; ``error`` is the band's half-width; both in the measure's unit."""

    offset: float
    error: float


@cache
def calibrations() -> Mapping[str, Mapping[str, Calibration]]:
    """For each exercise, the calibration of each measure by name."""
    text = files(__package__).joinpath("calibration.toml").read_text(encoding="utf-8")
    return {
        exercise: {name: Calibration(**entry) for name, entry in measures.items()}
        for exercise, measures in tomllib.loads(text).items()
    }


def calibrated(exercise: str, measures: Mapping[str, Measure], suffix: str = "") -> dict[str, Measure]:
    """Measures with offset and band put right; those that the bench has no truth for stay as they are."""
    known = calibrations().get(exercise, {})
    return {name: _apply(known.get(_plain(name) + suffix), measure) for name, measure in measures.items()}


def calibrated_value(exercise: str, name: str, value: float) -> float:
    """One reading with its offset taken off."""
    known = calibrations().get(exercise, {}).get(name)
    return value - known.offset if known else value


def calibrated_rep(exercise: str, rep: Rep) -> Rep:
    """The repetition with its measures calibrated."""
    return rep.model_copy(update={"measures": calibrated(exercise, rep.measures)})


def calibrated_contact(exercise: str, contact: Contact) -> Contact:
    """The foot contact with its measures calibrated; one contact is less sure than a mean of many."""
    return contact.model_copy(update={"measures": calibrated(exercise, contact.measures, "_by_contact")})


def calibrated_gait(exercise: str, gait: Gait | None) -> Gait | None:
    """The run with its means and its contacts calibrated; None stays None."""
    if gait is None:
        return None
    contacts = tuple(calibrated_contact(exercise, contact) for contact in gait.contacts)
    return gait.model_copy(update={"contacts": contacts, "measures": calibrated(exercise, gait.measures)})


def calibrated_event(exercise: str, event: Event) -> Event:
    """The event with the measures it carries calibrated."""
    if isinstance(event, RepClosed):
        return event.model_copy(update={"rep": calibrated_rep(exercise, event.rep)})
    if isinstance(event, ContactSeen):
        return event.model_copy(update={"contact": calibrated_contact(exercise, event.contact)})
    if isinstance(event, SetClosed):
        reps = tuple(calibrated_rep(exercise, rep) for rep in event.reps)
        return event.model_copy(update={"reps": reps, "gait": calibrated_gait(exercise, event.gait)})
    return event


def _plain(name: str) -> str:
    return next((name.removesuffix(side) for side in _SIDES if name.endswith(side)), name)


def _apply(calibration: Calibration | None, measure: Measure) -> Measure:
    if calibration is None or measure.value is None or measure.measured_by == "tag":
        return measure
    value = round(measure.value - calibration.offset, 4)
    return Measure(value=value, unit=measure.unit, error=calibration.error)

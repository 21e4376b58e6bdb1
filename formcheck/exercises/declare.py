"""Limits and prescriptions, declared once: from here come options, docs, range checks and hashes."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field, fields
from typing import Any, ClassVar, Protocol


class ParamsType(Protocol):
    """A frozen dataclass whose fields were all made by :func:`limit`."""

    __dataclass_fields__: ClassVar[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Limit:
    """One adjustable number of a checker: its meaning, range and where it comes from."""

    name: str
    default: float
    unit: str
    low: float
    high: float
    help: str
    source: str


def limit(default: float, *, unit: str, low: float, high: float, help: str, source: str) -> Any:
    """A field of a ``Params`` dataclass, with what users and docs need to know of it."""
    if not low <= default <= high:
        raise ValueError(f"default {default} lies outside {low} to {high}")
    described = {"default": default, "unit": unit, "low": low, "high": high, "help": help, "source": source}
    return field(default=default, metadata=described)


def declared(params: type[ParamsType] | ParamsType) -> tuple[Limit, ...]:
    """Every limit of a ``Params`` type, in order."""
    return tuple(Limit(name=f.name, **f.metadata) for f in fields(params))


def source_of(params: type[ParamsType] | ParamsType, name: str) -> str:
    """Where one limit comes from; KeyError for a name that is not declared."""
    return {limit.name: limit.source for limit in declared(params)}[name]


def params_hash(params: ParamsType) -> str:
    """Short stable hash of the limits in force; equal limits give equal hashes."""
    text = json.dumps(asdict(params), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Check:
    """One question a checker answers.

    Attributes:
        id: as in results, files and options.
        title: what is asked, in plain words.
        fault: what is wrong when it is not so.
        cue: the guide's words for mending it.
        source: where the limit comes from.
        camera: where the camera has to be for this check, as a sentence to say to a person.
        tag: the card on the waistband that measures it from anywhere it is seen, "front" or "back"; "" for none.
    """

    id: str
    title: str
    fault: str
    cue: str
    source: str
    camera: str
    tag: str = ""


@dataclass(frozen=True, slots=True)
class Dose:
    """The guide's prescription; None where the guide says nothing.

    ``held_low_s`` to ``held_high_s``: seconds in a stretch's position in one go; ``hold_s``: the pause of a repetition.
    """

    text: str
    reps_low: int | None = None
    reps_high: int | None = None
    sets: int | None = None
    hold_s: float | None = None
    lowering_low_s: float | None = None
    lowering_high_s: float | None = None
    per_side: bool = True
    held_low_s: float | None = None
    held_high_s: float | None = None


@dataclass(frozen=True, slots=True)
class About:
    """What an exercise is, as the guide has it, and what is looked at.

    Attributes:
        movement: the guide's movement in one or two sentences.
        camera: where to put the camera, as a sentence.
        counts: what signal counts the repetitions.
        checks: in the order of their importance.
        measures: name and unit of what a repetition or a run is measured by; each has columns of its own in tables.
    """

    movement: str
    dose: Dose
    camera: str
    counts: str
    checks: tuple[Check, ...]
    measures: tuple[tuple[str, str], ...] = ()

    def check(self, check_id: str) -> Check:
        """The check of that id; KeyError when this exercise has none."""
        for check in self.checks:
            if check.id == check_id:
                return check
        raise KeyError(check_id)

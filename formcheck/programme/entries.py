"""What a person's record holds: frozen entries, one for each thing done or felt on a day.

Nothing here knows of a clock or a file. A number that was not given is None and stays None.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Final, Literal, Self, TypeVar

from pydantic import Field, ValidationError, model_validator

from formcheck.errors import UsageError
from formcheck.pose.landmarks import Side
from formcheck.programme.guide import BandPlace
from formcheck.results import Measure, Record

__all__ = [
    "KINDS",
    "Band",
    "Entry",
    "HoldEntry",
    "PainEntry",
    "RunEntry",
    "SetEntry",
    "SignEntry",
    "WeakerEntry",
    "entry_of",
    "said_as",
    "worst_pain",
]

Pain = Annotated[int, Field(ge=0, le=10)]
Count = Annotated[int, Field(ge=0, le=1000)]
Seconds = Annotated[float, Field(ge=0.0, le=86_400.0)]
Band = Literal["none", "light", "medium", "heavy"]
Quality = Literal["judged", "partly judged", "not judged", "by hand"]


class OnDay(Record):
    """Anything that belongs to a day."""

    on: date


class SetEntry(OnDay):
    """One set of one exercise with one side (None: two-legged, or not known).

    ``reps_clean``: complete, without a fault, and seen well enough to say so. ``reps_fault``: complete, with a
    fault. ``reps_unsure``: complete, neither one nor the other. None: nobody judged them. ``hold_s`` and
    ``lowering_s`` are means over complete repetitions; ``measures`` too, each with the largest error band.
    """

    kind: Literal["set"] = "set"
    exercise: str
    side: Side | None = None
    reps_complete: Count
    reps_partial: Count = 0
    reps_clean: Count | None = None
    reps_fault: Count | None = None
    reps_unsure: Count | None = None
    faults: dict[str, Count] = Field(default_factory=dict)
    hold_s: Seconds | None = None
    hold_error_s: Seconds | None = None
    lowering_s: Seconds | None = None
    measures: dict[str, Measure] = Field(default_factory=dict)
    asymmetry: tuple[dict[str, Any], ...] = ()
    quality: Quality = "by hand"
    easy: bool | None = None
    band: Band | None = None
    band_at: BandPlace | None = None
    weight_kg: Annotated[float, Field(ge=0.0, le=200.0)] | None = None
    box_cm: Annotated[float, Field(gt=0.0, le=200.0)] | None = None
    pain_during: Pain | None = None
    pain_after: Pain | None = None
    provenance: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        judged = (self.reps_clean or 0) + (self.reps_fault or 0) + (self.reps_unsure or 0)
        if judged > self.reps_complete:
            raise ValueError(f"{judged} repetitions are judged, but only {self.reps_complete} were complete")
        return self


class RunEntry(OnDay):
    """A run; ``cadence_spm`` where it was measured."""

    kind: Literal["run"] = "run"
    minutes: Annotated[float, Field(gt=0.0, le=1440.0)] | None = None
    km: Annotated[float, Field(gt=0.0, le=300.0)] | None = None
    cadence_spm: Annotated[float, Field(ge=60.0, le=300.0)] | None = None
    cadence_error_spm: Annotated[float, Field(ge=0.0)] | None = None
    pain_during: Pain | None = None
    pain_after: Pain | None = None
    faults: dict[str, Count] = Field(default_factory=dict)
    measures: dict[str, Measure] = Field(default_factory=dict)
    asymmetry: tuple[dict[str, Any], ...] = ()
    quality: Quality = "by hand"
    provenance: dict[str, Any] = Field(default_factory=dict)


class HoldEntry(OnDay):
    """A stretch held, or an area rolled, for so many seconds."""

    kind: Literal["hold"] = "hold"
    exercise: str
    side: Side | None = None
    seconds: Seconds
    error_s: Seconds | None = None
    breaks: Count | None = None
    faults: dict[str, Count] = Field(default_factory=dict)
    quality: Quality = "by hand"
    pain_during: Pain | None = None
    pain_after: Pain | None = None
    provenance: dict[str, Any] = Field(default_factory=dict)


class PainEntry(OnDay):
    """The day's worst pain, 0 for none."""

    kind: Literal["pain"] = "pain"
    pain: Pain


class SignEntry(OnDay):
    """A warning sign noticed; ``over``: it is over, or a physiotherapist has cleared it."""

    kind: Literal["sign"] = "sign"
    sign: str
    over: bool = False


class WeakerEntry(OnDay):
    """The person's own word on which leg is weaker."""

    kind: Literal["weaker"] = "weaker"
    side: Side


Entry = SetEntry | RunEntry | HoldEntry | PainEntry | SignEntry | WeakerEntry

KINDS: dict[str, type[Entry]] = {
    "set": SetEntry,
    "run": RunEntry,
    "hold": HoldEntry,
    "pain": PainEntry,
    "sign": SignEntry,
    "weaker": WeakerEntry,
}

E = TypeVar("E", bound=Entry)

_SAID_AS: Final = {
    "reps_complete": "reps",
    "reps_partial": "partial",
    "reps_clean": "clean",
    "hold_s": "hold",
    "weight_kg": "weight",
    "box_cm": "box",
    "cadence_spm": "cadence",
}
"""Fields that a person says in another word than their own."""


def entry_of(kind: type[E], **values: Any) -> E:
    """An entry of this kind. Raises UsageError: the first value that cannot be right, in one line."""
    try:
        return kind(**values)
    except ValidationError as error:
        first = error.errors()[0]
        if not first["loc"]:
            raise UsageError(_meaning(first["msg"].removeprefix("Value error, "))) from error
        where = "-".join(said_as(str(part)) for part in first["loc"])
        raise UsageError(f"{where} = {first['input']} cannot be right: {_meaning(first['msg'])}") from error


def said_as(field: str) -> str:
    """The word that a person has for a field: the option of ``formcheck log`` without its dashes."""
    return _SAID_AS.get(field, field).replace("_", "-")


def worst_pain(entry: Entry) -> int | None:
    """The worst pain an entry tells of; None where it tells none."""
    if isinstance(entry, PainEntry):
        return entry.pain
    if isinstance(entry, SignEntry | WeakerEntry):
        return None
    return max((pain for pain in (entry.pain_during, entry.pain_after) if pain is not None), default=None)


def _meaning(message: str) -> str:
    return message[0].lower() + message[1:]

"""What a checker says while poses stream through it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from formcheck.results import Contact, Gait, Held, Record, Rep, Verdict

__all__ = ["EVENT", "ContactSeen", "Event", "PhaseChanged", "RepClosed", "SetClosed"]


class PhaseChanged(Record):
    """The movement entered another phase: "rest", "lift", "hold", "lower", "run"."""

    kind: Literal["phase"] = "phase"
    t_s: float
    phase: str


class RepClosed(Record):
    """A repetition ended; its verdicts may still be revised when the set closes."""

    kind: Literal["rep"] = "rep"
    t_s: float
    rep: Rep


class ContactSeen(Record):
    """A foot met the ground."""

    kind: Literal["contact"] = "contact"
    t_s: float
    contact: Contact


class SetClosed(Record):
    """The stream ended: the final reps, steps, holds and verdicts of the whole set."""

    kind: Literal["set"] = "set"
    t_s: float
    side: Literal["left", "right", "both"] | None
    reps: tuple[Rep, ...] = ()
    gait: Gait | None = None
    holds: tuple[Held, ...] | None = None
    verdicts: tuple[Verdict, ...] = ()
    remarks: tuple[str, ...] = ()


Event = PhaseChanged | RepClosed | ContactSeen | SetClosed

EVENT: TypeAdapter[Event] = TypeAdapter(Annotated[Event, Field(discriminator="kind")])
"""Reads an event back from its JSON."""

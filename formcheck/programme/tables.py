"""The record's tables: one for each kind of entry, columns named as the entry's fields."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar, Final

from sqlalchemy import JSON, CheckConstraint, ForeignKey, MetaData
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

__all__ = ["ROWS", "VERSION", "Base", "LogRow"]

VERSION: Final = "0001"
"""The newest of the migrations: what these tables are."""

NAMES: Final = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


def _pain(column: str) -> CheckConstraint:
    return CheckConstraint(f"{column} BETWEEN 0 AND 10", name=column)


class Base(DeclarativeBase):
    """Base of all tables."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {dict[str, Any]: JSON, list[Any]: JSON}


class LogRow(Base):
    """One ``formcheck log``: what an undo takes back. ``fingerprint``: sha256 of the result that was logged."""

    __tablename__ = "logs"

    id: Mapped[int] = mapped_column(primary_key=True)
    logged_at: Mapped[datetime]
    package_version: Mapped[str]
    fingerprint: Mapped[str | None] = mapped_column(unique=True)


class EntryRow:
    """What every kind of entry has."""

    id: Mapped[int] = mapped_column(primary_key=True)
    log_id: Mapped[int] = mapped_column(ForeignKey("logs.id", ondelete="CASCADE"), index=True)
    on: Mapped[date] = mapped_column("on_day", index=True)


class SetRow(EntryRow, Base):
    """Sets of strength work."""

    __tablename__ = "sets"
    __table_args__ = (_pain("pain_during"), _pain("pain_after"))

    exercise: Mapped[str]
    side: Mapped[str | None]
    reps_complete: Mapped[int]
    reps_partial: Mapped[int]
    reps_clean: Mapped[int | None]
    reps_fault: Mapped[int | None]
    reps_unsure: Mapped[int | None]
    faults: Mapped[dict[str, Any]]
    hold_s: Mapped[float | None]
    hold_error_s: Mapped[float | None]
    lowering_s: Mapped[float | None]
    measures: Mapped[dict[str, Any]]
    asymmetry: Mapped[list[Any]]
    quality: Mapped[str]
    easy: Mapped[bool | None]
    band: Mapped[str | None]
    band_at: Mapped[str | None]
    weight_kg: Mapped[float | None]
    box_cm: Mapped[float | None]
    pain_during: Mapped[int | None]
    pain_after: Mapped[int | None]
    provenance: Mapped[dict[str, Any]]


class RunRow(EntryRow, Base):
    """Runs."""

    __tablename__ = "runs"
    __table_args__ = (_pain("pain_during"), _pain("pain_after"))

    minutes: Mapped[float | None]
    km: Mapped[float | None]
    cadence_spm: Mapped[float | None]
    cadence_error_spm: Mapped[float | None]
    pain_during: Mapped[int | None]
    pain_after: Mapped[int | None]
    faults: Mapped[dict[str, Any]]
    measures: Mapped[dict[str, Any]]
    asymmetry: Mapped[list[Any]]
    quality: Mapped[str]
    provenance: Mapped[dict[str, Any]]


class HoldRow(EntryRow, Base):
    """Stretches and foam rolling."""

    __tablename__ = "holds"
    __table_args__ = (_pain("pain_during"), _pain("pain_after"))

    exercise: Mapped[str]
    side: Mapped[str | None]
    seconds: Mapped[float]
    error_s: Mapped[float | None]
    breaks: Mapped[int | None]
    faults: Mapped[dict[str, Any]]
    quality: Mapped[str]
    pain_during: Mapped[int | None]
    pain_after: Mapped[int | None]
    provenance: Mapped[dict[str, Any]]


class PainRow(EntryRow, Base):
    """The pain of a day."""

    __tablename__ = "pains"
    __table_args__ = (_pain("pain"),)

    pain: Mapped[int]


class SignRow(EntryRow, Base):
    """Warning signs."""

    __tablename__ = "signs"

    sign: Mapped[str]
    over: Mapped[bool]


class WeakerRow(EntryRow, Base):
    """The person's word on the weaker leg."""

    __tablename__ = "weaker"

    side: Mapped[str]


ROWS: Final[dict[str, Any]] = {
    "set": SetRow,
    "run": RunRow,
    "hold": HoldRow,
    "pain": PainRow,
    "sign": SignRow,
    "weaker": WeakerRow,
}

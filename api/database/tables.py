"""The tables: an analysis, its one or two clips, its one job; workers' heartbeats; tallies for the metrics;
API keys and the record of who read what.

Times are UTC. The files of an analysis lie in the store below ``analyses/<id>/``; rows hold their keys only.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, ClassVar, Final, Literal

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    MetaData,
    String,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

__all__ = [
    "FINAL_STATES",
    "Analysis",
    "ApiKey",
    "AuditEntry",
    "Base",
    "Clip",
    "Job",
    "JobState",
    "KeyState",
    "Login",
    "Tally",
    "UtcDateTime",
    "WorkerSeen",
]

JobState = Literal["queued", "running", "done", "failed", "dead"]
"""``failed``: the input cannot be scored. ``dead``: given up after too many tries; ``reason`` says why."""

KeyState = Literal["valid", "expired", "revoked"]

FINAL_STATES: Final = ("done", "failed", "dead")


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC, with its zone, on databases that keep no zones too."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.astimezone(UTC).replace(tzinfo=None) if dialect.name == "sqlite" else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Constraints have names, so that migrations can change them on every database."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: UtcDateTime, dict[str, Any]: JSON}


class Analysis(Base):
    """One request to score one or two clips.

    ``owner`` is the id of the API key that made it, "" where none is needed. ``request_sha256`` covers the
    options and the files, so that a repeated idempotency key is known to mean the same.
    """

    __tablename__ = "analyses"
    __table_args__ = (
        UniqueConstraint("owner", "idempotency_key"),
        Index("ix_analyses_owner_created_at_id", "owner", "created_at", "id"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    owner: Mapped[str] = mapped_column(String(64), default="")
    created_at: Mapped[datetime] = mapped_column(index=True)
    idempotency_key: Mapped[str | None] = mapped_column(String(255))
    request_sha256: Mapped[str] = mapped_column(String(64))
    rescored_from: Mapped[str | None] = mapped_column(String(36))
    keep_video: Mapped[bool] = mapped_column(default=False)
    blur_faces: Mapped[bool] = mapped_column(default=False)
    overlay: Mapped[bool] = mapped_column(default=True)
    limits: Mapped[dict[str, Any]] = mapped_column(default=dict)

    clips: Mapped[list[Clip]] = relationship(
        order_by="Clip.number", cascade="all, delete-orphan", passive_deletes=True, lazy="selectin"
    )
    job: Mapped[Job] = relationship(
        back_populates="analysis", cascade="all, delete-orphan", passive_deletes=True, lazy="joined", innerjoin=True
    )


class Clip(Base):
    """One recording of an analysis. ``number`` is 1 or 2; ``source_key`` is None once the video is deleted."""

    __tablename__ = "clips"

    analysis_id: Mapped[str] = mapped_column(ForeignKey("analyses.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    exercise: Mapped[str] = mapped_column(String(100))
    side: Mapped[str] = mapped_column(String(5))
    mirrored: Mapped[bool]
    region: Mapped[str | None] = mapped_column(String(100))
    sha256: Mapped[str] = mapped_column(String(64))
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    source_key: Mapped[str | None] = mapped_column(String(200))


class Job(Base):
    """The work of one analysis.

    ``lease`` is drawn anew by each claim: whoever still holds it may finish the job, nobody else. ``revision``
    rises with every change that a reader can see. ``outputs`` is the folder of the attempt whose result counts.
    ``put_offs`` counts the attempts that broke for reasons that are not the job's.
    """

    __tablename__ = "jobs"
    __table_args__ = (Index("ix_jobs_state_priority_run_after", "state", "priority", "run_after"),)

    analysis_id: Mapped[str] = mapped_column(ForeignKey("analyses.id", ondelete="CASCADE"), primary_key=True)
    state: Mapped[str] = mapped_column(String(10), default="queued")
    priority: Mapped[int] = mapped_column(default=0)
    queued_at: Mapped[datetime]
    run_after: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None] = mapped_column(index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    lease: Mapped[str | None] = mapped_column(String(36))
    leased_until: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column(default=1)
    progress: Mapped[float] = mapped_column(default=0.0)
    stage: Mapped[str] = mapped_column(String(20), default="")
    kind: Mapped[str | None] = mapped_column(String(40))
    reason: Mapped[str | None] = mapped_column(String(1000))
    outputs: Mapped[str | None] = mapped_column(String(200))
    put_offs: Mapped[int] = mapped_column(default=0)

    analysis: Mapped[Analysis] = relationship(back_populates="job")


class WorkerSeen(Base):
    """When a worker was last heard of."""

    __tablename__ = "workers"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    seen_at: Mapped[datetime] = mapped_column(index=True)
    busy: Mapped[bool] = mapped_column(default=False)


class Tally(Base):
    """Finished attempts, counted in the same transaction that ends them; outlives the analyses.

    ``up_to_s`` is the upper bound of the duration's bucket.
    """

    __tablename__ = "tallies"

    outcome: Mapped[str] = mapped_column(String(60), primary_key=True)
    up_to_s: Mapped[float] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column(default=0)
    seconds_s: Mapped[float] = mapped_column(default=0.0)


class ApiKey(Base):
    """A key that lets a program or a person in; of the key itself only the SHA-256 is kept.

    ``owner`` owns the analyses that are made with it. ``scopes`` are separated by spaces. ``tokens`` is what its
    bucket held at ``filled_at``, see `api.access.limits`.
    """

    __tablename__ = "api_keys"

    id: Mapped[str] = mapped_column(String(12), primary_key=True)
    owner: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(100))
    sha256: Mapped[str] = mapped_column(String(64))
    scopes: Mapped[str] = mapped_column(String(100))
    per_minute: Mapped[int]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    replaced_by: Mapped[str | None] = mapped_column(String(12))
    tokens: Mapped[float]
    filled_at: Mapped[datetime]

    def state(self, now: datetime) -> KeyState:
        """Whether it lets anybody in."""
        if self.revoked_at is not None:
            return "revoked"
        return "expired" if self.expires_at is not None and self.expires_at <= now else "valid"


class Login(Base):
    """A person who is logged in; see `api.access.logins`."""

    __tablename__ = "logins"

    token_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    key_id: Mapped[str] = mapped_column(ForeignKey("api_keys.id", ondelete="CASCADE"))
    expires_at: Mapped[datetime] = mapped_column(index=True)


class AuditEntry(Base):
    """Accesses of one key to one analysis by one address with one answer within one hour; see `api.access.audit`.

    ``analysis_id`` is "" for the list.
    """

    __tablename__ = "audit"

    hour: Mapped[datetime] = mapped_column(primary_key=True)
    key_id: Mapped[str] = mapped_column(String(12), primary_key=True)
    action: Mapped[str] = mapped_column(String(120), primary_key=True)
    analysis_id: Mapped[str] = mapped_column(String(36), primary_key=True, index=True)
    status: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    owner: Mapped[str] = mapped_column(String(64))
    count: Mapped[int]
    first_at: Mapped[datetime]
    last_at: Mapped[datetime] = mapped_column(index=True)

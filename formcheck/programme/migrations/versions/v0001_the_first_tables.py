"""The first tables. A version never changes once it is out: the next change is a new file."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of an empty file."""
    op.create_table(
        "logs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("logged_at", sa.DateTime(), nullable=False),
        sa.Column("package_version", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_logs"),
        sa.UniqueConstraint("fingerprint", name="uq_logs_fingerprint"),
    )
    _entries("sets", *_sets(), *_told_pain("sets"))
    _entries("runs", *_runs(), *_told_pain("runs"))
    _entries("holds", *_holds(), *_told_pain("holds"))
    _entries("pains", _number("pain", null=False), _in_scale("pains", "pain"))
    _entries("signs", _text("sign"), sa.Column("over", sa.Boolean(), nullable=False))
    _entries("weaker", _text("side"))


def _entries(table: str, *columns: sa.schema.SchemaItem) -> None:
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("log_id", sa.Integer(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        *columns,
        sa.ForeignKeyConstraint(["log_id"], ["logs.id"], name=f"fk_{table}_log_id_logs", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
    )
    op.create_index(f"ix_{table}_log_id", table, ["log_id"])
    op.create_index(f"ix_{table}_on_day", table, ["on_day"])


def _sets() -> list[sa.Column[object]]:
    return [
        _text("exercise"),
        _text("side", null=True),
        _number("reps_complete", null=False),
        _number("reps_partial", null=False),
        *map(_number, ("reps_clean", "reps_fault", "reps_unsure")),
        _json("faults"),
        *map(_real, ("hold_s", "hold_error_s", "lowering_s")),
        _json("measures"),
        _json("asymmetry"),
        _text("quality"),
        sa.Column("easy", sa.Boolean(), nullable=True),
        _text("band", null=True),
        _text("band_at", null=True),
        _real("weight_kg"),
        _real("box_cm"),
        _json("provenance"),
    ]


def _runs() -> list[sa.Column[object]]:
    return [
        *map(_real, ("minutes", "km", "cadence_spm", "cadence_error_spm")),
        *map(_json, ("faults", "measures", "asymmetry", "provenance")),
        _text("quality"),
    ]


def _holds() -> list[sa.Column[object]]:
    return [
        _text("exercise"),
        _text("side", null=True),
        sa.Column("seconds", sa.Double(), nullable=False),
        _real("error_s"),
        _number("breaks"),
        _json("faults"),
        _text("quality"),
        _json("provenance"),
    ]


def _told_pain(table: str) -> list[sa.schema.SchemaItem]:
    names = ("pain_during", "pain_after")
    return [*map(_number, names), *(_in_scale(table, name) for name in names)]


def _in_scale(table: str, column: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(f"{column} BETWEEN 0 AND 10", name=op.f(f"ck_{table}_{column}"))


def _text(name: str, null: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.String(), nullable=null)


def _number(name: str, null: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.Integer(), nullable=null)


def _real(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.Double(), nullable=True)


def _json(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.JSON(), nullable=False)

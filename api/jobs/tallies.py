"""Counts of ended attempts by outcome and duration, kept in the database so that they survive any process."""

from __future__ import annotations

from bisect import bisect_left
from typing import Final

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from api.database.tables import Tally

__all__ = ["BOUNDS_S", "LONGEST_S", "tally"]

LONGEST_S: Final = 1e9
"""Stands for infinity, which not every database stores."""

BOUNDS_S: Final = (1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0, LONGEST_S)


def tally(session: Session, outcome: str, took_s: float) -> None:
    """Count one attempt that ended in ``outcome``, within the caller's transaction."""
    up_to_s = BOUNDS_S[bisect_left(BOUNDS_S, min(took_s, LONGEST_S))]
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    row = dialect.insert(Tally).values(outcome=outcome, up_to_s=up_to_s, count=1, seconds_s=took_s)
    more = {"count": Tally.count + 1, "seconds_s": Tally.seconds_s + took_s}
    session.execute(row.on_conflict_do_update(index_elements=["outcome", "up_to_s"], set_=more))

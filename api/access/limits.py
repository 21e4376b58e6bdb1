"""How many requests a key may make: a token bucket that all servers on one database share.

The bucket is a row. So that not every request writes to it, a server draws tokens by the handful, about as many as a
second brings, and spends them from its own purse. A key's servers together never spend more than its bucket holds;
what lies unspent in a purse is given up after `HOLD_S`.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from datetime import datetime
from math import floor
from typing import Final

from api.database.engine import Database
from api.database.tables import ApiKey

__all__ = ["RateLimit"]

HOLD_S: Final = 30.0


@dataclass(slots=True)
class _Purse:
    """``left`` tokens until ``until`` (monotonic); with ``refused`` there are none before then."""

    left: int
    until: float
    refused: bool = False


class RateLimit:
    """The purses of this process; safe to share between threads."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._purses: dict[str, _Purse] = {}
        self._lock = threading.Lock()

    def take(self, key_id: str, per_minute: int) -> float:
        """Spend a token: 0.0, or the seconds until there is one. Raises SQLAlchemy's errors."""
        now = time.monotonic()
        with self._lock:
            purse = self._purses.get(key_id)
            if purse is not None and now < purse.until:
                if purse.refused:
                    return purse.until - now
                if purse.left:
                    purse.left -= 1
                    return 0.0
        drawn, wait_s = self._draw(key_id, max(1, per_minute // 60))
        with self._lock:
            if drawn:
                kept = self._purses.get(key_id)
                spare = kept.left if kept is not None and now < kept.until else 0
                self._purses[key_id] = _Purse(spare + drawn - 1, now + HOLD_S)
            else:
                self._purses[key_id] = _Purse(0, now + wait_s, refused=True)
        return 0.0 if drawn else wait_s

    def _draw(self, key_id: str, wanted: int) -> tuple[int, float]:
        """Tokens taken from the bucket, and the wait for the next one where there is none."""
        with self._database.writing() as session:
            key = session.get(ApiKey, key_id, with_for_update=True)
            if key is None:
                return 0, HOLD_S
            # Only now, with the row locked: a moment from before would turn the bucket's clock back.
            now = max(self._database.now(session), key.filled_at)
            held = _filled(key, now)
            drawn = min(wanted, floor(held))
            key.tokens, key.filled_at, key.last_used_at = held - drawn, now, now
            return drawn, 0.0 if drawn else (1 - held) * 60 / key.per_minute


def _filled(key: ApiKey, now: datetime) -> float:
    """What the bucket holds by now; full, it holds a minute's worth."""
    passed_s = (now - key.filled_at).total_seconds()
    return min(float(key.per_minute), key.tokens + passed_s * key.per_minute / 60)

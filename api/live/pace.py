"""How fast messages are read."""

from __future__ import annotations

import time

__all__ = ["Pace"]


class Pace:
    """So many a second on average, and as many at once."""

    def __init__(self, rate_hz: float) -> None:
        self._rate_hz = rate_hz
        self._tokens, self._filled_s = rate_hz, time.monotonic()

    def wait_s(self) -> float:
        """Take one; how long to wait for it."""
        now_s = time.monotonic()
        filled = self._tokens + (now_s - self._filled_s) * self._rate_hz
        self._tokens, self._filled_s = min(self._rate_hz, filled) - 1, now_s
        return max(0.0, -self._tokens / self._rate_hz)

"""What every stretch declares alike: how long it is to be held, and how well that is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from formcheck.exercises.declare import Check, Dose, limit


@dataclass(frozen=True, slots=True)
class HoldTime:
    """The guide's seconds for one side."""

    low_s: int
    high_s: int

    @property
    def _words(self) -> str:
        return f"{self.low_s}-{self.high_s} s a side"

    def dose(self) -> Dose:
        """The guide's prescription."""
        return Dose(f"{self._words}, once a day", held_low_s=float(self.low_s), held_high_s=float(self.high_s))

    def least(self) -> Any:
        """The limit of how short a hold may be."""
        source = f"guide: {self._words}"
        return limit(float(self.low_s), unit="s", low=2.0, high=300.0, help="shortest hold in one go", source=source)

    def check(self, held: str, camera: str) -> Check:
        """The check of the seconds held; ``held`` is what one stays in."""
        cue = f"Stay in the {held} for {self.low_s} to {self.high_s} seconds in one go, then change sides."
        source = f"guide: {self._words}"
        return Check("hold_time", "Held long enough", "Held too briefly", cue, source, camera)


def held_error() -> Any:
    """The error band of the seconds held."""
    return limit(
        0.7, unit="s", low=0.0, high=5.0, help="error band of the seconds held", source="ours, from rendered people"
    )

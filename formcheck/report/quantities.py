"""Numbers with their units, rounded by their error bands."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

NO_VALUE: Final = "–"


@dataclass(frozen=True, slots=True)
class _Unit:
    suffix: str
    decimals: int
    scale: float = 1.0


_UNITS: Final[dict[str, _Unit]] = {
    "deg": _Unit("°", 0),
    "s": _Unit(" s", 1),
    "%": _Unit("%", 0),
    "share": _Unit("%", 0, 100.0),
    "spm": _Unit(" steps/min", 0),
    "cm": _Unit(" cm", 1),
    "m": _Unit(" m", 2),
    "px": _Unit(" px", 0),
    "ratio": _Unit("", 2),
    "": _Unit("", 2),
    "1": _Unit("", 2),
    "torso": _Unit("% of trunk", 0, 100.0),
    "trunk lengths": _Unit("% of trunk", 0, 100.0),
    "% of trunk length": _Unit("% of trunk", 0),
    "hz": _Unit(" Hz", 0),
    "count": _Unit("", 0),
}


def _unit(unit: str) -> _Unit:
    return _UNITS.get(unit, _Unit(f" {unit}", 2))


def unit_words(unit: str) -> str:
    """The unit as an axis label has it."""
    words = _unit(unit).suffix.strip()
    return {"°": "degrees", "% of trunk": "% of trunk length"}.get(words, words)


def scaled(value: float, unit: str) -> float:
    """A value as it is shown: shares in percent, all else as it is."""
    return value * _unit(unit).scale


def _decimals(unit: _Unit, error: float | None) -> int:
    """Digits down to the error band's first: an error of 2 hides tenths, one of 0.04 shows hundredths."""
    if error is None or not error > 0:
        return unit.decimals
    return min(3, max(0, -math.floor(math.log10(error * unit.scale))))


def _rounded(value: float, decimals: int) -> str:
    # Half away from zero: an error of 2.5 is not made to look like 2.
    text = f"{value + math.copysign(1e-9, value):.{decimals}f}"
    return text.removeprefix("-") if float(text) == 0 else text.replace("-", "−")


def number(value: float | None, unit: str, error: float | None = None) -> str:
    """A value with its unit, rounded by its error band; a dash where there is none."""
    if value is None or not math.isfinite(value):
        return NO_VALUE
    shown = _unit(unit)
    return _rounded(value * shown.scale, _decimals(shown, error)) + shown.suffix


def cell(value: float | None, unit: str, error: float | None) -> str:
    """A value in a table's cell, where the unit's reference ("of trunk") need not stand in every row."""
    return number(value, unit, error).partition(" of ")[0]


def reference(unit: str) -> str:
    """What a unit refers to, for the head of a column of :func:`cell` texts: ``(of trunk)``; mostly empty."""
    what = _unit(unit).suffix.partition(" of ")[2]
    return f"(of {what})" if what else ""


def with_error(value: float | None, unit: str, error: float | None) -> str:
    """A value and its error band: ``14 ± 2°``; the value alone where no band is known."""
    if value is None or not math.isfinite(value) or not error:
        return number(value, unit, error)
    shown = _unit(unit)
    decimals = _decimals(shown, error)
    return f"{_rounded(value * shown.scale, decimals)} ± {_rounded(error * shown.scale, decimals)}{shown.suffix}"


def cell_with_error(value: float | None, unit: str, error: float | None) -> str:
    """As :func:`cell`, with the error band."""
    return with_error(value, unit, error).partition(" of ")[0]


def limit(value: float, unit: str) -> str:
    """A limit as it was declared; one that was computed, to three or four digits."""
    shown = value * _unit(unit).scale
    digits = 4 if abs(shown) >= 1 else 3
    return f"{shown:.{digits}g}".replace("-", "−") + _unit(unit).suffix


def moment(t_s: float) -> str:
    """A time in the recording: ``12.4 s``, from a minute on ``1:12.4``."""
    if t_s < 60:
        return f"{t_s:.1f} s"
    tenths = round(t_s * 10)
    return f"{tenths // 600}:{tenths % 600 / 10:04.1f}"

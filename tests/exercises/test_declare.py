"""Limits are declared once; their docs, ranges and hash come from there."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from formcheck.exercises.declare import About, Check, Dose, Limit, declared, limit, params_hash

CHECK = Check("lean", "Upright", "Lean", "Stand up.", "a source", "In front.")


@dataclass(frozen=True)
class Params:
    """Two limits."""

    lean_deg: float = limit(10.0, unit="deg", low=5.0, high=20.0, help="how far", source="ours")
    hold_s: float = limit(2.0, unit="s", low=0.0, high=9.0, help="how long", source="guide")


def test_limits_are_read_back_in_order() -> None:
    assert declared(Params) == (
        Limit("lean_deg", 10.0, "deg", 5.0, 20.0, "how far", "ours"),
        Limit("hold_s", 2.0, "s", 0.0, 9.0, "how long", "guide"),
    )
    assert declared(Params(lean_deg=7.0)) == declared(Params)


def test_a_default_outside_its_range_is_refused() -> None:
    with pytest.raises(ValueError, match="outside 5 to 9"):
        limit(10.0, unit="deg", low=5, high=9, help="", source="")


def test_the_hash_is_of_the_limits_in_force() -> None:
    assert params_hash(Params()) == params_hash(Params(lean_deg=10.0))
    assert len({params_hash(Params()), params_hash(Params(lean_deg=11.0)), params_hash(Params(hold_s=1.0))}) == 3
    assert len(params_hash(Params())) == 12


def test_checks_are_found_by_id() -> None:
    about = About("Do.", Dose("3 x 10"), "In front.", "height", (CHECK,))
    assert about.check("lean") is CHECK
    with pytest.raises(KeyError):
        about.check("other")

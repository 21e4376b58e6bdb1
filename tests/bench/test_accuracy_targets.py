"""What cannot be met is said of the figures that it is about, and of no others."""

from __future__ import annotations

from bench.accuracy_targets import BEYOND_LANDMARKS, TARGETS, why_not


def test_every_reason_is_about_a_target() -> None:
    named = {name for target in TARGETS for name in target.names}
    for check in BEYOND_LANDMARKS:
        assert {f"{check}.moderate.f1", f"{check}.severe.f1"} <= named, check


def test_a_reason_excuses_misses_and_no_false_accusation() -> None:
    check = next(iter(BEYOND_LANDMARKS))
    assert why_not(f"{check}.moderate.f1")
    assert why_not(f"{check}.false_accusations") == ""
    assert why_not("single_leg_glute_bridge.hips_short.moderate.f1") == ""

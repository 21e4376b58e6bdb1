"""Every short citation that a result can show is told in docs/sources.md."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from formcheck.exercises.declare import declared
from formcheck.exercises.registry import get_exercise

CITATION = re.compile(r"[A-Z][a-z]+(?: & [A-Z][a-z]+)? (?:19|20)\d\d")
OURS = (
    "clamshell",
    "glute_bridge",
    "lateral_band_walk",
    "side_lying_hip_abduction",
    "running_rear",
    "running_side",
    "single_leg_box_squat",
    "single_leg_glute_bridge",
)


def cited(exercise: str) -> set[str]:
    """The short citations among the sources of an exercise's checks and limits."""
    checker = get_exercise(exercise)
    sources = [item.source for item in (*checker.about.checks, *declared(checker.Params))]
    return {found for source in sources for found in CITATION.findall(source)}


@pytest.mark.parametrize("exercise", OURS)
def test_every_citation_is_told(root: Path, exercise: str) -> None:
    told = (root / "docs" / "sources.md").read_text(encoding="utf-8")
    assert {short for short in cited(exercise) if f"| {short} " not in told} == set()


def test_there_are_citations_to_tell() -> None:
    assert len(set().union(*map(cited, OURS))) >= 10

"""Scoring held to what is published: a change that makes it worse cannot land unseen."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bench.accuracy import score_all
from bench.accuracy_figures import all_figures, published
from bench.accuracy_score import recognised_as
from bench.intervals import Figure
from bench.plans import bench_clips
from bench.scoring_truth import DATA, ClipTruth, truths
from formcheck.pose.store import load_track

_ROUNDING = 1e-5


EVERY = 10
"""Recognising takes ten times as long as scoring: of so many clips one is recognised anew."""


@pytest.fixture(scope="module")
def figures() -> dict[str, Figure]:
    """The figures of the published clips, scored now; what they are recognised as is what was published."""
    scored = score_all(published_clips(), recognising=False)
    return all_figures([replace(clip, recognised=published().recognised[clip.truth.name]) for clip in scored])


def published_clips() -> list[ClipTruth]:
    """The clips that the published figures rest on."""
    return [clip for clip in truths(part="test") if clip.name in published().clips]


def tracks() -> list[Path]:
    """Their tracks; where nobody was found there is none."""
    paths = [DATA / f"{clip.name}.npz" for clip in published_clips()]
    return [path for path in paths if path.exists()]


@pytest.mark.parametrize("track", tracks()[::EVERY], ids=lambda track: str(track.stem))
def test_a_clip_is_recognised_as_published(track: Path) -> None:
    assert recognised_as(load_track(track)) == published().recognised[track.stem]


def test_every_published_figure_holds_within_its_interval(figures: dict[str, Figure]) -> None:
    outside = [
        f"{name}: published {was.value:.3f} ({was.low:.3f} to {was.high:.3f}), now "
        + (f"{figures[name].value:.3f}" if name in figures else "missing")
        for name, was in published().figures.items()
        if name not in figures or not was.low - _ROUNDING <= figures[name].value <= was.high + _ROUNDING
    ]
    assert not outside, "scoring changed; if for the better, `make bench-accuracy` publishes anew:\n" + "\n".join(
        outside
    )


def test_every_clip_of_the_test_part_is_published() -> None:
    planned = {clip.name for clip in bench_clips() if clip.part == "test"}
    present = {clip.name for clip in truths(part="test")}
    assert set(published().clips) <= present
    if planned - present:
        pytest.skip(f"{len(planned - present)} clips of the test part are not made yet")
    assert set(published().clips) == planned


def test_every_figure_is_published(figures: dict[str, Figure]) -> None:
    unpublished = [name for name, figure in figures.items() if figure.has_interval and name not in published().figures]
    assert not unpublished, f"`make bench-accuracy` publishes them: {', '.join(unpublished)}"


def test_the_page_shows_the_published_figures() -> None:
    text = (Path(__file__).resolve().parents[2] / "docs" / "accuracy.md").read_text(encoding="utf-8")
    exact = published().figures["all.reps_exact"]
    assert (
        f"`all.reps_exact` | {100 * exact.value:.1f}% ({100 * exact.low:.0f}-{100 * exact.high:.0f}, n {exact.n})"
        in text
    )


def test_nobody_is_in_both_parts() -> None:
    bodies = {part: {clip.body for clip in truths(part=part)} for part in ("tune", "test")}
    assert bodies["tune"]
    assert bodies["test"]
    assert not bodies["tune"] & bodies["test"]

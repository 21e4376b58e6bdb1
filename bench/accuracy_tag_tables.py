"""The section of `docs/accuracy.md` on worn tags: targets, the pelvis's checks with and without, frames, bad input."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from bench.accuracy_format import NOTHING, number, percent, table
from bench.accuracy_measures import BAND_SHARE
from bench.accuracy_tag import HOWS, OVER_LIMIT_DEG, SIZE_NAMES, TAG_CHECKS, UNSEEN, TaggedClip, TagUnit, tag_units
from bench.accuracy_targets import Target, results
from bench.intervals import Figure

Figures = Mapping[str, Figure]

TITLE: Final = "## With a tag on the waistband"

_LARGE: Final = tuple(f"{exercise}.{about.check}.tag.large" for exercise, about in TAG_CHECKS.items())
TAG_TARGETS: Final = (
    Target("within 1.5 degrees", 1.5, tuple(f"{name}.mae" for name in _LARGE), at_least=False, unit="deg"),
    Target("slope at least 0.95", 0.95, tuple(f"{name}.slope" for name in _LARGE)),
    Target("slope at most 1.05", 1.05, tuple(f"{name}.slope" for name in _LARGE), at_least=False),
    Target(
        f"F1 of faults {OVER_LIMIT_DEG:g} degrees over the limit",
        0.98,
        tuple(f"{name}.f1" for name in _LARGE),
        unit="share",
    ),
    Target(
        "no false accusation in clean repetitions",
        0.0,
        tuple(f"{name}.false_accusations" for name in _LARGE),
        at_least=False,
        unit="share",
    ),
    Target(
        "wrong pose solution in at most 1 of 1,000 frames",
        0.001,
        tuple(f"{exercise}.tag.large.wrong_pose" for exercise in TAG_CHECKS),
        at_least=False,
        unit="share",
    ),
    Target("error bands hold the truth", BAND_SHARE, tuple(f"{name}.band_holds" for name in _LARGE), unit="share"),
)
"""For tags of at least 35 px."""

_SIZES: Final = {"large": "35 px and more", "medium": "25-35 px", "small": "under 25 px", UNSEEN: "not seen"}
_INTRODUCTION: Final = (
    "The same rendered people with a printed tag pinned to the waistband, in front or behind, in a volume of clips of "
    "their own (`bench/README.md`): plain, tilted, bent, creased, glossy, blurred, now and then under a shirt or hand, "
    "filmed from every place that shows it, places forbidden to landmarks among them. Each track is scored twice: with "
    "what was seen of the tag, and with that removed. What is true is the change of the pelvis since the set's start; "
    "of a run, the drop in the middle of stance, mean of each foot. Sizes are the median length of the tag's longest "
    "edge in the picture. *Abstained* counts units without an answer of the tag, or of the landmarks. A pose of the "
    "tag is wrong where it is more than 3 degrees further from the truth than the tag's other pose; a tag that faces "
    "the camera to 6 degrees has two poses within the scatter of its corners, and where that is known, readings allow "
    "for both."
)


def tag_tables(clips: Sequence[TaggedClip], figures: Figures) -> Iterator[str]:
    """The blocks of the section; nothing without clips."""
    if not clips:
        return
    measured = [clip for clip in clips if clip.worn.measured]
    yield TITLE
    yield _INTRODUCTION
    yield table(["target, tag of at least 35 px", "figure", "measured", "met"], list(_target_rows(figures)))
    yield "With the tag / from landmarks alone."
    yield table(
        ["check", "tag", "clips, units", "MAE, deg", "slope", "bias, deg", "abstained", "F1", "false accusations"],
        list(_check_rows(measured, figures)),
    )
    yield table(
        ["exercise", "tag", "found where all of it is shown", "wrong pose", "and not known to be unsure", "bands hold"],
        list(_frame_rows(figures)),
    )
    yield "From where, and how it was worn (tags of at least 35 px; MAE in degrees of what the tag measured):"
    yield table(["exercise", "camera", "units", "MAE", "abstained with the tag", "without"], list(_view_rows(measured)))
    yield table(["worn", "units", "MAE", "abstained with the tag", "without"], list(_wear_rows(measured)))
    yield "Tags that are no measure, or only with a warning; verdicts of each repetition or foot, with the tag:"
    yield table(["clip", "tag", "verdicts", "read, deg", "true, deg", "said of the tag"], list(_bad_rows(clips)))


def _target_rows(figures: Figures) -> Iterator[list[str]]:
    for target in TAG_TARGETS:
        for name, figure, met in results(figures, target):
            shown = percent(figure) if target.unit == "share" else number(figure)
            yield [target.text, f"`{name}`", shown, "yes" if met else "**no**"]


def _check_rows(clips: Sequence[TaggedClip], figures: Figures) -> Iterator[list[str]]:
    for exercise, about in TAG_CHECKS.items():
        for size, words in _SIZES.items():
            own = [c for c in clips if c.truth.exercise == exercise and c.worn.size == size]
            if not own:
                continue
            units = sum(len(tag_units(clip)) for clip in own)
            name = f"{exercise}.{about.check}"
            cells = [_both(figures, name, size, what, 2) for what in ("mae", "slope", "bias")]
            shares = [_both(figures, name, size, what, -1) for what in ("abstained", "f1", "false_accusations")]
            yield [f"`{name}`", words, f"{len(own)}, {units}", *cells, *shares]


def _both(figures: Figures, name: str, size: str, what: str, digits: int) -> str:
    """One figure with the tag and without; negative digits stand for a share."""
    found = [figures.get(f"{name}.{how}.{size}.{what}") for how in HOWS]
    return " / ".join(percent(figure) if digits < 0 else number(figure, digits) for figure in found)


def _frame_rows(figures: Figures) -> Iterator[list[str]]:
    for exercise, about in TAG_CHECKS.items():
        for size in SIZE_NAMES:
            names = ("found", "wrong_pose", "surely_wrong_pose")
            found, wrong, surely = (figures.get(f"{exercise}.tag.{size}.{what}") for what in names)
            bands = figures.get(f"{exercise}.{about.check}.tag.{size}.band_holds")
            if found:
                poses = [_per_thousand(wrong), _per_thousand(surely)]
                yield [f"`{exercise}`", _SIZES[size], percent(found), *poses, percent(bands)]


def _per_thousand(figure: Figure | None) -> str:
    if figure is None:
        return NOTHING
    return f"{1000 * figure.value:.1f} of 1,000 ({1000 * figure.low:.1f}-{1000 * figure.high:.1f}, n {figure.n})"


def _view_rows(clips: Sequence[TaggedClip]) -> Iterator[list[str]]:
    for exercise in TAG_CHECKS:
        own = [c for c in clips if c.truth.exercise == exercise and c.worn.size == "large"]
        for view in sorted({_place(clip) for clip in own}):
            units = [unit for clip in own if _place(clip) == view for unit in tag_units(clip)]
            yield [f"`{exercise}`", view, *_cells(units)]


def _place(clip: TaggedClip) -> str:
    return clip.truth.view if clip.truth.place == "forbidden" else f"{clip.truth.place}: {clip.truth.view}"


def _wear_rows(clips: Sequence[TaggedClip]) -> Iterator[list[str]]:
    large = [clip for clip in clips if clip.worn.size == "large"]
    for wear in dict.fromkeys(clip.worn.wear for clip in large):
        units = [unit for clip in large if clip.worn.wear == wear for unit in tag_units(clip)]
        yield [wear, *_cells(units)]


def _cells(units: Sequence[TagUnit]) -> list[str]:
    errors = [abs(value - unit.true_deg) for unit in units if (value := unit.value("tag")) is not None]
    mae = f"{sum(errors) / len(errors):.2f}" if errors else NOTHING
    abstained = [f"{sum(not unit.judged(how) for unit in units)} of {len(units)}" for how in HOWS]
    return [str(len(units)), mae, *abstained]


def _bad_rows(clips: Sequence[TaggedClip]) -> Iterator[list[str]]:
    for clip in clips:
        if clip.worn.measured:
            continue
        units = tag_units(clip)
        states = ", ".join(verdict.state if (verdict := unit.verdicts["tag"]) else "no rep" for unit in units)
        read = ", ".join(_one(unit.value("tag")) for unit in units)
        true = ", ".join(f"{unit.true_deg:.1f}" for unit in units)
        yield [f"`{clip.truth.name}`", clip.worn.wear, states, read, true, _said(clip)]


def _said(clip: TaggedClip) -> str:
    """Remarks and reasons that are there with the tag and not without."""
    with_tag, without = (clip.scored[how].report for how in HOWS)
    usual = set(without.remarks) if without else set()
    remarks = [remark for remark in (with_tag.remarks if with_tag else ()) if remark not in usual]
    reasons = [verdict.reason for unit in tag_units(clip) if (verdict := unit.verdicts["tag"]) and verdict.reason]
    return " ".join(dict.fromkeys([*remarks, *(reason for reason in reasons if " tag" in reason)])) or NOTHING


def _one(value: float | None) -> str:
    return NOTHING if value is None else f"{value:.1f}"

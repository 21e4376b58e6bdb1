"""Which exercise a clip was recognised as where nobody names it: right, refused, or wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from bench import intervals
from bench.accuracy_format import NOTHING, percent, table
from bench.accuracy_score import ScoredClip
from bench.intervals import Figure
from formcheck.exercises.registry import exercise_ids

Figures = Mapping[str, Figure]

NO_EXERCISE: Final = "none of them"
OTHER_VIEW: Final = {"running_rear": "running_side", "running_side": "running_rear"}
"""A run filmed from where the other exercise has its camera is that one."""


ALSO_SHOWS: Final = {"two_leg_bridge": "glute_bridge", "side_leg_raise": "side_lying_hip_abduction"}
"""What shows nothing of the exercise it was filmed for, and is another one; besides those that go by their id."""


def shown(clip: ScoredClip) -> str:
    """What a clip shows: its exercise, or none of them."""
    return NO_EXERCISE if clip.truth.negative else clip.truth.exercise


def is_right(clip: ScoredClip) -> bool:
    """Whether the clip was taken for what it shows; refusing is right for what shows none."""
    if clip.truth.negative:
        return clip.recognised in (None, ALSO_SHOWS.get(clip.truth.shows, clip.truth.shows))
    as_filmed = OTHER_VIEW.get(clip.truth.exercise) if clip.truth.place == "forbidden" else None
    return clip.recognised is not None and clip.recognised in (clip.truth.exercise, as_filmed)


def is_wrong(clip: ScoredClip) -> bool:
    """Whether it was taken for another exercise."""
    return clip.recognised is not None and not is_right(clip)


def recognition_figures(clips: Sequence[ScoredClip]) -> dict[str, Figure]:
    """Shares over all clips and by exercise; keys `recognised.NAME`."""
    exercises = [c for c in clips if not c.truth.negative and c.truth.place != "forbidden"]
    negatives = [c for c in clips if c.truth.negative]
    forbidden = [c for c in clips if c.truth.place == "forbidden"]
    told = [*exercises, *negatives]
    found = {
        "right": intervals.share(sum(map(is_right, exercises)), len(exercises)),
        "wrong": intervals.share(sum(map(is_wrong, told)), len(told)),
        "wrong_forbidden": intervals.share(sum(map(is_wrong, forbidden)), len(forbidden)),
        "none_refused": intervals.share(sum(map(is_right, negatives)), len(negatives)),
    }
    for exercise in exercise_ids():
        own = [c for c in exercises if c.truth.exercise == exercise]
        found[f"{exercise}.right"] = intervals.share(sum(map(is_right, own)), len(own))
    return {f"recognised.{name}": figure for name, figure in found.items() if figure is not None}


def recognition_tables(clips: Sequence[ScoredClip], figures: Figures) -> Iterator[str]:
    """The blocks on `--exercise auto`."""
    yield "## Recognising the exercise"
    yield (
        "Every clip as `formcheck check --exercise auto` takes it, its exercise not being told. *Refused*: none of the "
        "exercises, or two of them hesitated between; nothing is scored then. Places as above. A run filmed from where "
        "the other run's camera stands is right as that one. So is, among what shows none, a bridge on both feet "
        "as `glute_bridge` and a lift of the straight leg as `side_lying_hip_abduction`."
    )
    rows = [["all, prescribed and edge", percent(figures.get("recognised.right"))]]
    rows += [
        ["taken for another exercise, prescribed, edge and negatives", percent(figures.get("recognised.wrong"))],
        ["taken for another exercise, forbidden places", percent(figures.get("recognised.wrong_forbidden"))],
        ["clips of none of them not taken for one", percent(figures.get("recognised.none_refused"))],
    ]
    yield table(["", "share"], rows)
    yield table(["shown", "clips", "right", "refused", "wrong: taken for"], list(_confusion(clips)))


def _confusion(clips: Sequence[ScoredClip]) -> Iterator[list[str]]:
    for what in (*exercise_ids(), NO_EXERCISE):
        own = [c for c in clips if shown(c) == what]
        allowed = [c for c in own if c.truth.place != "forbidden"]
        yield from _row(f"`{what}`" if what != NO_EXERCISE else what, allowed)
        yield from _row(f"`{what}`, forbidden place", [c for c in own if c.truth.place == "forbidden"])


def _row(title: str, clips: Sequence[ScoredClip]) -> Iterator[list[str]]:
    if not clips:
        return
    refused = sum(c.recognised is None and not is_right(c) for c in clips)
    wrong = Counter(str(c.recognised) for c in clips if is_wrong(c))
    taken = ", ".join(f"`{name}` {n}" for name, n in sorted(wrong.items())) or NOTHING
    yield [title, str(len(clips)), str(sum(map(is_right, clips))), str(refused), taken]

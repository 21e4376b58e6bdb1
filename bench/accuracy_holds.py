"""Stretches against their truth: seconds held, breaks, sides, and whether the time read was time in position."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bench import intervals
from bench.accuracy_format import NOTHING, number, percent, table
from bench.accuracy_match import overlap_s
from bench.accuracy_score import ScoredClip, Unit
from bench.intervals import Figure
from bench.scoring_truth import PLACES, STRETCHES
from formcheck.results import Rep

Figures = Mapping[str, Figure]


def held_exercises(clips: Iterable[ScoredClip]) -> list[str]:
    """The stretches among the clips."""
    present = {clip.truth.exercise for clip in clips}
    return [exercise for exercise in STRETCHES if exercise in present]


def hold_figures(clips: Sequence[ScoredClip]) -> dict[str, Figure]:
    """Every figure of every stretch; keys `EXERCISE.NAME`."""
    return {
        f"{exercise}.{name}": figure
        for exercise in held_exercises(clips)
        for name, figure in _of_one([c for c in clips if c.truth.exercise == exercise]).items()
        if figure is not None
    }


def _of_one(clips: Sequence[ScoredClip]) -> dict[str, Figure | None]:
    negatives = [c for c in clips if c.truth.negative]
    sets = [c for c in clips if not c.truth.negative]
    allowed = [c for c in sets if c.truth.place != "forbidden"]
    elsewhere = [c for c in sets if c.truth.place == "forbidden"]
    held = [(c.truth.name, unit, unit.rep) for c in allowed for unit in c.units if unit.complete and unit.rep]
    names = [name for name, _, _ in held]
    errors = [(rep.hold_s or 0.0) - unit.true["hold_s"] for _, unit, rep in held]
    sides = [rep.side == unit.clip.side for _, unit, rep in held]
    seconds = [_seconds(c) for c in allowed]
    return {
        "holds_exact": intervals.share(sum(map(_exact, allowed)), len(allowed)),
        "breaks_right": intervals.share(sum(map(_breaks_right, allowed)), len(allowed)),
        "negatives_left_alone": intervals.share(sum(not _reps(c) for c in negatives), len(negatives)),
        "side_right": intervals.share(sum(sides), len(sides)),
        "seconds.bias": intervals.mean(errors, names),
        "seconds.mae": intervals.mean([abs(error) for error in errors], names),
        "seconds.within_a_second": intervals.share(sum(abs(error) <= 1.0 for error in errors), len(errors)),
        "in_position.precision": _ratio([(s.right, s.read) for s in seconds]),
        "in_position.recall": _ratio([(s.found, s.true) for s in seconds]),
        "forbidden_abstained": intervals.share(sum(not _reps(c) for c in elsewhere), len(elsewhere)),
    }


def _reps(clip: ScoredClip) -> tuple[Rep, ...]:
    return clip.report.reps if clip.report else ()


def _true(clip: ScoredClip) -> list[Unit]:
    return [unit for unit in clip.units if unit.complete]


def _exact(clip: ScoredClip) -> bool:
    """Every hold found as one, no half-way one taken for a hold, and none besides."""
    return not clip.count_errors


def _breaks_right(clip: ScoredClip) -> bool:
    holds = clip.report.holds or () if clip.report else ()
    return sum(held.breaks for held in holds) == len(_true(clip)) - 1


@dataclass(frozen=True)
class _Seconds:
    """Of one set: seconds read, and those of them truly in position or on the way; true seconds, and those found."""

    read: float
    right: float
    true: float
    found: float


def _seconds(clip: ScoredClip) -> _Seconds:
    read = [(rep.start_s, rep.end_s) for rep in _reps(clip)]
    around = [(u.true_rep.start_s, u.true_rep.end_s) for u in _true(clip) if u.true_rep]
    held = [_held_span(u) for u in _true(clip)]
    return _Seconds(
        sum(end - start for start, end in read),
        sum(overlap_s(r, t) for r in read for t in around),
        sum(end - start for start, end in held),
        sum(overlap_s(r, t) for r in read for t in held),
    )


def _held_span(unit: Unit) -> tuple[float, float]:
    middle_s = unit.true_rep.turn_s if unit.true_rep else 0.0
    half_s = unit.true["hold_s"] / 2
    return middle_s - half_s, middle_s + half_s


def _ratio(pairs: Sequence[tuple[float, float]]) -> Figure | None:
    whole = sum(of for _, of in pairs)
    return intervals.described(sum(part for part, _ in pairs) / whole, len(pairs)) if whole else None


_ROWS: Final = (
    ("holds_exact", "sets whose holds were found one by one", "share"),
    ("breaks_right", "sets with the right number of breaks", "share"),
    ("negatives_left_alone", "negatives without a hold", "share"),
    ("side_right", "side right", "share"),
    ("seconds.mae", "seconds held, mean size of the error", "seconds"),
    ("seconds.bias", "seconds held, bias", "seconds"),
    ("seconds.within_a_second", "holds whose seconds are right within one", "share"),
    ("in_position.precision", "of the seconds read, truly in position or on the way", "part"),
    ("in_position.recall", "of the true seconds, read", "part"),
    ("forbidden_abstained", "no hold told from a forbidden place", "share"),
)


def hold_tables(clips: Sequence[ScoredClip], figures: Figures) -> Iterator[str]:
    """The blocks of all stretches; nothing where the clips show none."""
    exercises = held_exercises(clips)
    if not exercises:
        return
    yield "## Stretches"
    yield (
        "Each uninterrupted hold against the time that the movement was within a tenth of its depth. No hold of the "
        "bench is as long as the guide asks, so `hold_time` is a fault in all of them. `hips_square` is never judged: "
        "one hip hides the other from beside the mat, and from elsewhere the pose is not told."
    )
    yield table(
        ["stretch", "clips", *PLACES, "negatives", "holds", "bodies"],
        [_what_there_is(exercise, clips) for exercise in exercises],
    )
    rows = [[words, *(_cell(figures.get(f"{e}.{name}"), kind) for e in exercises)] for name, words, kind in _ROWS]
    yield table(["", *(f"`{exercise}`" for exercise in exercises)], rows)


def _what_there_is(exercise: str, clips: Sequence[ScoredClip]) -> list[str]:
    own = [c for c in clips if c.truth.exercise == exercise]
    shown = [c for c in own if not c.truth.negative]
    places = [str(sum(c.truth.place == place for c in shown)) for place in PLACES]
    holds, bodies = sum(len(_true(c)) for c in shown), len({c.truth.body for c in own})
    return [f"`{exercise}`", str(len(own)), *places, str(len(own) - len(shown)), str(holds), str(bodies)]


def _cell(figure: Figure | None, kind: str) -> str:
    if figure is None:
        return NOTHING
    if kind == "share":
        return percent(figure)
    return number(figure) if kind == "seconds" else f"{100 * figure.value:.1f}%"

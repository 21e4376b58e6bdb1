"""All figures of a bench run under one flat set of names, `EXERCISE.WHAT...`, and the file they are published in."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Final, Protocol

from bench import intervals
from bench.accuracy_checks import check_figures, false_accusations, missed_faults, tally
from bench.accuracy_declare import SIZES
from bench.accuracy_holds import hold_figures
from bench.accuracy_measures import count_figures, measure_figures
from bench.accuracy_real import Row
from bench.accuracy_recognition import recognition_figures
from bench.accuracy_score import ScoredClip
from bench.intervals import Figure
from bench.scoring_truth import ClipTruth

PUBLISHED: Final = Path(__file__).with_name("published.json")
_DIGITS: Final = 5


def exercises_of(clips: Iterable[ScoredClip]) -> list[str]:
    """The exercises among the clips, in the order of the declarations."""
    present = {clip.truth.exercise for clip in clips}
    return [exercise for exercise in SIZES if exercise in present]


def of_exercise(clips: Iterable[ScoredClip], exercise: str) -> list[ScoredClip]:
    """The clips of one exercise."""
    return [clip for clip in clips if clip.truth.exercise == exercise]


def all_figures(clips: Sequence[ScoredClip]) -> dict[str, Figure]:
    """Every figure of every exercise, and those over all of them under `all`."""
    figures: dict[str, Figure] = {}
    for exercise in exercises_of(clips):
        own = of_exercise(clips, exercise)
        found = count_figures(own) | measure_figures(exercise, own)
        for check in SIZES[exercise]:
            found |= check_figures(exercise, check, own)
        figures |= {f"{exercise}.{name}": figure for name, figure in found.items()}
    figures |= hold_figures(clips) | recognition_figures(clips)
    return figures | {f"all.{name}": figure for name, figure in _overall(clips).items()}


def _overall(clips: Sequence[ScoredClip]) -> dict[str, Figure]:
    counted = [c for c in clips if not (c.truth.negative or c.truth.is_run or c.truth.is_held)]
    sets = [c for c in counted if c.truth.place != "forbidden"]
    tallies = [
        tally(of_exercise(clips, exercise), check) for exercise in exercises_of(clips) for check in SIZES[exercise]
    ]
    accused = sum(t.found["clean"] for t in tallies)
    forbidden = sum(t.forbidden for t in tallies)
    found = {
        "reps_exact": intervals.share(sum(c.reps_exact for c in sets), len(sets)),
        "false_accusations": intervals.share(accused, accused + sum(t.missed["clean"] for t in tallies)),
        "forbidden_abstained": intervals.share(forbidden - sum(t.forbidden_judged for t in tallies), forbidden),
    }
    return {name: figure for name, figure in found.items() if figure is not None}


def worst(clips: Sequence[ScoredClip], count: int = 10) -> list[ScoredClip]:
    """The clips with most counting errors, then most false accusations, then most missed faults; none without any."""
    wrong = [clip for clip in clips if any(_wrongs(clip))]
    return sorted(wrong, key=lambda clip: (*(-n for n in _wrongs(clip)), clip.truth.name))[:count]


def _wrongs(clip: ScoredClip) -> tuple[int, int, int]:
    allowed = clip.truth.place != "forbidden"
    return clip.count_errors * allowed, false_accusations(clip) * allowed, missed_faults(clip)


@dataclass(frozen=True)
class Published:
    """What was published: the clips it rests on and what each was taken for, the figures that have an interval, the
    rows of real people.
    """

    clips: tuple[str, ...] = ()
    figures: Mapping[str, Figure] = field(default_factory=dict)
    real: tuple[Row, ...] = ()
    recognised: Mapping[str, str | None] = field(default_factory=dict)


class AboutClip(Protocol):
    """What knows its clip."""

    @property
    def truth(self) -> ClipTruth:
        """The clip."""


def publish(
    clips: Sequence[AboutClip],
    figures: Mapping[str, Figure],
    real: Sequence[Row],
    path: Path,
    recognised: Mapping[str, str | None] = MappingProxyType({}),
) -> None:
    """Write the figures for the test that holds scoring to them, and for the next page."""
    rows = {
        name: {"value": _round(f.value), "low": _round(f.low), "high": _round(f.high), "n": f.n}
        for name, f in figures.items()
        if f.has_interval
    }
    record = {"clips": [clip.truth.name for clip in clips], "figures": rows, "real": list(real)}
    record |= {"recognised": dict(recognised)} if recognised else {}
    path.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


def published(path: Path = PUBLISHED) -> Published:
    """What was published last; nothing before the first time."""
    if not path.exists():
        return Published()
    record = json.loads(path.read_text(encoding="utf-8"))
    figures = {name: Figure(**row) for name, row in record["figures"].items()}
    return Published(tuple(record["clips"]), figures, tuple(record["real"]), record.get("recognised", {}))


def _round(value: float) -> float:
    return round(value, _DIGITS) + 0.0

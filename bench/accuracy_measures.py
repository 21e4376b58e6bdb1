"""How what was read compares with what is true: measures, times, counts, sides."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from bench import intervals
from bench.accuracy_checks import judged_units
from bench.accuracy_declare import PAIRS, Pair
from bench.accuracy_score import ScoredClip
from bench.intervals import Figure
from bench.scoring_truth import PLACES, TrueRep
from formcheck.results import Measure, Rep

BAND_SHARE: Final = 0.90
"""Share of readings whose band is to hold the truth."""

Maybe = dict[str, Figure | None]


@dataclass(frozen=True)
class Reading:
    """A measure beside its truth; `error` is the half-width of the band that was reported."""

    clip: str
    place: str
    true: float
    read: float
    error: float | None


def readings(clips: Sequence[ScoredClip], pair: Pair) -> list[Reading]:
    """All units in which the measure was read and the truth is known."""
    return [
        Reading(unit.clip.name, unit.clip.place, unit.true[pair.true], read.value, read.error)
        for unit in judged_units(clips)
        if pair.true in unit.true and (read := unit.read.get(pair.read)) and read.value is not None
    ]


def contact_readings(clips: Sequence[ScoredClip], pair: Pair) -> list[Reading]:
    """The same at every foot contact whose side was read right."""
    return [
        Reading(found.clip.name, found.clip.place, found.true.measures[pair.true], read.value, read.error)
        for clip in clips
        for found in clip.contacts
        if found.read.side == found.true.side
        and (read := found.read.measures.get(pair.read, Measure(value=None, unit=""))).value is not None
    ]


def measure_figures(exercise: str, clips: Sequence[ScoredClip]) -> dict[str, Figure]:
    """Bias, error, slope and band of every declared measure; keys `MEASURE.NAME`."""
    figures: dict[str, Figure] = {}
    for pair in PAIRS.get(exercise, ()):
        figures |= _named(pair.read, pair_figures(pair, readings(clips, pair)))
        if pair.by_contact:
            figures |= _named(f"{pair.read}_by_contact", pair_figures(pair, contact_readings(clips, pair)))
    return figures


def pair_figures(pair: Pair, found: Sequence[Reading]) -> Maybe:
    """The figures of one measure; views that forbid judging enter only under their own name."""
    allowed = [r for r in found if r.place != "forbidden"]
    names = [r.clip for r in allowed]
    figures: Maybe = {"slope": intervals.slope([r.true for r in allowed], [r.read for r in allowed], names)}
    if not pair.same_unit:
        return figures
    figures["bias"] = intervals.mean([r.read - r.true for r in allowed], names)
    figures["mae"] = _mae(allowed)
    figures |= {f"mae_{place}": _mae([r for r in found if r.place == place]) for place in PLACES}
    return figures | _band([r for r in allowed if r.error is not None])


def _mae(found: Sequence[Reading]) -> Figure | None:
    return intervals.mean([abs(r.read - r.true) for r in found], [r.clip for r in found])


def _band(found: Sequence[Reading]) -> Maybe:
    """Share of bands that hold the truth, their mean half-width, and the one half-width that would do."""
    if not found:
        return {}
    errors = np.array([abs(r.read - r.true) for r in found])
    bands = np.array([r.error for r in found], dtype=float)
    return {
        "band_holds": intervals.share(int(np.sum(errors <= bands + 1e-9)), len(found)),
        "band": intervals.described(float(bands.mean()), len(found)),
        "band_needed": intervals.described(float(np.quantile(errors, BAND_SHARE)), len(found)),
    }


def count_figures(clips: Sequence[ScoredClip]) -> dict[str, Figure]:
    """Sets counted exactly, negatives left alone, times and sides; for runs contacts found and their times."""
    shown = [clip for clip in clips if not clip.truth.negative]
    allowed = [clip for clip in shown if clip.truth.place != "forbidden"]
    negatives = [clip for clip in clips if clip.truth.negative]
    figures: Maybe = {"negatives_left_alone": intervals.share(sum(_left_alone(c) for c in negatives), len(negatives))}
    if any(clip.truth.is_run for clip in clips):
        return _present(figures | _contact_figures(allowed))
    elsewhere = [clip for clip in shown if clip.truth.place == "forbidden"]
    figures["reps_exact"] = intervals.share(sum(c.reps_exact for c in allowed), len(allowed))
    figures["reps_exact_forbidden"] = intervals.share(sum(c.reps_exact for c in elsewhere), len(elsewhere))
    return _present(figures | _rep_figures(allowed))


def _left_alone(clip: ScoredClip) -> bool:
    reps = clip.report.reps if clip.report else ()
    contacts = clip.report.gait.contacts if clip.report and clip.report.gait else ()
    return not any(rep.complete for rep in reps) and not contacts


_TIMES: Final[dict[str, Callable[[TrueRep, Rep], float]]] = {
    "start": lambda true, rep: rep.start_s - true.start_s,
    "turn": lambda true, rep: rep.turn_s - true.turn_s,
    "end": lambda true, rep: rep.end_s - true.end_s,
}


def _rep_figures(clips: Sequence[ScoredClip]) -> Maybe:
    found = list(_matched(clips))
    names = [name for name, _, _ in found]
    figures: Maybe = {}
    for what, error_s in _TIMES.items():
        errors = [error_s(true, rep) for _, true, rep in found]
        figures[f"{what}.bias"] = intervals.mean(errors, names)
        figures[f"{what}.mae"] = intervals.mean([abs(error) for error in errors], names)
    sides = [rep.side == clip.truth.side for clip in clips for unit in clip.units if (rep := unit.rep)]
    return figures | {"side_right": intervals.share(sum(sides), len(sides))}


def _matched(clips: Sequence[ScoredClip]) -> Iterator[tuple[str, TrueRep, Rep]]:
    """Whole repetitions with the one read for them."""
    for unit in judged_units(clips):
        if unit.true_rep and unit.rep and unit.rep.complete:
            yield unit.clip.name, unit.true_rep, unit.rep


def _contact_figures(clips: Sequence[ScoredClip]) -> Maybe:
    pairs = [pair for clip in clips for pair in clip.contacts]
    names = [pair.clip.name for pair in pairs]
    errors = [pair.read.time_s - pair.true.time_s for pair in pairs]
    true = sum(len(clip.truth.contacts) for clip in clips)
    false = sum(clip.false_contacts for clip in clips)
    return {
        "contacts_found": intervals.share(len(pairs), true),
        "contacts_false": intervals.share(false, len(pairs) + false),
        "contact.bias": intervals.mean(errors, names),
        "contact.mae": intervals.mean([abs(error) for error in errors], names),
        "side_right": intervals.share(sum(p.read.side == p.true.side for p in pairs), len(pairs)),
        "cadence_given": intervals.share(sum(_has_cadence(clip) for clip in clips), len(clips)),
    }


def _has_cadence(clip: ScoredClip) -> bool:
    return bool(clip.report and clip.report.gait and clip.report.gait.cadence_spm is not None)


def _named(name: str, figures: Maybe) -> dict[str, Figure]:
    return {f"{name}.{key}": figure for key, figure in figures.items() if figure is not None}


def _present(figures: Maybe) -> dict[str, Figure]:
    return {key: figure for key, figure in figures.items() if figure is not None}

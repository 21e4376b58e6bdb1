"""The tables of one exercise in `docs/accuracy.md`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bench.accuracy_checks import FAULT_GRADES
from bench.accuracy_declare import NEVER_JUDGED, PAIRS, SIZES, Pair
from bench.accuracy_figures import of_exercise
from bench.accuracy_format import NOTHING, number, number_only, percent, table
from bench.accuracy_score import ScoredClip
from bench.accuracy_text import READING_MEASURES, READING_VERDICTS
from bench.intervals import Figure
from bench.scoring_truth import PLACES

Figures = Mapping[str, Figure]


def exercise_tables(exercise: str, clips: Sequence[ScoredClip], figures: Figures) -> Iterator[str]:
    """The blocks of one exercise: what there is, counts, measures, verdicts, sizes, abstentions."""
    own = of_exercise(clips, exercise)
    figures = {name.removeprefix(f"{exercise}."): f for name, f in figures.items() if name.startswith(f"{exercise}.")}
    yield f"## `{exercise}`"
    yield _what_there_is(own)
    yield _counts(figures)
    yield READING_MEASURES
    yield _measures(exercise, figures)
    yield READING_VERDICTS
    yield _verdicts(exercise, figures)
    yield _sizes(exercise)
    yield _abstentions(exercise, figures)


def _what_there_is(clips: Sequence[ScoredClip]) -> str:
    shown = [clip for clip in clips if not clip.truth.negative]
    contacts = sum(len(clip.truth.contacts) for clip in shown)
    units = [unit for clip in shown for unit in clip.units]
    partial = sum(not unit.complete for unit in units)
    done = f"{contacts} foot contacts" if contacts else f"{len(units)} repetitions, {partial} of them partial"
    bodies = len({clip.truth.body for clip in clips})
    counts = [f"{sum(clip.truth.place == place for clip in shown)} {place}" for place in PLACES]
    return f"{len(clips)} clips of {bodies} bodies ({', '.join(counts)}; {len(clips) - len(shown)} negatives): {done}."


_COUNTS = (
    ("reps_exact", "sets counted exactly", "share"),
    ("reps_exact_forbidden", "the same from forbidden views", "share"),
    ("negatives_left_alone", "negatives without a repetition or contact", "share"),
    ("side_right", "side right", "share"),
    ("start", "start, s", "time"),
    ("turn", "top or bottom, s", "time"),
    ("end", "end, s", "time"),
    ("contacts_found", "contacts found", "share"),
    ("contacts_false", "contacts that are none", "share"),
    ("contact", "moment of contact, s", "time"),
    ("cadence_given", "runs whose cadence was given", "share"),
)


def _counts(figures: Figures) -> str:
    rows = []
    for name, words, kind in _COUNTS:
        if kind == "share" and name in figures:
            rows.append([words, percent(figures[name]), NOTHING])
        elif kind == "time" and f"{name}.mae" in figures:
            rows.append([words, number(figures[f"{name}.mae"], 3), number(figures[f"{name}.bias"], 3)])
    return table(["counts and times", "share, or mean size of the error", "bias"], rows)


def _measures(exercise: str, figures: Figures) -> str:
    rows = []
    for pair in PAIRS[exercise]:
        rows.append(_measure_row(pair, pair.read, f"`{pair.read}`", figures))
        if pair.by_contact:
            rows.append(_measure_row(pair, f"{pair.read}_by_contact", f"`{pair.read}`, each contact", figures))
    header = [
        "measure",
        "unit",
        "bias",
        "MAE",
        f"MAE {' / '.join(PLACES)}",
        "slope",
        "band holds truth",
        "band / needed",
    ]
    return table(header, rows)


def _measure_row(pair: Pair, name: str, title: str, figures: Figures) -> list[str]:
    digits = 1 if pair.unit == "deg" else 2
    by_place = [number_only(figures.get(f"{name}.mae_{place}"), digits) for place in PLACES]
    bands = [number_only(figures.get(f"{name}.{what}"), digits) for what in ("band", "band_needed")]
    return [
        title,
        pair.unit,
        number(figures.get(f"{name}.bias"), digits),
        number(figures.get(f"{name}.mae"), digits),
        " / ".join(by_place),
        number(figures.get(f"{name}.slope")),
        percent(figures.get(f"{name}.band_holds")),
        " / ".join(bands),
    ]


def _verdicts(exercise: str, figures: Figures) -> str:
    rows = []
    for check in SIZES[exercise]:
        if (exercise, check) in NEVER_JUDGED:
            continue
        rows.append(
            [
                f"`{check}`",
                percent(figures.get(f"{check}.mild.recall")),
                *(_size_cell(figures, f"{check}.{grade}") for grade in FAULT_GRADES[1:]),
                percent(figures.get(f"{check}.false_accusations")),
                percent(figures.get(f"{check}.watch")),
            ]
        )
    header = ["check", "mild: called", "moderate: precision, recall, F1", "severe: precision, recall, F1"]
    return table([*header, "false accusations", "watch"], rows)


def _size_cell(figures: Figures, name: str) -> str:
    if f"{name}.recall" not in figures:
        return NOTHING
    precision = figures.get(f"{name}.precision")
    before = f"{100 * precision.value:.0f}%" if precision else NOTHING
    f1 = figures[f"{name}.f1"]
    recall = figures[f"{name}.recall"]
    return f"{before}, {percent(recall)}, **{f1.value:.2f}** ({f1.low:.2f}-{f1.high:.2f})"


def _sizes(exercise: str) -> str:
    rows = [
        [
            f"`{check}`",
            f"`{s.quantity}`, {s.unit}",
            f"{s.clean:g}",
            f"{s.moderate:g}",
            f"{s.severe:g}",
            s.wanted or NOTHING,
        ]
        for check, s in SIZES[exercise].items()
    ]
    return table(
        ["check", "true quantity", "clean to", "moderate from", "severe from", "size named in the target"], rows
    )


def _abstentions(exercise: str, figures: Figures) -> str:
    rows = []
    for check in SIZES[exercise]:
        right = figures.get(f"{check}.forbidden_abstained")
        missed = round((1 - right.value) * right.n) if right else 0
        wrong, edge = (percent(figures.get(f"{check}.{place}_abstained")) for place in ("prescribed", "edge"))
        if (exercise, check) in NEVER_JUDGED:
            wrong = edge = "always"
        rows.append([f"`{check}`", percent(right), str(missed), wrong, edge])
    header = [
        "check",
        "abstained from a forbidden view",
        "judged all the same",
        "in the prescribed place",
        "at its edge",
    ]
    return table(header, rows)

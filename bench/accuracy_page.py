"""`docs/accuracy.md`: the figures as tables. Nothing in it depends on when or where it was made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bench.accuracy_checks import FAULT_GRADES, false_accusations, missed_faults
from bench.accuracy_declare import NEVER_JUDGED, PAIRS, SIZES, Pair
from bench.accuracy_figures import exercises_of, of_exercise, worst
from bench.accuracy_real import Row
from bench.accuracy_score import ScoredClip
from bench.accuracy_targets import NOT_IN_THE_BENCH, TARGETS, Target, results
from bench.accuracy_text import HOW, INTRODUCTION, READING_MEASURES, READING_VERDICTS
from bench.intervals import Figure
from bench.scoring_truth import PLACES

Figures = Mapping[str, Figure]
_NONE = "-"


def page(clips: Sequence[ScoredClip], figures: Figures, real: Sequence[Row], part: str) -> str:
    """The whole page as Markdown."""
    parts = [
        "# How right it is",
        INTRODUCTION[part],
        *_targets(figures),
        *(block for exercise in exercises_of(clips) for block in _exercise(exercise, clips, figures)),
        *_worst(clips),
        *_real(real),
        HOW,
    ]
    return "\n\n".join(parts) + "\n"


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def percent(figure: Figure | None) -> str:
    """A share: value, interval, and of how many."""
    if figure is None:
        return _NONE
    return f"{100 * figure.value:.1f}% ({100 * figure.low:.0f}-{100 * figure.high:.0f}, n {figure.n})"


def number(figure: Figure | None, digits: int = 2) -> str:
    """A value with its interval, where it has one."""
    if figure is None:
        return _NONE
    value, low, high = (f"{round(v, digits) + 0.0:.{digits}f}" for v in (figure.value, figure.low, figure.high))
    return f"{value} ({low} to {high})" if figure.has_interval else value


def _targets(figures: Figures) -> Iterator[str]:
    yield "## Targets"
    yield "A target is met where the number itself keeps it; its interval says how sure that is."
    yield table(["target", "bound", "figures that meet it", "the figure furthest from it"], list(_summary(figures)))
    yield f"Not in the bench: {NOT_IN_THE_BENCH}."
    yield "### Target by target"
    rows = [
        [f"{target.text}, {_bound(target)}", f"`{name}`", _of(target, figure), "yes" if met else "**no**"]
        for target in TARGETS
        for name, figure, met in results(figures, target)
    ]
    yield table(["target", "figure", "measured", "met"], rows)


def _summary(figures: Figures) -> Iterator[list[str]]:
    for target in TARGETS:
        found = results(figures, target)
        if not found:
            yield [target.text, _bound(target), "nothing measured", _NONE]
            continue
        sign = 1 if target.at_least else -1
        name, figure, _ = min(found, key=lambda row: sign * row[1].value)
        kept = sum(met for _, _, met in found)
        yield [target.text, _bound(target), f"{kept} of {len(found)}", f"`{name}`: {_of(target, figure)}"]


def _bound(target: Target) -> str:
    size = f"{100 * target.bound:g}%" if target.unit == "share" else f"{target.bound:g} {target.unit}"
    return f"{'at least' if target.at_least else 'at most'} {size}"


def _of(target: Target, figure: Figure) -> str:
    return percent(figure) if target.unit == "share" else number(figure)


def _exercise(exercise: str, clips: Sequence[ScoredClip], figures: Figures) -> Iterator[str]:
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
            rows.append([words, percent(figures[name]), _NONE])
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


def number_only(figure: Figure | None, digits: int) -> str:
    """A value without its interval."""
    return _NONE if figure is None else f"{figure.value:.{digits}f}"


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
        return _NONE
    precision = figures.get(f"{name}.precision")
    before = f"{100 * precision.value:.0f}%" if precision else _NONE
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
            s.wanted or _NONE,
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


def _worst(clips: Sequence[ScoredClip]) -> Iterator[str]:
    yield "## The worst ten clips"
    yield "By counting errors, then false accusations, then missed faults of moderate or severe size."
    rows = [
        [
            f"`{clip.truth.name}`",
            _shown(clip),
            str(clip.count_errors),
            str(false_accusations(clip)),
            str(missed_faults(clip)),
            f"`formcheck check bench/data/{clip.truth.name}.npz --exercise {clip.truth.exercise} --report out.html`",
        ]
        for clip in worst(clips)
    ]
    yield table(["clip", "place", "count errors", "false accusations", "missed faults", "to look at it"], rows)
    yield "To see the film itself: `python -m bench.generate render --only NAME --keep-video`."


def _shown(clip: ScoredClip) -> str:
    if clip.truth.negative:
        return f"negative: {clip.truth.shows or 'no movement'}"
    return f"{clip.truth.place}: {clip.truth.view}"


def _real(rows: Sequence[Row]) -> Iterator[str]:
    yield "## Real people"
    if not rows:
        yield "The tracks of real people (`../shared/tracks`) were not at hand."
        return
    scored = [row for row in rows if row["scored"]]
    sets = [row for row in scored if "expected" in row]
    exact = sum(row["counted"] == row["expected"] for row in sets)
    errors = [abs(e) for row in sets for e in row["turn_errors_s"]]
    others, found = sum(row["others"] for row in rows), sum(len(row["found_by_others"]) for row in rows)
    yield (
        "Landmark tracks of recordings of a few people, mostly in good form, counted by eye. They are not part of "
        "the repository; where they are missing, this section keeps its last numbers."
    )
    top = f"mean turn error {sum(errors) / len(errors):.2f} s over {len(errors)} repetitions" if errors else ""
    yield (
        f"{exact} of {len(sets)} sets counted exactly ({sum(r['counted'] for r in sets)} repetitions counted, "
        f"{sum(r['expected'] for r in sets)} there); {top}. Each track was also scored as every exercise that it "
        f"does not show: {found} of {others} found a repetition or contact."
    )
    yield table(
        ["track", "exercise", "counted / there", "turn errors, s", "faults called", "found by others"],
        [_real_row(row) for row in rows],
    )


def _real_row(row: Row) -> list[str]:
    exercise = f"`{row['exercise']}`" if row["exercise"] else "none of ours"
    others = ", ".join(f"{name}: {n}" for name, n in row["found_by_others"].items()) or _NONE
    if not row["scored"]:
        return [row["track"], f"{exercise}, no checker" if row["exercise"] else exercise, _NONE, _NONE, _NONE, others]
    if "cadence_true" in row:
        read = row["cadence_read"]
        counted = f"cadence {read if read is not None else _NONE} / {row['cadence_true']}"
        return [row["track"], exercise, counted, _NONE, _listed(row["faults"]), others]
    errors = ", ".join(f"{error:+.2f}" for error in row["turn_errors_s"]) or _NONE
    return [row["track"], exercise, f"{row['counted']} / {row['expected']}", errors, _listed(row["faults"]), others]


def _listed(faults: Mapping[str, int]) -> str:
    return ", ".join(f"{check} {n}" for check, n in faults.items()) or _NONE

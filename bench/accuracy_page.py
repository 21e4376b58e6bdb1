"""`docs/accuracy.md`: the figures as tables. Nothing in it depends on when or where it was made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bench.accuracy_checks import false_accusations, missed_faults
from bench.accuracy_figures import exercises_of, worst
from bench.accuracy_format import NOTHING, number, percent, table
from bench.accuracy_holds import hold_tables
from bench.accuracy_real import Row
from bench.accuracy_recognition import recognition_tables
from bench.accuracy_score import ScoredClip
from bench.accuracy_tables import exercise_tables
from bench.accuracy_targets import TARGETS, Target, results, why_not
from bench.accuracy_text import HOW, INTRODUCTION
from bench.intervals import Figure

Figures = Mapping[str, Figure]


def page(
    clips: Sequence[ScoredClip], figures: Figures, real: Sequence[Row], part: str, tags: Sequence[str] = ()
) -> str:
    """The whole page as Markdown; `tags` are the blocks of the section on tags."""
    parts = [
        "# How right it is",
        INTRODUCTION[part],
        *_targets(figures),
        *(block for exercise in exercises_of(clips) for block in exercise_tables(exercise, clips, figures)),
        *hold_tables(clips, figures),
        *recognition_tables(clips, figures),
        *tags,
        *_worst(clips),
        *_real(real),
        HOW,
    ]
    return "\n\n".join(parts) + "\n"


def _targets(figures: Figures) -> Iterator[str]:
    yield "## Targets"
    yield "A target is met where the number itself keeps it; its interval says how sure that is."
    yield table(["target", "bound", "figures that meet it", "the figure furthest from it"], list(_summary(figures)))
    yield "### Target by target"
    rows = [
        [f"{target.text}, {_bound(target)}", f"`{name}`", _of(target, figure), _met(name, met)]
        for target in TARGETS
        for name, figure, met in results(figures, target)
    ]
    yield table(["target", "figure", "measured", "met"], rows)


def _summary(figures: Figures) -> Iterator[list[str]]:
    for target in TARGETS:
        found = results(figures, target)
        if not found:
            yield [target.text, _bound(target), "nothing measured", NOTHING]
            continue
        sign = 1 if target.at_least else -1
        name, figure, _ = min(found, key=lambda row: sign * row[1].value)
        kept = sum(met for _, _, met in found)
        yield [target.text, _bound(target), f"{kept} of {len(found)}", f"`{name}`: {_of(target, figure)}"]


def _met(name: str, met: bool) -> str:
    reason = why_not(name)
    return "yes" if met else f"**no**; cannot be met from landmarks: {reason}" if reason else "**no**"


def _bound(target: Target) -> str:
    size = f"{100 * target.bound:g}%" if target.unit == "share" else f"{target.bound:g} {target.unit}"
    return f"{'at least' if target.at_least else 'at most'} {size}"


def _of(target: Target, figure: Figure) -> str:
    return percent(figure) if target.unit == "share" else number(figure)


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
        ["track", "exercise", "counted / there", "turn errors, s", "faults called", "found by others", "recognised as"],
        [[*_real_row(row), _recognised(row)] for row in rows],
    )


def _recognised(row: Row) -> str:
    return f"`{row['recognised']}`" if row.get("recognised") else "refused"


def _real_row(row: Row) -> list[str]:
    exercise = f"`{row['exercise']}`" if row["exercise"] else "none of ours"
    others = ", ".join(f"{name}: {n}" for name, n in row["found_by_others"].items()) or NOTHING
    if not row["scored"]:
        return [
            row["track"],
            f"{exercise}, no checker" if row["exercise"] else exercise,
            NOTHING,
            NOTHING,
            NOTHING,
            others,
        ]
    if "cadence_true" in row:
        read = row["cadence_read"]
        counted = f"cadence {read if read is not None else NOTHING} / {row['cadence_true']}"
        return [row["track"], exercise, counted, NOTHING, _listed(row["faults"]), others]
    errors = ", ".join(f"{error:+.2f}" for error in row["turn_errors_s"]) or NOTHING
    return [row["track"], exercise, f"{row['counted']} / {row['expected']}", errors, _listed(row["faults"]), others]


def _listed(faults: Mapping[str, int]) -> str:
    return ", ".join(f"{check} {n}" for check, n in faults.items()) or NOTHING

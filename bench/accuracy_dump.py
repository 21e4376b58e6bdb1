"""One row per repetition, or per foot of a run, with everything true and read: for tuning limits."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.accuracy_declare import checks_of, grade_of
from bench.accuracy_score import ScoredClip, Unit
from formcheck.motion.view import View

_VIEW = ("facing", "posture", "yaw_deg", "elevation_deg", "toward_chest", "toward_left", "toward_head")
_TIMES = ("start_s", "turn_s", "end_s")

Row = dict[str, object]


def write_dump(clips: Sequence[ScoredClip], path: Path) -> None:
    """Write the rows as CSV; columns that a row lacks stay empty."""
    rows = [row for clip in clips for row in _rows(clip)]
    columns = sorted(dict.fromkeys(name for row in rows for name in row), key=_place_of)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _place_of(column: str) -> tuple[int, str]:
    groups = ("true.", "read.", "band.", "fault.", "grade.", "state.", "value.")
    return next((i for i, group in enumerate(groups, start=1) if column.startswith(group)), 0), (
        column if "." in column else ""
    )


def _rows(clip: ScoredClip) -> Iterator[Row]:
    for unit in clip.units:
        yield _about(clip) | _row(unit)
    for rep in clip.false_reps:
        times = {f"read.{name}": getattr(rep, name) for name in _TIMES}
        yield _about(clip) | {"unit": "false rep", "read.complete": rep.complete} | times


def _about(clip: ScoredClip) -> Row:
    truth = clip.truth
    about: Row = {name: getattr(truth, name) for name in ("name", "part", "place", "exercise", "body", "stature_m")}
    about |= {"placed": truth.view, "side": truth.side, "shows": truth.shows, "fps": truth.fps}
    return about | _view(clip.view)


def _view(view: View) -> Row:
    values = {f"view_{name}": getattr(view, name) for name in _VIEW}
    return {name: round(v, 4) if isinstance(v, float) else v for name, v in values.items()}


def _row(unit: Unit) -> Row:
    row: Row = {"unit": unit.label, "true.complete": unit.complete}
    row |= {f"true.{name}": value for name, value in unit.true.items()}
    row |= {f"fault.{check}": size for check, size in unit.faults.items()}
    row |= {f"grade.{check}": grade_of(unit, check) for check in checks_of(unit)}
    row |= {f"read.{name}": m.value for name, m in unit.read.items() if not name.startswith("judged.")}
    row |= {f"band.{name}": m.error for name, m in unit.read.items() if not name.startswith("judged.")}
    row |= {f"state.{check}": verdict.state for check, verdict in unit.verdicts.items()}
    row |= {f"value.{check}": verdict.value for check, verdict in unit.verdicts.items()}
    if unit.true_rep is not None:
        row |= {f"true.{name}": getattr(unit.true_rep, name) for name in _TIMES}
    if unit.rep is not None:
        row |= {f"read.{name}": getattr(unit.rep, name) for name in (*_TIMES, "side", "complete")}
    return row

"""The same counts on landmark tracks of real people, where they are at hand: `../shared/tracks`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from bench.accuracy_match import match_times
from bench.accuracy_score import recognised_as
from formcheck.errors import NobodyToScoreError
from formcheck.exercises.registry import exercise_ids, get_exercise
from formcheck.pose.store import load_track
from formcheck.results import SetReport
from formcheck.scoring import score_track
from formcheck.session import make_checker

TRACKS: Final = Path(__file__).resolve().parents[2] / "shared" / "tracks"
_TURN_WITHIN_S: Final = 1.0

Row = dict[str, Any]


def real_rows(folder: Path = TRACKS) -> list[Row]:
    """One row per track: what the exercise it shows reads in it, and what every other one falsely finds there."""
    told = json.loads((folder / "tracks.json").read_text(encoding="utf-8"))
    return [_row(folder / f"{name}.npz", seen) for name, seen in sorted(told.items())]


def _row(path: Path, seen: Mapping[str, Any]) -> Row:
    shown = seen["exercise"]
    row: Row = {"track": path.stem, "exercise": shown, "scored": shown in exercise_ids()}
    if row["scored"]:
        row |= _shown(_score(path, shown), seen)
    others = [e for e in exercise_ids() if e != shown and not (_is_run(e) and _is_run(shown))]
    found = {exercise: _found(_score(path, exercise)) for exercise in others}
    row |= {"others": len(others), "found_by_others": {e: n for e, n in found.items() if n}}
    return row | {"recognised": recognised_as(load_track(path))}


def _is_run(exercise: str | None) -> bool:
    return exercise is not None and exercise.startswith("running_")


def _score(path: Path, exercise: str) -> SetReport | None:
    kind = get_exercise(exercise)
    try:
        return score_track(load_track(path), make_checker(kind, kind.Params(), "auto")).report
    except NobodyToScoreError:
        return None


def _found(report: SetReport | None) -> int:
    if report is None:
        return 0
    return report.reps_complete + (len(report.gait.contacts) if report.gait else 0)


def _shown(report: SetReport | None, seen: Mapping[str, Any]) -> Row:
    row: Row = {"faults": {check: n for check, n in report.faults.items() if n} if report else {}}
    if "cadence_spm" in seen:
        read = report.gait.cadence_spm if report and report.gait else None
        return row | {"cadence_true": seen["cadence_spm"], "cadence_read": read}
    complete = [rep for rep in report.reps if rep.complete] if report else []
    sides = [rep.side == seen["side"] for rep in complete] if "side" in seen else []
    return row | {
        "counted": len(complete),
        "expected": seen["reps"] if "reps" in seen else seen["steps"],
        "turn_errors_s": _turn_errors_s(seen.get("tops_s", ()), [rep.turn_s for rep in complete]),
        "sides_right": sum(sides) if sides else None,
    }


def _turn_errors_s(tops_s: Sequence[float], turns_s: Sequence[float]) -> list[float]:
    matched = match_times(tops_s, turns_s, _TURN_WITHIN_S)
    return [round(turns_s[j] - tops_s[i], 3) for i, j in sorted(matched.items())]

"""A scored set as rows of a table: one a repetition; of a run one a leg, and one for the whole body."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Final

from formcheck.export.columns import TABLE_SCHEMA, check_column, has_column, measure_column
from formcheck.pose.landmarks import SIDES, Side
from formcheck.results import Gait, Measure, Rep, SetReport, Verdict

__all__ = ["Cell", "Row", "rows_of"]

Cell = str | float | int | bool | None
Row = dict[str, Cell]
"""Cells by column name; what is left out is empty."""

_RUN: Final[tuple[Side | None, ...]] = (*SIDES, None)


def rows_of(report: SetReport, recording: str = "") -> list[Row]:
    """One row for each repetition, in order; a run gives one row for each leg and one for the whole body.

    Each verdict stands in exactly one row, so that counting rows counts faults once.

    Args:
        recording: what the caller calls the recording, such as a hash; empty for none.
    """
    common = _common(report, recording)
    if report.gait is None:
        return [common | _of_rep(report.exercise, rep) for rep in report.reps]
    return [common | _of_run(report, report.gait, side) for side in _RUN]


def _common(report: SetReport, recording: str) -> Row:
    made = report.provenance
    return {
        "schema": TABLE_SCHEMA,
        "recording": recording or None,
        "exercise": report.exercise,
        "view_fits": report.view.fits,
        "checker_version": made.checker_version,
        "params_hash": made.params_hash,
        "model_sha256": made.model_sha256 or None,
        "package_version": made.package_version,
    }


def _of_rep(exercise: str, rep: Rep) -> Row:
    return {
        "row": "rep",
        "side": rep.side,
        "index": rep.index,
        "complete": rep.complete,
        "start_s": rep.start_s,
        "turn_s": rep.turn_s,
        "end_s": rep.end_s,
        "hold_s": rep.hold_s,
        "lowering_s": rep.lowering_s,
        "note": rep.note or None,
        **_measures(exercise, rep.measures),
        **_verdicts(rep.verdicts),
    }


def _of_run(report: SetReport, gait: Gait, side: Side | None) -> Row:
    """What is known of one leg of a run, or, without a side, of the whole body."""
    times_s = [contact.time_s for contact in gait.contacts if side in (None, contact.side)]
    whole: Row = {"cadence_spm": gait.cadence_spm, "cadence_error_spm": gait.cadence_error_spm}
    return {
        "row": "run_leg" if side else "run",
        "side": side,
        "start_s": min(times_s, default=None),
        "end_s": max(times_s, default=None),
        "contacts": len(times_s),
        **({} if side else whole),
        **_measures(report.exercise, _measures_of(gait, side)),
        **_verdicts(verdict for verdict in report.verdicts if verdict.side == side),
    }


def _measures_of(gait: Gait, side: Side | None) -> dict[str, Measure]:
    """The run's means of one leg, without the side in their names; those of no leg for ``None``."""
    if side is not None:
        end = f"_{side}"
        return {name.removesuffix(end): measure for name, measure in gait.measures.items() if name.endswith(end)}
    ends = tuple(f"_{each}" for each in SIDES)
    return {name: measure for name, measure in gait.measures.items() if not name.endswith(ends)}


def _measures(exercise: str, measures: Mapping[str, Measure]) -> Row:
    own: Row = {}
    others = {}
    for name, measure in measures.items():
        if has_column(exercise, name, measure.unit):
            own[measure_column(name, measure.unit)] = measure.value
            own[measure_column(name, measure.unit, "_error")] = measure.error
        else:
            others[name] = measure.model_dump()
    return own | {"other_measures": json.dumps(others, sort_keys=True) if others else None}


def _verdicts(verdicts: Iterable[Verdict]) -> Row:
    cells: Row = {}
    for verdict in verdicts:
        parts: Row = {
            "state": verdict.state,
            "value": verdict.value,
            "limit": verdict.limit,
            "error": verdict.error,
            "unit": verdict.unit or None,
            "reason": verdict.reason or None,
            "measured_by": None if verdict.value is None else verdict.measured_by,
        }
        cells |= {check_column(verdict.check, part): cell for part, cell in parts.items()}
    return cells

"""Results are plain records of one published schema: nothing is lost on the way through JSON, nothing else gets in."""

from __future__ import annotations

import json
import math
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
from pydantic import ValidationError

from formcheck import score
from formcheck.exercises.registry import exercise_ids
from formcheck.results import SCHEMA, Measure, Rep, SetReport, Verdict
from tests.golden.tracks import golden, richest

KEYS = {
    "schema",
    "exercise",
    "side",
    "reps",
    "gait",
    "verdicts",
    "view",
    "people",
    "adherence",
    "provenance",
}
REP_KEYS = {
    "index",
    "side",
    "start_s",
    "turn_s",
    "end_s",
    "complete",
    "hold_s",
    "lowering_s",
    "measures",
    "verdicts",
}
VERDICT_KEYS = {
    "check",
    "side",
    "state",
    "value",
    "unit",
    "limit",
    "error",
    "source",
    "reason",
    "cue",
    "time_s",
    "reps",
    "view_fit",
}


@pytest.fixture(scope="module", params=exercise_ids())
def report(request: pytest.FixtureRequest) -> SetReport:
    """A scored set of each exercise."""
    return score(golden(richest(request.param)), exercise=request.param)


@pytest.fixture
def document(report: SetReport) -> dict[str, Any]:
    """The same as published."""
    document: dict[str, Any] = json.loads(report.to_json())
    return document


def test_json_and_back_loses_nothing(report: SetReport) -> None:
    assert SetReport.model_validate_json(report.to_json()) == report


def test_the_document_follows_its_schema(document: dict[str, Any]) -> None:
    jsonschema.validate(document, SetReport.model_json_schema(by_alias=True), jsonschema.Draft202012Validator)


def test_the_document_has_the_agreed_keys(document: dict[str, Any]) -> None:
    assert document["schema"] == SCHEMA == "formcheck.set/1"
    assert document.keys() >= KEYS
    for rep in document["reps"]:
        assert rep.keys() >= REP_KEYS
        for measure in rep["measures"].values():
            assert measure.keys() >= {"value", "unit", "error"}
    for verdict in document["verdicts"]:
        assert verdict.keys() >= VERDICT_KEYS
    if document["gait"]:
        assert document["gait"].keys() >= {"cadence_spm", "contacts"}
        assert all(contact.keys() >= {"side", "time_s"} for contact in document["gait"]["contacts"])


def test_records_cannot_be_changed(report: SetReport) -> None:
    with pytest.raises(ValidationError, match="frozen"):
        report.exercise = "other"  # type: ignore[misc]


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_nan_never_gets_in(value: float) -> None:
    with pytest.raises(ValidationError, match="finite"):
        Measure(value=value, unit="deg")


def test_unknown_keys_never_get_in(document: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="Extra inputs"):
        SetReport.model_validate({**document, "note": "x"})


@pytest.mark.parametrize(("key", "value"), [("state", "good"), ("side", "top"), ("view_fit", 1.5), ("view_fit", -0.1)])
def test_wrong_values_never_get_in(key: str, value: object) -> None:
    with pytest.raises(ValidationError):
        Verdict.model_validate({"check": "lean", "state": "ok", key: value})


def test_another_schema_is_refused(document: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        SetReport.model_validate({**document, "schema": "formcheck.set/2"})


def test_a_repetition_may_be_unmeasured() -> None:
    rep = Rep(index=1, side=None, start_s=0.0, turn_s=1.0, end_s=2.0, complete=False)
    assert Rep.model_validate_json(rep.model_dump_json()) == rep

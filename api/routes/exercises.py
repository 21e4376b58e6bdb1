"""``GET /v1/exercises``: what can be checked, from where, against which limits."""

from __future__ import annotations

from dataclasses import asdict

from fastapi import APIRouter, Depends

from api.access.caller import needs
from api.problems import ProblemError, documented
from api.records import ExerciseRecord
from formcheck.errors import UsageError
from formcheck.exercises.base import Checker
from formcheck.exercises.declare import declared
from formcheck.exercises.registry import exercise_ids, get_exercise

__all__ = ["router"]

router = APIRouter(prefix="/v1", tags=["exercises"], dependencies=[Depends(needs("read"))])


@router.get("/exercises", responses=documented(401, 403, 429), operation_id="list_exercises")
def every() -> list[ExerciseRecord]:
    """All exercises with their limits and where these come from."""
    return [_record(get_exercise(known)) for known in exercise_ids()]


@router.get("/exercises/{exercise_id}", responses=documented(401, 403, 404, 422, 429), operation_id="get_exercise")
def one(exercise_id: str) -> ExerciseRecord:
    """One exercise."""
    try:
        return _record(get_exercise(exercise_id))
    except UsageError as error:
        raise ProblemError(404, "not-found", str(error)) from error


def _record(checker: type[Checker]) -> ExerciseRecord:
    return ExerciseRecord.model_validate(
        {
            "id": checker.id,
            "title": checker.title,
            "version": checker.version,
            **asdict(checker.about),
            "limits": [asdict(limit) for limit in declared(checker.Params)],
        }
    )

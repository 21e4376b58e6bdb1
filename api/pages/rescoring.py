"""The form of limits on a result's page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from formcheck.errors import UsageError
from formcheck.exercises.declare import Limit, declared
from formcheck.exercises.registry import AUTO, exercise_ids, get_exercise
from formcheck.limits import params_of
from formcheck.report.wording import sentence

__all__ = ["Entered", "LimitField", "entered", "limit_fields"]


@dataclass(frozen=True, slots=True)
class LimitField:
    """One limit as a field: ``name`` is exercise and limit with a dot between, ``text`` what stands in it."""

    name: str
    limit: Limit
    text: str
    error: str = ""


@dataclass(frozen=True, slots=True)
class Entered:
    """What was entered: limits other than the usual ones by exercise, and what is wrong by field."""

    limits: dict[str, dict[str, float]]
    errors: dict[str, str]


def limit_fields(
    exercise_id: str, in_force: Mapping[str, float], texts: Mapping[str, str], errors: Mapping[str, str]
) -> list[LimitField]:
    """A field for each limit of an exercise, with what was entered or else what is in force."""
    fields = []
    for limit in declared(get_exercise(exercise_id).Params):
        name = f"{exercise_id}.{limit.name}"
        text = texts.get(name, f"{in_force.get(limit.name, limit.default):g}")
        fields.append(LimitField(name, limit, text, errors.get(name, "")))
    return fields


def with_limits(asked: Iterable[str], texts: Mapping[str, str]) -> list[str]:
    """The exercises whose limits a form holds; one that was recognised is known by its fields alone."""
    in_form = {name.partition(".")[0] for name in texts}
    recognised = [known for known in exercise_ids() if known in in_form]
    return list(dict.fromkeys(one for each in asked for one in (recognised if each == AUTO else [each])))


def entered(exercise_ids: Iterable[str], texts: Mapping[str, str]) -> Entered:
    """Read the form; an empty field stands for the usual limit."""
    made = Entered({}, {})
    for exercise_id in exercise_ids:
        checker = get_exercise(exercise_id)
        for limit in declared(checker.Params):
            name = f"{exercise_id}.{limit.name}"
            if not (text := texts.get(name, "").strip()):
                continue
            try:
                value = _number(text, limit)
                params_of(checker, {limit.name: value})
            except UsageError as error:
                made.errors[name] = sentence(_without_name(str(error), checker.id, limit))
            else:
                if value != limit.default:
                    made.limits.setdefault(exercise_id, {})[limit.name] = value
    return made


def _without_name(message: str, exercise_id: str, limit: Limit) -> str:
    """It stands beside the field."""
    return message.removeprefix(f"{exercise_id}: {limit.name} ").removeprefix("= ")


def _number(text: str, limit: Limit) -> float:
    try:
        return float(text.replace(",", "."))
    except ValueError as error:
        raise UsageError(f"{text[:20]!r} is no number; enter one in {limit.unit}") from error

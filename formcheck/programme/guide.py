"""The guide's programme, read from data: phases, doses, progressions, return to running, warning signs.

``guide.toml`` beside this module holds every number and sentence with its source; a clinic's own file of the
same shape takes its place.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, ValidationError, model_validator

from formcheck.errors import UsageError
from formcheck.results import Record

__all__ = ["Exercise", "Gear", "Guide", "Level", "Phase", "Sign", "load_guide"]

Count = Annotated[int, Field(ge=1, le=100)]
Days = Annotated[int, Field(ge=1, le=365)]
Pain = Annotated[int, Field(ge=0, le=10)]
Positive = Annotated[float, Field(gt=0.0)]
Span = tuple[Positive, Positive]
BandPlace = Literal["knees", "ankles", "feet"]


class Gear(Record):
    """What a level is done with; None: the level does not ask."""

    band: bool | None = None
    band_at: BandPlace | None = None
    weight_kg: Span | None = None
    box_cm: Span | None = None


class After(Record):
    """What earns a level: so many sets of so many clean repetitions a side, felt as easy."""

    sets: Count
    reps: Count
    easy: bool


class Level(Record):
    """One step of an exercise's progression."""

    words: str
    source: str
    after: After | None = None
    gear: Gear = Gear()


class Exercise(Record):
    """One exercise and its dose. ``must_see``: checks without whose answer no repetition is called clean."""

    id: str
    title: str
    kind: Literal["strength", "stretch", "roll"]
    source: str
    movement: str
    sets: Count | None = None
    reps_low: Count | None = None
    reps_high: Count | None = None
    unit: Literal["reps", "steps"] = "reps"
    hold_s: Positive | None = None
    lowering_s: Span | None = None
    seconds: Span | None = None
    per_side: bool
    side_words: str = "a side"
    must_see: tuple[str, ...] = ()
    levels: tuple[Level, ...] = ()

    @model_validator(mode="after")
    def _dosed(self) -> Self:
        dose = (self.sets, self.reps_low, self.reps_high) if self.kind == "strength" else (self.seconds,)
        if None in dose:
            raise ValueError(f"{self.id}: strength work needs sets, reps_low and reps_high; all else needs seconds")
        if self.kind == "strength" and (not self.levels or self.levels[0].after is not None):
            raise ValueError(f"{self.id}: strength work needs levels, the first without 'after'")
        if any(level.after is None for level in self.levels[1:]):
            raise ValueError(f"{self.id}: each level but the first says with 'after' what earns it")
        return self


class Phase(Record):
    """A stretch of weeks with its strength work; ``running`` marks the return to running."""

    title: str
    weeks: Count
    weeks_source: str
    strength: tuple[str, ...]
    strength_source: str
    running: bool = False


class Strength(Record):
    """How often strength work is due."""

    rest: str
    rest_source: str
    rest_days: Days
    sessions_a_week: Count
    sessions_source: str


class Ready(Record):
    """What strength work has to show before the next phase."""

    clean_sessions: Count
    clean_sessions_source: str
    pain_most: Pain
    pain_most_source: str


class Weaker(Record):
    """How the weaker leg is told from the record."""

    words: str
    words_source: str
    days: Days
    least_reps: Count
    least_share: Positive
    source: str


class Recovery(Record):
    """Stretches and foam rolling, every day."""

    stretches: tuple[str, ...]
    stretches_words: str
    stretches_source: str
    rolling: tuple[str, ...]
    rolling_words: str
    rolling_source: str


class RunningWeek(Record):
    """One week of the return to running."""

    words: str
    source: str


class Running(Record):
    """The return to running."""

    pain_free_days: tuple[Days, Days]
    pain_free_words: str
    pain_free_source: str
    most_increase_pct: Positive
    increase_words: str
    increase_source: str
    first_week_minutes: Positive
    runs_a_week: Count
    rest_days: Annotated[int, Field(ge=0, le=6)]
    restart_after_weeks: Count
    amounts_source: str
    weeks: Annotated[tuple[RunningWeek, ...], Field(min_length=1)]
    beyond_words: str


class Cadence(Record):
    """The cadence to aim for."""

    increase_pct: Span
    increase_source: str
    guide_spm: Span
    guide_source: str


class Sign(Record):
    """A warning sign; with a least pain it is read from the record, else the person reports it."""

    id: str
    words: str
    sends: Literal["back", "physiotherapist"]
    source: str
    strength_pain_least: Annotated[int, Field(ge=1, le=10)] | None = None
    run_pain_least: Annotated[int, Field(ge=1, le=10)] | None = None
    day_pain_least: Annotated[int, Field(ge=1, le=10)] | None = None


class SentBack(Record):
    """What a warning sign does and when it is over."""

    words: str
    words_source: str
    over_after_days: Days
    over_source: str
    physiotherapist_after_days: Days
    physiotherapist_words: str
    physiotherapist_source: str


class Trends(Record):
    """How a change over weeks is told from noise."""

    sessions: Count
    sessions_source: str
    pain_change: Positive
    pain_source: str


class Disagreement(Record):
    """Where the guide and research part; both are said."""

    about: str
    guide: str
    research: str


class Guide(Record):
    """The whole programme."""

    title: str
    caution: str
    strength: Strength
    ready: Ready
    weaker: Weaker
    exercises: tuple[Exercise, ...]
    phases: Annotated[tuple[Phase, ...], Field(min_length=1)]
    recovery: Recovery
    running: Running
    cadence: Cadence
    signs: tuple[Sign, ...]
    sent_back: SentBack
    trends: Trends
    disagreements: tuple[Disagreement, ...]

    def exercise(self, exercise_id: str) -> Exercise:
        """The exercise of that id. Raises UsageError."""
        for exercise in self.exercises:
            if exercise.id == exercise_id:
                return exercise
        known = ", ".join(exercise.id for exercise in self.exercises)
        raise UsageError(f"the guide has no exercise '{exercise_id}'; it has {known}")

    def sign(self, sign_id: str) -> Sign:
        """The warning sign of that id. Raises UsageError."""
        for sign in self.signs:
            if sign.id == sign_id:
                return sign
        raise UsageError(f"the guide has no warning sign '{sign_id}'; it has {', '.join(s.id for s in self.signs)}")

    def phase(self, number: int) -> Phase:
        """The phase of that number, from 1."""
        return self.phases[number - 1]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        known = {exercise.id: exercise.kind for exercise in self.exercises}
        for name, kind in self._named():
            if known.get(name) != kind:
                raise ValueError(f"'{name}' is named as a {kind} exercise, but no such exercise is described")
        if [phase.running for phase in self.phases[:-1]].count(True):
            raise ValueError("only the last phase may be the return to running")
        return self

    def _named(self) -> Iterator[tuple[str, str]]:
        yield from ((name, "strength") for phase in self.phases for name in phase.strength)
        yield from ((name, "stretch") for name in self.recovery.stretches)
        yield from ((name, "roll") for name in self.recovery.rolling)


@cache
def load_guide(path: Path | None = None) -> Guide:
    """The guide's programme, or a clinic's own from ``path``.

    Raises:
        UsageError: the file cannot be read, is no TOML, or does not describe a programme.
    """
    source = path or files("formcheck.programme") / "guide.toml"
    try:
        return Guide.model_validate(tomllib.loads(source.read_text(encoding="utf-8")))
    except OSError as error:
        raise UsageError(f"the guide's file cannot be read ({error.strerror}): {path}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"the guide's file is not valid TOML ({error}): {path}") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the programme"
        raise UsageError(f"the guide's file is wrong at {where} ({first['msg']}): {path}") from error

"""The records that every way in returns, and their published JSON schema.

SI units and degrees; the unit stands in each name or beside each value.
``SetReport.model_json_schema()`` is the schema ``formcheck.set/1``.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from formcheck.pose.landmarks import Side

__all__ = [
    "SCHEMA",
    "Adherence",
    "Asymmetry",
    "Contact",
    "DoseItem",
    "Fatigue",
    "Gait",
    "Held",
    "Measure",
    "MeasuredBy",
    "PeopleReport",
    "Provenance",
    "Recognition",
    "Rep",
    "SetReport",
    "Side",
    "State",
    "Verdict",
    "ViewReport",
]

SCHEMA: Final = "formcheck.set/1"

State = Literal["ok", "watch", "fault", "not_assessed"]
Facing = Literal["front", "back", "left", "right", "unknown"]
Posture = Literal["upright", "side_lying", "supine", "prone", "unknown"]
MeasuredBy = Literal["landmarks", "tag"]
"""What a value was read from: the body's landmarks, or the tag printed for the waistband."""
Fit = Annotated[float, Field(ge=0.0, le=1.0)]


class Record(BaseModel):
    """A frozen record; unknown keys are refused, NaN never enters."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, populate_by_name=True)


class Measure(Record):
    """A measured value; ``error`` is the half-width of its error band; None where not measurable.

    ``measured_by`` tells whether landmarks show it or the tag on the waistband.
    """

    value: float | None
    unit: str
    error: float | None = None
    measured_by: MeasuredBy = "landmarks"


class Verdict(Record):
    """One check's answer.

    ``ok``: clear of the limit by more than the error band. ``fault``: beyond it by more than
    the band. ``watch``: within the band. ``not_assessed``: cannot be judged; ``reason`` says why
    and what to change. ``finding`` says what is wrong, in words; ``above`` tells whether values above
    the limit are the fault, or those below it. ``measured_by`` tells what the value was read from.
    """

    check: str
    title: str = ""
    finding: str = ""
    side: Side | None = None
    state: State
    value: float | None = None
    unit: str = ""
    limit: float | None = None
    above: bool | None = None
    error: float | None = None
    source: str = ""
    reason: str = ""
    cue: str = ""
    time_s: float | None = None
    reps: tuple[int, ...] = ()
    view_fit: Fit = 0.0
    measured_by: MeasuredBy = "landmarks"


class Rep(Record):
    """One repetition. ``turn_s``: top of a lift, bottom of a squat, widest point of a step, middle of a stretch.

    Of a stretch each uninterrupted hold is one; it is complete when it lasted as long as the guide asks.
    """

    index: int
    side: Side | None
    start_s: float
    turn_s: float
    end_s: float
    complete: bool
    hold_s: float | None = None
    lowering_s: float | None = None
    note: str = ""
    measures: dict[str, Measure] = Field(default_factory=dict)
    verdicts: tuple[Verdict, ...] = ()


class Contact(Record):
    """One foot contact while running."""

    side: Side | None
    time_s: float
    measures: dict[str, Measure] = Field(default_factory=dict)


class Gait(Record):
    """Running: cadence in steps a minute over ``seconds_s`` of steady running, and each contact."""

    cadence_spm: float | None
    cadence_error_spm: float | None = None
    seconds_s: float = 0.0
    contacts: tuple[Contact, ...] = ()
    measures: dict[str, Measure] = Field(default_factory=dict)


class Held(Record):
    """A stretch on one side: seconds in position.

    ``longest_s``: in one go, with the half-width ``error_s`` of its error band; the guide asks for ``asked_s``.
    ``breaks``: times out of position between holds. ``unseen_s``: time within holds that nobody saw, neither held nor
    broken, and part of no other number here.
    """

    side: Side | None
    longest_s: float
    error_s: float
    total_s: float
    breaks: int = 0
    unseen_s: float = 0.0
    asked_s: float
    met: bool


class Recognition(Record):
    """How the exercise was found where nobody named it.

    ``explained``: share of the movement in the recording that the exercise accounts for; ``runner_up``: the
    exercise that accounts for most beside it, with its share; empty where none does for any.
    """

    explained: Fit
    runner_up: str = ""
    runner_up_explained: Fit = 0.0


class ViewReport(Record):
    """Where the camera stood, as far as the landmarks tell, and what was wrong with the picture.

    ``yaw_deg``: the body turned from facing its ``facing`` direction squarely. ``elevation_deg``:
    how far the camera looks down on the person; 0 is level. ``height_share``: the person's extent
    as a share of the frame. ``advice``: sentences that say what to change.
    """

    facing: Facing
    posture: Posture
    yaw_deg: float | None = None
    elevation_deg: float | None = None
    height_share: float | None = None
    in_frame_share: float | None = None
    found_share: float = 0.0
    brightness: float | None = None
    frame_rate_hz: float | None = None
    dropped_frames: int = 0
    duration_s: float = 0.0
    prescribed: str = ""
    fits: bool = False
    advice: tuple[str, ...] = ()


class PeopleReport(Record):
    """How many people were seen and which one was scored."""

    seen: int | None = None
    scored: str = ""
    box_px: tuple[float, float, float, float] | None = None
    others_px: tuple[tuple[float, float, float, float], ...] = ()


class DoseItem(Record):
    """One part of the guide's prescription against what was done."""

    name: str
    prescribed: str
    done: str
    met: bool | None
    note: str = ""


class Adherence(Record):
    """The guide's dose for this exercise against this set."""

    text: str = ""
    items: tuple[DoseItem, ...] = ()


class Fatigue(Record):
    """A measure's mean in the last third of the reps against the first third."""

    measure: str
    unit: str
    first_third: float
    last_third: float
    change: float
    beyond_error: bool


class Asymmetry(Record):
    """Left against right of one measure; ``beyond_error`` when the difference exceeds the band."""

    measure: str
    unit: str
    left: float
    right: float
    difference: float
    beyond_error: bool


class Provenance(Record):
    """Everything that decides a score: the same values give the same result.

    ``recognised``: the exercise was recognised from the movement; None where it was named.
    """

    package_version: str
    checker: str
    checker_version: str
    params: dict[str, float] = Field(default_factory=dict)
    params_hash: str
    model_name: str = "unknown"
    model_sha256: str = ""
    estimator: str = "unknown"
    smoothing: str = "none"
    mirrored: bool = False
    clock: str = "container"
    corrections: tuple[str, ...] = ()
    recognised: Recognition | None = None


class SetReport(Record):
    """One set of one exercise, scored.

    ``gait`` is None but for runs, ``holds`` None but for stretches.
    """

    schema_id: Literal["formcheck.set/1"] = Field(default=SCHEMA, alias="schema")
    exercise: str
    title: str
    side: Literal["left", "right", "both"] | None
    summary: str
    reps_complete: int = 0
    reps_partial: int = 0
    reps: tuple[Rep, ...] = ()
    gait: Gait | None = None
    holds: tuple[Held, ...] | None = None
    verdicts: tuple[Verdict, ...] = ()
    faults: dict[str, int] = Field(default_factory=dict)
    view: ViewReport
    people: PeopleReport = Field(default_factory=PeopleReport)
    adherence: Adherence = Field(default_factory=Adherence)
    fatigue: tuple[Fatigue, ...] = ()
    asymmetry: tuple[Asymmetry, ...] = ()
    remarks: tuple[str, ...] = ()
    provenance: Provenance
    disclaimer: str = "This is training feedback, not medical advice."

    def to_json(self) -> str:
        """The published JSON document, indented."""
        return self.model_dump_json(by_alias=True, indent=2)

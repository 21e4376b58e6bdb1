"""What a client asks for with an upload, checked with the rules that the command line uses."""

from __future__ import annotations

import json
import tomllib
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, Strict, WithJsonSchema

from formcheck.errors import UsageError
from formcheck.exercises.declare import declared
from formcheck.exercises.registry import AUTO, exercise_ids, get_exercise
from formcheck.limits import TAG, params_of
from formcheck.pose.region import REGION_PATTERN, parse_region
from formcheck.tag.design import DICTIONARIES, design_of_table

__all__ = ["FILE_PARTS", "RUN_VIEWS", "ClipOptions", "Limits", "RescoreOptions", "UploadOptions"]

FILE_PARTS: Final = ("file", "second_file")

RUN_VIEWS: Final = ("running_rear", "running_side")

Side = Literal["left", "right", "auto"]


def _known_exercise(value: str) -> str:
    try:
        return AUTO if value == AUTO else get_exercise(value).id
    except UsageError as error:
        raise ValueError(str(error)) from error


def _parsed_flag(value: Any) -> Any:
    """A form knows text only; in Python's words too, as its HTTP clients write what they are given."""
    if not isinstance(value, str):
        return value
    if value.lower() not in ("true", "false"):
        raise ValueError("this is true or false")
    return value.lower() == "true"


def _parsed_limits(value: Any) -> Any:
    """A JSON object, or the text of a limits file."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value) if value.lstrip().startswith("{") else tomllib.loads(value)
    except (ValueError, RecursionError) as error:  # both decoders' errors are ValueErrors
        raise ValueError("limits are neither a JSON object nor a limits file in TOML") from error


def _checked_limits(value: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    try:
        for name, table in value.items():
            if name == TAG:
                design_of_table(table)
            else:
                params_of(get_exercise(name), table)
    except UsageError as error:
        raise ValueError(str(error)) from error
    return value


def _checked_region(value: str) -> str:
    try:
        parse_region(value)
    except UsageError as error:
        raise ValueError(str(error)) from error
    return value


def _tag_schema() -> dict[str, Any]:
    """Which other tags than the usual ones are worn: a dictionary, and two of its codes."""
    of_size: dict[int, list[str]] = {}
    for name, count in DICTIONARIES.items():
        of_size.setdefault(count, []).append(name)
    return {
        "description": "The tags on the waistband where they are not the usual ones; codes are of front and back.",
        "oneOf": [
            {
                "type": "object",
                "additionalProperties": False,
                "required": ["dictionary", "codes"],
                "properties": {
                    "dictionary": {"type": "string", "enum": names},
                    "codes": {
                        "type": "array",
                        "items": {"type": "integer", "minimum": 0, "maximum": count - 1},
                        "minItems": 2,
                        "maxItems": 2,
                        "uniqueItems": True,
                    },
                },
            }
            for count, names in of_size.items()
        ],
    }


def _limits_schema() -> dict[str, Any]:
    """Every limit of every exercise with its range, as a JSON schema."""
    exercises = {}
    for known in exercise_ids():
        limits = {
            limit.name: {"type": "number", "minimum": limit.low, "maximum": limit.high, "description": limit.help}
            for limit in declared(get_exercise(known).Params)
        }
        exercises[known] = {"type": "object", "additionalProperties": False, "properties": limits}
    return {"type": "object", "additionalProperties": False, "properties": exercises | {TAG: _tag_schema()}}


Exercise = Annotated[
    str, AfterValidator(_known_exercise), WithJsonSchema({"type": "string", "enum": [*exercise_ids(), AUTO]})
]
Flag = Annotated[bool, Strict(), BeforeValidator(_parsed_flag)]
Region = Annotated[
    str,
    AfterValidator(_checked_region),
    WithJsonSchema({"type": "string", "pattern": REGION_PATTERN, "examples": ["400,0,640,720"]}),
]
Limits = Annotated[
    dict[str, dict[str, Any]],
    BeforeValidator(_parsed_limits),
    AfterValidator(_checked_limits),
    WithJsonSchema(_limits_schema()),
]


class ClipOptions(BaseModel):
    """How one recording is scored."""

    exercise: str
    side: Side
    mirrored: bool
    region: str | None


class UploadOptions(BaseModel):
    """The fields of an upload beside its files."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    exercise: Exercise = Field(description="Id of the exercise, see GET /v1/exercises; auto recognises it.")
    side: Side = Field("auto", description="The person's own working side; auto finds it.")
    mirrored: Flag = Field(False, description="The recording shows a mirror image.")
    region: Region | None = Field(None, description="Where the person is: x,y,width,height in pixels of the recording.")
    second_side: Side = Field("auto", description="As side, of the second clip.")
    second_mirrored: Flag = Field(False, description="As mirrored, of the second clip.")
    second_region: Region | None = Field(None, description="As region, of the second clip.")
    limits: Limits = Field(
        default_factory=dict,
        description="Limits other than the usual ones by exercise and name: a JSON object, or the text of a file as"
        " `formcheck check --limits` takes it.",
    )
    overlay: Flag = Field(True, description="Make the annotated video.")
    keep_video: Flag = Field(False, description="Keep the recording after it was scored.")
    blur_faces: Flag = Field(False, description="Make faces unrecognisable in every picture that is made.")
    priority: int = Field(0, ge=-10, le=10, description="Higher goes first.")

    def clips(self, two: bool) -> tuple[ClipOptions, ...]:
        """Options of each clip. Raises ValueError when two clips are not the two views of a run."""
        first = ClipOptions(exercise=self.exercise, side=self.side, mirrored=self.mirrored, region=self.region)
        if not two:
            return (first,)
        if self.exercise not in RUN_VIEWS:
            raise ValueError(f"two clips are the two views of one run; the exercise is {' or '.join(RUN_VIEWS)}")
        rear, side = RUN_VIEWS
        second = ClipOptions(
            exercise=side if self.exercise == rear else rear,
            side=self.second_side,
            mirrored=self.second_mirrored,
            region=self.second_region,
        )
        return first, second


class RescoreOptions(BaseModel):
    """Other limits for recordings whose landmarks are stored."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"limits": {"running_rear": {"crossover_limit_cm": 1.0}}}]}
    )

    limits: Limits = Field(
        default_factory=dict, description="Limits by exercise and name; the usual ones hold otherwise."
    )
    priority: int = Field(0, ge=-10, le=10, description="Higher goes first.")

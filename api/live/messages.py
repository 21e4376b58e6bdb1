"""The live protocol, version 1, as records: what a page sends and what the server answers; docs/live-protocol.md.

``python -m api.live.messages docs/live-protocol.schema.json`` writes the JSON Schema.
"""

from __future__ import annotations

import json
import struct
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter
from pydantic.json_schema import models_json_schema

from formcheck.atomic import write_text
from formcheck.live.records import LIVE_SCHEMA, Detail, LiveEvent, LiveState, LiveSummary
from formcheck.pose.landmarks import LANDMARK_COUNT

__all__ = [
    "CLIENT_MESSAGE",
    "ClientMessage",
    "Command",
    "ErrorMessage",
    "FramePart",
    "Full",
    "Heartbeat",
    "Hello",
    "Landmarks",
    "Limits",
    "Links",
    "ServerMessage",
    "Skipped",
    "SummaryMessage",
    "TakenOver",
    "Update",
    "Welcome",
    "read_frame",
    "schema_text",
]

Input = Literal["frames", "landmarks"]

MAX_TEXT_BYTES: Final = 64 * 1024
MAX_MESSAGE_BYTES: Final = 4_000_000
"""Larger ones are not even received whole: above any frame, so that one that is too large can still be told so."""

MAX_SEQ: Final = 2**32 - 1

SkipCode = Literal[
    "overtaken", "out_of_order", "not_a_picture", "cut_short", "too_large", "too_small", "not_looked_at", "set_over"
]
"""Why a frame was left out: a newer one came while it waited; its number is not above the one before; it is neither
JPEG nor WebP or cannot be decoded; bytes are missing at its end; it has too many bytes or pixels; it has too few; the
server could not look at it; the set is over."""

ErrorCode = Literal[
    "no_hello",
    "bad_hello",
    "bad_message",
    "bad_frame",
    "wrong_input",
    "too_fast",
    "access",
    "live_off",
    "idle",
    "server_stopping",
    "server_error",
]


class _FromPage(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class _FromServer(BaseModel):
    model_config = ConfigDict(frozen=True)


class EstimatedBy(_FromPage):
    """How a page came to its landmarks, for the result's own record."""

    estimator: str = Field("unknown", max_length=100, description="Library, version and mode.")
    model_name: str = Field("unknown", max_length=100)
    model_sha256: str = Field("", pattern="^([0-9a-f]{64})?$")


class Hello(_FromPage):
    """The first message of every connection. With ``resume`` an earlier set goes on, with its own options."""

    kind: Literal["hello"]
    protocol: str = Field(max_length=40, examples=[LIVE_SCHEMA])
    exercise: str = Field(max_length=100, description="See GET /v1/exercises.")
    side: Literal["left", "right", "auto"] = "auto"
    cues: Detail = "full"
    mirrored: bool = Field(False, description="The pictures themselves are a mirror image; the display does not count.")
    input: Input = "frames"
    hands_free: bool = Field(True, description="Holding still, a raised hand and walking away start and end it.")
    overlay: bool = Field(False, description="Send where the landmarks are with each update.")
    limits: dict[str, float] = Field(default_factory=dict, max_length=100, description="Of the exercise, by name.")
    estimated_by: EstimatedBy = Field(default_factory=EstimatedBy, description="Of landmarks.")
    resume: str | None = Field(None, max_length=100, description="The token of an earlier welcome.")


class Command(_FromPage):
    """A button: start with the next frame; end the set; leave, for good (a set under way is saved)."""

    kind: Literal["start", "stop", "bye"]


class SetCues(_FromPage):
    """How much is said from now on."""

    kind: Literal["cues"]
    cues: Detail


Coordinate = Annotated[float, Field(ge=-100, le=100)]
Point = tuple[Coordinate, Coordinate, Coordinate]
Points = Annotated[list[Point], Field(min_length=LANDMARK_COUNT, max_length=LANDMARK_COUNT)]
Share = Annotated[float, Field(ge=0, le=1)]
Shares = Annotated[list[Share], Field(min_length=LANDMARK_COUNT, max_length=LANDMARK_COUNT)]


class Body(_FromPage):
    """One person as MediaPipe's pose landmarker gives it.

    ``image``: x and y as shares of the picture's width and height, z on x's scale. ``world``: metres.
    """

    image: Points
    world: Points
    visibility: Shares
    presence: Shares | None = Field(None, description="Where it is not known, visibility stands for it.")


class Landmarks(_FromPage):
    """A frame that the page looked at itself. ``body`` is null where nobody was found."""

    kind: Literal["landmarks"]
    seq: int = Field(ge=0, le=MAX_SEQ)
    t_ms: float = Field(ge=0, le=1e14)
    size_px: tuple[Annotated[int, Field(ge=64, le=8192)], Annotated[int, Field(ge=64, le=8192)]]
    brightness: float | None = Field(None, ge=0, le=255, description="Mean grey level of the picture.")
    body: Body | None


ClientMessage = Annotated[Hello | Command | SetCues | Landmarks, Field(discriminator="kind")]

CLIENT_MESSAGE: TypeAdapter[ClientMessage] = TypeAdapter(ClientMessage)
"""Reads a text message. Raises ValidationError."""

_HEADER: Final = struct.Struct(">BBHId")
_VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class FramePart:
    """A binary message: a picture with its number and capture stamp."""

    seq: int
    t_ms: float
    picture: bytes


def read_frame(message: bytes) -> FramePart:
    """A binary message taken apart. Raises ValueError where it has no proper header."""
    if len(message) < _HEADER.size:
        raise ValueError(f"it has {len(message)} bytes; its header alone has {_HEADER.size}")
    version, kind, _, seq, t_ms = _HEADER.unpack_from(message)
    if (version, kind) != (_VERSION, 1):
        raise ValueError(f"its header begins with {version}, {kind}; a frame's begins with {_VERSION}, 1")
    if not 0 <= t_ms <= 1e14:
        raise ValueError("its capture stamp is no number of milliseconds")
    return FramePart(seq, t_ms, message[_HEADER.size :])


def frame_message(seq: int, t_ms: float, picture: bytes) -> bytes:
    """A binary message, as a page makes it."""
    return _HEADER.pack(_VERSION, 1, 0, seq, t_ms) + picture


class Limits(_FromServer):
    """What the server takes."""

    max_frame_bytes: int
    max_side_px: int
    min_side_px: int
    max_rate_hz: float = Field(description="Messages a second; what comes faster is read more slowly.")
    resume_s: float = Field(description="How long a set waits for a connection that was lost.")
    heartbeat_s: float = Field(description="The server is never silent for longer.")


class Welcome(_FromServer):
    """The answer to hello. ``session`` is the id that the set's analysis will have."""

    kind: Literal["welcome"] = "welcome"
    protocol: Literal["formcheck.live/1"] = LIVE_SCHEMA
    session: str
    resume: str = Field(description="A secret that takes this set up again.")
    resumed: bool = Field(description="Whether an earlier set goes on.")
    exercise: str
    title: str
    side: Literal["left", "right", "auto"]
    cues: Detail
    mirrored: bool
    input: Input
    hands_free: bool
    state: LiveState
    limits: Limits


Mark = tuple[float, float, float]


class Update(_FromServer):
    """The answer to a frame that was taken; ``seq`` is null for what happened without one."""

    kind: Literal["update"] = "update"
    seq: int | None
    state: LiveState
    events: Sequence[LiveEvent] = ()
    took_ms: float = Field(description="From the frame's arrival to this answer.")
    pose: Sequence[Mark] | None = Field(
        None, description="With `overlay`: x and y as shares of the picture, and visibility; null for nobody."
    )


class Skipped(_FromServer):
    """The answer to a frame that was left out."""

    kind: Literal["skipped"] = "skipped"
    seq: int
    code: SkipCode
    detail: str


class Links(_FromServer):
    """Where the saved set is."""

    page: str
    analysis: str
    result: str
    report: str


class SummaryMessage(_FromServer):
    """The set is over and, where somebody was seen in it, saved; the last message before the server closes.

    ``summary`` is null where the server stops and has no time to work it out. ``links`` are null where nothing was
    done; while ``saved`` is false they lead nowhere yet.
    """

    kind: Literal["summary"] = "summary"
    summary: LiveSummary | None
    links: Links | None
    saved: bool
    note: str = Field("", description="What people should know, such as that it will be saved later.")


class Full(_FromServer):
    """Every place is taken; the server closes."""

    kind: Literal["full"] = "full"
    detail: str
    retry_after_s: float


class TakenOver(_FromServer):
    """Another connection took up this set; the server closes this one. Do not connect again by yourself."""

    kind: Literal["taken_over"] = "taken_over"
    detail: str


class ErrorMessage(_FromServer):
    """Something was wrong. After a ``fatal`` one the server closes.

    ``problem`` is the problem's kind where ``code`` is "access", as in the API's other answers.
    """

    kind: Literal["error"] = "error"
    code: ErrorCode
    detail: str
    fatal: bool
    problem: str | None = None


class Heartbeat(_FromServer):
    """All is well, there was only nothing to say."""

    kind: Literal["heartbeat"] = "heartbeat"


ServerMessage = Annotated[
    Welcome | Update | Skipped | SummaryMessage | Full | TakenOver | ErrorMessage | Heartbeat,
    Field(discriminator="kind"),
]

_FROM_PAGE: Final = (Hello, Command, SetCues, Landmarks)
_FROM_SERVER: Final = (Welcome, Update, Skipped, SummaryMessage, Full, TakenOver, ErrorMessage, Heartbeat)


def schema_text() -> str:
    """Both directions as one JSON Schema (draft 2020-12): ``$defs/ClientMessage`` and ``$defs/ServerMessage``."""
    pages = [(model, "validation") for model in _FROM_PAGE]
    servers = [(model, "serialization") for model in _FROM_SERVER]
    _, schema = models_json_schema([*pages, *servers], by_alias=True)  # type: ignore[list-item]
    definitions: dict[str, Any] = schema["$defs"]
    for name, models in (("ClientMessage", _FROM_PAGE), ("ServerMessage", _FROM_SERVER)):
        definitions[name] = {"oneOf": [{"$ref": f"#/$defs/{model.__name__}"} for model in models]}
    document = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:formcheck:live:1",
        "title": "The live protocol",
        "anyOf": [{"$ref": "#/$defs/ClientMessage"}, {"$ref": "#/$defs/ServerMessage"}],
        "$defs": definitions,
    }
    return json.dumps(document, indent=2) + "\n"


if __name__ == "__main__":
    write_text(sys.argv[1], schema_text())

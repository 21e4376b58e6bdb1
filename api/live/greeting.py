"""The first words of a connection: who is there, what is wanted, and whether there is a place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import anyio
import structlog
from anyio.to_thread import run_sync
from fastapi import WebSocket, WebSocketDisconnect
from pydantic import BaseModel, TypeAdapter, ValidationError

from api.access.caller import Caller
from api.live.house import FullError, House, Seat
from api.live.messages import MAX_TEXT_BYTES, ErrorCode, ErrorMessage, Full, Hello, Limits, Welcome
from api.problems import DATABASE_ERRORS, ProblemError
from formcheck.errors import FormcheckError, UsageError
from formcheck.live import wording
from formcheck.live.records import LIVE_SCHEMA
from formcheck.report.wording import sentence
from formcheck.video.frame import MIN_SIDE_PX
from formcheck.video.still import MAX_STILL_BYTES, MAX_STILL_SIDE_PX

__all__ = ["HEARTBEAT_S", "Refusal", "error", "greet", "welcome", "why"]

HELLO_S: Final = 10.0
HEARTBEAT_S: Final = 5.0
FULL_RETRY_S: Final = 30.0

POLICY, TRY_LATER, FAILED = 1008, 1013, 1011

_HELLO: Final = TypeAdapter(Hello)

_log = structlog.get_logger()


class Refusal(Exception):  # noqa: N818 - an answer, not a fault of ours
    """The connection ends with this message and close code."""

    def __init__(self, message: BaseModel, code: int) -> None:
        super().__init__(code)
        self.message, self.code = message, code


def error(code: ErrorCode, detail: str, *, fatal: bool = True, problem: str | None = None) -> ErrorMessage:
    """An error for people and programs."""
    return ErrorMessage(code=code, detail=detail, fatal=fatal, problem=problem)


async def greet(websocket: WebSocket, identify: Callable[[WebSocket], Caller], house: House) -> tuple[Seat, bool]:
    """A seat for whoever connected, and whether it is the one of an earlier connection. Raises Refusal."""
    if not house.people:
        raise Refusal(error("live_off", wording.REFUSALS["live_off"]), POLICY)
    caller = await _caller(websocket, identify)
    hello = await _hello(websocket)
    seat = house.find(caller, hello.resume) if hello.resume else None
    if seat is not None:
        return seat, True
    try:
        return await house.enter(caller, hello), False
    except FullError as full:
        detail = wording.REFUSALS["full"].format(people=house.people)
        raise Refusal(Full(detail=detail, retry_after_s=FULL_RETRY_S), TRY_LATER) from full
    except UsageError as wrong:
        raise _bad_hello(str(wrong)) from wrong
    except FormcheckError as broken:
        _log.error("live_cannot_work", error=str(broken))
        raise Refusal(error("server_error", sentence(str(broken))), FAILED) from broken


async def _caller(websocket: WebSocket, identify: Callable[[WebSocket], Caller]) -> Caller:
    try:
        return await run_sync(identify, websocket)
    except ProblemError as refused:
        raise Refusal(error("access", sentence(refused.detail), problem=refused.kind), POLICY) from refused
    except DATABASE_ERRORS as lost:
        raise Refusal(error("server_error", wording.REFUSALS["database"]), FAILED) from lost


async def _hello(websocket: WebSocket) -> Hello:
    try:
        with anyio.fail_after(HELLO_S):
            message: dict[str, Any] = dict(await websocket.receive())
    except TimeoutError as late:
        raise Refusal(error("no_hello", wording.REFUSALS["no_hello"].format(seconds=HELLO_S)), POLICY) from late
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message.get("code", 1005))
    text = message.get("text")
    if text is None or len(text) > MAX_TEXT_BYTES:
        raise _bad_hello("it is a text message of at most 64 kB")
    try:
        hello = _HELLO.validate_json(text)
    except ValidationError as wrong:
        raise _bad_hello(why(wrong)) from wrong
    if hello.protocol != LIVE_SCHEMA:
        texts = wording.REFUSALS["unknown_protocol"]
        raise _bad_hello(texts.format(known=LIVE_SCHEMA, asked=hello.protocol))
    return hello


def _bad_hello(reason: str) -> Refusal:
    return Refusal(error("bad_hello", wording.REFUSALS["bad_hello"].format(why=reason.rstrip("."))), POLICY)


def why(wrong: ValidationError) -> str:
    """The first thing that is wrong with a message: its field and the reason."""
    first = wrong.errors(include_url=False, include_input=False, include_context=False)[0]
    place = ".".join(str(part) for part in first["loc"])
    return f"{place}: {first['msg']}"[:200] if place else first["msg"][:200]


def welcome(seat: Seat, house: House, *, resumed: bool) -> Welcome:
    """The answer to hello."""
    sitting = seat.sitting
    hello = sitting.hello
    limits = Limits(
        max_frame_bytes=MAX_STILL_BYTES,
        max_side_px=MAX_STILL_SIDE_PX,
        min_side_px=MIN_SIDE_PX,
        max_rate_hz=house.rate_hz,
        resume_s=house.resume_s,
        heartbeat_s=HEARTBEAT_S,
    )
    return Welcome(
        session=sitting.id,
        resume=seat.token,
        resumed=resumed,
        exercise=hello.exercise,
        title=sitting.title,
        side=hello.side,
        cues=hello.cues,
        mirrored=hello.mirrored,
        input=hello.input,
        hands_free=hello.hands_free,
        state=sitting.state,
        limits=limits,
    )

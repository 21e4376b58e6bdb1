"""``/v1/live``: a live set over a WebSocket, and the words it speaks. The protocol: docs/live-protocol.md."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, WebSocket

from api.access.caller import needs
from api.live.connection import serve
from api.services import services_of
from formcheck.live.wording import catalogue

__all__ = ["router"]

router = APIRouter(prefix="/v1", tags=["live"])

_writer = needs("write")


@router.websocket("/live")
async def live(websocket: WebSocket) -> None:
    """Pictures or landmarks in, counts, cues and a summary out."""
    await serve(websocket, _writer, services_of(websocket).live)


@router.get("/live/words", operation_id="live_words")
def words() -> dict[str, Any]:
    """Every English word of the live mode by its name, for a page to show or to translate; needs no key."""
    return catalogue()

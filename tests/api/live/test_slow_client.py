"""What a client does not take is not piled up for it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

import anyio
import pytest
from fastapi import WebSocket

from api.access.caller import ALL_SCOPES, Caller
from api.app import _connected
from api.live import connection
from api.live.connection import QUEUE, serve
from api.settings import Settings
from tests.api.live.conftest import LIVE, track
from tests.api.live.page import landmarks


class Deaf:
    """A WebSocket whose client sends on and on, and takes nothing but the welcome."""

    def __init__(self) -> None:
        self.received = self.taken = 0

    async def accept(self) -> None:
        """Fine."""

    async def receive(self) -> dict[str, Any]:
        await anyio.sleep(0.001)
        self.received += 1
        if self.received == 1:
            hello = {"kind": "hello", "protocol": "formcheck.live/1", "exercise": "clamshell", "input": "landmarks"}
            return {"type": "websocket.receive", "text": json.dumps(hello)}
        pose = track("clamshell_clean_right")[0]
        return {"type": "websocket.receive", "text": json.dumps(landmarks(pose, self.received, self.received / 30))}

    async def send_text(self, _text: str) -> None:
        if self.taken:
            await anyio.sleep_forever()
        self.taken += 1

    async def close(self, _code: int) -> None:
        """Too late."""


@pytest.mark.parametrize("patience_s", [60.0, 0.4])
def test_a_client_that_takes_nothing_is_not_read_any_more_and_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, patience_s: float
) -> None:
    monkeypatch.setattr(connection, "SEND_S", patience_s)
    deaf = Deaf()

    async def connected() -> bool:
        services = _connected(Settings(data_dir=tmp_path, **LIVE))
        async with services.live.open():
            with anyio.move_on_after(1.5) as scope:
                await serve(cast("WebSocket", deaf), lambda _: Caller("", ALL_SCOPES), services.live)
        return scope.cancelled_caught

    assert anyio.run(connected) == (patience_s > 1.5)
    assert deaf.received < 10 * QUEUE

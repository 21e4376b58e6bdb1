"""One run at a time at an address: a file there says who is at work, and until when that holds.

Object stores have no locks that die with a process. So the word holds for a minute and is renewed while the run is
alive; what a killed run left behind ends by itself. The machines' clocks have to agree within some seconds.
"""

from __future__ import annotations

import json
import os
import secrets
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread
from typing import Any, Final

from formcheck.batch.lock import LOCK_NAME
from formcheck.batch.remote import remote
from formcheck.batch.storage import UrlStorage, telling_full
from formcheck.errors import OutputError, UsageError

__all__ = ["leasing"]

HOLDS_S: Final = 60.0
RENEW_S: Final = 15.0

SETTLE_S: Final = 1.0
"""Two that begin in the same moment both write; after this the later word stands, and both read it."""


@contextmanager
def leasing(storage: UrlStorage) -> Iterator[None]:
    """Keep other runs away from an address while the block runs.

    Raises:
        UsageError: another run is at work there; the message names its process and machine, and how long that holds.
        OutputError: nothing can be written there.
    """
    token = secrets.token_hex(8)
    _refuse_other(storage, token)
    _say(storage, token)
    time.sleep(SETTLE_S)
    _refuse_other(storage, token)
    over = Event()
    renewing = Thread(target=_renew, args=(storage, token, over), name="lease", daemon=True)
    renewing.start()
    try:
        yield
    finally:
        over.set()
        renewing.join()
        storage.remove(LOCK_NAME)


def _renew(storage: UrlStorage, token: str, over: Event) -> None:
    while not over.wait(RENEW_S):
        with suppress(OutputError):  # the next one makes it good; should none, results are whole all the same
            _say(storage, token)


def _say(storage: UrlStorage, token: str) -> None:
    said = {"token": token, "pid": os.getpid(), "host": socket.gethostname(), "until": time.time() + HOLDS_S}
    storage.write(LOCK_NAME, json.dumps(said).encode())


def _refuse_other(storage: UrlStorage, token: str) -> None:
    said = _said(storage)
    left_s = said["until"] - time.time() if said and said["token"] != token else 0.0
    if said and left_s > 0.0:
        raise UsageError(
            f"another run is at work in '{storage.place}' (process {said['pid']} on {said['host']}); wait for it,"
            f" or if it was killed, try again in {left_s:.0f} s"
        )


def _said(storage: UrlStorage) -> dict[str, Any] | None:
    """What the file says; None where there is none, or none that can be understood."""
    with telling_full(f"{storage.url}/{LOCK_NAME}"):
        try:
            said: Any = json.loads(remote(storage.url).read(LOCK_NAME))
        except (FileNotFoundError, ValueError):
            return None
    return said if isinstance(said, dict) and {"token", "pid", "host", "until"} <= said.keys() else None

"""Many uploads at once, and rude clients: everything finishes, and memory stays where it was.

``python -m bench.api_load [--uploads 200] [--clients 20] [--workers 2]``. Every client sends its share all at once;
what is turned away (503) comes again when Retry-After says. Meanwhile others send half uploads, trickle bytes, and ask
a thousand small things. Exits with 1 when an upload does not end as done.
"""

from __future__ import annotations

import argparse
import os
import socket
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Final

import httpx2

from bench.api_server import ServerProcess, memory_mb

__all__ = ["Memory", "half_uploads", "many_uploads", "tiny_requests", "trickle"]

TRACK: Final = Path(__file__).resolve().parent / "data" / "clamshell_test_01.npz"
WITHIN_S: Final = 3600.0


def main() -> None:
    """Print what became of the uploads, and the memory on the way."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--uploads", type=int, default=200)
    parser.add_argument("--clients", type=int, default=20)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        server = ServerProcess(Path(folder), {"workers": options.workers, "min_free_mb": 0, "log_level": "warning"})
        server.start()
        try:
            server.await_workers(options.workers)
            states = _measured(server, options.uploads, options.clients)
        finally:
            server.stop()
    sys.exit(states["done"] != options.uploads)


def _measured(server: ServerProcess, uploads: int, clients: int) -> Counter[str]:
    started_s = time.monotonic()
    with Memory(server) as memory, _rude(server):
        states, waits_s = many_uploads(server.url, uploads, clients)
    took_s = time.monotonic() - started_s
    print(f"{uploads} uploads from {clients} clients: {dict(states)} in {took_s:.0f} s, load {os.getloadavg()[0]:.0f}")
    print(f"from first try to 202: median {median(waits_s):.1f} s, longest {max(waits_s):.1f} s")
    for name in memory.samples[0]:
        seen = [sample[name] for sample in memory.samples]
        third = max(1, len(seen) // 3)
        first, last = median(seen[:third]), median(seen[-third:])
        print(f"{name:<8} {first:7.0f} MB in the first third, {last:7.0f} MB in the last, {max(seen):7.0f} MB at most")
    return states


class Memory:
    """Resident memory of the server and all its workers with their scoring processes, once a second."""

    def __init__(self, server: ServerProcess) -> None:
        self.samples: list[dict[str, float]] = []
        self._server, self._over = server, threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Memory:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.is_set():
            groups = {
                "server": [self._server.pid],
                "workers": self._server.workers(),
                "scorers": self._server.scorers(),
            }
            self.samples.append({name: sum(map(memory_mb, pids)) for name, pids in groups.items()})
            self._over.wait(1.0)


def many_uploads(url: str, uploads: int, clients: int) -> tuple[Counter[str], list[float]]:
    """Final states of all, and how long each took to be accepted. Each client sends its share at once."""
    with ThreadPoolExecutor(uploads) as threads, _clients(url, clients, uploads) as sessions:
        sent = [threads.submit(_accepted, sessions[number % clients]) for number in range(uploads)]
        made = [one.result() for one in sent]
        states = Counter(_ended(sessions[0], analysis_id) for analysis_id, _ in made)
    return states, [wait_s for _, wait_s in made]


@contextmanager
def _clients(url: str, clients: int, uploads: int) -> Iterator[list[httpx2.Client]]:
    limits = httpx2.Limits(max_connections=1 + uploads // clients)
    sessions = [httpx2.Client(base_url=url, timeout=300, limits=limits) for _ in range(clients)]
    try:
        yield sessions
    finally:
        for session in sessions:
            session.close()


def _accepted(client: httpx2.Client) -> tuple[str, float]:
    """Id of the analysis, and how long it took to get in."""
    started_s = time.monotonic()
    while True:
        with TRACK.open("rb") as file:
            answer = client.post("/v1/analyses", files={"file": file}, data={"exercise": "clamshell"})
        if answer.status_code != 503:
            assert answer.status_code == 202, answer.text
            analysis_id: str = answer.json()["id"]
            return analysis_id, time.monotonic() - started_s
        time.sleep(float(answer.headers["Retry-After"]))


def _ended(client: httpx2.Client, analysis_id: str) -> str:
    ends_at = time.monotonic() + WITHIN_S
    state: str = "queued"
    while state in ("queued", "running") and time.monotonic() < ends_at:
        state = client.get(f"/v1/analyses/{analysis_id}").json().get("state", "lost")
        if state in ("queued", "running"):
            time.sleep(0.5)
    return state


@contextmanager
def _rude(server: ServerProcess) -> Iterator[None]:
    """Half uploads, trickling ones and a thousand small requests while the block runs."""
    with ThreadPoolExecutor(3) as threads:
        halves = threads.submit(half_uploads, server.port, 50)
        trickling = threads.submit(trickle, server.port, 20, 20.0)
        small = threads.submit(tiny_requests, server.url, 1000)
        yield
        halves.result()
        open_still, statuses = trickling.result(), small.result()
    print(f"rude clients: 50 half uploads, {open_still} of 20 trickling, small requests {dict(statuses)}")


def half_uploads(port: int, count: int) -> None:
    """One after another: promise a megabyte, send half, hang up."""
    for _ in range(count):
        with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
            connection.sendall(_head(1 << 20) + b"x" * (1 << 19))


def trickle(port: int, connections: int, seconds_s: float) -> int:
    """Uploads that send a byte a second; how many the server still waits for in the end."""
    opened = [socket.create_connection(("127.0.0.1", port), timeout=60) for _ in range(connections)]
    for connection in opened:
        connection.sendall(_head(1 << 20))
    ends_at, alive = time.monotonic() + seconds_s, connections
    while time.monotonic() < ends_at:
        alive = sum(_sent(connection) for connection in opened)
        time.sleep(1.0)
    for connection in opened:
        connection.close()
    return alive


def tiny_requests(url: str, number: int) -> Counter[int]:
    """Status codes of so many small requests, a fresh connection each."""
    paths = ("/healthz", "/v1/analyses?limit=1", "/nothing", "/v1/exercises/clamshell")
    return Counter(httpx2.get(url + paths[each % len(paths)], timeout=60).status_code for each in range(number))


def _head(length: int) -> bytes:
    lines = ["POST /v1/analyses HTTP/1.1", "Host: localhost", f"Content-Length: {length}"]
    lines += ["Content-Type: multipart/form-data; boundary=b", "", "--b"]
    lines += ['Content-Disposition: form-data; name="file"; filename="../../etc/passwd"', "", ""]
    return "\r\n".join(lines).encode()


def _sent(connection: socket.socket) -> bool:
    try:
        connection.sendall(b"x")
    except OSError:
        return False
    return True


if __name__ == "__main__":
    main()

"""kill -9 at random moments: no accepted upload is lost, and each yields exactly one result.

``python -m bench.api_chaos [--runs 50] [--seed N] [--database both]``. Each run uploads three recordings at once,
kills the server, a worker or its scoring process at some moment from the first byte to the last result, and waits. A
client whose connection breaks sends its upload again with the same Idempotency-Key, as clients are told to. In the
end every upload must be one analysis, done, with the bytes of a result that was let alone. Exits with 1 otherwise.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import httpx2

from bench.api_server import ServerProcess
from bench.clips import shortened
from bench.postgresql import postgresql_server

__all__ = ["Chaos"]

ROOT: Final = Path(__file__).resolve().parents[1]

SETTINGS: Final = {
    "workers": 1,
    "lease_s": 5,
    "poll_s": 0.1,
    "retry_after_s": 0.1,
    "drain_s": 1,
    "sweep_s": 2,
    "min_free_mb": 0,
    "max_attempts": 5,
    "log_level": "warning",
}
"""A short lease, so that a run takes seconds; on a busy machine it runs out now and then without any kill."""

VICTIMS: Final = ("server", "worker", "scorer")
WITHIN_S: Final = 300.0


def main() -> None:
    """Print what was killed and what became of the uploads."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--runs", type=int, default=50, help="kills on each database")
    parser.add_argument("--minutes", type=float, default=600.0, help="no further run on a database after so long")
    parser.add_argument("--seed", type=int, default=4)
    parser.add_argument("--database", choices=("sqlite", "postgresql", "both"), default="both")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # unwinds: no server is left behind
    kinds = ("sqlite", "postgresql") if options.database == "both" else (options.database,)
    wrong = [line for kind in kinds for line in _on(kind, options.runs, options.seed, options.minutes)]
    sys.exit(bool(wrong))


def _on(kind: str, runs: int, seed: int, minutes: float) -> Sequence[str]:
    with tempfile.TemporaryDirectory() as name, _database(kind) as settings:
        folder = Path(name)
        chaos = Chaos(folder, {**SETTINGS, **settings}, _files(folder))
        started_s = time.monotonic()
        try:
            wrong = chaos.play(runs, seed, minutes)
        finally:
            chaos.server.stop()
        took_s = time.monotonic() - started_s
    killed = ", ".join(f"{victim} {number}" for victim, number in sorted(chaos.killed.items()))
    print(f"\n{kind}: {chaos.killed.total()} runs in {took_s:.0f} s, load {os.getloadavg()[0]:.0f}; killed: {killed}")
    print(
        f"{len(chaos.uploads)} uploads accepted, {chaos.repeated} sent again, {chaos.retried} scored in a later attempt"
    )
    print("\n".join(wrong) or "none lost, none twice, every result as undisturbed", flush=True)
    return wrong


@contextmanager
def _database(kind: str) -> Iterator[dict[str, Any]]:
    if kind == "sqlite":
        yield {}
        return
    with postgresql_server() as server:
        yield {"database_url": server.url}


def _files(folder: Path) -> list[tuple[Path, str]]:
    """Two stored tracks and a second of film."""
    film = ROOT / "sample_videos/clips/clamshell_clean_right.mp4"
    clip = shortened(film, folder / "clip.webm", 1.5)
    return [
        (ROOT / "bench/data/clamshell_test_01.npz", "clamshell"),
        (ROOT / "bench/data/bridge_test_01.npz", "single_leg_glute_bridge"),
        (clip, "clamshell"),
    ]


@dataclass
class Chaos:
    """Kills the server of ``settings`` while ``files`` (with their exercises) are uploaded and scored."""

    folder: Path
    settings: dict[str, Any]
    files: list[tuple[Path, str]]
    uploads: dict[str, str] = field(default_factory=dict)
    """Id of the analysis by Idempotency-Key."""
    killed: Counter[str] = field(default_factory=Counter)
    repeated: int = 0
    retried: int = 0

    def __post_init__(self) -> None:
        self.server = ServerProcess(self.folder, self.settings)

    def play(self, runs: int, seed: int, minutes: float = 600.0) -> Sequence[str]:
        """One run that is let alone, then ``runs`` with a kill each; what was wrong, a line each."""
        self.server.start()
        self.server.await_workers(1)
        started_s = time.monotonic()
        expected = self._run("alone", None)
        whole_s = time.monotonic() - started_s
        moments = random.Random(seed)
        wrong: list[str] = []
        for number in range(runs):
            if time.monotonic() - started_s > 60 * minutes:
                break
            kill = (moments.choice(VICTIMS), moments.uniform(0, whole_s))
            got = self._run(f"run-{number}", kill)
            wrong += [
                f"run {number}, {kill[0]} killed after {kill[1]:.2f} s: {path.name} is {self._told(one)}"
                for (path, _), one, whole in zip(self.files, got, expected, strict=True)
                if one != whole
            ]
            print(".", end="", flush=True)
        return wrong + self._counted()

    def _run(self, name: str, kill: tuple[str, float] | None) -> list[bytes]:
        """The results of all files, as bytes."""
        with ThreadPoolExecutor(len(self.files) + 1) as threads:
            ways = [
                threads.submit(self._whole_way, f"{name}-{number}", *file) for number, file in enumerate(self.files)
            ]
            if kill is not None:
                threads.submit(self._kill, *kill).result()
            return [way.result() for way in ways]

    def _kill(self, victim: str, after_s: float) -> None:
        time.sleep(after_s)
        if victim == "server":
            self.server.kill()
            self.server.start()
        else:
            for pid in self.server.workers() if victim == "worker" else self.server.scorers():
                os.kill(pid, signal.SIGKILL)
        self.killed[victim] += 1

    def _whole_way(self, key: str, path: Path, exercise: str) -> bytes:
        """A careful client: uploads until it is told 202, then asks until there is an end."""
        ends_at = time.monotonic() + WITHIN_S
        while (made := self._uploaded(key, path, exercise)) is None:
            self.repeated += 1
            time.sleep(0.2)
        self.uploads[key] = made
        while time.monotonic() < ends_at:
            if (told := self._end_of(made)) is not None:
                return told
            time.sleep(0.2)
        return b"not finished"

    def _end_of(self, made: str) -> bytes | None:
        """The result, or the state that it ended in otherwise; None while it has not, or the server is down."""
        found = self._get(f"/v1/analyses/{made}")
        if found is None or (state := found.json().get("state", "lost")) in ("queued", "running"):
            return None
        if state != "done":
            return str(state).encode()
        result = self._get(f"/v1/analyses/{made}/result")
        if result is None:  # the server was killed in between
            return None
        self.retried += found.json()["attempts"] > 1
        return result.content

    def _uploaded(self, key: str, path: Path, exercise: str) -> str | None:
        try:
            with path.open("rb") as file:
                answer = httpx2.post(
                    f"{self.server.url}/v1/analyses",
                    files={"file": file},
                    data={"exercise": exercise, "overlay": "false"},
                    headers={"Idempotency-Key": key},
                    timeout=30,
                )
        except httpx2.TransportError:
            return None
        if answer.status_code == 503:
            return None
        assert answer.status_code == 202, answer.text
        made: str = answer.json()["id"]
        return made

    def _get(self, path: str) -> httpx2.Response | None:
        """None while the server is down."""
        try:
            answer = httpx2.get(self.server.url + path, timeout=30)
        except httpx2.TransportError:
            return None
        return None if answer.status_code == 503 else answer

    def _counted(self) -> list[str]:
        """Whether there are as many analyses, results and ended jobs as uploads, and no recording stays."""
        ids = set(self.uploads.values())
        wrong = [] if len(ids) == len(self.uploads) else ["an analysis answers for two uploads"]
        listed, address = [], "/v1/analyses?limit=200"
        while address:
            page = httpx2.get(self.server.url + address, timeout=30).json()
            listed += [one["id"] for one in page["analyses"]]
            address = page["next"]
        if sorted(listed) != sorted(ids):
            wrong.append(f"{len(listed)} analyses are there for {len(ids)} uploads")
        ended = httpx2.get(f"{self.server.url}/metrics", timeout=30).text
        done = [
            line.split()[-1]
            for line in ended.splitlines()
            if line.startswith("formcheck_job_attempts_total") and '"done"' in line
        ]
        if [float(number) for number in done] != [float(len(ids))]:
            wrong.append(f"jobs were ended as done {done} times for {len(ids)} uploads")
        return wrong + self._left_recordings(ids)

    def _left_recordings(self, ids: set[str]) -> list[str]:
        ends_at = time.monotonic() + 30
        while True:
            left = [path for path in (self.folder / "data" / "files").rglob("source-*") if path.parent.name in ids]
            if not left or time.monotonic() > ends_at:
                return [f"{len(left)} recordings were not deleted"] if left else []
            time.sleep(0.5)

    @staticmethod
    def _told(result: bytes) -> str:
        return "another result" if result.startswith(b"{") else result.decode()


if __name__ == "__main__":
    main()

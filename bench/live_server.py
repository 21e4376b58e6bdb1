"""The live mode through a real server, as pages would use it; run by ``python -m bench.bench_live --server``.

``formcheck serve`` runs as a process of its own; clients send a sample's frames as 640x480 JPEG, one in flight, latest
wins, and read the answers. Delay is the server's own ``took_ms``: from a frame's arrival to its answer.
"""

from __future__ import annotations

import asyncio
import json
import math
import os
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count, cycle
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from websockets.asyncio.client import ClientConnection, connect

from api.live.messages import frame_message
from bench.api_server import ServerProcess, children_of, memory_mb
from formcheck.pose.pose import Pose
from formcheck.pose.track import PoseTrack

CLOCK_MS = 1_764_000_000_000.0
JPEG_QUALITY = 70
TICKS_HZ = os.sysconf("SC_CLK_TCK")


SETTINGS = {"workers": 0, "max_duration_s": 3600, "live_people": 64, "log_level": "error", "min_free_mb": 0}


@dataclass(frozen=True)
class Server:
    """A server that runs; its tree is all its processes."""

    process: ServerProcess

    @property
    def url(self) -> str:
        """Of its live mode."""
        return self.process.url.replace("http", "ws") + "/v1/live"

    def tree(self) -> list[int]:
        """Process ids of the server and what it started."""
        return [self.process.pid, *children_of(self.process.pid)]

    def used_s(self) -> float:
        """CPU time of all of them."""
        lines = (Path(f"/proc/{pid}/stat").read_text(encoding="ascii") for pid in self.tree())
        stats = (line.rpartition(")")[2].split() for line in lines)
        return sum(int(stat[11]) + int(stat[12]) for stat in stats) / TICKS_HZ

    def rss_mb(self) -> list[float]:
        """Memory of each, the server's first."""
        return [memory_mb(pid) for pid in self.tree()]


@contextmanager
def serving(cores: Iterable[int], **settings: Any) -> Iterator[Server]:
    """``formcheck serve`` on these cores, without workers."""
    within = ["taskset", "--cpu-list", ",".join(map(str, sorted(cores)))]
    with tempfile.TemporaryDirectory(prefix="formcheck-bench-") as folder:
        process = ServerProcess(Path(folder), {**SETTINGS, **settings}, within)
        process.start()
        try:
            yield Server(process)
        finally:
            process.stop()


@dataclass
class Seen:
    """What a client saw: delays as the server tells them and as the client measures, and frames it had to leave out."""

    took_ms: list[float] = field(default_factory=list)
    trip_ms: list[float] = field(default_factory=list)
    dropped: int = 0
    reps: int = 0

    def late_ms(self, share: float) -> float:
        """A quantile of the server's delays."""
        return float(np.quantile(self.took_ms, share))


async def client(url: str, jpegs: Sequence[bytes], rate_hz: float, seconds: float, warm_s: float) -> Seen:
    """One page: a camera at a rate, one frame in flight, others dropped. What the first seconds bring is left out."""
    seen, numbers, pictures = Seen(), count(), cycle(jpegs)
    async with connect(url, max_size=None, compression=None) as socket:
        await _greet(socket, "frames")
        began_s = due_s = time.monotonic()
        while due_s - began_s < seconds:
            await asyncio.sleep(max(0.0, due_s - time.monotonic()))
            sent_s, number = time.monotonic(), next(numbers)
            await socket.send(frame_message(number, CLOCK_MS + 1000 * sent_s, next(pictures)))
            answer = await _answer(socket, number)
            missed = max(0, math.ceil((time.monotonic() - due_s) * rate_hz - 1e-3) - 1)
            due_s += (1 + missed) / rate_hz
            for _ in range(missed):
                next(pictures)
            if sent_s - began_s > warm_s:
                seen.took_ms.append(answer["took_ms"])
                seen.trip_ms.append(1000 * (time.monotonic() - sent_s))
                seen.dropped += missed
                seen.reps = answer["state"]["count"]
        await socket.send('{"kind": "bye"}')
    return seen


async def _greet(socket: ClientConnection, source: str) -> None:
    hello = {"kind": "hello", "protocol": "formcheck.live/1", "exercise": "clamshell", "input": source}
    await socket.send(json.dumps(hello))
    welcome = json.loads(await socket.recv())
    assert welcome["kind"] == "welcome", welcome


async def _answer(socket: ClientConnection, number: int) -> dict[str, Any]:
    while (answer := json.loads(await socket.recv())).get("seq") != number:
        pass
    assert answer["kind"] == "update", answer
    return dict(answer)


@dataclass(frozen=True)
class Use:
    """CPU time so far: of the whole machine, of the server, and of this process."""

    all_s: float
    server_s: float
    own_s: float
    at_s: float

    @classmethod
    def now(cls, server: Server) -> Use:
        """As of now."""
        busy = Path("/proc/stat").read_text(encoding="ascii").split("\n", 1)[0].split()[1:]
        idle = int(busy[3]) + int(busy[4])
        all_s = (sum(map(int, busy[:8])) - idle) / TICKS_HZ
        return cls(all_s, server.used_s(), time.process_time(), time.monotonic())

    def since(self, before: Use) -> str:
        """In words: what the server took, and what others took meanwhile."""
        passed_s, server_s = self.at_s - before.at_s, self.server_s - before.server_s
        others_s = max(0.0, self.all_s - before.all_s - server_s - (self.own_s - before.own_s))
        return f"{100 * server_s / passed_s:.0f}% of a core (other programs {100 * others_s / passed_s:.0f}%)"


def print_delay(pictures: Sequence[Any], rates_hz: Sequence[float], seconds: float) -> None:
    """One client at each rate, the server on one core and the client on another."""
    cores, own = sorted(os.sched_getaffinity(0)), jpegs(pictures)
    with serving({cores[0]}) as server:
        os.sched_setaffinity(0, {cores[-1]})
        for rate_hz in rates_hz:
            before = Use.now(server)
            seen = asyncio.run(client(server.url, own, rate_hz, seconds, warm_s=5.0))
            frames, used = len(seen.took_ms), Use.now(server).since(before)
            trip_ms = float(np.median(seen.trip_ms))
            print(
                f"server, {rate_hz:.0f} Hz, {seconds:.0f} s: {seen.late_ms(0.5):.1f} ms p50,"
                f" {seen.late_ms(0.99):.1f} ms p99 from arrival to answer ({trip_ms:.1f} ms p50 there and back);"
                f" longest {max(seen.took_ms):.0f} ms; {seen.dropped} of {frames + seen.dropped} frames dropped; {used}"
            )
        os.sched_setaffinity(0, set(cores))


def print_people(pictures: Sequence[Any], people: Sequence[int], seconds: float) -> None:
    """So many clients at 10 Hz on two cores, their own work included."""
    cores = set(sorted(os.sched_getaffinity(0))[:2])
    os.sched_setaffinity(0, cores)
    own = jpegs(pictures)
    for number in people:
        with serving(cores) as server:
            before = Use.now(server)
            every = asyncio.run(_all(server.url, own, number, seconds))
            used = Use.now(server).since(before)
        took = np.array([took for seen in every for took in seen.took_ms])
        dropped, frames = sum(seen.dropped for seen in every), len(took)
        slowest = max(seen.late_ms(0.5) for seen in every)
        print(
            f"{number} people at 10 Hz on two cores: {np.quantile(took, 0.5):.0f} ms p50,"
            f" {np.quantile(took, 0.99):.0f} ms p99; the slowest one's p50 {slowest:.0f} ms;"
            f" {100 * dropped / (frames + dropped):.1f}% dropped; {used}"
        )


async def _all(url: str, own: Sequence[bytes], people: int, seconds: float) -> list[Seen]:
    async def late(number: int) -> Seen:
        await asyncio.sleep(number / (10.0 * people))
        shifted = [*own[number * 37 % len(own) :], *own[: number * 37 % len(own)]]
        return await client(url, shifted, 10.0, seconds, warm_s=6.0)

    return list(await asyncio.gather(*(late(number) for number in range(people))))


def print_server_memory(track: PoseTrack, pictures: Sequence[Any], minutes: float, frames_s: float) -> None:
    """A set of so many minutes from landmarks as fast as it can be taken, then frames as fast as they can be."""
    with serving(os.sched_getaffinity(0), live_rate_hz=100_000) as server:
        asyncio.run(_landmarks(server, track, minutes))
        asyncio.run(_frames(server, jpegs(pictures), frames_s))


async def _landmarks(server: Server, track: PoseTrack, minutes: float) -> None:
    async with connect(server.url, max_size=None, compression=None) as socket:
        await _greet(socket, "landmarks")
        told_min, texts = 0, cycle([_body_text(pose) for pose in track])
        before_mb = server.rss_mb()[0]
        for number in range(round(minutes * 60 * 30)):
            t_ms = CLOCK_MS + 1000 * number / 30
            await socket.send(f'{{"kind":"landmarks","seq":{number},"t_ms":{t_ms},{next(texts)}}}')
            answer = await _answer(socket, number)
            if number >= 1800 * (told_min + 5):
                told_min += 5
                grown = server.rss_mb()[0] - before_mb
                print(f"server, {told_min} min: {grown:+.1f} MB, {answer['state']['count']} repetitions", flush=True)
        await socket.send('{"kind": "bye"}')


async def _frames(server: Server, own: Sequence[bytes], seconds: float) -> None:
    async with connect(server.url, max_size=None, compression=None) as socket:
        await _greet(socket, "frames")
        began_s, told_s, pictures = time.monotonic(), 0.0, cycle(own)
        for number in count():
            await socket.send(frame_message(number, CLOCK_MS + 1000 * number / 30, next(pictures)))
            await _answer(socket, number)
            passed_s = time.monotonic() - began_s
            if passed_s >= told_s + seconds / 4:
                told_s += seconds / 4
                held = " and ".join(f"{mb:.0f}" for mb in server.rss_mb())
                print(f"server, {number + 1} frames: its processes hold {held} MB", flush=True)
            if passed_s > seconds:
                break
        await socket.send('{"kind": "bye"}')


def _body_text(pose: Pose) -> str:
    width, height = pose.size_px
    body = {
        "image": (pose.image_px / (width, height, width)).round(6).tolist(),
        "world": pose.world_m.round(5).tolist(),
        "visibility": pose.visibility.round(4).tolist(),
        "presence": pose.presence.round(4).tolist(),
    }
    frame = {"size_px": pose.size_px, "brightness": pose.brightness, "body": body if pose.found else None}
    return json.dumps(frame)[1:-1]


def jpegs(pictures: Sequence[Any]) -> list[bytes]:
    """The pictures as a page sends them."""
    return [cv2.imencode(".jpg", each, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])[1].tobytes() for each in pictures]

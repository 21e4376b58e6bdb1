"""Cues aloud: a speech engine where there is one, else tones, else silence; never waited for."""

from __future__ import annotations

import io
import shutil
import subprocess
import tempfile
import wave
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import numpy as np

from formcheck.live import wording
from formcheck.live.records import Cue

Start = Callable[[Sequence[str]], "Running"]

_ENGINES: Final[tuple[tuple[str, ...], ...]] = (
    ("espeak-ng", "-s", "165", "--"),
    ("espeak", "-s", "165", "--"),
    ("spd-say", "--wait", "--"),
    ("say", "--"),
)
"""What speaks, with the text to be put behind."""

_PLAYERS: Final[tuple[tuple[str, ...], ...]] = (
    ("paplay",),
    ("pw-play",),
    ("aplay", "-q"),
    ("afplay",),
    ("ffplay", "-nodisp", "-autoexit", "-loglevel", "quiet"),
)
_RATE_HZ: Final = 22050
TONES: Final[dict[str, tuple[tuple[float, float], ...]]] = {
    "tick": ((880.0, 0.06),),
    "done": ((880.0, 0.07), (1320.0, 0.14)),
    "fault": ((440.0, 0.14), (330.0, 0.2)),
    "praise": ((660.0, 0.09), (880.0, 0.09)),
    "count": ((660.0, 0.08),),
}
"""Frequency and seconds of each tone; faults fall, good news rises, so that they are told apart by ear."""


class Running:
    """A process under way; what is used of `subprocess.Popen`."""

    def __init__(self, command: Sequence[str]) -> None:
        self._process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    def over(self) -> bool:
        """Whether it has ended."""
        return self._process.poll() is not None

    def stop(self) -> None:
        """End it."""
        if not self.over():
            self._process.terminate()
        self._process.wait()


@dataclass(frozen=True, slots=True)
class Means:
    """The commands that this machine speaks and plays with; None where it has none."""

    engine: tuple[str, ...] | None
    player: tuple[str, ...] | None

    @classmethod
    def here(cls) -> Means:
        """What is installed."""
        return cls(_first(_ENGINES), _first(_PLAYERS))

    @property
    def note(self) -> str:
        """What is missing, as a sentence; empty when nothing is."""
        if self.engine:
            return ""
        return wording.TONES_ONLY if self.player else wording.SILENT


def _first(commands: Sequence[tuple[str, ...]]) -> tuple[str, ...] | None:
    return next((command for command in commands if shutil.which(command[0])), None)


class Voice:
    """Says cues, one at a time: a newer cue ends the one before. A context manager.

    Args:
        means: commands to speak and play with.
        start: starts a command without waiting for it.
    """

    def __init__(self, means: Means, start: Start = Running) -> None:
        self.on = True
        self._means = means
        self._start = start
        self._speaking: Running | None = None
        self._beeping: Running | None = None
        self._folder = tempfile.TemporaryDirectory(prefix="formcheck-tones-")

    def __enter__(self) -> Self:
        if self._means.player:
            for name in TONES:
                self._path(name).write_bytes(tone(name))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for running in (self._speaking, self._beeping):
            if running is not None:
                running.stop()
        self._folder.cleanup()

    def tell(self, cue: Cue) -> None:
        """Say or sound a cue; returns at once."""
        if not self.on:
            return
        if cue.say and self._means.engine:
            self._speaking = self._instead(self._speaking, [*self._means.engine, cue.say])
        elif self._means.player and (cue.beep != "none" or cue.kind in TONES):
            name = cue.kind if cue.beep == "none" else cue.beep
            self._beeping = self._instead(self._beeping, [*self._means.player, str(self._path(name))])

    def _instead(self, before: Running | None, command: Sequence[str]) -> Running:
        if before is not None:
            before.stop()
        return self._start(command)

    def _path(self, name: str) -> Path:
        return Path(self._folder.name) / f"{name}.wav"


def tone(name: str) -> bytes:
    """A named tone as a WAV file, 16 bit mono."""
    parts = [_sine(frequency_hz, seconds) for frequency_hz, seconds in TONES[name]]
    samples = (np.concatenate(parts) * 0.5 * 32767).astype("<i2")
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(_RATE_HZ)
        out.writeframes(samples.tobytes())
    return file.getvalue()


def _sine(frequency_hz: float, seconds: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    t = np.arange(round(seconds * _RATE_HZ)) / _RATE_HZ
    fade = np.minimum(1.0, np.minimum(t, seconds - t) / 0.008)
    return np.asarray(np.sin(2 * np.pi * frequency_hz * t) * fade)

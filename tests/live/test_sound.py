"""Cues are spoken where an engine is, told by tones where only a player is, and never waited for."""

from __future__ import annotations

import io
import time
import wave
from collections.abc import Sequence

import pytest

from formcheck.live.records import Cue
from formcheck.live.sound import TONES, Means, Running, Voice, tone

FAULT = Cue(kind="fault", text="Knee drifts inward", say="Slow down.", check="knee_valgus", t_s=0.0, until_s=3.0)
BEEP = Cue(kind="tempo", beep="tick", t_s=0.0, until_s=0.5)


class Started:
    """Remembers the commands that were started, without running them."""

    def __init__(self) -> None:
        self.commands: list[list[str]] = []
        self.stopped = 0

    def __call__(self, command: Sequence[str]) -> Running:
        self.commands.append(list(command))
        return self._Fake(self)

    class _Fake(Running):
        def __init__(self, started: Started) -> None:
            self._started = started

        def over(self) -> bool:
            return False

        def stop(self) -> None:
            self._started.stopped += 1


def told(means: Means, *cues: Cue, on: bool = True) -> Started:
    started = Started()
    with Voice(means, started) as voice:
        voice.on = on
        for cue in cues:
            voice.tell(cue)
    return started


def test_an_engine_speaks() -> None:
    assert told(Means(("espeak-ng", "--"), None), FAULT).commands == [["espeak-ng", "--", "Slow down."]]


def test_without_an_engine_a_tone_tells() -> None:
    [[player, path]] = told(Means(None, ("aplay",)), FAULT).commands
    assert player == "aplay"
    assert path.endswith("fault.wav")


def test_beeps_are_tones_even_with_an_engine() -> None:
    [[player, path]] = told(Means(("say",), ("aplay",)), BEEP).commands
    assert (player, path.rsplit("/", 1)[-1]) == ("aplay", "tick.wav")


def test_with_nothing_installed_there_is_a_note_and_no_sound() -> None:
    assert told(Means(None, None), FAULT, BEEP).commands == []
    assert Means(None, None).note
    assert Means(None, ("aplay",)).note != Means(None, None).note
    assert Means(("say",), None).note == ""


def test_a_newer_cue_ends_the_one_before() -> None:
    started = told(Means(("say",), None), FAULT, FAULT)
    assert len(started.commands) == 2
    assert started.stopped == 2


def test_switched_off_it_is_silent() -> None:
    assert told(Means(("say",), ("aplay",)), FAULT, BEEP, on=False).commands == []


def test_a_slow_engine_is_not_waited_for() -> None:
    began_s = time.monotonic()
    with Voice(Means(("sleep", "60", "#"), None), lambda _: Running(["sleep", "60"])) as voice:
        for _ in range(3):
            voice.tell(FAULT)
    assert time.monotonic() - began_s < 30


@pytest.mark.parametrize("name", sorted(TONES))
def test_tones_are_short_wave_files(name: str) -> None:
    with wave.open(io.BytesIO(tone(name))) as file:
        assert 0.03 < file.getnframes() / file.getframerate() < 0.5


def test_a_fault_sounds_unlike_praise() -> None:
    assert tone("fault") != tone("praise") != tone("count")

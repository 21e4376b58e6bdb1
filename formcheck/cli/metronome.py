"""``formcheck metronome``: a cadence to run to, heard and seen."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Final

import typer

from formcheck.cli.record import GuideOption, RecordOption, guide_asked, open_record
from formcheck.errors import FormcheckError, UsageError

SLOWEST_SPM, FASTEST_SPM = 60.0, 240.0
LONGEST_MINUTES: Final = 180.0

_PLAYERS: Final = (
    ("paplay",),
    ("pw-play",),
    ("aplay", "-q"),
    ("afplay",),
    ("ffplay", "-nodisp", "-autoexit", "-loglevel", "quiet"),
    ("play", "-q"),
)


def command(
    cadence: Annotated[
        float | None,
        typer.Argument(metavar="[STEPS]", help="Steps a minute; without it your own measured cadence + 5%."),
    ] = None,
    minutes: Annotated[float, typer.Option(help="How long; Ctrl-C ends it sooner.")] = 10.0,
    silent: Annotated[bool, typer.Option("--silent", help="Flash only.")] = False,
    no_flash: Annotated[bool, typer.Option("--no-flash", help="Sound only.")] = False,
    wav: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the beats as a WAV file instead.")] = None,
    record: RecordOption = None,
    guide: GuideOption = None,
) -> None:
    """Beat a cadence to run to, by sound and flash, and say at the end how well it was kept."""
    rate_spm = cadence if cadence is not None else _own_target(record, guide)
    if not SLOWEST_SPM <= rate_spm <= FASTEST_SPM:
        raise UsageError(f"{rate_spm:g} steps a minute are out of range: {SLOWEST_SPM:g} to {FASTEST_SPM:g}")
    if not 0 < minutes <= LONGEST_MINUTES:
        raise UsageError(f"--minutes {minutes:g} is out of range: above 0 and up to {LONGEST_MINUTES:g}")

    from formcheck.programme.click_track import click_track

    if wav is not None:
        from formcheck.atomic import write_bytes
        from formcheck.cli.outputs import check_outputs
        from formcheck.programme.places import refuse_record

        check_outputs({"--wav": wav}, [guide] if guide else [])
        refuse_record(wav)
        write_bytes(wav, click_track(rate_spm, 60 * minutes))
        print(f"{wav}: {rate_spm:g} steps a minute, {minutes:g} minutes")
        return
    _beat(rate_spm, 60 * minutes, silent=silent, flash=not no_flash)


def _own_target(record: Path | None, guide: Path | None) -> float:
    """The lower end of the target from one's own measured cadence. Raises UsageError: none was measured."""
    from datetime import date

    from formcheck.programme.diary import Diary
    from formcheck.programme.running import cadence_target

    programme, today = guide_asked(guide), date.today()
    target = cadence_target(Diary.of(open_record(record).entries(), programme, today), today)
    if target is None:
        raise UsageError(
            "your own cadence is not in the record: film a run (formcheck check --exercise running_side --json "
            "run.json, formcheck log run.json), or name the steps a minute"
        )
    print(
        f"Your cadence was {target.own_spm:.0f} on {target.measured_on.isoformat()}; the target is {target.low_spm}-"
        f"{target.high_spm} ({programme.cadence.increase_source})."
    )
    low, high = programme.cadence.guide_spm
    print(f"The guide's range for all is {low:g}-{high:g}; evidence supports one's own cadence + 5-10%.")
    return float(target.low_spm)


def _beat(rate_spm: float, seconds: float, *, silent: bool, flash: bool) -> None:
    from formcheck.programme.click_track import beats, click_track, timing_of

    late: list[float] = []
    sound = None if silent else player()
    seen = flash and sys.stderr.isatty()
    print(f"{rate_spm:g} steps a minute, {seconds / 60:g} minutes, {_by(sound, silent)}. Ctrl-C ends it.", flush=True)
    try:
        with _sounding(sound, lambda: click_track(rate_spm, seconds)) as playing:
            for beat, late_s in enumerate(beats(rate_spm, seconds, time.monotonic, time.sleep)):
                late.append(late_s)
                if playing is not None and playing.poll() not in (None, 0):
                    raise FormcheckError(f"{_by(sound, silent)} failed: use --silent, or --wav FILE")
                _mark(beat, seen=seen, bell=sound is None and not silent)
    except KeyboardInterrupt:
        pass  # the way to end it, not an accident
    if seen:
        print(file=sys.stderr)
    kept = timing_of(late)
    print(
        f"{kept.beats} beats: {1000 * kept.mean_late_s:.1f} ms late in the mean, "
        f"{1000 * kept.worst_s:.1f} ms at worst, drift {1000 * kept.drift_s:+.1f} ms."
    )


def player() -> tuple[str, ...] | None:
    """An installed command that plays a WAV file; None where there is none."""
    return next((command for command in _PLAYERS if shutil.which(command[0])), None)


def _by(sound: tuple[str, ...] | None, silent: bool) -> str:
    if silent:
        return "without sound"
    return f"sound by {sound[0]}" if sound else "sound by the terminal's bell, since no player of sound is installed"


@contextmanager
def _sounding(sound: tuple[str, ...] | None, track: Callable[[], bytes]) -> Iterator[subprocess.Popen[bytes] | None]:
    """Play the beats while the block runs; the sound card keeps their time."""
    if sound is None:
        yield None
        return
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "beats.wav"
        file.write_bytes(track())
        playing = subprocess.Popen(
            [*sound, str(file)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            yield playing
        finally:
            playing.terminate()
            playing.wait()


def _mark(beat: int, *, seen: bool, bell: bool) -> None:
    """A mark that changes sides with the feet: fewer than three flashes a second at any cadence to run to."""
    if seen:
        print(f"\r  {'●  ' if beat % 2 == 0 else '  ●'}  {beat + 1}", end="", file=sys.stderr, flush=True)
    if bell:
        print("\a", end="", file=sys.stderr, flush=True)

"""Every English word of the live mode, in one place; what a check says comes from its own declaration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from formcheck.live.records import Reason
from formcheck.results import SetReport

ADVICE: Final[Mapping[str, tuple[str, str]]] = {
    "nobody": ("Step into the picture", "Nobody is seen well enough."),
    "whole_body": ("Step back", "Head and feet have to be in the picture."),
    "middle": ("Move to the middle", "Part of you is outside the picture."),
    "closer": ("Come closer", "You are small in the picture."),
    "light": ("Switch on a light", "The picture is dark."),
    "slow_camera": ("The camera is too slow", "Close other programs; more light helps as well."),
    "raise": ("Raise the camera", ""),
    "lower": ("Lower the camera", ""),
    "posture_upright": ("Stand up", ""),
    "posture_side_lying": ("Lie on your side", ""),
    "posture_supine": ("Lie on your back", ""),
    "posture_prone": ("Lie on your front", ""),
    "facing_front": ("Turn to face me", ""),
    "facing_back": ("Turn your back to me", ""),
    "facing_left": ("Turn your left side to me", ""),
    "facing_right": ("Turn your right side to me", ""),
    "facing_side": ("Turn your side to me", ""),
    "camera": ("Move the camera", ""),
}
"""What to change before a set: a few words to be read from afar, and why. Without a why, the exercise's own
sentence on the camera's place stands there."""

READY: Final = "Ready"
SET_UP: Final = "Set-up"
HOW_TO_START: Final = "Hold still for 2 seconds, or raise one hand."
HOW_TO_RUN: Final = "Start running, or raise one hand."
STARTING: Final = "starting"
STOPPING: Final = "stopping"
STARTED: Final = "Go"
RUN_STARTED: Final = "Running"
MENDED: Final = "Better"
GAP: Final = "No picture for {seconds:.0f} seconds"
GAP_HINT: Final = "A repetition under way then is not judged."

ENDED: Final[Mapping[Reason, str]] = {
    "asked": "The set was ended.",
    "walked_away": "The set ended when you left your place.",
    "raised_hand": "The set ended with your raised hand.",
    "stopped_running": "The set ended when you stopped running.",
    "long_gap": "There was no picture for more than 30 seconds; the set was closed with what was seen before.",
    "picture_changed": "The camera's picture changed its size; the set was closed with what was seen before.",
    "too_long": "The set was closed after an hour.",
    "picture_ended": "The recording ended.",
}
SET_OVER: Final = "Set over"

PHASES: Final[Mapping[str, str]] = {
    "rest": "ready",
    "lift": "lift",
    "hold": "hold",
    "lower": "lower",
    "bottom": "bottom",
    "rise": "press up",
    "run": "running",
}

STATES: Final[Mapping[str, str]] = {
    "ok": "fine",
    "watch": "close to its limit",
    "fault": "a fault",
    "not_assessed": "not assessed",
}
NOT_COUNTED: Final = "not counted"
COUNTED: Final = "counted"
NOT_THERE: Final = "not there"

KEYS: Final = "space: start or stop   s: sound   q: quit"
KEYS_AFTER: Final = "space: next set   q: quit"
SCORING: Final = "Working out the summary"
NOTHING_SEEN: Final = "Nobody was seen; there is nothing to score."
REVISED: Final = "Revised after the whole set was seen:"
NOT_REVISED: Final = "Nothing that was said during the set had to be revised."
NO_SET: Final = "No set was done."
NO_FAULTS: Final = "No fault found in what could be judged."
CAMERA_LOST: Final = "The camera is gone: connect it again"
CAMERA_BACK: Final = "The camera is back"
SILENT: Final = "no speech engine and no sound player was found; cues are shown only"
TONES_ONLY: Final = "no speech engine was found (espeak-ng, spd-say or say); cues are shown and told by tones"


def count_word(count: int, running: bool) -> str:
    """What the large number counts."""
    if running:
        return "step" if count == 1 else "steps"
    return "rep" if count == 1 else "reps"


def done(report: SetReport) -> str:
    """What the set came to, in a few words."""
    if report.gait is not None:
        contacts, pace = len(report.gait.contacts), report.gait.cadence_spm
        return f"{contacts} steps" + (f", {pace:.0f} a minute" if pace is not None else "")
    partial = f", {report.reps_partial} not counted" if report.reps_partial else ""
    return f"{report.reps_complete} {count_word(report.reps_complete, running=False)}{partial}"


def count_aloud(count: int) -> str:
    """The number as it is said after a repetition; engines read digits well."""
    return f"{count}."


def revised_state(rep: int, title: str, live: str, final: str) -> str:
    """A check's answer that changed."""
    return f"Repetition {rep}, {title.lower()}: {STATES[live]} during the set, {STATES[final]} in the final result."


def revised_count(rep: int, live: str, final: str) -> str:
    """A repetition that is counted now and was not, or the other way round."""
    return f"Repetition {rep}: {live} during the set, {final} in the final result."


def unconfirmed(rep: int, title: str) -> str:
    """A warning that the final result does not bear out."""
    return f"Repetition {rep}, {title.lower()}: the warning during the set is not confirmed by the final result."


def praise(title: str) -> str:
    """Said when a fault was mended."""
    return f"{MENDED}: {title.lower()}"

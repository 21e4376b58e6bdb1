"""Every English word of the live mode, in one place; what a check says comes from its own declaration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from formcheck.live.records import Reason

ADVICE: Final[Mapping[str, str]] = {
    "nobody": "Step into the picture",
    "whole_body": "Step back: head and feet in the picture",
    "middle": "Move to the middle of the picture",
    "closer": "Come closer",
    "light": "Switch on a light",
    "slow_camera": "The camera is too slow: close other programs",
    "raise": "Raise the camera",
    "lower": "Lower the camera",
    "posture_upright": "Stand up",
    "posture_side_lying": "Lie on your side",
    "posture_supine": "Lie on your back",
    "posture_prone": "Lie on your front",
    "facing_front": "Turn to face me",
    "facing_back": "Turn your back to me",
    "facing_left": "Turn your left side to me",
    "facing_right": "Turn your right side to me",
    "facing_side": "Turn your side to me",
    "camera": "Move the camera as the drawing shows",
}
"""What to change before a set, short enough to be read from afar."""

READY: Final = "Ready"
HOW_TO_START: Final = "Hold still for 2 seconds, or raise one hand"
HOW_TO_RUN: Final = "Start running, or raise one hand"
STARTING: Final = "Hold still"
STOPPING: Final = "Keep the hand up to stop"
STARTED: Final = "Go"
RUN_STARTED: Final = "Running"
WARN_HEAD: Final = "Now"
MENDED: Final = "Better"
GAP: Final = "No picture for {seconds:.0f} s; what was under way is not judged"
CUT_SHORT: Final = "That one could not be judged"
PARTIAL: Final = "Not far enough, not counted"

ENDED: Final[Mapping[Reason, str]] = {
    "asked": "The set was ended.",
    "walked_away": "The set ended when you left your place.",
    "raised_hand": "The set ended with your raised hand.",
    "stopped_running": "The set ended when you stopped running.",
    "long_gap": "There was no picture for more than 30 seconds; the set was closed with what was seen before.",
    "picture_changed": "The camera's picture changed its size; the set was closed with what was seen before.",
    "too_long": "The set was closed after an hour.",
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
NO_FAULTS: Final = "No fault found in what could be judged."
NONE_COUNTED: Final = "No repetition of this exercise was seen."
TO_MEND: Final = "To mend"
CAMERA_LOST: Final = "The camera is gone: connect it again"
CAMERA_BACK: Final = "The camera is back"
SILENT: Final = "no speech engine and no sound player was found; cues are shown only"
TONES_ONLY: Final = "no speech engine was found (espeak-ng, spd-say or say); cues are shown and told by tones"


def count_word(count: int, running: bool) -> str:
    """What the large number counts."""
    if running:
        return "step" if count == 1 else "steps"
    return "rep" if count == 1 else "reps"


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

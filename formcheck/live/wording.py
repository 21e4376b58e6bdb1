"""Every English word of the live mode, in one place; what a check says comes from its own declaration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from formcheck.live.records import Reason
from formcheck.results import SetReport
from formcheck.summary import held_words

ADVICE: Final[Mapping[str, tuple[str, str]]] = {
    "looking": ("One moment", "The camera is looking for you."),
    "nobody": ("Step into the picture", "Nobody is seen well enough."),
    "whole_body": ("Step back", "Head and feet have to be in the picture."),
    "middle": ("Move to the middle", "Part of you is outside the picture."),
    "closer": ("Come closer", "You are small in the picture."),
    "light": ("Switch on a light", "The picture is dark."),
    "too_slow": ("The picture is too slow", "Close other programs; more light helps as well."),
    "slow_camera": (
        "The picture is slow",
        "More light helps, and closing other programs. You can start all the same, but times are less exact.",
    ),
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
    "end_feet": ("Turn your feet to me", ""),
    "end_head": ("Turn your head to me", ""),
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
GAP_HINT: Final = "A repetition under way then is not judged."

ENDED: Final[Mapping[Reason, str]] = {
    "asked": "The set was ended.",
    "walked_away": "The set ended when you left your place.",
    "raised_hand": "The set ended with your raised hand.",
    "stopped_running": "The set ended when you stopped running.",
    "long_gap": "There was no picture for more than 30 seconds; the set was closed with what was seen before.",
    "picture_changed": "The camera's picture changed its size; the set was closed with what was seen before.",
    "too_long": "The set was closed because it had become too long.",
    "picture_ended": "The recording ended.",
    "connection_lost": "The connection was lost; the set was closed with what was seen before.",
    "server_stopped": "The server was stopped; the set was closed with what was seen before.",
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
REP: Final = "rep"
HOLD: Final = "hold"
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

REFUSALS: Final[Mapping[str, str]] = {
    "full": "All {people} places of this server are taken; try again in a minute.",
    "taken_over": "This set goes on in another tab or window.",
    "live_off": "This server has no live mode; whoever runs it can set FORMCHECK_LIVE_PEOPLE.",
    "no_hello": "Nothing was said within {seconds:.0f} seconds of connecting; begin with a hello.",
    "bad_hello": "The connection has to begin with a hello: {why}.",
    "unknown_protocol": "this server speaks {known}, not {asked}",
    "bad_message": "This message cannot be understood: {why}.",
    "bad_frame": "This frame cannot be read: {why}.",
    "frames_wanted": "This set was begun with pictures, so landmarks are left out.",
    "landmarks_wanted": "This set was begun with landmarks, so pictures are left out.",
    "too_fast": "Messages come faster than {rate:.0f} a second; they are read more slowly.",
    "idle": "No picture came for a long time, or no set was started; connect again to go on.",
    "server_stopping": "The server is being stopped; what was done is saved.",
    "server_error": "The server failed; connect again, and a set under way goes on.",
    "database": "The database does not answer; try again in a few seconds.",
}
"""Why a connection or a message is refused, in the browser."""

SKIPPED: Final[Mapping[str, str]] = {
    "overtaken": "A newer picture came before this one was looked at.",
    "out_of_order": "This picture's number is not above the one before.",
    "not_a_picture": "This is no JPEG or WebP picture that can be decoded.",
    "cut_short": "The end of this picture is missing.",
    "too_large": "This picture is larger than {side} pixels on a side or {kilobytes} kB; send a smaller one.",
    "too_small": "This picture is smaller than {side} pixels on a side; send a larger one.",
    "not_looked_at": "This picture could not be looked at; the next one will be.",
    "set_over": "The set is over.",
}
"""Why a picture was left out, in the browser."""

NOT_SAVED: Final = "The server's disk did not take all of this set; what it took will be in the list."
NOT_SCORED: Final = "The server failed over this set; what was written of it will be in the list."
SAVED_LATER: Final = "The set is kept on the server and will be in the list as soon as its database answers."

PAGE: Final[Mapping[str, str]] = {
    "title": "Check while you train",
    "lead": "The camera counts along and tells you the one thing to mend, aloud and in letters to be read from 3 m. "
    "You do not have to touch anything.",
    "needs_script": "Live checks need JavaScript, which is off in this browser. Switch it on for this page, or film "
    "the set and check the recording instead.",
    "exercise_and_place": "Exercise, and where you and the camera go",
    "exercise": "Exercise",
    "side": "Side that works",
    "side_help": "Your own left or right: the leg that you stand on, lift with or open.",
    "side_auto": "found by itself",
    "side_left": "left",
    "side_right": "right",
    "how": "How it starts and stops",
    "how_start": "Get into place: the page tells the one thing to change until it is green. Then hold the start "
    "position for 2 seconds, or raise one hand straight up for a second. The first whole repetition, or 2 seconds in "
    "a stretch, start the set as well, and count.",
    "how_start_run": "Get into place: the page tells the one thing to change until it is green. Then start running, or "
    "raise one hand straight up for a second.",
    "how_stop": "To stop, walk out of the picture for 5 seconds, or raise one hand for a second and a half between "
    "repetitions. Keys and buttons do both as well; after Start there is half a minute to get into place.",
    "camera_and_sound": "Camera and sound",
    "camera": "Camera",
    "camera_any": "The first one found",
    "camera_numbered": "Camera {number}",
    "look_for_cameras": "Look for cameras",
    "cues": "Cues",
    "cues_full": "Full: faults, praise, count, beeps",
    "cues_sparse": "Sparse: faults only, seldom",
    "cues_off": "Off: nothing is said",
    "mirrored": "The camera delivers a mirror image",
    "mirrored_help": "Seldom so. You see yourself mirrored on this page in any case; that is for your eye only.",
    "tagged": "A tag is worn on the waistband",
    "print_tag": "Print the tag",
    "tagged_help": "Pictures are then sent as large as the camera gives them, so that the printed card can be read. "
    "Where video stays on this device, it is not read.",
    "on_device": "Video never leaves this device",
    "on_device_help": "This browser finds your joints itself and sends their places only. It needs a computer or phone "
    "that is not too slow, and loads 20 MB the first time. Without it, pictures go to the server, which keeps none.",
    "on_device_missing": "Not available on this server: {reason}.",
    "open": "Switch on the camera",
    "opening": "Waiting for the camera",
    "loading": "Loading the pose model",
    "keys_heading": "Keys",
    "key_space": "start or stop; afterwards, the next set",
    "key_s": "sound on or off",
    "key_c": "another camera",
    "key_f": "full screen",
    "key_escape": "leave, before a set",
    "keys_reader": "With a screen reader, switch the sound off: what would be said is announced instead.",
    "start": "Start",
    "stop": "Stop",
    "leave": "Leave",
    "sound_on": "Sound is on",
    "sound_off": "Sound is off",
    "sound_tap": "Press a key or tap the page to hear the cues.",
    "no_voice": "This browser has no voice. Cues are shown, and told by tones.",
    "other_camera": "Other camera",
    "full_screen": "Full screen",
    "own_picture": "Your own picture, mirrored",
    "connecting": "Connecting to the server",
    "link_lost": "The connection is lost; trying again",
    "link_back": "The connection is back",
    "set_lost": "The set before was closed and saved; this is a new one.",
    "take_back": "Go on here",
    "again": "Try again",
    "next_set": "Next set",
    "other_exercise": "Another exercise",
    "whole_report": "The whole report",
    "summary_missing": "The server stopped; what was done was saved.",
}
"""The live page's own words."""

CAMERA_ERRORS: Final[Mapping[str, str]] = {
    "insecure": "This page came over http, and browsers give a camera only to pages that come over https, so that "
    "nobody in between can look in, or from this very computer (localhost). Open it with https://; whoever runs the "
    "server can switch that on.",
    "unsupported": "This browser gives pages no camera. Use a current Chrome, Edge, Firefox or Safari.",
    "NotAllowedError": "The camera is not allowed. Click the camera sign beside the address, allow it, and try again.",
    "NotFoundError": "No camera was found. Connect one, and try again.",
    "NotReadableError": "The camera is used by another program. Close that program, and try again.",
    "OverconstrainedError": "The chosen camera is not there. Choose another one, or connect it again.",
    "other": "The camera cannot be used ({reason}). Connect it again, or choose another one.",
    "on_device": "The pose model cannot run in this browser ({reason}). Switch off that video never leaves this "
    "device, or use a current Chrome, Edge, Firefox or Safari.",
}
"""What to do about the camera, by the name of the browser's error."""


def catalogue() -> dict[str, str | dict[str, Any]]:
    """Every word above by its name in small letters, for a page; what stands in braces is filled in."""
    texts = {name.lower(): value for name, value in globals().items() if name.isupper()}
    return {name: value if isinstance(value, str) else dict(value) for name, value in texts.items()}


NO_HOLD: Final = "No hold of this stretch was seen"


def count_word(count: int, running: bool, held: bool = False) -> str:
    """What the large number counts."""
    if running:
        return "step" if count == 1 else "steps"
    if held:
        return HOLD if count == 1 else f"{HOLD}s"
    return REP if count == 1 else f"{REP}s"


def held_for(seconds: float) -> str:
    """How long a stretch was held, as it is said."""
    return f"Held for {_seconds(seconds)}"


def no_picture_for(seconds: float) -> str:
    """How long there was nothing to look at."""
    return f"No picture for {_seconds(max(seconds, 1.0))}"


def _seconds(seconds: float) -> str:
    whole = round(seconds)
    return "1 second" if whole == 1 else f"{whole} seconds"


def done(report: SetReport) -> str:
    """What the set came to, in a few words."""
    if report.gait is not None:
        contacts, pace = len(report.gait.contacts), report.gait.cadence_spm
        return f"{contacts} steps" + (f", {pace:.0f} a minute" if pace is not None else "")
    if report.holds is not None:
        return ". ".join(map(held_words, report.holds)) or NO_HOLD
    partial = f", {report.reps_partial} not counted" if report.reps_partial else ""
    return f"{report.reps_complete} {count_word(report.reps_complete, running=False)}{partial}"


def count_aloud(count: int) -> str:
    """The number as it is said after a repetition; engines read digits well."""
    return f"{count}."


def revised_state(rep: int, title: str, live: str, final: str) -> str:
    """A check's answer that changed."""
    return f"Repetition {rep}, {title.lower()}: {STATES[live]} during the set, {STATES[final]} in the final result."


def revised_count(rep: int, live: str, final: str, why: str = "") -> str:
    """A repetition that is counted now and was not, or the other way round."""
    reason = f" ({why})" if why else ""
    return f"Repetition {rep}: {live} during the set, {final} in the final result{reason}."


def unconfirmed(rep: int, title: str) -> str:
    """A warning that the final result does not bear out."""
    return f"Repetition {rep}, {title.lower()}: the warning during the set is not confirmed by the final result."


def not_judged(rep: int, title: str) -> str:
    """A warning in a repetition that the final result does not judge."""
    return f"Repetition {rep}, {title.lower()}: warned of during the set; the repetition is not counted and not judged."


def praise(title: str) -> str:
    """Said when a fault was mended."""
    return f"{MENDED}: {title.lower()}"

"""What a live set shows and says: frozen records, as JSON for a page and as they are for the desktop."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field, TypeAdapter

from formcheck.events import ContactSeen, RepClosed
from formcheck.pose.landmarks import Side
from formcheck.results import Record, SetReport, State

LIVE_SCHEMA: Final = "formcheck.live/1"

Stage = Literal["setup", "ready", "counting", "ended"]
"""Getting into place, in place, a set under way, a set that is over."""

Reason = Literal[
    "asked",
    "walked_away",
    "raised_hand",
    "stopped_running",
    "long_gap",
    "picture_changed",
    "too_long",
    "picture_ended",
    "connection_lost",
    "server_stopped",
]
"""Why a set ended."""

StartedBy = Literal["asked", "held_still", "raised_hand", "movement"]

CueKind = Literal["start", "end", "gap", "fault", "praise", "count", "ready", "advice", "tempo"]
Beep = Literal["none", "tick", "done"]
Detail = Literal["off", "sparse", "full"]


class Advice(Record):
    """What to change before the set: a few words, and why or how.

    ``blocks``: nothing could be judged like this, so no set starts.
    """

    code: str
    text: str
    hint: str
    blocks: bool


class Tempo(Record):
    """A hold or a lowering under way, against the guide's seconds."""

    kind: Literal["hold", "lower"]
    passed_s: float
    goal_s: float


class Cue(Record):
    """One thing to say.

    ``text``: short, to be read from afar; ``hint``: how to mend it; ``say``: aloud, empty for a beep alone.
    ``check``: of a fault or of praise. Shown until ``until_s``.
    """

    kind: CueKind
    text: str = ""
    hint: str = ""
    say: str = ""
    beep: Beep = "none"
    check: str | None = None
    t_s: float
    until_s: float


class Mark(Record):
    """One check's answer for the last repetition, or for a run so far."""

    check: str
    title: str
    state: State
    side: Side | None = None


class LiveState(Record):
    """Everything a window or a page shows at a moment.

    Attributes:
        t_s: the set's own time.
        in_place: whether the set-up check is green.
        advice: the one thing to change, while getting into place.
        start_share, stop_share: how much of a hands-free start or stop has been held, 0 to 1.
        count, partial: repetitions; for runs, foot contacts.
        phase: as of the checker, such as "hold"; ``phase_word``: for people.
        cue: what is being said, until its time is over.
        warning, warning_side: the check that is being broken right now, in this repetition, and by which leg.
        marks: answers for the last repetition.
        notice: what happened to picture or time, for a few seconds.
        ended: why the set ended.
    """

    t_s: float
    stage: Stage
    in_place: bool = False
    advice: Advice | None = None
    start_share: float = 0.0
    stop_share: float = 0.0
    count: int = 0
    partial: int = 0
    count_word: str = ""
    phase: str = "rest"
    phase_word: str = ""
    tempo: Tempo | None = None
    cue: Cue | None = None
    warning: str | None = None
    warning_side: Side | None = None
    marks: tuple[Mark, ...] = ()
    notice: str = ""
    ended: Reason | None = None


class StageChanged(Record):
    """Another stage began. ``started_by`` when it is "counting", ``reason`` when it is "ended"."""

    kind: Literal["stage"] = "stage"
    t_s: float
    stage: Stage
    started_by: StartedBy | None = None
    reason: Reason | None = None


class Warned(Record):
    """A fault became clear while the repetition (or run) was under way."""

    kind: Literal["warning"] = "warning"
    t_s: float
    check: str
    title: str
    fault: str
    side: Side | None = None


class CueGiven(Record):
    """Something to say now."""

    kind: Literal["cue"] = "cue"
    t_s: float
    cue: Cue


class GapSeen(Record):
    """There was no picture for a while; what was open across it is not judged."""

    kind: Literal["gap"] = "gap"
    t_s: float
    gap_s: float


LiveEvent = Annotated[
    StageChanged | RepClosed | ContactSeen | Warned | CueGiven | GapSeen, Field(discriminator="kind")
]

LIVE_EVENT: TypeAdapter[LiveEvent] = TypeAdapter(LiveEvent)
"""Reads an event back from its JSON."""


class LiveUpdate(Record):
    """What one frame brought: the state to show, and what happened with it."""

    state: LiveState
    events: tuple[LiveEvent, ...] = ()


class Revision(Record):
    """Where the final result differs from what was said while the set ran.

    ``rep``: number in the final result, None where it is not there. ``live``, ``final``: what was said then and now.
    """

    rep: int | None
    check: str | None
    live: str
    final: str
    text: str


class ToMend(Record):
    """A fault of the final result: what is wrong, with the repetitions that showed it, and how to mend it."""

    check: str
    text: str
    cue: str


class LiveSummary(Record):
    """A live set that is over. ``report`` is scored from the recorded poses, as a file would be.

    ``done`` and ``to_mend``: what the report says, in the words to show.
    """

    schema_id: Literal["formcheck.live/1"] = Field(default=LIVE_SCHEMA, alias="schema")
    reason: Reason
    reason_text: str
    live_count: int
    done: str
    to_mend: tuple[ToMend, ...] = ()
    revisions: tuple[Revision, ...] = ()
    report: SetReport | None

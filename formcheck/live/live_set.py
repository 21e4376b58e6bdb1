"""A live set from getting into place to its summary. No clock and no I/O: poses go in, state and events come out."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Final

from formcheck.events import ContactSeen, Event, RepClosed
from formcheck.exercises.base import Checker
from formcheck.exercises.running import RunningChecker
from formcheck.live import wording
from formcheck.live.clock import SetClock, Tick
from formcheck.live.coach import Coach, TempoWatch
from formcheck.live.cues import Cuer, Wish, fault_wish
from formcheck.live.gestures import Held, Place, Stillness, raised_hand
from formcheck.live.placement import Placement, PlacementCheck
from formcheck.live.records import (
    CueGiven,
    Detail,
    GapSeen,
    LiveEvent,
    LiveState,
    LiveUpdate,
    Reason,
    Stage,
    StageChanged,
    StartedBy,
    Warned,
)
from formcheck.live.stretch import Outcome, Stretch
from formcheck.live.summary import LiveResult, close
from formcheck.pose.pose import Pose
from formcheck.pose.store import quantise
from formcheck.pose.track import PoseTrack, TrackInfo
from formcheck.results import Rep, Verdict

HOLD_STILL_S: Final = 2.0
HAND_START_S: Final = 1.0
HAND_STOP_S: Final = 1.5
AWAY_S: Final = 5.0
GET_THERE_S: Final = 30.0
"""From a button to the mat: so long somebody who has started by hand and done nothing yet may be out of sight."""
RUN_OVER_S: Final = 8.0
LONGEST_SET_S: Final = 3600.0
_BLOCKED_S: Final = 1.0
_UNSTARTED_S: Final = 60.0
"""What was seen longer ago without a repetition does not belong to the set."""
_SAME_ADVICE_S: Final = 1.5
_NOTICE_S: Final = 4.0


class LiveSet:
    """One live set of one exercise.

    Feed it every pose as it is captured, ``t_s`` being the capture stamp on any clock; `clock` says how doubtful
    stamps are dealt with. Each call returns the state to show and what happened. When ``stage`` is "ended", or
    the user wants to stop, call `finish`.

    Args:
        checker: the exercise's checker, freshly made.
        info: how the poses come to be.
        detail: how much is said; see `cues`.
        hands_free: whether holding still, a raised hand, a repetition and walking away start and end the set.
    """

    def __init__(
        self, checker: Checker, info: TrackInfo, *, detail: Detail = "full", hands_free: bool = True
    ) -> None:
        self._checker = checker
        self._info = replace(info, clock="capture")
        self._hands_free = hands_free
        self._running = isinstance(checker, RunningChecker)
        self._stretching = checker.about.dose.held_low_s is not None
        self._clock = SetClock()
        self._cuer = Cuer(checker.about, detail)
        self._coach = Coach(checker.about, self._cuer)
        self._tempo = TempoWatch(checker.about)
        self._stretch: Stretch | None = None
        self._events: list[LiveEvent] = []
        self._wishes: list[Wish] = []
        self._live_reps: list[Rep] = []
        self._warned: dict[str, Verdict] = {}
        self._unconfirmed: list[tuple[float, str]] = []
        self._until_s = math.inf
        self._asked = False
        self._notice: tuple[str, float] = ("", -math.inf)
        self._state = LiveState(t_s=0.0, stage="setup", count_word=self._count_word(0))
        self._get_ready()

    @property
    def state(self) -> LiveState:
        """What to show, as of the last pose."""
        return self._state

    @property
    def title(self) -> str:
        """Of the exercise."""
        return self._checker.title

    @property
    def stretch(self) -> Stretch | None:
        """What is being recorded once the set runs; None before."""
        return self._stretch if self._state.stage in ("counting", "ended") else None

    def update(self, pose: Pose) -> LiveUpdate:
        """Take the next pose."""
        tick = self._clock.tick(pose.t_s)
        if tick is None or self._state.stage == "ended":
            return LiveUpdate(state=self._state)
        self._begin(tick.t_s)
        pose = quantise(replace(pose, t_s=tick.t_s))
        if self._state.stage == "counting":
            self._count(pose, tick)
        else:
            self._prepare(pose, tick)
        return self._told()

    def start(self) -> None:
        """Start with the next pose, whatever the set-up check says (a key or button)."""
        self._asked = True

    def say(self, detail: Detail) -> None:
        """From now on, say this much."""
        self._cuer.detail = detail

    def end(self, reason: Reason = "asked") -> LiveUpdate:
        """Close the set, if it is still open; scoring it is left to `finish`."""
        if self._state.stage == "ended":
            return LiveUpdate(state=self._state)
        if self._state.stage in ("setup", "ready"):
            self._stretch = None  # what was seen before a start belongs to no set
        self._begin(self._state.t_s)
        self._end(reason, math.inf)
        return self._told()

    def finish(self, reason: Reason = "asked") -> LiveResult:
        """Close the set, if it is still open, and score what was recorded."""
        reason = self.end(reason).state.ended or reason
        return close(
            self._stretch, self._until_s, reason, self._live_reps, self._coach.count, self._unconfirmed
        )

    def recorded(self) -> PoseTrack | None:
        """The poses of a set that has ended, as `finish` scores them; None where no set had begun."""
        return None if self._stretch is None else self._stretch.track(self._until_s)

    # Before the set

    def _get_ready(self) -> None:
        """Nobody is in place: whatever was seen is forgotten."""
        self._stretch = None
        self._placing = PlacementCheck(self._checker)
        self._still = Stillness(HOLD_STILL_S)
        self._hand = Held(HAND_START_S)
        self._blocked = Held(_BLOCKED_S)
        self._posed = Held(HOLD_STILL_S)
        self._advised: tuple[str, float] = ("", math.nan)
        self._ready_told = False

    def _prepare(self, pose: Pose, tick: Tick) -> None:
        if tick.away or tick.gap_s:
            self._get_ready()
        own = pose.mirrored() if self._info.mirrored else pose
        placement = self._placing.update(own)
        outcome = self._rehearse(pose, placement)
        self._tempo.update(pose.t_s, self._stretch.checker.phase() if self._stretch else "")
        still = self._still.update(own)
        hand = self._hand.update(pose.t_s, self._hands_free and raised_hand(own) is not None)
        by = self._started_by(placement, still, hand, outcome)
        if by is not None:
            self._start(by, pose, outcome)
            return
        if any(isinstance(event, RepClosed) for event in outcome.events):
            self._stretch = None  # done before the start, so no part of the set
        self._advise(placement, pose.t_s)
        ready = placement.advice is None
        stage: Stage = "ready" if ready else "setup"
        share = max(hand, still if placement.good_enough and self._hands_free and not self._running else 0.0)
        if stage != self._state.stage:
            self._events.append(StageChanged(t_s=pose.t_s, stage=stage))
        self._show(stage=stage, in_place=ready, advice=placement.advice, start_share=round(share, 3))

    def _rehearse(self, pose: Pose, placement: Placement) -> Outcome:
        """Poses go through a session already, so that a set that just begins loses nothing."""
        blocked = self._blocked.update(pose.t_s, placement.blocked) >= 1
        stretch = self._stretch
        if stretch is not None and (stretch.size_px != pose.size_px or self._stale(stretch, pose.t_s)):
            stretch = None
        if blocked and not self._asked:
            self._stretch = None
            return Outcome()
        self._stretch = stretch or self._fresh(pose)
        outcome = self._stretch.update(pose)
        if any(isinstance(event, RepClosed) and not event.rep.complete for event in outcome.events):
            self._stretch = None
            return Outcome()
        return outcome

    def _stale(self, stretch: Stretch, t_s: float) -> bool:
        return t_s - stretch.began_s > _UNSTARTED_S and stretch.checker.phase() == "rest"

    def _fresh(self, pose: Pose) -> Stretch:
        checker = type(self._checker)(self._checker.params, self._checker.side)
        return Stretch(checker, self._info, pose.size_px)

    def _started_by(self, placement: Placement, still: float, hand: float, outcome: Outcome) -> StartedBy | None:
        if self._stretch is None:
            return None
        if self._asked:
            return "asked"
        if not self._hands_free or placement.blocked:
            return None
        if any(isinstance(event, RepClosed) for event in outcome.events) or self._under_way(self._stretch):
            return "movement"
        if hand >= 1:
            return "raised_hand"
        return "held_still" if still >= 1 and placement.good_enough and not self._running else None

    def _under_way(self, stretch: Stretch) -> bool:
        """A run that goes on, or a stretch that is held; neither waits for a sign."""
        phase = stretch.checker.phase()
        posed = self._posed.update(self._state.t_s, self._stretching and phase == "hold") >= 1
        return phase == "run" or posed

    def _start(self, by: StartedBy, pose: Pose, outcome: Outcome) -> None:
        self._place, self._away = Place(), Held(GET_THERE_S if by == "asked" else AWAY_S)
        self._hand, self._hand_free = Held(HAND_STOP_S), by != "raised_hand"
        self._run_over, self._begun = Held(RUN_OVER_S), False
        self._show(stage="counting", in_place=True, advice=None, start_share=0.0)
        self._events.append(StageChanged(t_s=pose.t_s, stage="counting", started_by=by))
        if by != "movement" or self._running or self._stretching:
            text = wording.RUN_STARTED if self._running else wording.STARTED
            self._wishes.append(Wish("start", text, "", text, "done"))
        self._happened(pose, outcome)

    def _advise(self, placement: Placement, t_s: float) -> None:
        """Say what to change once it has stood for a moment, and once that all is well."""
        code = placement.advice.code if placement.advice else "ready"
        if code != self._advised[0]:
            self._advised, self._ready_told = (code, t_s), False
        if t_s - self._advised[1] < _SAME_ADVICE_S:
            return
        advice = placement.advice
        if advice is not None:
            self._wishes.append(Wish("advice", advice.text, advice.hint, f"{advice.text}."))
        elif not self._ready_told:
            self._ready_told = True
            how = wording.HOW_TO_RUN if self._running else wording.HOW_TO_START
            self._wishes.append(Wish("ready", wording.READY, how, f"{wording.READY}. {how}"))

    # The set

    def _count(self, pose: Pose, tick: Tick) -> None:
        assert self._stretch is not None, "counting goes on in a stretch"
        if tick.away:
            return self._end("long_gap", math.inf)
        if pose.size_px != self._stretch.size_px:
            return self._end("picture_changed", math.inf)
        if tick.gap_s:
            text = wording.no_picture_for(tick.gap_s)
            self._notice = (text, pose.t_s)
            self._events.append(GapSeen(t_s=pose.t_s, gap_s=round(tick.gap_s, 2)))
            self._wishes.append(Wish("gap", text, wording.GAP_HINT, f"{text}."))
        self._happened(pose, self._stretch.update(pose))
        self._watch_for_the_end(pose)

    def _happened(self, pose: Pose, outcome: Outcome) -> None:
        assert self._stretch is not None, "something happens in a stretch"
        for event in outcome.events:
            self._tell(event)
        self._warn(pose.t_s, outcome)
        phase = self._stretch.checker.phase()
        if phase == "rest":
            self._warned.clear()
        tempo, beeps = self._tempo.update(pose.t_s, phase)
        self._wishes += beeps
        warned = next(iter(self._warned.values()), None)
        self._show(phase=phase, phase_word=wording.PHASES.get(phase, phase), tempo=tempo)
        self._show(warning=warned.check if warned else None, warning_side=warned.side if warned else None)

    def _tell(self, event: Event) -> None:
        if not self._begun and isinstance(event, RepClosed | ContactSeen):
            self._begun, self._away = True, Held(AWAY_S)
        if isinstance(event, RepClosed):
            self._unconfirmed += [(event.rep.turn_s, check) for check in self._warned]
            self._warned.clear()
            self._live_reps.append(event.rep)
            self._events.append(event)
            self._wishes += self._coach.rep(event.rep)
        elif isinstance(event, ContactSeen):
            self._coach.count += 1
            self._events.append(event)

    def _warn(self, t_s: float, outcome: Outcome) -> None:
        """Faults that became clear in the open repetition, or in the last steps of a run."""
        if outcome.run:
            self._wishes += self._coach.judged(outcome.run)
        fresh = [v for v in (*outcome.clear, *outcome.run) if v.state == "fault" and v.check not in self._warned]
        for verdict in fresh:
            about = self._checker.about.check(verdict.check)
            self._warned[verdict.check] = verdict
            self._events.append(
                Warned(t_s=t_s, check=verdict.check, title=about.title, fault=about.fault, side=verdict.side)
            )
            if not outcome.run:
                self._wishes.append(fault_wish(self._checker.about, verdict.check))
        if outcome.run:
            faults = {v.check for v in outcome.run if v.state == "fault"}
            self._warned = {check: verdict for check, verdict in self._warned.items() if check in faults}

    def _watch_for_the_end(self, pose: Pose) -> None:
        assert self._stretch is not None, "a set runs in a stretch"
        if pose.t_s - self._stretch.began_s > LONGEST_SET_S:
            return self._end("too_long", math.inf)
        if not self._hands_free:
            return None
        at_rest = self._stretch.checker.phase() == "rest"
        raised = raised_hand(pose) is not None
        self._hand_free |= not raised
        stop = self._hand.update(pose.t_s, raised and self._hand_free and (at_rest or self._running))
        if at_rest and not self._begun:
            self._place = Place()  # on the way to it, from a button or from standing
        held = self._stretching and not at_rest  # folding forward or lying back into it is not leaving
        away = self._away.update(pose.t_s, self._place.left(pose) and not held)
        over = self._run_over.update(pose.t_s, self._running and at_rest and self._coach.count > 0)
        self._show(stop_share=stop)
        if stop >= 1:
            self._end("raised_hand", self._hand.since_s)
        elif away >= 1:
            self._end("walked_away", self._away.since_s)
        elif over >= 1:
            self._end("stopped_running", self._run_over.since_s)
        return None

    def _end(self, reason: Reason, until_s: float) -> None:
        """The set is over; what came after ``until_s`` does not belong to it."""
        last_s = max((rep.end_s for rep in self._live_reps), default=0.0)
        began_s = self._stretch.began_s if self._stretch else 0.0
        self._until_s = max(until_s, last_s + 1.0, began_s)
        self._show(stage="ended", ended=reason, stop_share=0.0, tempo=None, warning=None)
        self._events.append(StageChanged(t_s=self._state.t_s, stage="ended", reason=reason))
        self._wishes = [Wish("end", wording.SET_OVER, wording.ENDED[reason], wording.ENDED[reason], "done")]

    # What is told

    def _count_word(self, count: int) -> str:
        return wording.count_word(count, self._running, self._checker.about.dose.held_low_s is not None)

    def _begin(self, t_s: float) -> None:
        self._events, self._wishes = [], []
        self._state = self._state.model_copy(update={"t_s": round(t_s, 4)})

    def _show(self, **changes: object) -> None:
        self._state = self._state.model_copy(update=changes)

    def _told(self) -> LiveUpdate:
        t_s = self._state.t_s
        cue = self._cuer.offer(t_s, self._wishes)
        if cue is not None:
            self._events.append(CueGiven(t_s=t_s, cue=cue))
        text, since_s = self._notice
        coach = self._coach
        self._show(
            cue=self._cuer.shown(t_s),
            count=coach.count,
            partial=coach.partial,
            count_word=self._count_word(coach.count),
            marks=coach.marks,
            notice=text if t_s - since_s < _NOTICE_S else "",
        )
        return LiveUpdate(state=self._state, events=tuple(self._events))


"""Events are plain records that survive the way through JSON, in an order that can be relied on."""

from __future__ import annotations

import itertools

from formcheck.events import EVENT, Event, PhaseChanged, RepClosed, SetClosed
from formcheck.exercises.base import Checker
from formcheck.results import Rep
from tests.streams import closed, verdicts


def test_events_survive_json(events: list[Event]) -> None:
    assert [EVENT.validate_json(EVENT.dump_json(event)) for event in events] == events


def test_the_last_event_closes_the_set_and_no_other_does(events: list[Event]) -> None:
    assert [isinstance(event, SetClosed) for event in events] == [False] * (len(events) - 1) + [True]


def test_events_come_in_the_order_of_time(events: list[Event]) -> None:
    times = [event.t_s for event in events]
    assert times == sorted(times)


def test_phases_change(events: list[Event]) -> None:
    phases = [event.phase for event in events if isinstance(event, PhaseChanged)]
    assert phases
    assert all(before != after for before, after in itertools.pairwise(phases))


def test_every_rep_of_the_set_was_told_on_the_way(events: list[Event]) -> None:
    on_the_way = [(r.side, r.start_s, r.turn_s, r.end_s) for r in _told(events)]
    at_the_end = [(r.side, r.start_s, r.turn_s, r.end_s) for r in closed(events).reps]
    assert at_the_end == [rep for rep in on_the_way if rep in at_the_end]
    assert sum(r.complete for r in _told(events)) == sum(r.complete for r in closed(events).reps)


def _told(events: list[Event]) -> list[Rep]:
    return [event.rep for event in events if isinstance(event, RepClosed)]


def test_reps_are_numbered_in_order_and_do_not_overlap(events: list[Event]) -> None:
    reps = closed(events).reps
    assert [rep.index for rep in reps] == list(range(1, len(reps) + 1))
    assert all(rep.start_s <= rep.turn_s <= rep.end_s for rep in reps)
    assert all(before.end_s <= after.start_s for before, after in itertools.pairwise(reps))


def test_every_check_is_answered(checker: type[Checker], events: list[Event]) -> None:
    asked = [check.id for check in checker.about.checks]
    said = closed(events)
    for rep in said.reps:
        assert [v.check for v in rep.verdicts] == (asked if rep.complete else []), rep.index
    assert {v.check for v in said.verdicts} == set(asked)


def test_what_is_judged_comes_with_its_ground(events: list[Event]) -> None:
    for verdict in verdicts(closed(events)):
        assert "" not in (verdict.source, verdict.title), verdict.check
        if verdict.state == "not_assessed":
            assert verdict.reason, verdict.check
            assert verdict.view_fit == 0, verdict.check
            continue
        ground = (verdict.value, verdict.limit, verdict.error, verdict.time_s)
        assert None not in ground, verdict.check
        assert verdict.unit, verdict.check
        assert verdict.view_fit > 0, verdict.check
        to_mend = verdict.state in ("watch", "fault")
        assert (bool(verdict.cue), bool(verdict.finding)) == (to_mend, to_mend), verdict.check


def test_verdicts_name_the_rep_that_they_are_about(events: list[Event]) -> None:
    for rep in closed(events).reps:
        for verdict in rep.verdicts:
            assert verdict.reps == (rep.index,), (rep.index, verdict.check)
            assert verdict.side == rep.side, (rep.index, verdict.check)

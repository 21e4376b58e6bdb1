"""What may go wrong between a page and the server, and that no set is lost, counted twice, or in another's way."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from websockets.exceptions import ConnectionClosed

from api.live import connection
from api.settings import Settings
from tests.api.conftest import Served, serving
from tests.api.live.conftest import HZ, LIVE, Connect, performed, pictures, track
from tests.api.live.page import Page, events, landmarks, page
from tests.golden.tracks import truth

NAME, EXERCISE = "squat_clean_right", "single_leg_box_squat"


def squats(until_s: float = 17.0) -> list[Any]:
    """The poses of the first squats."""
    return list(track(NAME, until_s))


def at(t_s: float) -> int:
    """The number of the pose at a time."""
    return round(t_s * HZ)


FIRST_END_S, SECOND_END_S = (rep["end_s"] for rep in truth(NAME)["reps"][:2])
BETWEEN = at(FIRST_END_S + 0.5)
"""At rest after the first squat."""


def saved_sets(server: Served) -> list[str]:
    """Ids of all analyses."""
    return [each["id"] for each in server.http.get("/v1/analyses?limit=200").json()["analyses"]]


def eventually(what: Any, within_s: float = 10.0) -> Any:
    """What a question answers once the answer is not empty."""
    ends_at = time.monotonic() + within_s
    while not (answer := what()):
        assert time.monotonic() < ends_at, "it did not happen"
        time.sleep(0.05)
    return answer


def encoded(width: int, height: int, suffix: str = ".jpg") -> bytes:
    noise = np.random.default_rng(1).integers(0, 255, (height // 8, width // 8, 3), dtype=np.uint8)
    return cv2.imencode(suffix, cv2.resize(noise, (width, height)))[1].tobytes()


# Frames


def test_bad_pictures_are_left_out_with_their_reason_and_the_set_goes_on(connect: Connect, samples: Path) -> None:
    good = pictures(samples / f"{NAME}.mp4", 2, 1.0)
    whole = good[0][1]
    bad = {
        "not_a_picture": b"hello",
        "cut_short": whole[: len(whole) // 2],
        "too_large": encoded(7680, 4320)[:1_900_000] + b"\xff\xd9",
        "too_small": encoded(48, 48),
    }
    with connect() as page:
        page.hello(EXERCISE)
        for number, (code, picture) in enumerate(bad.items()):
            assert page.frame(*good[number])["kind"] == "update"
            answer = page.frame(good[number][0] + 0.01, picture)
            assert (answer["kind"], answer["code"]) == ("skipped", code)
            assert answer["detail"].endswith(".")
        assert page.frame(0.9, encoded(640, 480, ".webp"))["kind"] == "update"
        assert page.frame(0.95, b"\xff\xd8\xff" + bytes(3_000_000))["code"] == "too_large"
        assert page.frame(1.0, b"")["code"] == "not_a_picture"


def test_frames_out_of_order_and_twice_change_nothing(connect: Connect) -> None:
    with connect() as page:
        page.hello(EXERCISE, input="landmarks")
        for number, pose in enumerate(squats()):
            page.pose(pose)
            if number % 10 == 5:
                page.say(**landmarks(pose, page.seq))
                assert page.answer(page.seq)["code"] == "out_of_order"
                page.say(**landmarks(squats()[number - 3], 0))
                assert page.answer(0)["code"] == "out_of_order"
                assert page.pose(squats()[number - 1])["events"] == []  # a fresh number, an old moment
        told = page.stop()["summary"]
    assert told["live_count"] == told["report"]["reps_complete"] == performed(NAME, 17.0) == 2


def test_a_message_larger_than_any_frame_ends_the_connection_only(connect: Connect) -> None:
    with connect() as page:
        resume = page.hello(EXERCISE, input="landmarks")["resume"]
        page.play(squats()[:BETWEEN])
        with pytest.raises(ConnectionClosed):  # with 1009, unless the connection was gone before that could be read
            page.socket.send(bytes(17_000_000))
    with connect() as page:
        assert page.hello(EXERCISE, resume=resume)["state"]["count"] == 1
        page.say(kind="bye")


# Connections


def test_a_reload_in_the_middle_goes_on_with_the_same_set(live_server: Served, connect: Connect) -> None:
    poses, middle = squats(), BETWEEN
    with connect() as page:
        first = page.hello(EXERCISE, input="landmarks")
        page.play(poses[:middle])
    with connect() as page:
        second = page.hello(EXERCISE, input="landmarks", resume=first["resume"])
        assert (second["resumed"], second["session"], second["state"]["count"]) == (True, first["session"], 1)
        page.play(poses[middle:])
        told = page.stop()
    assert told["summary"]["live_count"] == told["summary"]["report"]["reps_complete"] == 2
    assert saved_sets(live_server).count(first["session"]) == 1
    with connect() as page:  # and once more, too late
        again = page.hello(EXERCISE, input="landmarks", resume=first["resume"])
        assert (again["resumed"], again["state"]["stage"]) == (True, "ended")
        assert page.summary() == told
        assert page.close_code() == 1000


def test_an_unknown_token_begins_a_new_set(connect: Connect) -> None:
    with connect() as page:
        welcome = page.hello(EXERCISE, input="landmarks", resume="no such token")
        assert (welcome["resumed"], welcome["state"]["count"]) == (False, 0)


def test_five_seconds_without_network_in_a_squat_are_a_gap_and_no_count(connect: Connect) -> None:
    poses = squats()
    cut = at(SECOND_END_S - 2.5)
    with connect() as page:
        resume = page.hello(EXERCISE, input="landmarks")["resume"]
        page.play(poses[:cut])
    with connect() as page:
        page.hello(EXERCISE, input="landmarks", resume=resume)
        after = page.play(poses[at(SECOND_END_S + 0.2) :], later_s=5.0)
        (gap,) = events(after, "gap")
        assert gap["gap_s"] > 5
        told = page.stop()["summary"]
    assert told["live_count"] == told["report"]["reps_complete"] == 1


def test_two_tabs_the_newer_goes_on_and_the_older_is_told(connect: Connect) -> None:
    with connect() as older, connect() as newer:
        resume = older.hello(EXERCISE, input="landmarks")["resume"]
        older.play(squats()[:BETWEEN])
        assert newer.hello(EXERCISE, input="landmarks", resume=resume)["state"]["count"] == 1
        assert older.until("taken_over")["detail"]
        assert older.close_code() == 1008
        newer.play(squats()[BETWEEN:])
        assert newer.stop()["summary"]["live_count"] == 2


def test_a_tab_that_wakes_after_a_minute_finds_its_set_closed(connect: Connect) -> None:
    with connect() as page:
        page.hello(EXERCISE, input="landmarks")
        page.play(squats()[:BETWEEN])
        updates = page.play(squats()[BETWEEN:], later_s=60.0)
        assert updates[-1]["state"]["ended"] == "long_gap"
        assert page.summary()["summary"]["report"]["reps_complete"] == 1


def test_a_tab_asleep_is_not_waited_for_forever(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    with connect() as page:
        page.hello(EXERCISE, input="landmarks")
        page.play(squats()[:BETWEEN])
        monkeypatch.setattr(connection, "LONGEST_GAP_S", 0.5)
        ended = page.until("update")
        assert (ended["seq"], ended["state"]["ended"]) == (None, "long_gap")
        assert page.summary()["saved"]


def test_a_page_that_shows_nothing_gives_its_place_back(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "IDLE_S", 0.3)
    with connect() as page:
        page.hello(EXERCISE, input="landmarks")
        told = page.until("error")
        assert (told["code"], told["fatal"]) == ("idle", True)
        assert page.close_code() == 1001


def test_silence_is_broken_by_heartbeats(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "HEARTBEAT_S", 0.2)
    with connect() as page:
        page.hello(EXERCISE, input="landmarks")
        assert page.next() == page.next() == {"kind": "heartbeat"}


@pytest.mark.parametrize("by_s", [-3600.0, 7200.0, 3e8])
def test_a_clock_that_is_set_does_not_count_twice(connect: Connect, by_s: float) -> None:
    with connect() as page:
        page.hello(EXERCISE, input="landmarks")
        page.play(squats()[:BETWEEN])
        page.play(squats()[BETWEEN:], later_s=by_s)
        said = page.stop()["summary"]["report"]["reps_complete"]
    assert said == (2 if by_s < 0 else 1)  # forward: nobody looked for so long, and the set was closed before


def test_a_page_that_leaves_is_saved_and_its_place_is_free(live_server: Served, connect: Connect) -> None:
    with connect() as page:
        session = page.hello(EXERCISE, input="landmarks")["session"]
        page.play(squats()[:BETWEEN])
        page.say(kind="bye")
        assert page.close_code() == 1000
    eventually(lambda: session in saved_sets(live_server))
    assert live_server.finished(session)["result"]["reps_complete"] == 1


@pytest.fixture
def hasty(tmp_path: Path) -> Iterator[Served]:
    """A server that waits for nobody and has two places."""
    options = {**LIVE, "live_resume_s": 0.3, "live_people": 2}
    with serving(Settings(data_dir=tmp_path / "data", **options)) as served:
        yield served


def test_a_set_whose_page_does_not_come_back_is_closed_and_saved_once(hasty: Served) -> None:
    with page(hasty.url) as first:
        session = first.hello(EXERCISE, input="landmarks")
        first.play(squats()[:BETWEEN])
    eventually(lambda: saved_sets(hasty))
    with page(hasty.url) as late:
        late.hello(EXERCISE, input="landmarks", resume=session["resume"])
        told = late.summary()
    assert told["summary"]["reason"] == "connection_lost"
    assert told["summary"]["live_count"] == 1
    assert saved_sets(hasty) == [session["session"]]
    assert not list((hasty.settings.data_dir / "live").iterdir())


def test_a_full_server_says_so_and_has_room_again(hasty: Served) -> None:
    with page(hasty.url) as one, page(hasty.url) as two, page(hasty.url) as three:
        one.hello(EXERCISE, input="landmarks")
        two.hello(EXERCISE, input="landmarks")
        refused = three.hello(EXERCISE, input="landmarks")
        assert refused["kind"] == "full"
        assert "2 places" in refused["detail"]
        assert refused["retry_after_s"] > 0
        assert three.close_code() == 1013
        one.say(kind="bye")
        one.close_code()

        def welcomed() -> bool:
            with page(hasty.url) as again:
                return again.hello(EXERCISE, input="landmarks")["kind"] == "welcome"

        assert eventually(welcomed)


def test_who_left_before_beginning_holds_no_place(hasty: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hasty.app.state.services.live, "resume_s", 60.0)
    for _ in range(5):
        with page(hasty.url) as passing:
            assert eventually(lambda there=passing: there.hello(EXERCISE, input="landmarks"))["kind"] == "welcome"
            passing.pose(squats()[0])
    with page(hasty.url) as first, page(hasty.url) as back:
        resume = first.hello(EXERCISE, input="landmarks")["resume"]
        first.pose(squats()[0])
        first.socket.close()
        assert back.hello(EXERCISE, input="landmarks", resume=resume)["resumed"] is True


# Bad clients


def answers_quickly(page: Page, poses: list[Any]) -> float:
    """Seconds for the median answer."""
    took = []
    for pose in poses:
        began_s = time.perf_counter()
        page.pose(pose)
        took.append(time.perf_counter() - began_s)
    return float(np.median(took))


def test_a_client_that_listens_late_is_in_nobody_s_way_and_hears_of_every_frame(connect: Connect) -> None:
    poses, number = squats(), 600
    with connect() as slow, connect() as other:
        other.hello(EXERCISE, input="landmarks")
        slow.hello(EXERCISE, input="landmarks", overlay=True)
        for seq in range(number):
            slow.say(**landmarks(poses[seq % 60], seq, seq / HZ))
        assert answers_quickly(other, poses[:60]) < 0.2
        slow.answer(number - 1)
    told = [each["seq"] for each in slow.heard if each["kind"] in ("update", "skipped")]
    assert sorted(told) == list(range(number - 1))


def test_a_flood_is_slowed_down_told_so_and_in_nobody_s_way(hasty: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    poses = squats()
    monkeypatch.setattr(hasty.app.state.services.live, "rate_hz", 100.0)
    with page(hasty.url) as flood:
        flood.hello(EXERCISE, input="landmarks")
        monkeypatch.setattr(hasty.app.state.services.live, "rate_hz", 1000.0)
        with page(hasty.url) as other:
            other.hello(EXERCISE, input="landmarks")
            for number in range(250):
                flood.say(**landmarks(poses[number % 60], number, number / 15))
            assert answers_quickly(other, poses[:60]) < 0.2
        last = flood.answer(249)
    kinds = [each.get("code") for each in flood.heard if each["kind"] in ("error", "skipped")]
    assert "too_fast" in kinds
    assert last["kind"] == "update"
    answered = [each["seq"] for each in flood.heard if each["kind"] in ("update", "skipped")]
    assert sorted({*answered, 249}) == list(range(250)), "each frame is answered"


def test_a_client_of_nonsense_is_told_each_time_and_closed_in_the_end(connect: Connect) -> None:
    with connect() as page:
        page.hello(EXERCISE, input="landmarks")
        for _ in range(19):
            page.socket.send("{")
            assert page.until("error")["fatal"] is False
        page.socket.send(b"\x07")
        told = page.until("error")
        assert (told["code"], told["fatal"]) == ("bad_frame", True)
        assert page.close_code() == 1008


# The server


def test_a_pose_process_that_dies_costs_a_picture_and_no_set(
    live_server: Served, connect: Connect, samples: Path
) -> None:
    poses = live_server.app.state.services.live._means.poses
    film = pictures(samples / f"{NAME}.mp4", 2, 2.5)
    with connect() as page:
        page.hello(EXERCISE)
        assert page.frame(*film[0])["kind"] == "update"
        os.kill(poses._process._process.pid, signal.SIGKILL)
        answers = [page.frame(*each) for each in film[1:]]
    skipped = [each["code"] for each in answers if each["kind"] == "skipped"]
    assert set(skipped) <= {"not_looked_at"}
    assert len(skipped) <= 2
    assert answers[-1]["kind"] == "update"


def test_a_set_that_the_store_did_not_take_is_saved_when_it_does(hasty: Served) -> None:
    files = hasty.settings.data_dir / "files"
    with page(hasty.url) as first:
        session = first.hello(EXERCISE, input="landmarks")["session"]
        first.play(squats()[:BETWEEN])
        files.rename(files.with_name("away"))
        files.write_text("in the way", encoding="utf-8")
        told = first.stop()
    assert (told["saved"], told["summary"]["live_count"]) == (False, 1)
    assert "kept on the server" in told["note"]
    assert saved_sets(hasty) == []
    files.unlink()
    files.with_name("away").rename(files)
    drafts = hasty.app.state.services.live._means.drafts
    drafts.deliver_all()
    drafts.deliver_all()
    assert saved_sets(hasty) == [session]


def test_a_disk_that_refuses_is_told_and_does_not_end_the_set(hasty: Served) -> None:
    (hasty.settings.data_dir / "live").write_text("in the way", encoding="utf-8")
    with page(hasty.url) as first:
        first.hello(EXERCISE, input="landmarks")
        first.play(squats()[:BETWEEN])
        told = first.stop()
    (hasty.settings.data_dir / "live").unlink()
    assert (told["saved"], told["links"], told["summary"]["live_count"]) == (False, None, 1)
    assert "disk" in told["note"]


def test_a_set_longer_than_what_is_scored_is_closed_in_time(tmp_path: Path) -> None:
    with serving(Settings(data_dir=tmp_path, max_duration_s=10.0, **LIVE)) as short, page(short.url) as first:
        first.hello(EXERCISE, input="landmarks", hands_free=False)
        first.say(kind="start")
        updates = first.play(squats())
        assert updates[-1]["state"]["ended"] == "too_long"
        assert first.summary()["saved"]



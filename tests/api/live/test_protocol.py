"""Every message is as the published schema says, and whatever is sent, the server answers plainly and lives."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.live.messages import frame_message, read_frame, schema_text
from tests.api.conftest import Served
from tests.api.live.conftest import Connect, track
from tests.api.live.page import CLOCK_MS, Page, landmarks, page

FUZZ = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@pytest.fixture(scope="module")
def schema(root: Path) -> dict[str, Any]:
    """As published."""
    found: dict[str, Any] = json.loads((root / "docs" / "live-protocol.schema.json").read_text(encoding="utf-8"))
    return found


def check(schema: dict[str, Any], which: str, message: Any) -> None:
    jsonschema.Draft202012Validator({**schema, "anyOf": [{"$ref": f"#/$defs/{which}"}]}).validate(message)


def test_the_published_schema_is_current(root: Path, schema: dict[str, Any]) -> None:
    jsonschema.Draft202012Validator.check_schema(schema)
    published = (root / "docs" / "live-protocol.schema.json").read_text(encoding="utf-8")
    assert published == schema_text(), "run `python -m api.live.messages docs/live-protocol.schema.json`"


def test_a_whole_set_is_spoken_as_published(connect: Connect, schema: dict[str, Any]) -> None:
    said: list[dict[str, Any]] = []
    with connect() as page:
        said.append(page.hello("single_leg_box_squat", input="landmarks", overlay=True))
        for pose in list(track("squat_clean_right", 14.0)):
            said.append(page.pose(pose))
        check(schema, "ClientMessage", landmarks(pose, 1))
        page.say(kind="landmarks", nonsense=True)
        said += [page.until("error"), page.stop()]
    said += page.heard
    assert {"welcome", "update", "error", "summary"} <= {message["kind"] for message in said}
    for message in said[::5] + said[-3:]:
        check(schema, "ServerMessage", message)


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ("", "bad_hello"),
        ("{", "bad_hello"),
        ('{"kind": "start"}', "bad_hello"),
        ('{"kind": "hello"}', "protocol: Field required"),
        ('{"kind": "hello", "protocol": "formcheck.live/9", "exercise": "clamshell"}', "formcheck.live/1"),
        ('{"kind": "hello", "protocol": "formcheck.live/1", "exercise": "yoga"}', "yoga"),
        ('{"kind": "hello", "protocol": "formcheck.live/1", "exercise": "clamshell", "side": "top"}', "side"),
        ('{"kind": "hello", "protocol": "formcheck.live/1", "exercise": "clamshell", "limits": {"x": 1}}', "x"),
        (frame_message(0, 0.0, b""), "bad_hello"),
    ],
)
def test_a_wrong_start_is_refused_in_plain_words(connect: Connect, sent: str | bytes, told: str) -> None:
    with connect() as page:
        page.socket.send(sent)
        answer = page.next()
        assert (answer["kind"], answer["code"], answer["fatal"]) == ("error", "bad_hello", True)
        assert told in answer["detail"] or told == answer["code"]
        assert page.close_code() == 1008


def test_who_says_nothing_is_told_so(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.live.greeting.HELLO_S", 0.1)
    with connect() as page:
        assert page.next()["code"] == "no_hello"


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ("[]", "bad_message"),
        ('{"kind": "dance"}', "bad_message"),
        ('{"kind": "cues", "cues": "loud"}', "bad_message"),
        ('{"kind": "start", "now": true}', "bad_message"),
        ('{"kind": "hello", "protocol": "formcheck.live/1", "exercise": "clamshell"}', "bad_message"),
        ('{"kind": "' + "x" * 70_000 + '"}', "bad_message"),
        ("[" * 5_000, "bad_message"),
        (b"", "bad_frame"),
        (bytes(16), "bad_frame"),
        (frame_message(0, float("nan"), b"x"), "bad_frame"),
        (frame_message(0, -1.0, b"x"), "bad_frame"),
        (frame_message(0, 0.0, b"\xff\xd8\xff"), "wrong_input"),
    ],
)
def test_a_wrong_message_is_told_and_the_set_goes_on(connect: Connect, sent: str | bytes, code: str) -> None:
    with connect() as page:
        page.hello(input="landmarks")
        page.socket.send(sent)
        told = page.until("error")
        assert (told["code"], told["fatal"]) == (code, False)
        assert len(told["detail"]) < 400
        assert page.pose(track("clamshell_clean_right")[0])["kind"] == "update"


def test_landmarks_are_not_taken_where_pictures_were_agreed_on(connect: Connect) -> None:
    with connect() as page:
        page.hello()
        page.say(**landmarks(track("clamshell_clean_right")[0], 0))
        assert page.until("error")["code"] == "wrong_input"


@given(st.integers(0, 2**32 - 1), st.floats(0, 1e14), st.binary(max_size=50))
def test_a_frame_is_read_as_it_was_made(seq: int, t_ms: float, picture: bytes) -> None:
    frame = read_frame(frame_message(seq, t_ms, picture))
    assert (frame.seq, frame.t_ms, frame.picture) == (seq, t_ms, picture)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
KINDS = st.sampled_from(["hello", "start", "stop!", "cues", "landmarks", "bye?", ""])
FIELDS = st.sampled_from(["kind", "cues", "seq", "t_ms", "size_px", "body", "brightness", "protocol", "resume"])
MESSAGES = (
    st.text(max_size=200)
    | st.binary(max_size=200)
    | JSON.map(json.dumps)
    | st.tuples(KINDS, st.dictionaries(FIELDS, JSON)).map(lambda made: json.dumps({**made[1], "kind": made[0]}))
)


def still_answers(page: Page) -> None:
    page.seq = 2**31
    pose = track("clamshell_clean_right")[0]
    page.say(**{**landmarks(pose, page.seq), "t_ms": CLOCK_MS})
    assert page.answer(page.seq)["kind"] == "update"


@FUZZ
@given(messages=st.lists(MESSAGES, min_size=1, max_size=8))
def test_garbage_after_a_hello_never_ends_more_than_it_says(
    live_server: Served, schema: dict[str, Any], messages: list[str | bytes]
) -> None:
    with page(live_server.url) as fuzzed:
        fuzzed.hello(input="landmarks")
        for message in messages:
            fuzzed.socket.send(message)
        still_answers(fuzzed)
        for heard in fuzzed.heard:
            check(schema, "ServerMessage", heard)
            assert heard["kind"] in ("error", "update", "skipped", "heartbeat")
        fuzzed.say(kind="bye")


@FUZZ
@given(message=MESSAGES)
def test_garbage_in_place_of_a_hello_is_answered(
    live_server: Served, schema: dict[str, Any], message: str | bytes
) -> None:
    with page(live_server.url) as fuzzed:
        fuzzed.socket.send(message)
        answer = fuzzed.next()
        check(schema, "ServerMessage", answer)
        assert (answer["kind"], fuzzed.close_code()) == ("error", 1008)


def mangled() -> st.SearchStrategy[dict[str, Any]]:
    """Landmarks with something put in somewhere."""
    base = landmarks(track("clamshell_clean_right")[0], 0)
    places = [("seq",), ("t_ms",), ("size_px",), ("brightness",), ("body",), *(("body", name) for name in base["body"])]
    odd = JSON | st.lists(st.floats() | st.none(), max_size=40) | st.just([[0.0, 0.0, 0.0]] * 33) | st.just([0.5] * 33)

    def put(place: tuple[str, ...], value: Any) -> dict[str, Any]:
        made = {**base, "body": dict(base["body"])}
        (made if len(place) == 1 else made["body"])[place[-1]] = value
        return made

    return st.builds(put, st.sampled_from(places), odd)


@FUZZ
@given(messages=st.lists(mangled(), min_size=1, max_size=6))
def test_mangled_landmarks_are_looked_at_or_refused(live_server: Served, messages: list[dict[str, Any]]) -> None:
    with page(live_server.url) as fuzzed:
        fuzzed.hello(input="landmarks")
        for message in messages:
            fuzzed.say(**message)
        still_answers(fuzzed)
        fuzzed.say(kind="bye")

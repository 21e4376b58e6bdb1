"""Logins: a token stands for a key, and ends with its time, with its key, and by logging out; on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from api.access.keys import KeyRing, NewKey
from api.access.logins import LOGIN_DAYS, Logins
from api.database.engine import Database
from api.database.tables import ApiKey, Login


@pytest.fixture
def logins(database: Database) -> Logins:
    return Logins(database)


@pytest.fixture
def key(database: Database) -> NewKey:
    return KeyRing(database).create("desk", ["read"], 600, None)


def key_id_of(logins: Logins, token: str) -> str | None:
    key = logins.key_of(token)
    return None if key is None else key.id


def test_a_token_stands_for_its_key_and_is_stored_as_a_hash_only(
    logins: Logins, key: NewKey, database: Database
) -> None:
    token = logins.begin(key.row.id)
    assert key_id_of(logins, token) == key.row.id
    assert len(token) == 43, "256 bits"
    assert logins.begin(key.row.id) != token
    with database.reading() as session:
        stored = " ".join(map(str, session.execute(text("SELECT * FROM logins")).all()))
    assert token not in stored
    assert key.text not in stored


@pytest.mark.parametrize("how", ["last character", "empty", "its own hash", "not ascii", "endless", "the key"])
def test_what_is_not_quite_the_token_is_nobody_s(logins: Logins, key: NewKey, database: Database, how: str) -> None:
    token = logins.begin(key.row.id)
    with database.reading() as session:
        (row,) = session.query(Login)
    tried = {
        "last character": token[:-1] + ("A" if token[-1] != "A" else "Q"),
        "empty": "",
        "its own hash": row.token_sha256,
        "not ascii": token[:-1] + "ä",
        "endless": token * 100,
        "the key": key.text,
    }[how]
    assert logins.key_of(tried) is None


def test_a_login_ends_with_its_time_and_is_forgotten(logins: Logins, key: NewKey, database: Database) -> None:
    old, young = logins.begin(key.row.id), logins.begin(key.row.id)
    with database.writing() as session:
        first = session.get(Login, session.query(Login).order_by(Login.expires_at).first().token_sha256)
        first.expires_at -= timedelta(days=LOGIN_DAYS, seconds=1)
    assert key_id_of(logins, old) is None
    assert key_id_of(logins, young) == key.row.id
    with database.writing() as session:
        Logins.forget(session, database.now(session))
        assert session.query(Login).count() == 1


@pytest.mark.parametrize("ended", ["revoked_at", "expires_at"])
def test_a_login_ends_with_its_key(logins: Logins, key: NewKey, database: Database, ended: str) -> None:
    token = logins.begin(key.row.id)
    with database.writing() as session:
        setattr(session.get(ApiKey, key.row.id), ended, database.now(session))
    assert logins.key_of(token) is None


def test_a_login_outlives_the_rotation_of_its_key_by_the_overlap(
    logins: Logins, key: NewKey, database: Database
) -> None:
    token = logins.begin(key.row.id)
    ring = KeyRing(database)
    new = ring.rotate(key.row.id, timedelta(hours=1))
    assert key_id_of(logins, token) == key.row.id
    with database.writing() as session:
        session.get(ApiKey, key.row.id).expires_at = database.now(session)
    assert logins.key_of(token) is None
    assert key_id_of(logins, logins.begin(new.row.id)) == new.row.id


def test_logging_out_ends_that_login_only(logins: Logins, key: NewKey) -> None:
    one, other = logins.begin(key.row.id), logins.begin(key.row.id)
    logins.end(one)
    logins.end("never there")
    assert key_id_of(logins, one) is None
    assert key_id_of(logins, other) == key.row.id

"""Keys: shown once, stored hashed, replaced with an overlap, ended at once; the same on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from api.access.keys import KeyRing, NewKey, scopes_of
from api.database.engine import Database
from api.database.tables import ApiKey
from formcheck.errors import UsageError


@pytest.fixture
def ring(database: Database) -> KeyRing:
    return KeyRing(database)


def made(ring: KeyRing, name: str = "desk", days: float | None = None, owner_of: str | None = None) -> NewKey:
    return ring.create(name, ["read", "write"], 600, days, owner_of)


def aged(database: Database, key_id: str, **values: datetime) -> None:
    with database.writing() as session:
        row = session.get(ApiKey, key_id)
        for name, value in values.items():
            setattr(row, name, value)


def test_a_key_is_found_by_its_text_and_stored_as_a_hash_only(ring: KeyRing, database: Database) -> None:
    new = made(ring)
    found = ring.find(new.text)
    assert found is not None
    assert (found.id, scopes_of(found)) == (new.row.id, {"read", "write"})
    secret = new.text[-43:]
    with database.reading() as session:
        stored = " ".join(map(str, session.execute(text("SELECT * FROM api_keys")).one()))
    assert secret not in stored


def test_no_two_keys_are_alike_and_each_has_256_bits(ring: KeyRing) -> None:
    texts = {made(ring).text for _ in range(20)}
    assert len(texts) == 20
    assert all(len(one.split("_", 2)[2]) == 43 for one in texts)


@pytest.mark.parametrize("how", ["last character", "another id", "longer", "empty", "no key", "not ascii"])
def test_what_is_not_quite_the_key_is_not_found(ring: KeyRing, how: str) -> None:
    new, other = made(ring), made(ring)
    text = {
        "last character": new.text[:-1] + ("A" if new.text[-1] != "A" else "Q"),
        "another id": new.text.replace(new.row.id, other.row.id),
        "longer": new.text + "A",
        "empty": "",
        "no key": "' OR 1=1 --",
        "not ascii": new.text[:-1] + "ä",
    }[how]
    assert ring.find(text) is None


def test_a_revoked_key_is_ended_at_once(ring: KeyRing) -> None:
    new = made(ring)
    ring.revoke(new.row.id)
    assert ring.find(new.text) is None
    assert not ring.any_valid()


def test_a_key_ends_with_its_days(ring: KeyRing, database: Database) -> None:
    new = made(ring, days=7)
    assert ring.find(new.text) is not None
    aged(database, new.row.id, expires_at=datetime.now(UTC) - timedelta(seconds=1))
    assert ring.find(new.text) is None
    assert not ring.any_valid()


def test_both_keys_are_valid_while_one_replaces_the_other(ring: KeyRing, database: Database) -> None:
    old = made(ring, days=30)
    new = ring.rotate(old.row.id, timedelta(hours=24))
    both = [ring.find(old.text), ring.find(new.text)]
    assert [one and one.owner for one in both] == [old.row.owner] * 2
    assert both[0] is not None
    assert both[0].expires_at is not None
    assert timedelta(hours=23) < both[0].expires_at - datetime.now(UTC) <= timedelta(hours=24)
    assert new.row.expires_at is not None
    assert new.row.expires_at - new.row.created_at == timedelta(days=30)
    aged(database, old.row.id, expires_at=datetime.now(UTC) - timedelta(seconds=1))
    assert ring.find(old.text) is None
    assert ring.find(new.text) is not None


def test_a_rotation_does_not_make_a_short_life_longer(ring: KeyRing) -> None:
    old = made(ring, days=0.5)
    ring.rotate(old.row.id, timedelta(hours=24))
    found = ring.find(old.text)
    assert found is not None
    assert found.expires_at == old.row.expires_at


def test_only_a_valid_key_is_replaced_and_only_once(ring: KeyRing) -> None:
    old = made(ring)
    new = ring.rotate(old.row.id, timedelta(0))
    with pytest.raises(UsageError, match=new.row.id):
        ring.rotate(old.row.id, timedelta(0))
    ring.revoke(new.row.id)
    with pytest.raises(UsageError, match="revoked"):
        ring.rotate(new.row.id, timedelta(0))


def test_keys_may_share_what_they_see(ring: KeyRing) -> None:
    first = made(ring)
    assert made(ring, owner_of=first.row.id).row.owner == first.row.owner
    assert made(ring).row.owner != first.row.owner
    with pytest.raises(UsageError, match="nosuchkey"):
        made(ring, owner_of="nosuchkey")


@pytest.mark.parametrize(
    ("name", "scopes", "per_minute", "days", "told"),
    [
        ("x", ["fly"], 1, None, "fly"),
        ("x", [], 1, None, "scope"),
        (" ", ["read"], 1, None, "name"),
        ("x\n", ["read"], 1, None, "name"),
        ("x" * 101, ["read"], 1, None, "101"),
        ("x", ["read"], 0, None, "0 requests"),
        ("x", ["read"], 1, 0.0, "0 days"),
        ("x", ["read"], 1, float("nan"), "nan"),
    ],
)
def test_what_cannot_be_right_is_refused(
    ring: KeyRing, name: str, scopes: list[str], per_minute: int, days: float | None, told: str
) -> None:
    with pytest.raises(UsageError, match=told):
        ring.create(name, scopes, per_minute, days)
    assert not ring.all()

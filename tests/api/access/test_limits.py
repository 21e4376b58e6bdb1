"""A key's requests are bounded over all servers together."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from api.access.keys import KeyRing
from api.access.limits import RateLimit
from api.database.engine import Database
from api.database.tables import ApiKey


def key_with(database: Database, per_minute: int) -> str:
    return KeyRing(database).create("x", ["read"], per_minute, None).row.id


def later(database: Database, key_id: str, seconds: float) -> None:
    """As if the bucket had been looked at so long ago."""
    with database.writing() as session:
        row = session.get(ApiKey, key_id)
        assert row is not None
        row.filled_at -= timedelta(seconds=seconds)


def test_a_minute_s_worth_and_then_a_wait(database: Database) -> None:
    key_id, limit = key_with(database, 3), RateLimit(database)
    assert [limit.take(key_id, 3) for _ in range(3)] == [0.0] * 3
    wait_s = limit.take(key_id, 3)
    assert 15 < wait_s <= 20
    assert 15 < limit.take(key_id, 3) <= wait_s


def test_tokens_come_back_with_time_and_not_beyond_the_bucket(database: Database) -> None:
    key_id = key_with(database, 6)
    spent = RateLimit(database)
    while spent.take(key_id, 6) == 0.0:
        pass
    later(database, key_id, 10)
    fresh = RateLimit(database)
    assert fresh.take(key_id, 6) == 0.0
    assert fresh.take(key_id, 6) > 0
    later(database, key_id, 3600)
    rested = RateLimit(database)
    assert sum(rested.take(key_id, 6) == 0.0 for _ in range(10)) == 6


@pytest.mark.parametrize("per_minute", [40, 240])
def test_several_servers_share_one_bucket(database: Database, per_minute: int) -> None:
    key_id = key_with(database, per_minute)
    servers = [RateLimit(database) for _ in range(3)]

    def ask(number: int) -> bool:
        return servers[number % 3].take(key_id, per_minute) == 0.0

    with ThreadPoolExecutor(6) as threads:
        let_in = sum(threads.map(ask, range(per_minute + 60)))
    with database.reading() as session:
        row = session.get(ApiKey, key_id)
        assert row is not None
        came_back = (row.filled_at - row.created_at).total_seconds() * per_minute / 60
    handful = max(1, per_minute // 60)
    assert let_in <= per_minute + came_back
    assert let_in >= per_minute - 2 * handful, "what a server holds and does not need is all that is lost"


def test_one_key_s_haste_is_not_another_s(database: Database) -> None:
    hasty, calm, limit = key_with(database, 1), key_with(database, 1), RateLimit(database)
    assert limit.take(hasty, 1) == 0.0
    assert limit.take(hasty, 1) > 0
    assert limit.take(calm, 1) == 0.0

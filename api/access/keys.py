"""API keys: made, found, replaced, revoked. Only their SHA-256 is stored; the key itself is shown once.

A key reads ``formcheck_<id>_<secret>``: the id finds the row and may be shown, the secret has 256 random bits, so that
a plain hash is enough. ``owner`` is whose analyses a key sees: it stays when the key is replaced, and several keys
may share it.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from api.access.caller import ALL_SCOPES, Scope
from api.database.engine import Database
from api.database.tables import ApiKey
from formcheck.errors import UsageError

__all__ = ["USUAL_SCOPES", "KeyRing", "NewKey", "scopes_of", "sha256_of"]

USUAL_SCOPES: Final[frozenset[Scope]] = frozenset(("read", "write", "delete"))

MAX_PER_MINUTE: Final = 100_000

_SHAPE: Final = re.compile(r"formcheck_([0-9a-f]{12})_[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key that was just made; ``text`` is what its user sends, and is nowhere else."""

    row: ApiKey
    text: str


class KeyRing:
    """The keys of one database. Raises SQLAlchemy's errors while it is lost."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(
        self, name: str, scopes: Iterable[str], per_minute: int, days: float | None, owner_of: str | None = None
    ) -> NewKey:
        """A new key, valid for ``days`` (None: until it is revoked); it sees what the key ``owner_of`` sees.

        Raises:
            UsageError: an unknown scope or key, or a number that cannot be right.
        """
        chosen = _checked(name, scopes, per_minute, days)
        with self._database.writing() as session:
            now = self._database.now(session)
            owner = _row(session, owner_of).owner if owner_of else None
            new = _made(name, chosen, per_minute, now, now + timedelta(days=days) if days else None, owner)
            session.add(new.row)
        return new

    def rotate(self, key_id: str, overlap: timedelta) -> NewKey:
        """A key in place of another, which stays valid for ``overlap``; a key that expires gets its span anew.

        Raises:
            UsageError: no such key, or one that is not valid any more or was replaced already.
        """
        with self._database.writing() as session:
            now = self._database.now(session)
            old = _row(session, key_id)
            _check_replaceable(old, now)
            expires_at = now + (old.expires_at - old.created_at) if old.expires_at else None
            new = _made(old.name, scopes_of(old), old.per_minute, now, expires_at, old.owner)
            old.replaced_by = new.row.id
            old.expires_at = min(filter(None, (old.expires_at, now + overlap)))
            session.add(new.row)
        return new

    def revoke(self, key_id: str) -> ApiKey:
        """End a key at once. Raises UsageError when there is no such key."""
        with self._database.writing() as session:
            row = _row(session, key_id)
            row.revoked_at = row.revoked_at or self._database.now(session)
        return row

    def all(self) -> Sequence[ApiKey]:
        """Every key there ever was, oldest first."""
        with self._database.reading() as session:
            return session.scalars(select(ApiKey).order_by(ApiKey.created_at, ApiKey.id)).all()

    def any_valid(self) -> bool:
        """Whether anybody could get in."""
        with self._database.reading() as session:
            now = self._database.now(session)
            valid = ApiKey.revoked_at.is_(None) & or_(ApiKey.expires_at.is_(None), ApiKey.expires_at > now)
            return bool(session.scalar(select(func.count()).select_from(ApiKey).where(valid)))

    def find(self, text: str) -> ApiKey | None:
        """The valid key that this is, or None."""
        match = _SHAPE.fullmatch(text)
        if match is None:
            return None
        with self._database.reading() as session:
            row = session.get(ApiKey, match[1])
            if row is None or not hmac.compare_digest(sha256_of(text), row.sha256):
                return None
            return row if row.state(self._database.now(session)) == "valid" else None


def scopes_of(row: ApiKey) -> frozenset[Scope]:
    """What a key may do."""
    return frozenset(scope for scope in ALL_SCOPES if scope in row.scopes.split())


def _made(
    name: str, scopes: Iterable[str], per_minute: int, now: datetime, expires_at: datetime | None, owner: str | None
) -> NewKey:
    key_id = secrets.token_hex(6)
    text = f"formcheck_{key_id}_{secrets.token_urlsafe(32)}"
    row = ApiKey(
        id=key_id,
        owner=owner or key_id,
        name=name,
        sha256=sha256_of(text),
        scopes=" ".join(sorted(scopes)),
        per_minute=per_minute,
        created_at=now,
        expires_at=expires_at,
        tokens=float(per_minute),
        filled_at=now,
    )
    return NewKey(row, text)


def _checked(name: str, scopes: Iterable[str], per_minute: int, days: float | None) -> frozenset[str]:
    chosen = frozenset(scopes)
    if unknown := sorted(chosen - ALL_SCOPES):
        raise UsageError(f"scope {unknown[0]!r} is unknown; there are {', '.join(sorted(ALL_SCOPES))}")
    if not chosen:
        raise UsageError(f"a key needs a scope; there are {', '.join(sorted(ALL_SCOPES))}")
    if not name.strip() or len(name) > 100 or not name.isprintable():
        raise UsageError(f"the name of a key is 1 to 100 printable characters, this one has {len(name)}")
    if not 1 <= per_minute <= MAX_PER_MINUTE:
        raise UsageError(f"{per_minute} requests a minute: it is 1 to {MAX_PER_MINUTE}")
    if days is not None and not 0 < days <= 36_500:
        raise UsageError(f"{days:g} days: it is more than 0 and at most 36500; leave it out for a key without an end")
    return chosen


def _check_replaceable(row: ApiKey, now: datetime) -> None:
    if row.replaced_by:
        raise UsageError(f"key {row.id} was replaced by {row.replaced_by} already; rotate that one")
    if (state := row.state(now)) != "valid":
        raise UsageError(f"key {row.id} is {state}; create a new one with --same-as {row.id}")


def _row(session: Session, key_id: str) -> ApiKey:
    row = session.get(ApiKey, key_id)
    if row is None:
        raise UsageError(f"there is no key {key_id!r}; `formcheck keys list` shows the ids")
    return row


def sha256_of(text: str) -> str:
    """What is stored of a secret; one of 256 random bits needs no slower hash."""
    return hashlib.sha256(text.encode()).hexdigest()

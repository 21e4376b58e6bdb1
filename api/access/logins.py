"""Logins: a random token in the cookie of a person's browser stands for the key they logged in with.

The key itself is nowhere but with its owner. Of the token only the SHA-256 is stored. A login ends with its time, with
its key, and when the person logs out.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete
from sqlalchemy.orm import Session

from api.access.keys import sha256_of
from api.database.engine import Database
from api.database.tables import ApiKey, Login

__all__ = ["LOGIN_COOKIE", "LOGIN_DAYS", "Logins"]

LOGIN_COOKIE: Final = "formcheck_login"

LOGIN_DAYS: Final = 30

MAX_TOKEN: Final = 100


class Logins:
    """The logins of one database. Raises SQLAlchemy's errors while it is lost."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, key_id: str) -> str:
        """The token of a new login with this key."""
        token = secrets.token_urlsafe(32)
        with self._database.writing() as session:
            until = self._database.now(session) + timedelta(days=LOGIN_DAYS)
            session.add(Login(token_sha256=sha256_of(token), key_id=key_id, expires_at=until))
        return token

    def key_of(self, token: str) -> ApiKey | None:
        """The valid key that the login with this token stands for, or None."""
        if len(token) > MAX_TOKEN:
            return None
        with self._database.reading() as session:
            login, now = session.get(Login, sha256_of(token)), self._database.now(session)
            if login is None or login.expires_at <= now:
                return None
            key = session.get(ApiKey, login.key_id)
            return key if key is not None and key.state(now) == "valid" else None

    def end(self, token: str) -> None:
        """Log out; a token that is unknown is as good as ended."""
        with self._database.writing() as session:
            session.execute(delete(Login).where(Login.token_sha256 == sha256_of(token)))

    @staticmethod
    def forget(session: Session, now: datetime) -> None:
        """Delete logins whose time is over."""
        session.execute(delete(Login).where(Login.expires_at <= now))

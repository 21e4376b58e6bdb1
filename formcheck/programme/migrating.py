"""Bringing a record's tables to this version with Alembic, whose versions travel with the package."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import as_file, files

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

__all__ = ["known_versions", "migrate", "newest_version"]


def migrate(connection: Connection) -> None:
    """To the newest version, within the transaction that is open; nothing to do where another process was first."""
    with _config() as config:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def known_versions() -> frozenset[str]:
    """Every version since the first."""
    with _config() as config:
        return frozenset(script.revision for script in ScriptDirectory.from_config(config).walk_revisions())


def newest_version() -> str | None:
    """The version that :func:`migrate` leads to."""
    with _config() as config:
        return ScriptDirectory.from_config(config).get_current_head()


@contextmanager
def _config() -> Iterator[Config]:
    with as_file(files("formcheck.programme") / "migrations") as folder:
        config = Config()
        config.set_main_option("script_location", str(folder).replace("%", "%%"))
        yield config

"""Writes the migration that leads from the newest one to ``tables.py``.

``python -m api.database.migrations 0002 "what changes"``
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from alembic import command

from api.database.engine import Database
from api.database.migrate import config_for, migrate


def main(revision: str, message: str) -> None:
    """Migrate a scratch database as far as it goes, and write the difference as ``revision``."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'scratch.sqlite'}")
        migrate(database)
        with database.engine.begin() as connection:
            command.revision(config_for(connection), message, autogenerate=True, rev_id=revision)


if __name__ == "__main__":
    main(*sys.argv[1:])

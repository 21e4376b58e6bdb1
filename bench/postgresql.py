"""A PostgreSQL server of one's own for a while, run by an unprivileged user in a temporary folder."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

__all__ = ["PostgresqlServer", "free_port", "postgresql_programs", "postgresql_server"]


@dataclass(frozen=True)
class PostgresqlServer:
    """Listens on loopback, trusts everybody, and does not wait for the disk."""

    programs: Path
    folder: Path
    port: int

    @property
    def url(self) -> str:
        return f"postgresql+psycopg://formcheck@127.0.0.1:{self.port}/postgres"

    def create(self) -> None:
        self._run("initdb", "-U", "formcheck", "--auth=trust")

    def start(self) -> None:
        options = f"-p {self.port} -h 127.0.0.1 -k {self.folder} -c fsync=off"
        self._run("pg_ctl", "-w", "-l", self.folder / "log", "-o", options, "start")

    def stop(self) -> None:
        self._run("pg_ctl", "-m", "immediate", "stop")

    def _run(self, program: str, *arguments: object) -> None:
        command = [str(self.programs / program), "-D", str(self.folder / "data"), *map(str, arguments)]
        user = "nobody" if os.getuid() == 0 else None
        # To nowhere, not to a pipe: the server keeps what it was started with.
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=self.folder, user=user)


def postgresql_programs() -> Path | None:
    """Where the newest server's programs are, as Debian's package postgresql puts them; None without one."""
    return max(Path("/usr/lib/postgresql").glob("*/bin"), default=None)


@contextmanager
def postgresql_server() -> Iterator[PostgresqlServer]:
    """Run one. Raises FileNotFoundError where PostgreSQL is not installed."""
    programs = postgresql_programs()
    if programs is None:
        raise FileNotFoundError("no PostgreSQL server in /usr/lib/postgresql; Debian's package postgresql brings it")
    folder = Path(tempfile.mkdtemp(prefix="formcheck-postgresql-"))
    if os.getuid() == 0:
        shutil.chown(folder, "nobody")
    server = PostgresqlServer(programs, folder, free_port())
    try:
        server.create()
        server.start()
        yield server
    finally:
        if (folder / "data" / "postmaster.pid").exists():
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def free_port() -> int:
    """A port on loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

"""A real server with a real worker, both databases, and every kind of storage."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest
import uvicorn

from api.app import create_app
from api.database.engine import Database
from api.database.migrate import migrate
from api.settings import Settings
from bench.clips import shortened
from bench.postgresql import PostgresqlServer, postgresql_programs, postgresql_server

QUICK = {"workers": 0, "min_free_mb": 0, "poll_s": 0.1, "retry_after_s": 0.1, "log_level": "warning"}


@dataclass(frozen=True)
class Served:
    """A server that runs, and a client for it."""

    url: str
    settings: Settings
    http: httpx2.Client
    app: Any

    def upload(self, path: Path, exercise: str = "clamshell", expect: int = 202, **fields: Any) -> httpx2.Response:
        """Upload one file."""
        headers = fields.pop("headers", {})
        with path.open("rb") as file:
            data = {"exercise": exercise, **fields}
            answer = self.http.post("/v1/analyses", data=data, files={"file": file}, headers=headers)
        assert answer.status_code == expect, answer.text
        return answer

    def finished(self, analysis_id: str, within_s: float = 120.0) -> dict[str, Any]:
        """The analysis once nothing more will happen to it."""
        ends_at = time.monotonic() + within_s
        while time.monotonic() < ends_at:
            found: dict[str, Any] = self.http.get(f"/v1/analyses/{analysis_id}").json()
            if found["state"] in ("done", "failed", "dead"):
                return found
            time.sleep(0.2)
        raise AssertionError(f"still {found['state']} after {within_s} s")


@contextmanager
def serving(settings: Settings) -> Iterator[Served]:
    """Run the app in a thread, on a free port."""
    app = create_app(settings)
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, access_log=False, timeout_graceful_shutdown=2))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    with httpx2.Client(base_url=url, timeout=30) as client:
        yield Served(url, settings, client, app)
    app.state.services.stopping.set()
    server.should_exit = True
    thread.join(60)


@pytest.fixture(scope="session")
def start() -> Callable[..., Any]:
    """Starts servers; see `serving`."""
    return serving


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server with one worker, for all tests that leave it as it was."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("server"), **{**QUICK, "workers": 1, "drain_s": 2})
    with serving(settings) as served:
        yield served


@pytest.fixture
def idle_server(tmp_path: Path) -> Iterator[Served]:
    """A server without workers: what is uploaded waits."""
    with serving(Settings(data_dir=tmp_path / "data", **QUICK)) as served:
        yield served


@pytest.fixture(scope="session")
def clip(samples: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first seconds of a clamshell."""
    return shortened(samples / "clamshell_faulty_left.mp4", tmp_path_factory.mktemp("clip") / "clip.webm", 4.0)


@pytest.fixture(scope="session")
def run_clips(samples: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A few seconds of a run from behind and from the side."""
    folder = tmp_path_factory.mktemp("run")
    names = ("running_rear_clean", "running_side_clean")
    rear, side = (shortened(samples / f"{name}.mp4", folder / f"{name}.webm", 4.0) for name in names)
    return rear, side


@contextmanager
def postgresql_or_skip() -> Iterator[PostgresqlServer]:
    """A PostgreSQL server in a temporary folder; without one, the test is skipped."""
    if postgresql_programs() is None:
        pytest.skip("no PostgreSQL server in /usr/lib/postgresql; Debian's package postgresql brings it")
    with postgresql_server() as server:
        yield server


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The URL of a PostgreSQL server that runs for these tests only."""
    with postgresql_or_skip() as server:
        yield server.url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database of each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'test.sqlite'}"
        return
    from sqlalchemy import create_engine, text

    url: str = request.getfixturevalue("postgresql")
    name = f"test_{os.urandom(4).hex()}"
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield url.rpartition("/")[0] + f"/{name}"
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A migrated database of each kind."""
    database = Database(database_url)
    migrate(database)
    yield database
    database.dispose()

"""``formcheck serve`` and ``formcheck worker``: the API with its pages, and workers for it on other machines."""

from __future__ import annotations

import signal
import threading
from types import FrameType
from typing import TYPE_CHECKING, Annotated, Any

import typer

from formcheck.errors import FormcheckError, UsageError

if TYPE_CHECKING:
    from api.settings import Settings


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on; else FORMCHECK_HOST, or 127.0.0.1.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; else FORMCHECK_PORT, or 8000.")] = None,
    workers: Annotated[
        int | None, typer.Option(help="Worker processes; else FORMCHECK_WORKERS, or 1. 0 where others run workers.")
    ] = None,
    allow_open: Annotated[
        bool, typer.Option("--allow-open", help="Serve another address than loopback without API keys.")
    ] = False,
) -> None:
    """Serve the API and its pages. Settings are environment variables, see docs/configuration.md."""
    given = {"host": host, "port": port, "workers": workers, "allow_open": allow_open or None}
    settings = settings_of({name: value for name, value in given.items() if value is not None})

    import uvicorn

    from api.app import check_access, create_app

    class Server(uvicorn.Server):
        """Tells streams to end as soon as the server is asked to, not when they have ended."""

        def handle_exit(self, sig: int, frame: FrameType | None) -> None:
            if (services := getattr(app.state, "services", None)) is not None:
                services.stopping.set()
            super().handle_exit(sig, frame)

    app = create_app(settings)
    check_access(settings)
    server = Server(
        uvicorn.Config(
            app,
            host=settings.host,
            port=settings.port,
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_keep_alive=30,
            limit_concurrency=settings.max_connections,
            timeout_graceful_shutdown=max(1, round(settings.drain_s)),
        )
    )
    server.run()
    if not server.started:
        raise FormcheckError(f"the server could not start on {settings.host}:{settings.port}; the log above says why")


def worker() -> None:
    """Work for a server elsewhere: same FORMCHECK_DATABASE_URL and FORMCHECK_STORAGE_URL. Ends on SIGTERM or Ctrl-C."""
    settings = settings_of({})

    from api.worker import check_connections, run_until_told

    check_connections(settings)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    run_until_told(settings, stop)


def settings_of(given: dict[str, Any]) -> Settings:
    """Settings from the environment and ``given``. Raises UsageError, also where the server's libraries are missing."""
    try:
        from api.settings import read_settings
    except ImportError as error:
        raise UsageError(f"{error.name} is missing for the server: pip install 'formcheck[api]'") from error
    return read_settings(**given)

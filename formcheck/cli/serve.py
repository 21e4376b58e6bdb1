"""``formcheck serve`` and ``formcheck worker``: the API with its pages, and workers for it on other machines."""

from __future__ import annotations

import signal
import ssl
import threading
from pathlib import Path
from socket import socket
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
    ssl_certfile: Annotated[
        Path | None,
        typer.Option(metavar="FILE.pem", help="Serve https with this certificate; phones give cameras to https only."),
    ] = None,
    ssl_keyfile: Annotated[
        Path | None, typer.Option(metavar="FILE.pem", help="The certificate's key, where it is in another file.")
    ] = None,
) -> None:
    """Serve the API and its pages. Settings are environment variables, see docs/configuration.md."""
    given = {
        "host": host,
        "port": port,
        "workers": workers,
        "allow_open": allow_open or None,
        "ssl_certfile": ssl_certfile,
        "ssl_keyfile": ssl_keyfile,
    }
    settings = settings_of({name: value for name, value in given.items() if value is not None})

    _check_certificate(settings)

    import uvicorn

    from api.app import check_access, create_app
    from api.live.messages import MAX_MESSAGE_BYTES

    class Server(uvicorn.Server):
        """Tells streams and live sets to end as soon as the server is asked to, not when they have ended."""

        def handle_exit(self, sig: int, frame: FrameType | None) -> None:
            if (services := getattr(app.state, "services", None)) is not None:
                services.stopping.set()
            super().handle_exit(sig, frame)

        async def shutdown(self, sockets: list[socket] | None = None) -> None:
            await app.state.services.live.stop()
            await super().shutdown(sockets)

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
            ws_max_size=MAX_MESSAGE_BYTES,
            ws_per_message_deflate=False,  # pictures are compressed already, and the rest is small
            ssl_certfile=settings.ssl_certfile,
            ssl_keyfile=settings.ssl_keyfile,
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


def _check_certificate(settings: Settings) -> None:
    """Raises UsageError where certificate and key are not there, or do not belong together."""
    if settings.ssl_certfile is None:
        if settings.ssl_keyfile is not None:
            raise UsageError("--ssl-keyfile needs the certificate it belongs to: give --ssl-certfile as well")
        return
    try:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(settings.ssl_certfile, settings.ssl_keyfile, password=_no_password)
    except (OSError, ValueError) as error:  # an SSLError is an OSError
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageError(f"the certificate cannot be used ({reason}); see --ssl-certfile and --ssl-keyfile") from error


def _no_password() -> str:
    raise ValueError("its key asks for a password; take one without")


def settings_of(given: dict[str, Any]) -> Settings:
    """Settings from the environment and ``given``. Raises UsageError, also where the server's libraries are missing."""
    try:
        from api.settings import read_settings
    except ImportError as error:
        raise UsageError(f"{error.name} is missing for the server: pip install 'formcheck[api]'") from error
    return read_settings(**given)

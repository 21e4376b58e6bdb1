"""What every route needs, made once when the app starts: ``request.app.state.services``."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

import anyio
from starlette.requests import HTTPConnection

from api.access.caller import Access
from api.analyses import Analyses
from api.database.engine import Database
from api.live.house import House
from api.settings import Settings
from api.storage.store import Store

__all__ = ["Services", "services_of"]


@dataclass(frozen=True, slots=True)
class Services:
    """The parts of one server.

    ``uploads`` bounds how many uploads are received at once, ``streams`` how many clients are told of progress.
    ``live`` holds the sets that are under way.
    ``stopping`` is set when the server shuts down, so that streams end.
    """

    settings: Settings
    database: Database
    store: Store
    analyses: Analyses
    access: Access
    uploads: anyio.Semaphore
    streams: anyio.Semaphore
    live: House
    stopping: threading.Event = field(default_factory=threading.Event)


def services_of(request: HTTPConnection) -> Services:
    """The dependency that routes take."""
    services: Services = request.app.state.services
    return services

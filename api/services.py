"""What every route needs, made once when the app starts: ``request.app.state.services``."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

import anyio
from fastapi import Request

from api.access.caller import Access
from api.analyses import Analyses
from api.database.engine import Database
from api.settings import Settings
from api.storage.store import Store

__all__ = ["Services", "services_of"]


@dataclass(frozen=True, slots=True)
class Services:
    """The parts of one server.

    ``uploads`` bounds how many uploads are received at once, ``streams`` how many clients are told of progress.
    ``stopping`` is set when the server shuts down, so that streams end.
    """

    settings: Settings
    database: Database
    store: Store
    analyses: Analyses
    access: Access
    uploads: anyio.Semaphore
    streams: anyio.Semaphore
    stopping: threading.Event = field(default_factory=threading.Event)


def services_of(request: Request) -> Services:
    """The dependency that routes take."""
    services: Services = request.app.state.services
    return services

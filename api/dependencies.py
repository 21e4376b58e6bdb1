"""What routes and pages ask for: the server's parts, and a caller who may do the thing."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends

from api.access.caller import Caller, needs
from api.services import Services, services_of

__all__ = ["Deleter", "Parts", "Reader", "Writer"]

Parts = Annotated[Services, Depends(services_of)]

Reader = Annotated[Caller, Depends(needs("read"))]
Writer = Annotated[Caller, Depends(needs("write"))]
Deleter = Annotated[Caller, Depends(needs("delete"))]

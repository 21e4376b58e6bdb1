"""API keys in the OpenAPI document of a server that needs them."""

from __future__ import annotations

from typing import Any

__all__ = ["add_security"]


def add_security(document: dict[str, Any]) -> None:
    """Declare both ways to send a key, on every operation that may answer 401."""
    document["components"]["securitySchemes"] = {
        "bearer": {"type": "http", "scheme": "bearer", "description": "An API key of `formcheck keys create`."},
        "header": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
    }
    for path in document["paths"].values():
        for operation in path.values():
            if "401" in operation["responses"]:
                operation["security"] = [{"bearer": []}, {"header": []}]

"""Exports made on demand from the stored landmarks and result."""

from __future__ import annotations

from typing import Final

from api.storage.store import Store
from formcheck.errors import UsageError

__all__ = ["EXPORTS", "exported"]

EXPORTS: Final = {
    "csv": "text/csv",
    "parquet": "application/vnd.apache.parquet",
    "trc": "text/tab-separated-values",
    "mot": "text/plain",
    "c3d": "application/octet-stream",
}
"""Media type by kind."""


def exported(store: Store, outputs: str, clip: int, kind: str) -> bytes:
    """One clip of an analysis as a file of that kind; blocks."""
    raise UsageError(f"no export {kind}")

"""What marks a folder as the output of a batch."""

from __future__ import annotations

import json
from typing import Final

__all__ = ["ABOUT", "FORMAT", "is_ours"]

ABOUT: Final = "batch.json"
FORMAT: Final = "formcheck.batch"


def is_ours(content: bytes) -> bool:
    """Whether this is what `ABOUT` holds in a folder of ours."""
    try:
        about = json.loads(content)
    except ValueError:
        return False
    return isinstance(about, dict) and about.get("format") == FORMAT

"""The guide as it ships, and the record of the person of the story."""

from __future__ import annotations

import pytest
from hypothesis import settings

from formcheck.programme.entries import Entry
from formcheck.programme.guide import Guide, load_guide
from tests.programme.person import WEEKS, lived, monday

settings.register_profile("programme", deadline=None, derandomize=True, max_examples=60)
settings.load_profile("programme")


@pytest.fixture(scope="session")
def guide() -> Guide:
    return load_guide()


@pytest.fixture(scope="session")
def story(guide: Guide) -> list[Entry]:
    """Twelve weeks of entries."""
    return lived(guide, monday(WEEKS + 1))

"""The published schema is the one the records have."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema

from formcheck.schema import schema_text


def test_the_published_schema_is_current(root: Path) -> None:
    published = (root / "docs" / "set.schema.json").read_text(encoding="utf-8")
    assert published == schema_text(), "run `make schema`"


def test_the_schema_is_a_valid_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(json.loads(schema_text()))

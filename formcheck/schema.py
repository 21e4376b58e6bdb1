"""The published JSON Schema of results: ``python -m formcheck.schema docs/set.schema.json`` writes it."""

from __future__ import annotations

import json
import sys

from formcheck.atomic import write_text
from formcheck.results import SCHEMA, SetReport

__all__ = ["schema_text"]


def schema_text() -> str:
    """The schema of ``SetReport.to_json()`` as an indented JSON document (draft 2020-12)."""
    schema = SetReport.model_json_schema(by_alias=True, mode="serialization")
    name = SCHEMA.replace(".", ":").replace("/", ":")
    dialect = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": f"urn:{name}"}
    return json.dumps({**dialect, **schema}, indent=2) + "\n"


if __name__ == "__main__":
    write_text(sys.argv[1], schema_text())

"""All of a person's data in files that other programs read: one JSON document and a CSV table a kind of entry."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

from formcheck.atomic import write_all
from formcheck.errors import OutputError
from formcheck.programme.entries import KINDS, Entry
from formcheck.programme.record_file import Logged
from formcheck.programme.tables import ROWS

__all__ = ["EXPORT_SCHEMA", "export_record"]

EXPORT_SCHEMA: Final = "formcheck.record/1"


def export_record(logs: Sequence[Logged], folder: Path) -> list[Path]:
    """Write ``record.json`` and a CSV file for each kind of entry to an empty or a new folder; returns the files.

    All of them or none; each is for its owner alone.

    Raises:
        OutputError: the folder holds files already, or cannot be written.
    """
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        taken = any(folder.iterdir())
    except OSError as error:
        raise OutputError(f"'{folder}' cannot be written ({error.strerror}): name another folder") from error
    if taken:
        raise OutputError(f"'{folder}' is not empty: name a new folder, so that nothing is overwritten")
    texts = {"record.json": _json(logs), **{f"{ROWS[kind].__tablename__}.csv": _csv(logs, kind) for kind in KINDS}}
    write_all({folder / name: partial(_write, text) for name, text in texts.items()})
    return [folder / name for name in texts]


def _write(text: str, file: Path) -> None:
    file.touch(mode=0o600)
    file.write_text(text, encoding="utf-8", newline="\n")


def _json(logs: Sequence[Logged]) -> str:
    document = {
        "schema": EXPORT_SCHEMA,
        "logs": [
            {
                "logged_at": f"{log.logged_at.isoformat()}Z",
                "entries": [entry.model_dump(mode="json") for entry in log.entries],
            }
            for log in logs
        ],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _csv(logs: Sequence[Logged], kind: str) -> str:
    text = io.StringIO()
    columns = ["logged_at", *(name for name in KINDS[kind].model_fields if name != "kind")]
    table = csv.writer(text, lineterminator="\n")
    table.writerow(columns)
    for log in logs:
        for entry in log.entries:
            if entry.kind == kind:
                table.writerow([f"{log.logged_at.isoformat()}Z", *map(_cell, _values(entry, columns[1:]))])
    return text.getvalue()


def _values(entry: Entry, columns: Sequence[str]) -> list[Any]:
    values = entry.model_dump(mode="json")
    return [values[name] for name in columns]


def _cell(value: Any) -> Any:
    """Nested values as JSON within the cell; what is not known as an empty one."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value

"""Names that tell nothing, the same ones every month: keyed hashes of person ids and file names.

The key is a file that the clinic keeps away from the results. Beside it lies a list of who is who
(``KEY.names.csv``), so that a pseudonym can be looked up by whoever may read the key's folder, and by nobody else.
"""

from __future__ import annotations

import csv
import hmac
import io
import os
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from formcheck.atomic import write_text
from formcheck.batch.plan import Entry
from formcheck.errors import UsageError
from formcheck.export.tables import harmless

__all__ = ["PLAIN", "Names", "load_pseudonyms"]

_KEY_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Names:
    """How people and files are called in everything that a batch writes; without a key as they are."""

    secret: bytes = b""

    @property
    def check(self) -> str:
        """Tells one key from another, and nothing of the key; empty without one."""
        return self._hashed("check", "")[:12] if self.secret else ""

    def person(self, person: str) -> str:
        """A person's name in tables; nobody's is empty."""
        return f"p-{self._hashed('person', person)[:12]}" if self.secret and person else person

    def file(self, name: str) -> str:
        """A recording's name in tables."""
        if self.secret:
            return f"f-{self._hashed('file', name)[:12]}"
        return os.fsencode(name).decode("utf-8", "backslashreplace")

    def notes(self, notes: str) -> str:
        """Free text can name anybody: it is left out with pseudonyms."""
        return "" if self.secret else notes

    def _hashed(self, kind: str, text: str) -> str:
        return hmac.new(self.secret, f"{kind}\0{text}".encode("utf-8", "surrogateescape"), sha256).hexdigest()


PLAIN: Final = Names()


def load_pseudonyms(key: Path, out: str) -> Names:
    """The names under a key; a new key is made, readable for its owner alone, where the file does not exist yet.

    Raises:
        UsageError: the key lies in the output folder, is readable for others, or is no key of ours.
    """
    if key.resolve().is_relative_to(Path(out).resolve()):
        raise UsageError(f"the key '{key}' would lie with the results it protects; keep it outside '{out}'")
    try:
        if not key.exists():
            _make(key)
        if os.name == "posix" and key.stat().st_mode & 0o077:
            raise UsageError(f"the key '{key}' can be read by others; chmod 600 it")
        secret = bytes.fromhex(key.read_text(encoding="ascii"))
    except OSError as error:
        raise UsageError(f"the key '{key}' cannot be read or made: {error.strerror or error}") from error
    except ValueError as error:
        raise UsageError(f"'{key}' is no key for pseudonyms; name a new file and one is made") from error
    if len(secret) != _KEY_BYTES:
        raise UsageError(f"'{key}' is no key for pseudonyms; name a new file and one is made")
    return Names(secret)


def _make(key: Path) -> None:
    handle = os.open(key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(_KEY_BYTES) + "\n")


def write_names(key: Path, names: Names, entries: Iterable[Entry]) -> None:
    """Renew the list of who is who beside the key: what was in it stays, new people and files join."""
    target = key.with_name(f"{key.name}.names.csv")
    known = _read(target)
    for entry in entries:
        known[names.file(entry.name)] = ("file", PLAIN.file(entry.name))
        if entry.person:
            known[names.person(entry.person)] = ("person", entry.person)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("pseudonym", "kind", "name"))
    writer.writerows((pseudonym, kind, harmless(name)) for pseudonym, (kind, name) in sorted(known.items()))
    write_text(target, text.getvalue())
    target.chmod(0o600)


def _read(path: Path) -> dict[str, tuple[str, str]]:
    if not path.exists():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        return {row["pseudonym"]: (row["kind"], row["name"]) for row in csv.DictReader(file)}

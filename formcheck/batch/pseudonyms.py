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
from formcheck.batch.errors import Problem
from formcheck.batch.manifest import one_form
from formcheck.batch.plan import Entry
from formcheck.batch.sources import local_folder
from formcheck.errors import UsageError
from formcheck.export.tables import harmless

__all__ = ["PLAIN", "Names", "keep_names", "load_pseudonyms"]

_KEY_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Names:
    """How people and files are called in everything that a batch writes; without a key as they are.

    ``key`` is where the secret is kept, or will be once a run is accepted.
    """

    secret: bytes = b""
    key: Path | None = None

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
        return hmac.new(self.secret, f"{kind}\0{one_form(text)}".encode("utf-8", "surrogateescape"), sha256).hexdigest()


PLAIN: Final = Names()


def load_pseudonyms(key: Path, out: str) -> Names:
    """The names under a key, a new one where the file does not exist yet; nothing is written.

    Raises:
        UsageError: the key lies in the output folder, is readable for others, or is no key of ours.
    """
    folder = local_folder(out)
    if folder is not None and key.resolve().is_relative_to(folder.resolve()):
        raise UsageError(f"the key '{key}' would lie with the results it protects; keep it outside '{out}'")
    try:
        if not key.exists():
            return Names(secrets.token_bytes(_KEY_BYTES), key)
        if os.name == "posix" and key.stat().st_mode & 0o077:
            raise UsageError(f"the key '{key}' can be read by others; chmod 600 it")
        secret = bytes.fromhex(key.read_text(encoding="ascii"))
    except OSError as error:
        raise UsageError(_unusable(key, error)) from error
    except ValueError as error:
        raise UsageError(f"'{key}' is no key for pseudonyms; name a new file and one is made") from error
    if len(secret) != _KEY_BYTES:
        raise UsageError(f"'{key}' is no key for pseudonyms; name a new file and one is made")
    return Names(secret, key)


def _unusable(key: Path, error: OSError) -> str:
    return f"the key '{key}' cannot be read or made: {error.strerror or error}"


def keep_names(names: Names, entries: Iterable[Entry], problems: Iterable[Problem] = ()) -> None:
    """Keep a new key, for its owner alone, and renew the list of who is who beside it.

    What was in the list stays, new people and files join. Without pseudonyms nothing is written.

    Raises:
        UsageError: the key or the list cannot be written, or what is there is no list of ours.
    """
    if names.key is None:
        return
    try:
        if not names.key.exists():
            _make(names.key, names.secret)
    except OSError as error:
        raise UsageError(_unusable(names.key, error)) from error
    said = [
        *((entry.name, entry.person) for entry in entries),
        *((problem.where, problem.person) for problem in problems),
    ]
    _list(names.key.with_name(f"{names.key.name}.names.csv"), names, said)


def _make(key: Path, secret: bytes) -> None:
    handle = os.open(key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secret.hex() + "\n")


def _list(target: Path, names: Names, said: Iterable[tuple[str, str]]) -> None:
    known = _read(target)
    for file, person in said:
        known[names.file(file)] = ("file", PLAIN.file(file))
        if person:
            known[names.person(person)] = ("person", person)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("pseudonym", "kind", "name"))
    writer.writerows((pseudonym, kind, harmless(name)) for pseudonym, (kind, name) in sorted(known.items()))
    write_text(target, text.getvalue())
    target.chmod(0o600)


def _read(path: Path) -> dict[str, tuple[str, str]]:
    if not path.exists():
        return {}
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return {row["pseudonym"]: (row["kind"], row["name"]) for row in csv.DictReader(file)}
    except (OSError, ValueError, KeyError, csv.Error) as error:
        raise UsageError(f"'{path}' is no list of pseudonyms of ours; move it away, and one is made") from error

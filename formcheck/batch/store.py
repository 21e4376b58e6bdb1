"""The output folder: where everything in it lies, and the keys that results and tracks go by.

A key is made of what decides the content: the same recording scored the same way has one result, whatever
it is called; the track depends on the recording, the pose model and the tags that are looked for alone, so other
limits find it again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import version
from typing import Any, Final

from formcheck.batch.about import ABOUT, FORMAT
from formcheck.batch.storage import LocalStorage, Storage
from formcheck.errors import UsageError
from formcheck.exercises.declare import params_hash
from formcheck.exercises.registry import AUTO, exercise_ids, get_exercise
from formcheck.limits import params_of, tag_in
from formcheck.results import SCHEMA
from formcheck.tag.design import DEFAULT

__all__ = [
    "EXPORTS",
    "FORMAT_VERSION",
    "Keys",
    "Place",
    "Scoring",
    "check_format",
    "claim",
    "folder_of",
    "name_of",
    "remove_leftovers",
]

FORMAT_VERSION: Final = 1
EXPORTS: Final = ("trc", "mot", "c3d")
"""The formats of `formcheck.export.formats` that a recording can have files in."""

_KINDS: Final = {
    "result": ("results", ".json"),
    "track": ("tracks", ".npz"),
    "report": ("reports", ".html"),
    "overlay": ("overlays", ".webm"),
    **{name: ("exports", f".{name}") for name in EXPORTS},
}


def name_of(kind: str, key: str) -> str:
    """Where the file of a kind ("result", "track", "report", "overlay", or one of `EXPORTS`) lies."""
    folder, suffix = _KINDS[kind]
    return f"{folder}/{key[:2]}/{key}{suffix}"


def folder_of(kind: str) -> str:
    """The folder of a kind."""
    return _KINDS[kind][0]


@dataclass(frozen=True, slots=True)
class Scoring:
    """Makes the keys of results: each exercise with its checker's version and the hash of the limits in force."""

    exercises: Mapping[str, tuple[str, str]]

    @classmethod
    def of(cls, exercises: set[str], limits: Mapping[str, Mapping[str, float]]) -> Scoring:
        """Keys under these limits. Raises UsageError for an unknown exercise or limit."""
        known = exercise_ids() if AUTO in exercises else tuple(sorted(exercises))
        checkers = {name: get_exercise(name) for name in known}
        scoring = {
            name: (checker.version, params_hash(params_of(checker, limits.get(name))))
            for name, checker in checkers.items()
        }
        if AUTO in exercises:  # whatever decides which exercise it is, and then its score
            scoring[AUTO] = (AUTO, _hashed(*(part for name in known for part in (name, *scoring[name]))))
        return cls(scoring)

    def result(self, track: str, exercise: str, side: str) -> str:
        """The key of the result that a track gives."""
        return _hashed(SCHEMA, track, exercise, side, *self.exercises[exercise])


@dataclass(frozen=True, slots=True)
class Keys:
    """Makes keys for one run; ``model_sha256`` is that of the pose model."""

    model_sha256: str
    scoring: Scoring
    tag: str = ""
    """The tags that are looked for, where they are not the usual ones: tracks hold what was seen of them."""

    @classmethod
    def of(cls, exercises: set[str], limits: Mapping[str, Mapping[str, float]], model_sha256: str) -> Keys:
        """Keys under these limits. Raises UsageError for an unknown exercise or limit."""
        tag = tag_in(limits)
        return cls(model_sha256, Scoring.of(exercises, limits), "" if tag == DEFAULT else repr(tag))

    def place(self, content: str, exercise: str, side: str, mirrored: bool) -> Place:
        """The keys of a recording scored this way."""
        track = self.track(content, mirrored)
        return Place(track, self.scoring.result(track, exercise, side))

    def track(self, content: str, mirrored: bool) -> str:
        """The key of a recording's track; ``content`` is the recording's sha256."""
        other_tags = (self.tag,) if self.tag else ()
        return _hashed("track/1", content, self.model_sha256, mirrored, *other_tags)


@dataclass(frozen=True, slots=True)
class Place:
    """What a recording's files go by in the store: the keys of its track and its result."""

    track: str
    result: str

    def names(self, pictures: Iterable[str] = (), *, film: bool = True) -> dict[str, str]:
        """Kind to name of everything kept of it.

        Args:
            pictures: "report" and "overlay", as asked for.
            film: there is a film to draw on: the recording is there, and is no stored track.
        """
        kinds = ("result", *(kind for kind in pictures if film or kind != "overlay"))
        return {"track": name_of("track", self.track)} | {kind: name_of(kind, self.result) for kind in kinds}


def _hashed(*parts: str | bool) -> str:
    return sha256(json.dumps(parts).encode()).hexdigest()[:32]


def check_format(storage: Storage, pseudonym_check: str) -> None:
    """Make sure that the folder is ours to go on in, or new; nothing is written.

    Args:
        pseudonym_check: tells the pseudonyms' key; empty without pseudonyms.

    Raises:
        UsageError: it was made by a newer formcheck, under other pseudonyms, or holds something else.
    """
    about = read_about(storage)
    if about is None:
        _refuse_foreign(storage)
    elif about.get("pseudonyms", "") != pseudonym_check:
        made = "with pseudonyms" if about.get("pseudonyms") else "without pseudonyms"
        raise UsageError(f"'{storage.place}' was made {made}; go on with the same --pseudonyms, or name another folder")


def claim(storage: Storage, pseudonym_check: str) -> None:
    """Make a new folder ours. Raises NoSpaceError, OutputError."""
    if not storage.exists(ABOUT):
        about = {"format": FORMAT, "version": FORMAT_VERSION, "pseudonyms": pseudonym_check}
        about["made_by"] = f"formcheck {version('formcheck')}"
        storage.write(ABOUT, json.dumps(about, indent=2).encode() + b"\n")


def read_about(storage: Storage) -> dict[str, Any] | None:
    """What the folder says of itself; None where it is new. Raises UsageError for a newer, foreign or damaged one."""
    if not storage.exists(ABOUT):
        return None
    try:
        about: dict[str, Any] = json.loads(storage.read(ABOUT))
        if about["format"] != FORMAT:
            raise ValueError("it is of another kind")
        written = int(about["version"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(f"'{storage.place}/{ABOUT}' is damaged or not ours; name another output folder") from error
    if written > FORMAT_VERSION:
        made_by = about.get("made_by", "which does not say more")
        raise UsageError(f"'{storage.place}' was made by a newer formcheck ({made_by}); update to go on in it")
    return about


def _refuse_foreign(storage: Storage) -> None:
    if isinstance(storage, LocalStorage):
        strangers = [path.name for path in storage.root.iterdir() if not path.name.startswith(".")]
        if strangers:
            raise UsageError(f"'{storage.place}' holds other files already; name a new or empty output folder")


def remove_leftovers(storage: Storage) -> None:
    """Remove what a killed run was just writing; only with the folder's lock held."""
    if isinstance(storage, LocalStorage):
        for path in storage.root.rglob(".formcheck-*.partial*"):
            path.unlink(missing_ok=True)

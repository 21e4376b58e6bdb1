"""Where recordings lie: files, folders and patterns on this machine, or addresses that fsspec reads."""

from __future__ import annotations

import glob
import os
import stat
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import Any, Final

from formcheck.batch.errors import PlanError, Problem

__all__ = ["VIDEO_SUFFIXES", "Found", "Search", "Stamp", "absolute", "is_url", "search", "stamp_of", "stamps_of"]

VIDEO_SUFFIXES: Final = frozenset(
    {".mp4", ".m4v", ".mov", ".qt", ".webm", ".mkv", ".avi", ".mpg", ".mpeg", ".m2v", ".wmv", ".asf"}
    | {".3gp", ".3g2", ".mts", ".m2ts", ".ts", ".flv", ".ogv", ".mjpeg"}
)
"""What is taken from folders; files that are named one by one are taken whatever their name."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What tells without reading it whether a recording is still the same.

    ``version`` is the time of its last change in nanoseconds, or an object store's own tag.
    """

    size_bytes: int
    version: str


@dataclass(frozen=True, slots=True)
class Found:
    """A recording that was found; ``name`` is as the user would say it, ``path`` absolute or an address."""

    name: str
    path: str
    stamp: Stamp


@dataclass(slots=True)
class Search:
    """What a search came upon, and what it left out."""

    found: list[Found] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)


def is_url(place: str) -> bool:
    """Whether this is an address for fsspec, such as ``s3://bucket/folder``, rather than a path."""
    scheme, mark, _ = place.partition("://")
    return bool(mark) and scheme.replace("+", "").replace("-", "").isalnum()


def absolute(place: str) -> str:
    """The path from the root, links left as they are; an address as it is."""
    return place if is_url(place) else os.path.abspath(place)  # noqa: PTH100 - resolve() would follow links


def search(places: Iterable[str]) -> Search:
    """Every recording in these folders, patterns, files and addresses, in the order of their names."""
    result = Search()
    for place in places:
        if is_url(place):
            _search_url(place, result)
        elif Path(place).is_dir():
            _walk(place, result, set())
        elif Path(place).exists():
            _add_file(place, result)
        else:
            _search_pattern(place, result)
    result.found = sorted({found.path: found for found in result.found}.values(), key=lambda f: (f.name, f.path))
    return result


def _add_file(place: str, result: Search) -> None:
    stamp = stamp_of(absolute(place))
    if stamp is None:
        result.problems.append(Problem(place, "it cannot be read, or is no file"))
    else:
        result.found.append(Found(os.path.normpath(place), absolute(place), stamp))


def _search_pattern(pattern: str, result: Search) -> None:
    matches = sorted(glob.glob(pattern, recursive=True)) if glob.has_magic(pattern) else []  # noqa: PTH207 - absolute too
    if not matches:
        kind = "no file matches it" if glob.has_magic(pattern) else "there is no such file or folder"
        result.problems.append(Problem(pattern, kind))
    for match in matches:
        if not Path(match).is_dir():
            _add_file(match, result)


def _walk(folder: str, result: Search, above: set[tuple[int, int]]) -> None:
    """``above`` are the folders on the way here: one that comes again is a loop of links."""
    try:
        here = Path(folder).stat()
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        result.problems.append(Problem(folder, f"the folder cannot be read: {error.strerror}"))
        return
    if (here.st_dev, here.st_ino) in above:
        result.skipped["folders that lead back to themselves"] += 1
        return
    for entry in entries:
        if entry.name.startswith("."):
            result.skipped["hidden files and folders"] += 1
        elif entry.is_dir():
            _walk(entry.path, result, above | {(here.st_dev, here.st_ino)})
        elif PurePath(entry.name).suffix.lower() not in VIDEO_SUFFIXES:
            result.skipped["files that are no videos"] += 1
        else:
            _add_file(entry.path, result)


def stamp_of(path: str) -> Stamp | None:
    """The stamp of a local file; None where there is no ordinary file that can be asked."""
    try:
        status = Path(path).stat()
    except (OSError, ValueError):
        return None
    return Stamp(status.st_size, str(status.st_mtime_ns)) if stat.S_ISREG(status.st_mode) else None


def stamps_of(paths: Iterable[str]) -> dict[str, Stamp | None]:
    """The stamps of many; addresses are asked folder by folder, not one by one."""
    asked = list(paths)
    stamps = {path: stamp_of(path) for path in asked if not is_url(path)}
    return stamps | _remote_stamps([path for path in asked if is_url(path)])


def _remote_stamps(urls: list[str]) -> dict[str, Stamp | None]:
    listed: dict[str, Stamp] = {}
    for folder in {url.rpartition("/")[0] for url in urls}:
        listed |= dict(_list_url(folder, maxdepth=1))
    return {url: listed.get(url) for url in urls}


def _search_url(url: str, result: Search) -> None:
    try:
        listed = list(_list_url(url))
    except OSError as error:
        raise PlanError(f"'{url}' cannot be listed: {error}") from error
    if not listed:
        result.problems.append(Problem(url, "there is nothing at this address"))
    for place, stamp in listed:
        name = PurePath(place).name
        if name.startswith("."):
            result.skipped["hidden files and folders"] += 1
        elif place != url and PurePath(name).suffix.lower() not in VIDEO_SUFFIXES:
            result.skipped["files that are no videos"] += 1
        else:
            result.found.append(Found(place, place, stamp))


def _list_url(url: str, maxdepth: int | None = None) -> Iterator[tuple[str, Stamp]]:
    from formcheck.batch.storage import filesystem_of

    fs, root = filesystem_of(url)
    details: dict[str, dict[str, Any]] = fs.find(root, maxdepth=maxdepth, detail=True)
    for path, info in sorted(details.items()):
        yield str(fs.unstrip_protocol(path)), url_stamp(info)


def url_stamp(info: dict[str, Any]) -> Stamp:
    """The stamp in what fsspec tells of a file."""
    known = (info.get(key) for key in ("ETag", "etag", "md5", "mtime", "LastModified", "last_modified", "created"))
    version = next((str(value) for value in known if value is not None), "")
    return Stamp(int(info.get("size") or 0), version.strip('"'))

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

from formcheck.batch.about import ABOUT, is_ours
from formcheck.batch.errors import PlanError, Problem
from formcheck.batch.remote import remote

__all__ = ["VIDEO_SUFFIXES", "Found", "Search", "Stamp", "absolute", "is_url", "search", "stamp_of", "stamps_of"]

VIDEO_SUFFIXES: Final = frozenset(
    {".mp4", ".m4v", ".mov", ".qt", ".webm", ".mkv", ".avi", ".mpg", ".mpeg", ".m2v", ".wmv", ".asf"}
    | {".3gp", ".3g2", ".mts", ".m2ts", ".ts", ".flv", ".ogv", ".mjpeg"}
)
"""What is taken from folders; files that are named one by one are taken whatever their name."""

HIDDEN: Final = "hidden files and folders"
NO_VIDEOS: Final = "files that are no videos"
OUTPUTS: Final = "outputs of a batch"


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
    """What a search came upon, and what it left out.

    Attributes:
        out: where results go; not searched.
        searched: device and number of each folder that was.
        outputs: folders that were looked at, and whether they hold a batch's results.
    """

    found: list[Found] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)
    out: str = ""
    searched: set[tuple[int, int]] = field(default_factory=set)
    outputs: dict[str, bool] = field(default_factory=dict)


def is_url(place: str) -> bool:
    """Whether this is an address for fsspec, such as ``s3://bucket/folder``, rather than a path."""
    scheme, mark, _ = place.partition("://")
    return bool(mark) and scheme.replace("+", "").replace("-", "").isalnum()


def absolute(place: str) -> str:
    """The path from the root, links left as they are; an address as it is."""
    return place if is_url(place) else os.path.abspath(place)  # noqa: PTH100 - resolve() would follow links


def search(places: Iterable[str], out: str = "") -> Search:
    """Every recording in these folders, patterns, files and addresses, in the order of their names.

    Each folder is searched once, however many links lead to it. Left out are ``out``, where results go, and whatever
    lies in the output of another batch: its annotated films are no recordings.
    """
    result = Search(out=str(local_folder(out) or out))
    for place in places:
        if is_url(place):
            _search_url(place, result)
        elif os.path.isdir(place):  # noqa: PTH112 - Path's own fails where a name is too long
            _walk(place, result)
        elif os.path.exists(place):  # noqa: PTH110 - as above
            _add_file(place, result)
        else:
            _search_pattern(place, result)
    result.found = sorted({found.path: found for found in result.found}.values(), key=lambda f: (f.name, f.path))
    return result


def local_folder(place: str) -> Path | None:
    """The folder of this machine that a place is, be it said as an address; None elsewhere."""
    return remote(place).folder if is_url(place) else Path(place) if place else None


def _add_file(place: str, result: Search) -> None:
    stamp = stamp_of(absolute(place))
    if stamp is None:
        result.problems.append(Problem(place, "it cannot be read, or is no file"))
    else:
        result.found.append(Found(os.path.normpath(place), absolute(place), stamp))


def _search_pattern(pattern: str, result: Search) -> None:
    matches = sorted(glob.glob(pattern, recursive=True)) if glob.has_magic(pattern) else []  # noqa: PTH207 - absolute too
    if not matches:
        result.problems.append(Problem(pattern, _why_nothing(pattern)))
    named = PurePath(pattern).suffix
    taken_at_its_word = bool(named) and not glob.has_magic(named)  # `*.npz` means these, `set*` whatever is a film
    for match in matches:
        if os.path.isdir(match):  # noqa: PTH112 - as above
            continue
        if any(_is_output(str(folder), result) for folder in Path(absolute(match)).parents):
            result.skipped[OUTPUTS] += 1
        elif taken_at_its_word or is_video(match):
            _add_file(match, result)
        else:
            result.skipped[NO_VIDEOS] += 1


def _why_nothing(pattern: str) -> str:
    if not pattern.strip():
        return "an empty name is no folder, file or pattern"
    return "no file matches it" if glob.has_magic(pattern) else "there is no such file or folder"


def _walk(folder: str, result: Search) -> None:
    try:
        here = Path(folder).stat()
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        result.problems.append(Problem(folder, f"the folder cannot be read: {error.strerror}"))
        return
    if _is_output(folder, result):
        result.skipped[OUTPUTS] += 1
        return
    if (here.st_dev, here.st_ino) in result.searched:
        result.skipped["folders that were searched already under another name"] += 1
        return
    result.searched.add((here.st_dev, here.st_ino))
    for entry in entries:
        if entry.name.startswith("."):
            result.skipped[HIDDEN] += 1
        elif os.path.isdir(entry):  # noqa: PTH112 - the entry's own fails on a link to itself
            _walk(entry.path, result)
        elif not is_video(entry.name):
            result.skipped[NO_VIDEOS] += 1
        else:
            _add_file(entry.path, result)


def _is_output(folder: str, result: Search) -> bool:
    """Whether this is where results go, or where those of another batch lie."""
    if folder not in result.outputs:
        result.outputs[folder] = _same_folder(folder, result.out) or _holds_batch(folder)
    return result.outputs[folder]


def _same_folder(folder: str, out: str) -> bool:
    try:
        return bool(out) and Path(folder).samefile(out)
    except OSError:  # there is no such folder yet
        return False


def _holds_batch(folder: str) -> bool:
    try:
        return is_ours(Path(folder, ABOUT).read_bytes())
    except OSError:
        return False


def is_video(name: str) -> bool:
    """Whether a file's name says that it is a film."""
    return PurePath(name).suffix.lower() in VIDEO_SUFFIXES


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
        listed |= _list_url(folder, maxdepth=1)
    return {url: listed.get(url) for url in urls}


def _search_url(url: str, result: Search) -> None:
    listed = _list_url(url)
    if not listed:
        result.problems.append(Problem(url, "there is nothing at this address"))
    outputs = tuple(f"{folder}/" for folder in _output_urls(listed, result.out))
    for place, stamp in listed.items():
        name = PurePath(place).name
        if place.startswith(outputs):
            result.skipped["files in outputs of a batch"] += 1
        elif name.startswith("."):
            result.skipped[HIDDEN] += 1
        elif place != url and not is_video(name):
            result.skipped[NO_VIDEOS] += 1
        else:
            result.found.append(Found(place, place, stamp))


def _output_urls(listed: Iterable[str], out: str) -> Iterator[str]:
    """Addresses of the folder where results go, and of those that hold another batch's."""
    if out:
        yield remote(absolute(out)).address
    for place in listed:
        folder, _, name = place.rpartition("/")
        if name == ABOUT and is_ours(remote(place).read("")):
            yield folder


def _list_url(url: str, maxdepth: int | None = None) -> dict[str, Stamp]:
    """The files at an address with their stamps. Raises PlanError."""
    try:
        details = remote(url).details(maxdepth=maxdepth)
    except OSError as error:
        raise PlanError(f"'{url}' cannot be listed: {error.strerror or error}") from error
    return {place: url_stamp(info) for place, info in details.items()}


def url_stamp(info: dict[str, Any]) -> Stamp:
    """The stamp in what fsspec tells of a file."""
    known = (info.get(key) for key in ("ETag", "etag", "md5", "mtime", "LastModified", "last_modified", "created"))
    version = next((str(value) for value in known if value is not None), "")
    return Stamp(int(info.get("size") or 0), version.strip('"'))

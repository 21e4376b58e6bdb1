"""Receives a multipart form: files stream into the store, hashed and bounded on the way; fields stay small.

Nothing a client sends decides where a file lies: part names choose among our own keys, file names are not looked at.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass, field
from typing import BinaryIO, Final

import anyio
from anyio.to_thread import run_sync
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import ClientDisconnect, Request

from api.problems import ProblemError, invalid_field
from api.settings import MB, Settings
from api.storage.store import Store

__all__ = ["Form", "StoredFile", "receive_form"]

MAX_FIELD_BYTES: Final = 64 * 1024
MAX_PARTS: Final = 40
MAX_HEADER_BYTES: Final = 8 * 1024
BUFFER_BYTES: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file as it lies in the store."""

    key: str
    sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Form:
    """What came in: small fields as text, files by the name of their part."""

    fields: dict[str, str] = field(default_factory=dict)
    files: dict[str, StoredFile] = field(default_factory=dict)


async def receive_form(request: Request, store: Store, keys: Mapping[str, str], settings: Settings) -> Form:
    """Read the request's body to its end.

    Args:
        keys: for each part that may be a file, the key to store it under.

    Raises:
        RequestValidationError: a field is given twice, or is no text.
        ProblemError: 400 no proper form, 408 too slow, 413 too large, 415 another type of body.
        StorageError: the files cannot be stored.
        ClientDisconnect: the client went away.
    """
    most = settings.max_upload_mb * MB
    _check_length(request, most, len(keys))
    form, events = Form(), _Events(_boundary(request))
    async with AsyncExitStack() as cleaning:
        receiving = _Receiving(form, store, keys, most)
        cleaning.push_async_callback(receiving.abandon)
        async for chunk in _chunks(request, settings):
            for event in events.of(chunk):
                await receiving.take(event)
        events.check_complete()
    return form


def _check_length(request: Request, most: int, files: int) -> None:
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length[:20]) > files * most + MAX_PARTS * MAX_FIELD_BYTES:
        raise _too_large(most)


def _too_large(most: int) -> ProblemError:
    return ProblemError(
        413, "too-large", f"the file is larger than {most // MB} MB; cut it to one set", {"Connection": "close"}
    )


def _boundary(request: Request) -> bytes:
    kind, options = parse_options_header(request.headers.get("content-type"))
    if kind != b"multipart/form-data":
        raise ProblemError(
            415, "unsupported-media-type", "send the video as multipart/form-data, in a part named 'file'"
        )
    boundary = options.get(b"boundary", b"")
    if not boundary:
        raise ProblemError(400, "bad-form", "the Content-Type names no boundary; let the HTTP client set it")
    return boundary


async def _chunks(request: Request, settings: Settings) -> AsyncIterator[bytes]:
    """The body as it comes, as long as it comes fast enough."""
    ends_at = time.monotonic() + settings.upload_total_s
    stream = request.stream()
    while True:
        patience_s = min(settings.upload_idle_s, ends_at - time.monotonic())
        try:
            with anyio.fail_after(max(patience_s, 0.0)):
                chunk = await anext(stream, None)
        except TimeoutError as error:
            detail = "the upload came to a stop or took too long; try again on a faster connection"
            raise ProblemError(408, "upload-timeout", detail, {"Connection": "close"}) from error
        if chunk is None:
            return
        if chunk:
            yield chunk


@dataclass(slots=True)
class _Begin:
    name: str


@dataclass(slots=True)
class _Data:
    data: bytes


class _End:
    pass


_Event = _Begin | _Data | _End


class _Events:
    """The push parser's callbacks as a list of events for each chunk."""

    def __init__(self, boundary: bytes) -> None:
        self._waiting: list[_Event] = []
        self._header = b""
        self._value = b""
        self._name: str | None = None
        self._parts = 0
        self._complete = False
        try:
            self._parser = MultipartParser(
                boundary,
                {
                    "on_part_begin": self._part_begin,
                    "on_header_field": self._header_field,
                    "on_header_value": self._header_value,
                    "on_header_end": self._header_end,
                    "on_headers_finished": self._headers_finished,
                    "on_part_data": lambda data, start, end: self._waiting.append(_Data(data[start:end])),
                    "on_part_end": lambda: self._waiting.append(_End()),
                    "on_end": self._end,
                },
            )
        except FormParserError as error:
            raise _bad_form() from error

    def of(self, chunk: bytes) -> list[_Event]:
        """What this chunk of the body brought."""
        self._waiting = []
        try:
            self._parser.write(chunk)
        except FormParserError as error:
            raise _bad_form() from error
        return self._waiting

    def check_complete(self) -> None:
        """Raises ProblemError when the body ended before its last boundary."""
        if not self._complete:
            raise ProblemError(400, "bad-form", "the upload ends before its last part does; send it again")

    def _part_begin(self) -> None:
        self._parts += 1
        if self._parts > MAX_PARTS:
            raise ProblemError(413, "too-large", f"the form has more than {MAX_PARTS} parts")
        self._header, self._value, self._name = b"", b"", None

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]
        self._bound_header()

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]
        self._bound_header()

    def _bound_header(self) -> None:
        if len(self._header) + len(self._value) > MAX_HEADER_BYTES:
            raise _bad_form()

    def _header_end(self) -> None:
        if self._header.lower() == b"content-disposition":
            _, options = parse_options_header(self._value)
            if b"name" in options:
                self._name = options[b"name"].decode("utf-8", "replace")
        self._header, self._value = b"", b""

    def _headers_finished(self) -> None:
        if self._name is None:
            raise ProblemError(400, "bad-form", "a part of the form has no name")
        self._waiting.append(_Begin(self._name))

    def _end(self) -> None:
        self._complete = True


def _bad_form() -> ProblemError:
    return ProblemError(400, "bad-form", "the body is no proper multipart/form-data; send it again")


class _Receiving:
    """Takes the events of a form and files them away."""

    def __init__(self, form: Form, store: Store, keys: Mapping[str, str], most: int) -> None:
        self._form, self._store, self._keys, self._most = form, store, keys, most
        self._name = ""
        self._buffer = bytearray()
        self._file: _OpenFile | None = None

    async def take(self, event: _Event) -> None:
        if isinstance(event, _Begin):
            await self._begin(event.name)
        elif isinstance(event, _Data):
            await self._data(event.data)
        else:
            await self._end()

    async def abandon(self) -> None:
        """Whatever is half written goes."""
        if self._file is not None:
            with anyio.CancelScope(shield=True):
                await run_sync(self._file.abandon)

    async def _begin(self, name: str) -> None:
        if name in self._form.fields or name in self._form.files:
            raise invalid_field(name, "given twice")
        self._name, self._buffer = name, bytearray()
        if name in self._keys:
            self._file = await run_sync(_OpenFile, self._store, self._keys[name])

    async def _data(self, data: bytes) -> None:
        self._buffer += data
        if self._file is None and len(self._buffer) > MAX_FIELD_BYTES:
            raise ProblemError(413, "too-large", f"{self._name[:40]!r} is larger than {MAX_FIELD_BYTES // 1024} KiB")
        if self._file is not None and len(self._buffer) >= BUFFER_BYTES:
            await self._flush(self._file)

    async def _flush(self, file: _OpenFile) -> None:
        if file.size_bytes + len(self._buffer) > self._most:
            raise _too_large(self._most)
        await run_sync(file.write, bytes(self._buffer))
        self._buffer.clear()

    async def _end(self) -> None:
        if self._file is None:
            try:
                self._form.fields[self._name] = self._buffer.decode("utf-8")
            except UnicodeDecodeError as error:
                raise invalid_field(self._name, "not UTF-8 text") from error
            return
        await self._flush(self._file)
        self._form.files[self._name] = await run_sync(self._file.close)
        self._file = None


class _OpenFile:
    """A file on its way into the store; every method blocks."""

    def __init__(self, store: Store, key: str) -> None:
        self._key, self._stack, self._sha256 = key, ExitStack(), hashlib.sha256()
        self._file: BinaryIO = self._stack.enter_context(store.writing(key))
        self.size_bytes = 0

    def write(self, data: bytes) -> None:
        try:
            self._file.write(data)
        except OSError as error:
            self._stack.__exit__(type(error), error, error.__traceback__)  # the store tells it in its own words
            raise
        self._sha256.update(data)
        self.size_bytes += len(data)

    def close(self) -> StoredFile:
        self._stack.close()
        return StoredFile(self._key, self._sha256.hexdigest(), self.size_bytes)

    def abandon(self) -> None:
        gone = ClientDisconnect()
        try:
            self._stack.__exit__(type(gone), gone, None)
        except ClientDisconnect:
            return

"""What a file is by its content, for saying plainly why it cannot be read."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

__all__ = ["film_size", "is_cut_short", "picture_size", "refusal", "why_unreadable"]

HEAD_BYTES: Final = 1 << 16
TAIL_BYTES: Final = 4096

PICTURES: Final = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"BM", b"II*\0", b"MM\0*")
PLAYLISTS: Final = (b"#extm3u", b"ffconcat", b"[playlist]", b"<?xml", b"<smil", b"<asx", b"v=0")
SOUNDS: Final = (b"ID3", b"fLaC", b"\xff\xfb", b"\xff\xf1", b"#!AMR")
EBML: Final = b"\x1a\x45\xdf\xa3"

MATROSKA_SIZE: Final = re.compile(rb"\xb0(?:\x81(.)|\x82(..)|\x83(...))\xba(?:\x81(.)|\x82(..)|\x83(...))", re.S)
"""PixelWidth and the PixelHeight after it, each with its length in bytes."""


def refusal(head: bytes) -> str | None:
    """Why a file that starts with ``head`` is not even tried; None when it may be a video."""
    start = head.lstrip(b"\xef\xbb\xbf \r\n\t")[:16].lower()
    if not head:
        return "the file is empty; record or copy it again"
    if head.startswith(PICTURES[:3]) or _is_other_picture(head):
        return "it is a picture, not a video; give a video, or a folder of pictures"
    if start.startswith(PLAYLISTS):
        return "it is a playlist, not a video; give the video itself"
    return None


def why_unreadable(path: Path) -> str:
    """The likeliest reason why the decoder found no picture in a file, and what to do."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
        boxes = dict(_boxes(file)) if _is_mp4(head) else {}
        index = _read_at(file, *boxes[b"moov"]) if b"moov" in boxes else b""
    if boxes and b"moov" not in boxes:
        return "the recording was cut off before its index was written; copy it again or re-export it"
    if _is_sound(head, index):
        return "it holds sound but no picture; give the video"
    if boxes or head.startswith(EBML) or head.startswith(b"RIFF"):
        return "no picture in it can be decoded; it is empty, damaged or copy-protected, so export it again"
    return "it is not a video this program knows, or it is encrypted; give an MP4, MOV, WebM, MKV or AVI file"


def is_cut_short(path: Path) -> bool:
    """Whether the container itself says that bytes are missing at its end, or that end is blank."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(64)
        file.seek(max(0, size - TAIL_BYTES))
        if not any(file.read()):
            return True
        if _is_mp4(head):
            return any(start + length > size for _, (start, length) in _boxes(file))
    if head.startswith(b"RIFF"):
        return 8 + int(struct.unpack("<I", head[4:8])[0]) > size
    return head.startswith(EBML) and _matroska_end(path) > size


def film_size(path: Path) -> tuple[int, int] | None:
    """The largest width and height that an MP4, MOV, AVI or Matroska file declares; None where it does not.

    The decoder would only tell after it has decoded a first frame, which may take a gigabyte. What a file does
    not declare, or declares wrongly, is for the limits of the process to catch.
    """
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
        boxes = dict(_boxes(file)) if _is_mp4(head) else {}
        index = _read_at(file, *boxes[b"moov"]) if b"moov" in boxes else b""
    sizes = [*_track_sizes(index), *_avi_sizes(head), *_matroska_sizes(head)]
    return max(sizes, key=lambda size: size[0] * size[1], default=None)


def _track_sizes(index: bytes) -> Iterator[tuple[int, int]]:
    """Width and height end each track's header, in 1/65536 pixels."""
    for kind in re.finditer(b"tkhd", index):
        start = kind.start() - 4
        end = start + int.from_bytes(index[start : start + 4])
        if start >= 0 and end - start >= 84:
            width, height = struct.unpack(">II", index[end - 8 : end].ljust(8, b"\0"))
            yield width >> 16, height >> 16


def _avi_sizes(head: bytes) -> Iterator[tuple[int, int]]:
    at = head.find(b"strf", 0, HEAD_BYTES - 64)
    while head.startswith(b"RIFF") and at >= 0:
        if head[at + 8 : at + 12] == b"\x28\0\0\0":  # the size of a picture's format; sound has another
            width, height = struct.unpack("<ii", head[at + 12 : at + 20])
            yield abs(width), abs(height)
        at = head.find(b"strf", at + 4, HEAD_BYTES - 64)


def _matroska_sizes(head: bytes) -> Iterator[tuple[int, int]]:
    for match in MATROSKA_SIZE.finditer(head) if head.startswith(EBML) else ():
        width, height = (int.from_bytes(part) for part in match.groups() if part is not None)
        yield width, height


def picture_size(head: bytes) -> tuple[int, int] | None:
    """Width and height that a PNG, JPEG or WebP declares, before anything is decoded; None for other kinds."""
    if head.startswith(b"\x89PNG") and len(head) >= 24:
        width, height = struct.unpack(">II", head[16:24])
        return int(width), int(height)
    if _is_webp(head):
        return _webp_size(head)
    return _jpeg_size(head) if head.startswith(b"\xff\xd8") else None


def _webp_size(head: bytes) -> tuple[int, int] | None:
    kind, body = head[12:16], head[20:30]
    if len(body) < 10:
        return None
    if kind == b"VP8X":
        return 1 + int.from_bytes(body[4:7], "little"), 1 + int.from_bytes(body[7:10], "little")
    if kind == b"VP8L":
        bits = int.from_bytes(body[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if kind == b"VP8 ":
        return int.from_bytes(body[6:8], "little") & 0x3FFF, int.from_bytes(body[8:10], "little") & 0x3FFF
    return None


def _jpeg_size(head: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 < len(head) and head[at] == 0xFF:
        marker, length = head[at + 1], int.from_bytes(head[at + 2 : at + 4])
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            return int.from_bytes(head[at + 7 : at + 9]), int.from_bytes(head[at + 5 : at + 7])
        at += 2 + length
    return None


def _is_other_picture(head: bytes) -> bool:
    heif = head[4:8] == b"ftyp" and head[8:12] in (b"heic", b"heix", b"mif1", b"avif")
    return _is_webp(head) or heif or head.startswith(PICTURES[3:])


def _is_webp(head: bytes) -> bool:
    return head.startswith(b"RIFF") and head[8:12] == b"WEBP"


def _is_mp4(head: bytes) -> bool:
    return head[4:8] in (b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide")


def _is_sound(head: bytes, index: bytes) -> bool:
    if index:
        return b"soun" in index and b"vide" not in index
    if head.startswith(EBML):
        return b"A_" in head and b"V_" not in head
    ogg = head.startswith(b"OggS") and b"theora" not in head
    return ogg or head.startswith(SOUNDS) or (head.startswith(b"RIFF") and head[8:12] == b"WAVE")


def _boxes(file: BinaryIO) -> Iterator[tuple[bytes, tuple[int, int]]]:
    """Top-level boxes of an MP4 or MOV file: kind, and where it starts and how long it claims to be."""
    size = file.seek(0, 2)
    at = 0
    while at + 8 <= size:
        header = _read_at(file, at, 16)
        length, kind = int.from_bytes(header[:4]), header[4:8]
        if length == 1:
            length = int.from_bytes(header[8:16])
        if length == 0:
            length = size - at
        if length < 8:
            return
        yield kind, (at, length)
        at += length


def _read_at(file: BinaryIO, start: int, length: int) -> bytes:
    file.seek(start)
    return file.read(min(length, 1 << 24))


def _matroska_end(path: Path) -> int:
    """Where the Matroska segment says it ends; 0 where it leaves that open, as live recorders do."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    at = head.find(b"\x18\x53\x80\x67") + 4
    if at < 4 or at >= len(head) or head[at] == 0:
        return 0
    octets = 9 - head[at].bit_length()
    value = int.from_bytes(head[at : at + octets]) & ((1 << 7 * octets) - 1)
    unknown = value == (1 << 7 * octets) - 1
    return 0 if unknown else at + octets + value

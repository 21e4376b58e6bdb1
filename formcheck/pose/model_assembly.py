"""Puts a pose model bundle together from the two networks of a mediapipe 0.10 wheel.

A ``.task`` bundle is a zip with stored entries: the detector as it is, and the landmark network, which the
Tasks API only takes with TFLite metadata saying how its image is normalised. Everything here is a function of
its input bytes alone (the networks are not repacked, zip timestamps are fixed), so the same networks give the
same bundle everywhere, and its sha256 can be pinned.
"""

from __future__ import annotations

import io
import struct
import zipfile
from typing import Final

import flatbuffers

__all__ = ["DETECTOR_ENTRY", "LANDMARKS_ENTRY", "assemble_bundle", "with_metadata"]

DETECTOR_ENTRY: Final = "pose_detector.tflite"
LANDMARKS_ENTRY: Final = "pose_landmarks_detector.tflite"

_ZIP_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_LOCAL_HEADER_BYTES: Final = 30
_ALIGNMENT: Final = 16

# Fields of a TFLite model's root table (schema version 3).
_VERSION, _BUFFERS, _METADATA = 0, 4, 6
_TFLITE_SCHEMA: Final = 3


def assemble_bundle(detector: bytes, landmarks: bytes, metadata: bytes) -> bytes:
    """The ``.task`` bundle of a pose detector, a landmark network (both TFLite) and the latter's metadata."""
    bundle = io.BytesIO()
    with zipfile.ZipFile(bundle, "w", zipfile.ZIP_STORED) as archive:
        for name, content in (
            (DETECTOR_ENTRY, detector),
            (LANDMARKS_ENTRY, with_metadata(landmarks, metadata)),
        ):
            entry = zipfile.ZipInfo(name, date_time=_ZIP_EPOCH)
            entry.create_system = 3  # else the bytes would depend on the platform
            entry.extra = _zip_padding(bundle.tell() + _LOCAL_HEADER_BYTES + len(name))
            archive.writestr(entry, content)
    return bundle.getvalue()


def _zip_padding(offset: int) -> bytes:
    """A zip extra field after which content starts aligned, so that weights are used in place, not copied."""
    length = -(offset + 4) % _ALIGNMENT
    return struct.pack("<HH", 0xD935, length) + bytes(length)


def with_metadata(network: bytes, metadata: bytes) -> bytes:
    """The TFLite ``network`` with ``metadata`` as the buffer that its metadata list names TFLITE_METADATA.

    Flatbuffers are written from the end and point forward only. So the network stays as it is, as the last
    thing in the new one, and in front of it goes a new root table: its lists of buffers and of metadata have
    one more entry each, its other fields point into the old bytes.
    """
    fields = _root_fields(network)
    buffers, named = _list_entries(network, fields[_BUFFERS]), _list_entries(network, fields[_METADATA])
    builder = flatbuffers.Builder(len(network))
    from_end = _add_bytes(builder, network) - 4  # the builder counts positions from the end
    data = _add_bytes(builder, metadata)
    name = builder.CreateString("TFLITE_METADATA")
    builder.StartObject(1)
    builder.PrependUOffsetTRelativeSlot(0, data, 0)
    buffer = builder.EndObject()
    builder.StartObject(2)
    builder.PrependUOffsetTRelativeSlot(0, name, 0)
    builder.PrependUint32Slot(1, len(buffers), 0)
    entry = builder.EndObject()

    offsets = {slot: from_end - position for slot, position in fields.items()}
    offsets[_BUFFERS] = _add_list(builder, [*(from_end - position for position in buffers), buffer])
    offsets[_METADATA] = _add_list(builder, [*(from_end - position for position in named), entry])
    builder.StartObject(max(offsets) + 1)
    builder.PrependUint32Slot(_VERSION, _TFLITE_SCHEMA, 0)
    for slot, offset in offsets.items():
        builder.PrependUOffsetTRelativeSlot(slot, offset, 0)
    builder.Finish(builder.EndObject(), file_identifier=b"TFL3")
    return bytes(builder.Output())


def _root_fields(network: bytes) -> dict[int, int]:
    """Where the fields of a flatbuffer's root table point, by slot, all but the schema version."""
    root = _u32(network, 0)
    vtable = root - struct.unpack_from("<i", network, root)[0]
    slots = (struct.unpack_from("<H", network, vtable)[0] - 4) // 2
    places = struct.unpack_from(f"<{slots}H", network, vtable + 4)
    references = {slot: root + place for slot, place in enumerate(places) if place and slot != _VERSION}
    return {slot: _follow(network, position) for slot, position in references.items()}


def _list_entries(network: bytes, start: int) -> list[int]:
    """Where the tables of a list are."""
    return [_follow(network, start + 4 + 4 * i) for i in range(_u32(network, start))]


def _follow(network: bytes, position: int) -> int:
    return position + _u32(network, position)


def _u32(network: bytes, position: int) -> int:
    value: int = struct.unpack_from("<I", network, position)[0]
    return value


def _add_bytes(builder: flatbuffers.Builder, content: bytes) -> int:
    builder.StartVector(1, len(content), _ALIGNMENT)
    builder.head -= len(content)
    builder.Bytes[builder.head : builder.head + len(content)] = content
    start: int = builder.EndVector()
    return start


def _add_list(builder: flatbuffers.Builder, offsets: list[int]) -> int:
    builder.StartVector(4, len(offsets), 4)
    for offset in reversed(offsets):
        builder.PrependUOffsetTRelative(offset)
    start: int = builder.EndVector()
    return start

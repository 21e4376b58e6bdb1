"""Puts a pose model bundle together from the two networks of a mediapipe 0.10 wheel.

A ``.task`` bundle is a zip with stored entries: the detector as it is, and the landmark network, which the
Tasks API only takes with TFLite metadata saying how its image is normalised. Everything here is a function of
its input bytes, zip timestamps included, so the same networks always give the same bundle.
"""

from __future__ import annotations

import io
import struct
import zipfile
from typing import Any, Final

__all__ = ["DETECTOR_ENTRY", "LANDMARKS_ENTRY", "assemble_bundle", "with_image_metadata"]

DETECTOR_ENTRY: Final = "pose_detector.tflite"
LANDMARKS_ENTRY: Final = "pose_landmarks_detector.tflite"

_ZIP_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_LOCAL_HEADER_BYTES: Final = 30
_ALIGNMENT: Final = 16


def assemble_bundle(detector: bytes, landmarks: bytes) -> bytes:
    """The ``.task`` bundle of a pose detector and a landmark network (both TFLite)."""
    bundle = io.BytesIO()
    with zipfile.ZipFile(bundle, "w", zipfile.ZIP_STORED) as archive:
        for name, content in (
            (DETECTOR_ENTRY, detector),
            (LANDMARKS_ENTRY, with_image_metadata(landmarks)),
        ):
            entry = zipfile.ZipInfo(name, date_time=_ZIP_EPOCH)
            entry.create_system = 3  # else the bytes would depend on the platform
            entry.extra = _padding(bundle.tell() + _LOCAL_HEADER_BYTES + len(name))
            archive.writestr(entry, content)
    return bundle.getvalue()


def _padding(offset: int) -> bytes:
    """A zip extra field after which content starts aligned, so that weights are used in place, not copied."""
    length = -(offset + 4) % _ALIGNMENT
    return struct.pack("<HH", 0xD935, length) + bytes(length)


def with_image_metadata(network: bytes) -> bytes:
    """The network with metadata for one RGB image input with values 0 to 1, and named outputs."""
    import flatbuffers
    from mediapipe.tasks.metadata import schema_py_generated as tflite

    model = tflite.ModelT.InitFromPackedBuf(network, 0)
    metadata = tflite.BufferT()
    metadata.data = list(_image_metadata(len(model.subgraphs[0].outputs)))
    entry = tflite.MetadataT()
    entry.name, entry.buffer = "TFLITE_METADATA", len(model.buffers)
    model.buffers.append(metadata)
    model.metadata = [*(model.metadata or []), entry]
    builder = flatbuffers.Builder(len(network))
    builder.Finish(model.Pack(builder), file_identifier=b"TFL3")
    return bytes(builder.Output())


def _image_metadata(output_count: int) -> bytes:
    import flatbuffers
    from mediapipe.tasks.metadata import metadata_schema_py_generated as schema

    graph = schema.SubGraphMetadataT()
    graph.inputTensorMetadata = [_image_tensor(schema)]
    graph.outputTensorMetadata = [_named_tensor(schema, f"output_{i}") for i in range(output_count)]
    model = schema.ModelMetadataT()
    model.name = "pose landmarks"
    model.subgraphMetadata = [graph]
    builder = flatbuffers.Builder(0)
    builder.Finish(model.Pack(builder), file_identifier=b"M001")
    return bytes(builder.Output())


def _image_tensor(schema: Any) -> Any:
    image = schema.ImagePropertiesT()
    image.colorSpace = schema.ColorSpaceType.RGB
    content = schema.ContentT()
    content.contentPropertiesType = schema.ContentProperties.ImageProperties
    content.contentProperties = image
    options = schema.NormalizationOptionsT()
    options.mean, options.std = [0.0], [255.0]
    unit = schema.ProcessUnitT()
    unit.optionsType, unit.options = schema.ProcessUnitOptions.NormalizationOptions, options
    tensor = _named_tensor(schema, "image")
    tensor.content, tensor.processUnits = content, [unit]
    tensor.stats = schema.StatsT()
    tensor.stats.min, tensor.stats.max = [0.0], [1.0]
    return tensor


def _named_tensor(schema: Any, name: str) -> Any:
    tensor = schema.TensorMetadataT()
    tensor.name = name
    return tensor

"""A bundle is two networks and the metadata that MediaPipe asks for, always the same bytes."""

from __future__ import annotations

import io
import zipfile

import flatbuffers
import pytest
from mediapipe.tasks.metadata import metadata_schema_py_generated as schema
from mediapipe.tasks.metadata import schema_py_generated as tflite

from formcheck.pose.model_assembly import DETECTOR_ENTRY, LANDMARKS_ENTRY, assemble_bundle, with_metadata
from formcheck.pose.model_store import Manifest, ModelFile


def small_network(weights: bytes = bytes(range(40))) -> bytes:
    model = tflite.ModelT()
    model.version = 3
    model.description = b"a small network"
    empty, filled, note = tflite.BufferT(), tflite.BufferT(), tflite.MetadataT()
    filled.data = list(weights)
    note.name, note.buffer = "min_runtime_version", 1
    model.buffers, model.metadata = [empty, filled], [note]
    builder = flatbuffers.Builder(0)
    builder.Finish(model.Pack(builder), file_identifier=b"TFL3")
    return bytes(builder.Output())


@pytest.mark.parametrize("length", [1, 15, 16, 412])
def test_metadata_is_added_and_everything_else_is_kept(length: int) -> None:
    metadata = bytes(i % 251 for i in range(length))

    model = tflite.ModelT.InitFromPackedBuf(with_metadata(small_network(), metadata))

    assert model.version == 3
    assert model.description == b"a small network"
    assert bytes(model.buffers[1].data) == bytes(range(40))
    assert [(m.name, m.buffer) for m in model.metadata] == [
        (b"min_runtime_version", 1),
        (b"TFLITE_METADATA", 2),
    ]
    assert bytes(model.buffers[2].data) == metadata


def test_the_manifest_s_metadata_says_what_the_landmark_network_takes() -> None:
    packed = Manifest.load().metadata
    model = schema.ModelMetadataT.InitFromPackedBuf(packed)
    graph = model.subgraphMetadata[0]
    (image,) = graph.inputTensorMetadata
    (step,) = image.processUnits

    assert packed[4:8] == b"M001"
    assert image.content.contentProperties.colorSpace == schema.ColorSpaceType.RGB
    assert step.optionsType == schema.ProcessUnitOptions.NormalizationOptions
    assert (list(step.options.mean), list(step.options.std)) == ([0.0], [255.0])
    assert (list(image.stats.min), list(image.stats.max)) == ([0.0], [1.0])
    assert len(graph.outputTensorMetadata) == 5


def test_a_bundle_stores_both_networks_aligned_and_uncompressed() -> None:
    bundle = assemble_bundle(b"some weights", small_network(), b"metadata")

    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        assert archive.namelist() == [DETECTOR_ENTRY, LANDMARKS_ENTRY]
        assert archive.testzip() is None
        assert {entry.compress_type for entry in archive.infolist()} == {zipfile.ZIP_STORED}
        landmarks = archive.read(LANDMARKS_ENTRY)
    assert bundle.index(landmarks) % 16 == 0
    assert bundle.index(b"some weights") % 16 == 0


def test_the_same_networks_give_the_same_bundle() -> None:
    first = assemble_bundle(b"some weights", small_network(), b"metadata")

    assert assemble_bundle(b"some weights", small_network(), b"metadata") == first


def test_the_kept_model_holds_every_weight_of_its_wheel(model: ModelFile) -> None:
    with zipfile.ZipFile(model.path) as archive:
        network = tflite.ModelT.InitFromPackedBuf(archive.read(LANDMARKS_ENTRY))

    assert network.metadata[-1].name == b"TFLITE_METADATA"
    assert bytes(network.buffers[network.metadata[-1].buffer].data) == Manifest.load().metadata
    assert sum(len(b.data) for b in network.buffers if b.data is not None) > 6_000_000

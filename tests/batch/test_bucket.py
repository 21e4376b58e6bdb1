"""Recordings from a bucket, results to a bucket; the bucket is moto's, on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from formcheck.batch.errors import PlanError
from formcheck.batch.lease import leasing
from formcheck.batch.plan import make_plan
from formcheck.batch.storage import open_storage
from formcheck.errors import OutputError
from tests.batch.conftest import Clinic, Seen

s3fs = pytest.importorskip("s3fs", reason="the extra formcheck[s3] is not installed")
moto = pytest.importorskip("moto.server")


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    server = moto.ThreadedMotoServer(port=0)
    server.start()
    host, port = server.get_host_and_port()
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    s3fs.S3FileSystem.clear_instance_cache()
    s3fs.S3FileSystem().mkdir("clinic")
    yield "s3://clinic"
    server.stop()
    s3fs.S3FileSystem.clear_instance_cache()


def test_from_a_bucket_into_a_bucket(clinic: Clinic, bucket: str) -> None:
    fs = s3fs.S3FileSystem()
    for name in ("clamshell_test_01", "bridge_test_01"):
        fs.put_file(str(clinic.folder / f"{name}.npz"), f"clinic/films/{name}.npz")
    clinic.manifest.write_text(
        "file,exercise\nclamshell_test_01.npz,clamshell\nbridge_test_01.npz,single_leg_glute_bridge\n", encoding="utf-8"
    )
    clinic.plan = lambda: make_plan([f"{bucket}/films"], clinic.manifest)  # type: ignore[method-assign]
    assert clinic.run(place=f"{bucket}/out").scored_now == 2
    names = {name.removeprefix("clinic/out/") for name in fs.find("clinic/out")}
    assert {"reps.parquet", "recordings.parquet", "failures.csv", "index.jsonl"} <= names
    seen = Seen()
    assert clinic.run(place=f"{bucket}/out", seen=seen).failed == 0
    assert seen.to_do == 0


@pytest.fixture
def nowhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An endpoint where nobody listens."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    s3fs.S3FileSystem.clear_instance_cache()
    yield
    s3fs.S3FileSystem.clear_instance_cache()


@pytest.mark.parametrize("known", [True, False])
def test_a_bucket_out_of_reach_is_told_in_one_line(
    nowhere: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, *, known: bool
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test") if known else monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    word = "connect" if known else "credentials"
    with pytest.raises(PlanError, match=f"(?i)cannot be listed: .*{word}") as caught:
        make_plan(["s3://clinic/films"])
    assert "\n" not in str(caught.value)
    storage = open_storage("s3://clinic/out")
    for broken in (lambda: storage.exists("a"), lambda: storage.names("a"), lambda: storage.write("a", b"")):
        with pytest.raises(OutputError, match=f"(?i){word}"):
            broken()
    with pytest.raises(OutputError, match=f"(?i){word}"), leasing(storage):  # type: ignore[arg-type]
        pass

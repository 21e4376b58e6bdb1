"""Recordings from a bucket, results to a bucket; the bucket is moto's, on this machine."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from formcheck.batch.plan import make_plan
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

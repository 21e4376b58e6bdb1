"""MediaPipe's build for browsers is fetched once, never trusted unread, and asked for in plain words."""

from __future__ import annotations

import base64
import hashlib
import io
import tarfile
from dataclasses import replace
from pathlib import Path

import pytest

from formcheck.errors import ModelError
from formcheck.pose import web_runtime
from formcheck.pose.web_runtime import WebManifest, ensure_web_runtime, find_web_runtime

CONTENTS = {"vision_bundle.mjs": b"export {};", "wasm/build.wasm": b"\0asm"}


@pytest.fixture
def own_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "models"
    monkeypatch.setenv("FORMCHECK_MODEL_DIR", str(folder))
    return folder


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package such as npm brings, and the manifest that pins it."""
    path = tmp_path / "package.tgz"
    with tarfile.open(path, "w:gz") as archive:
        for name, content in CONTENTS.items():
            entry = tarfile.TarInfo(f"package/{name}")
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    integrity = "sha512-" + base64.b64encode(hashlib.sha512(path.read_bytes()).digest()).decode()
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in CONTENTS.items()}
    manifest = replace(WebManifest.load(), files=hashes, integrity=integrity)
    monkeypatch.setattr(web_runtime.WebManifest, "load", lambda: manifest)
    return path


def npm_that(does: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another program of that name comes first on the path."""
    folder.mkdir(exist_ok=True)
    npm = folder / "npm"
    npm.write_text(f"#!/bin/sh\n{does}\n", encoding="utf-8")
    npm.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")


def one_line(error: pytest.ExceptionInfo[ModelError]) -> str:
    message = str(error.value)
    assert "\n" not in message
    return message


def test_everything_is_pinned() -> None:
    manifest = WebManifest.load()
    assert manifest.integrity.startswith("sha512-")
    assert all(len(sha256) == 64 for sha256 in manifest.files.values())
    assert manifest.requirement == f"{manifest.package}@{manifest.version}"


def test_a_missing_build_says_what_to_run(own_dir: Path) -> None:
    with pytest.raises(ModelError) as error:
        find_web_runtime()
    assert "run `formcheck models --web`" in one_line(error)


def test_it_is_fetched_once_and_kept(
    own_dir: Path, package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    npm_that(f"cp {package} mediapipe.tgz", tmp_path / "bin", monkeypatch)
    runtime = ensure_web_runtime()
    assert {file.path.name: file.path.read_bytes() for file in runtime.files} == {
        Path(name).name: content for name, content in CONTENTS.items()
    }
    npm_that("exit 1", tmp_path / "bin", monkeypatch)
    assert ensure_web_runtime() == runtime
    assert [entry.name for entry in own_dir.iterdir()] == [runtime.files[0].path.parent.name]


def test_a_damaged_file_is_not_served_and_fetched_again(
    own_dir: Path, package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    npm_that(f"cp {package} mediapipe.tgz", tmp_path / "bin", monkeypatch)
    first = ensure_web_runtime().files[0]
    first.path.write_bytes(b"import 'https://elsewhere';")
    with pytest.raises(ModelError) as error:
        find_web_runtime()
    assert "damaged" in one_line(error)
    assert ensure_web_runtime().files[0].path.read_bytes() == CONTENTS[first.name]


def test_another_package_is_refused(
    own_dir: Path, package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    npm_that(f"cp {package} mediapipe.tgz; echo more >> mediapipe.tgz", tmp_path / "bin", monkeypatch)
    with pytest.raises(ModelError) as error:
        ensure_web_runtime()
    assert "than the one pinned" in one_line(error)
    assert not list(own_dir.iterdir())


def test_npm_s_failure_is_told_in_one_line(own_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = "echo 'npm error code E404' >&2; echo 'npm error no such package' >&2; exit 1"
    npm_that(script, tmp_path / "bin", monkeypatch)
    with pytest.raises(ModelError) as error:
        ensure_web_runtime()
    assert "(no such package)" in one_line(error)


def test_without_npm_it_says_so(own_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ModelError) as error:
        ensure_web_runtime()
    assert "npm" in one_line(error)
    assert "not installed" in one_line(error)

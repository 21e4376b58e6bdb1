"""Finds the pose model, and makes it once from a wheel that the user's own package index serves.

``models.toml`` beside this module is the manifest: source, licence and sha256 of everything.
"""

from __future__ import annotations

import base64
import hashlib
import io
import os
import subprocess
import sys
import tempfile
import tomllib
import zipfile
import zlib
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any, Final, Self

from formcheck.errors import ModelError
from formcheck.pose.model_assembly import DETECTOR_ENTRY, LANDMARKS_ENTRY, assemble_bundle

__all__ = ["DEFAULT_MODEL", "Manifest", "ModelFile", "ensure_model", "find_model", "model_dir"]

DEFAULT_MODEL: Final = "pose_landmarker_full"

_FETCH: Final = "run `formcheck models --fetch`"


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A pose model bundle on disk that was read and checked.

    Attributes:
        sha256: of the whole file; every result records it.
        name: of a model in the manifest, or the file's stem for a user's own.
    """

    path: Path
    sha256: str
    name: str


@dataclass(frozen=True, slots=True)
class Network:
    """One file inside the source wheel."""

    path: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """Where a model comes from and what must come out; see ``models.toml``."""

    name: str
    title: str
    licence: str
    bundle_sha256: str
    requirement: str
    platform: str
    python_version: str
    detector: Network
    landmarks: Network
    metadata: bytes

    @classmethod
    def load(cls, name: str = DEFAULT_MODEL) -> Self:
        """The manifest of the model called ``name``."""
        text = resources.files("formcheck.pose").joinpath("models.toml").read_text(encoding="utf-8")
        entry: dict[str, Any] = tomllib.loads(text)[name]
        wheel, detector, landmarks = entry["wheel"], entry["detector"], entry["landmarks"]
        return cls(
            name=name,
            title=entry["title"],
            licence=entry["licence"],
            bundle_sha256=entry["bundle_sha256"],
            requirement=f"{wheel['name']}=={wheel['version']}",
            platform=wheel["platform"],
            python_version=wheel["python_version"],
            detector=Network(detector["path"], detector["sha256"]),
            landmarks=Network(landmarks["path"], landmarks["sha256"]),
            metadata=base64.b64decode(landmarks["metadata"]),
        )


def model_dir() -> Path:
    """Where bundles are kept: FORMCHECK_MODEL_DIR, else models/ of a checkout, else the user's cache."""
    if named := os.environ.get("FORMCHECK_MODEL_DIR"):
        return Path(named)
    root = Path(__file__).resolve().parents[2]
    if (root / "pyproject.toml").is_file():
        return root / "models"
    return _user_cache() / "formcheck" / "models"


def _user_cache() -> Path:
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    if named := os.environ.get("XDG_CACHE_HOME"):
        return Path(named)
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    return Path.home() / ".cache"


def find_model(path: Path | None = None) -> ModelFile:
    """The model at ``path``, or the default model where it is kept; reads it whole, downloads nothing.

    Raises:
        ModelError: there is none, it is no pose landmarker bundle, or the default one is damaged.
    """
    if path is not None:
        return _own_model(path)
    manifest = Manifest.load()
    kept = model_dir() / f"{manifest.name}.task"
    if not kept.is_file():
        raise ModelError(f"the pose model {kept} is missing: {_FETCH}")
    content = _read(kept)
    if _sha256(content) != manifest.bundle_sha256:
        raise ModelError(f"the pose model {kept} is damaged (its sha256 is not the pinned one): {_FETCH}")
    return ModelFile(kept, manifest.bundle_sha256, manifest.name)


def _own_model(path: Path) -> ModelFile:
    if not path.is_file():
        raise ModelError(f"no pose model at {path}: name a .task file, or {_FETCH} and name none")
    content = _read(path)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as bundle:
            networks = [bundle.read(name) for name in (DETECTOR_ENTRY, LANDMARKS_ENTRY)]
    except KeyError as error:
        raise ModelError(f"{path} is no pose landmarker bundle: name another one") from error
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise ModelError(f"{path} is no .task bundle or is damaged ({error}): download it again") from error
    if not all(network[4:8] == b"TFL3" for network in networks):
        raise ModelError(f"{path} holds something else than TFLite networks: name another one")
    return ModelFile(path, _sha256(content), path.stem)


def ensure_model() -> Path:
    """The default model's path; puts the model together first where it is missing or damaged.

    A 35 MB download by pip, once. Safe when several processes do it at once: each works in a folder of its
    own, and the finished file is renamed into place.

    Raises:
        ModelError: pip, a checksum or the disk stands in the way.
    """
    manifest = Manifest.load()
    kept = model_dir() / f"{manifest.name}.task"
    if kept.is_file() and _sha256(_read(kept)) == manifest.bundle_sha256:
        return kept
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".fetch-", dir=kept.parent) as folder:
            made = Path(folder) / kept.name
            made.write_bytes(_assemble(manifest, _download(manifest, Path(folder))))
            made.replace(kept)
    except OSError as error:
        reason = error.strerror or str(error)
        raise ModelError(
            f"the pose model cannot be kept in {kept.parent} ({reason}): set FORMCHECK_MODEL_DIR to a folder "
            f"that can be written and {_FETCH}"
        ) from error
    return kept


def _download(manifest: Manifest, folder: Path) -> Path:
    """The source wheel, by pip and therefore from the index, mirror or proxy that pip is set up for."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    command += ["--only-binary=:all:", "--platform", manifest.platform]
    command += ["--python-version", manifest.python_version, "--dest", str(folder), manifest.requirement]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    wheels = list(folder.glob("*.whl"))
    if done.returncode or not wheels:
        raise ModelError(
            f"pip could not download {manifest.requirement} ({_last_error(done)}): "
            f"check the network and pip's settings, then {_FETCH}"
        )
    return wheels[0]


def _last_error(done: subprocess.CompletedProcess[str]) -> str:
    lines = done.stderr.splitlines()
    errors = [line.removeprefix("ERROR:").strip() for line in lines if line.startswith("ERROR")]
    return (errors or lines or [f"exit code {done.returncode}"])[-1]


def _assemble(manifest: Manifest, wheel: Path) -> bytes:
    try:
        with zipfile.ZipFile(wheel) as archive:
            detector, landmarks = (_network(archive, n) for n in (manifest.detector, manifest.landmarks))
    except (zipfile.BadZipFile, KeyError) as error:
        raise ModelError(
            f"pip brought another {manifest.requirement} than the one pinned: {_FETCH}"
        ) from error
    bundle = assemble_bundle(detector, landmarks, manifest.metadata)
    if _sha256(bundle) != manifest.bundle_sha256:
        raise ModelError(f"the model made from {manifest.requirement} is not the one pinned: {_FETCH}")
    return bundle


def _network(archive: zipfile.ZipFile, network: Network) -> bytes:
    content = archive.read(network.path)
    if _sha256(content) != network.sha256:
        raise zipfile.BadZipFile(f"{network.path} has another sha256 than the manifest")
    return content


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ModelError(f"the pose model {path} cannot be read ({error.strerror}): {_FETCH}") from error


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()

"""Finds MediaPipe's build for browsers, and fetches it once from the npm registry that npm is set up for.

``web_runtime.toml`` beside this module is the manifest: source, licence and sha256 of everything.
"""

from __future__ import annotations

import base64
import hashlib
import io
import shutil
import subprocess
import tarfile
import tempfile
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path, PurePosixPath
from typing import Any, Final, Self

from formcheck.atomic import write_bytes
from formcheck.errors import ModelError
from formcheck.pose.model_store import model_dir

__all__ = ["WebFile", "WebManifest", "WebRuntime", "ensure_web_runtime", "find_web_runtime"]

_FETCH: Final = "run `formcheck models --web`"


@dataclass(frozen=True, slots=True)
class WebFile:
    """A file that a page loads; it was read and checked. ``name`` has no folder."""

    name: str
    path: Path
    sha256: str


@dataclass(frozen=True, slots=True)
class WebRuntime:
    """MediaPipe's build for browsers, on disk. ``version`` is the npm package's."""

    version: str
    files: tuple[WebFile, ...]


@dataclass(frozen=True, slots=True)
class WebManifest:
    """Where the build comes from and what must come out; see ``web_runtime.toml``.

    ``files``: sha256 by the name inside the package. ``integrity``: of the package, as npm writes it.
    """

    title: str
    licence: str
    package: str
    version: str
    integrity: str
    files: Mapping[str, str]

    @classmethod
    def load(cls) -> Self:
        """The manifest."""
        text = resources.files("formcheck.pose").joinpath("web_runtime.toml").read_text(encoding="utf-8")
        entry: dict[str, Any] = tomllib.loads(text)
        del entry["copyright"]
        return cls(**entry)

    @property
    def requirement(self) -> str:
        """As npm understands it."""
        return f"{self.package}@{self.version}"

    def kept(self, name: str) -> Path:
        """Where a file of the package is kept."""
        return model_dir() / f"web-{self.version}" / PurePosixPath(name).name


def find_web_runtime() -> WebRuntime:
    """The build where it is kept; reads it whole, downloads nothing.

    Raises:
        ModelError: it is missing or damaged.
    """
    manifest = WebManifest.load()
    files = tuple(_checked(manifest.kept(name), sha256) for name, sha256 in manifest.files.items())
    return WebRuntime(manifest.version, files)


def _checked(path: Path, sha256: str) -> WebFile:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ModelError(f"MediaPipe's build for browsers is missing ({path.name}): {_FETCH}") from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise ModelError(f"MediaPipe's build for browsers is damaged ({path.name}): {_FETCH}")
    return WebFile(path.name, path, sha256)


def ensure_web_runtime() -> WebRuntime:
    """The build; fetches it first where it is missing or damaged: a 10 MB download by npm, once.

    Raises:
        ModelError: npm, a checksum or the disk stands in the way.
    """
    try:
        return find_web_runtime()
    except ModelError:
        _fetch(WebManifest.load())
        return find_web_runtime()


def _fetch(manifest: WebManifest) -> None:
    try:
        model_dir().mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".fetch-", dir=model_dir()) as folder:
            package = _download(manifest, Path(folder)).read_bytes()
        contents = _contents(manifest, package)
        for name, content in contents.items():
            manifest.kept(name).parent.mkdir(exist_ok=True)
            write_bytes(manifest.kept(name), content)
    except OSError as error:
        raise ModelError(
            f"MediaPipe's build for browsers cannot be kept in {model_dir()} ({error.strerror or error}): set "
            f"FORMCHECK_MODEL_DIR to a folder that can be written and {_FETCH}"
        ) from error


def _download(manifest: WebManifest, folder: Path) -> Path:
    """The package, by npm and therefore from the registry, mirror or proxy that npm is set up for."""
    npm = shutil.which("npm")
    if npm is None:
        raise ModelError(f"npm is needed for {manifest.requirement} and is not installed: install it, then {_FETCH}")
    command = [npm, "pack", manifest.requirement, "--ignore-scripts", "--loglevel=error", "--pack-destination", "."]
    done = subprocess.run(
        command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    packages = list(folder.glob("*.tgz"))
    if done.returncode or not packages:
        raise ModelError(
            f"npm could not download {manifest.requirement} ({_error(done)}): "
            f"check the network and npm's settings, then {_FETCH}"
        )
    return packages[0]


def _error(done: subprocess.CompletedProcess[str]) -> str:
    lines = [line.removeprefix("npm error").strip() for line in done.stderr.splitlines()]
    return next((line for line in lines if line and not line.startswith("code ")), f"exit code {done.returncode}")


def _contents(manifest: WebManifest, package: bytes) -> dict[str, bytes]:
    """The files that are needed, by their names in the package."""
    digest = base64.b64encode(hashlib.sha512(package).digest()).decode()
    if f"sha512-{digest}" != manifest.integrity:
        raise ModelError(f"npm brought another {manifest.requirement} than the one pinned: {_FETCH}")
    with tarfile.open(fileobj=io.BytesIO(package), mode="r:gz") as archive:
        files = {name: archive.extractfile(f"package/{name}") for name in manifest.files}
        return {name: file.read() for name, file in files.items() if file is not None}

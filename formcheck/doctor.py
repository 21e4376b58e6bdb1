"""Is all here that a check needs: versions, system libraries, one cv2, the pose model, an inference."""

from __future__ import annotations

import platform
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import resources
from importlib.metadata import packages_distributions, version
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image

from formcheck import system_libraries
from formcheck.errors import FormcheckError, ModelError
from formcheck.pose.model_store import ModelFile, find_model

__all__ = ["Finding", "examine", "look_at_bundled_frame"]

PACKAGES: Final = ("mediapipe", "numpy", "scipy", "pydantic")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: what it is, what was found, and the exit code that it asks for (0: all well)."""

    name: str
    found: str
    exit_code: int = 0


def examine(model: Path | None = None) -> Iterator[Finding]:
    """Look at everything in turn; what is broken is a finding, not an error.

    Args:
        model: a pose model of the user's own; None for the default one.
    """
    yield Finding("formcheck", version("formcheck"))
    yield Finding("python", f"{platform.python_version()} on {platform.system()} {platform.machine()}")
    for package in PACKAGES:
        yield Finding(package, version(package))
    libraries = _system_libraries()
    yield libraries
    yield _cv2_providers()
    try:
        found = find_model(model)
    except ModelError as error:
        yield Finding("pose model", str(error), error.exit_code)
        return
    yield Finding("pose model", f"{found.name}, sha256 {found.sha256}, {found.path}")
    if not libraries.exit_code:
        yield _inference(found)


def _system_libraries() -> Finding:
    absent = system_libraries.missing()
    if absent:
        return Finding("system libraries", system_libraries.advice(absent), FormcheckError.exit_code)
    return Finding("system libraries", "all there")


def _cv2_providers() -> Finding:
    providers = sorted(set(packages_distributions().get("cv2", [])))
    named = ", ".join(f"{name} {version(name)}" for name in providers)
    if len(providers) == 1:
        return Finding("cv2", named)
    remedy = "keep exactly one: remove all of them, then install opencv-contrib-python"
    found = f"{len(providers)} providers ({named or 'none'}); {remedy}"
    return Finding("cv2", found, FormcheckError.exit_code)


def _inference(model: ModelFile) -> Finding:
    try:
        seen, seconds = _timed(lambda: look_at_bundled_frame(model))
    except FormcheckError as error:
        return Finding("inference", str(error), error.exit_code)
    if not seen:
        nobody = "nobody found in the bundled frame: the model is wrong"
        return Finding("inference", nobody, ModelError.exit_code)
    return Finding("inference", f"person found in the bundled frame, {seconds:.1f} s with loading")


def look_at_bundled_frame(model: ModelFile) -> bool:
    """Whether ``model`` finds the rendered person in the picture that comes with formcheck.

    Raises:
        ModelError: MediaPipe refuses the model.
        FormcheckError: a system library is missing.
    """
    from formcheck.pose.mediapipe_estimator import PoseEstimator

    with resources.files("formcheck").joinpath("doctor_person.jpg").open("rb") as file:
        picture = np.asarray(Image.open(file).convert("RGB"))
    height, width = picture.shape[:2]
    with PoseEstimator(model) as estimator:
        return estimator.estimate(picture, 0.0, (width, height)).found


def _timed(work: Callable[[], bool]) -> tuple[bool, float]:
    started = time.perf_counter()
    return work(), time.perf_counter() - started

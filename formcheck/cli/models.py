"""``formcheck models``: where the pose model is, and putting it together."""

from __future__ import annotations

from typing import Annotated

import typer

from formcheck.errors import ModelError
from formcheck.pose.model_store import Manifest, ensure_model, find_model
from formcheck.pose.web_runtime import WebManifest, ensure_web_runtime, find_web_runtime


def command(
    fetch: Annotated[
        bool, typer.Option("--fetch", help="Put it together first where it is missing or damaged (35 MB).")
    ] = False,
    web: Annotated[
        bool,
        typer.Option("--web", help="Fetch MediaPipe's build for browsers where it is missing (10 MB, by npm)."),
    ] = False,
    path: Annotated[bool, typer.Option("--path", help="Print the path alone.")] = False,
) -> None:
    """Show the pose model: where it is, its licence and sha256.

    The model is put together once from the networks in a published mediapipe wheel, which pip brings, and kept
    under models/ of a checkout, else in the user's cache. MediaPipe's build for browsers is needed only for
    the live page's mode in which video never leaves the device.
    """
    if fetch:
        ensure_model()
    if web:
        ensure_web_runtime()
    model, manifest = find_model(), Manifest.load()
    if path:
        print(model.path)
        return
    print(f"{model.name}: {manifest.title}, {manifest.licence}")
    print(f"file    {model.path}")
    print(f"sha256  {model.sha256}")
    print(f"web     {_web()}")


def _web() -> str:
    manifest = WebManifest.load()
    try:
        folder = find_web_runtime().files[0].path.parent
    except ModelError as error:
        return f"none: {error}"
    return f"{manifest.title} {manifest.version}, {manifest.licence}, in {folder}"

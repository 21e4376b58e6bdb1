"""``formcheck models``: where the pose model is, and putting it together."""

from __future__ import annotations

from typing import Annotated

import typer

from formcheck.pose.model_store import Manifest, ensure_model, find_model


def command(
    fetch: Annotated[
        bool, typer.Option("--fetch", help="Put it together first where it is missing or damaged (35 MB).")
    ] = False,
    path: Annotated[bool, typer.Option("--path", help="Print the path alone.")] = False,
) -> None:
    """Show the pose model: where it is, its licence and sha256.

    The model is put together once from the networks in a published mediapipe wheel, which pip
    under models/ of a checkout, else in the user's cache.
    """
    if fetch:
        ensure_model()
    model, manifest = find_model(), Manifest.load()
    if path:
        print(model.path)
        return
    print(f"{model.name}: {manifest.title}, {manifest.licence}")
    print(f"file    {model.path}")
    print(f"sha256  {model.sha256}")

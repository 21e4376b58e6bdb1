"""The first page, and what is said about privacy."""

from __future__ import annotations

from fastapi import Request, Response

from api.pages.frame import render, router

__all__: list[str] = []


@router.get("/")
def home(request: Request) -> Response:
    """The ways in."""
    return render(request, "home.html.j2", title="Form checks from video")


@router.get("/privacy")
def privacy(request: Request) -> Response:
    """What is stored, how long, and how to delete it."""
    return render(request, "privacy.html.j2", title="Privacy")

"""Form checks for the rehabilitation exercises of iliotibial band syndrome, from video.

    from formcheck import score
    report = score("set.mp4", exercise="clamshell")
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from formcheck.scoring import Analysis, analyse, score, score_track

__all__ = ["Analysis", "analyse", "score", "score_track"]


def __getattr__(name: str) -> Any:
    """Load scoring on first use, so that ``import formcheck`` stays quick."""
    if name in __all__:
        from formcheck import scoring

        return getattr(scoring, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

"""What is paid for once a process, not once a recording."""

from __future__ import annotations

from formcheck.errors import FormcheckError
from formcheck.pose.mediapipe_estimator import warm_up as warm_up_model
from formcheck.pose.model_store import find_model

__all__ = ["warm_up"]


def warm_up() -> None:
    """Import what draws, and let every network run once.

    Measured on two cores: imports 1.4 s, the first run of the networks 0.2 s; afterwards a fresh landmarker costs
    0.05 s a recording, so that none is kept from one recording to the next.
    """
    import formcheck.report.html
    import formcheck.report.overlay  # noqa: F401

    try:
        warm_up_model(find_model())
    except FormcheckError:
        return  # stored tracks need no model; a recording that does is told why there is none

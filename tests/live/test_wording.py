"""What the live mode says reads like English."""

from __future__ import annotations

import pytest

from formcheck.live import wording


@pytest.mark.parametrize(
    ("seconds", "said"), [(0.6, "1 second"), (1.4, "1 second"), (1.6, "2 seconds"), (30.0, "30 seconds")]
)
def test_one_second_is_not_seconds(seconds: float, said: str) -> None:
    assert wording.no_picture_for(seconds) == f"No picture for {said}"
    assert wording.held_for(seconds) == f"Held for {said}"

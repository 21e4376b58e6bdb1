"""``--blur-face`` reaches whatever makes the pictures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from formcheck.cli import check
from formcheck.report import outputs


@pytest.mark.parametrize("asked", [False, True])
def test_the_option_is_passed_on(asked: bool, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: dict[str, Any] = {}
    monkeypatch.setattr(outputs, "write_outputs", lambda *_, **named: told.update(named))
    track = root / "tests" / "golden" / "running_side_clean.npz"
    check.command(str(track), "running_side", report=tmp_path / "page.html", blur_face=asked, quiet=True)
    assert told["face_blur"] is asked

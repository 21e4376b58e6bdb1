"""``formcheck batch`` and ``rescore`` as typed: what is refused before any work, and with which code."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands import run_here


def test_every_wrong_row_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").touch()
    manifest = tmp_path / "manifest.csv"
    manifest.write_text(
        "file,exercise,side\na.mp4,clamshel,\na.mp4,clamshell,up\nnone.mp4,clamshell,\n", encoding="utf-8"
    )
    done = run_here("batch", "--manifest", manifest, "--out", tmp_path / "out")
    assert done.code == 2
    *rows, error = done.err.splitlines()
    assert [row.split(": ")[1] for row in rows] == ["line 2", "line 3", "line 4"]
    assert error == (
        "formcheck: error: 3 of 3 recordings cannot be planned; nothing was scored (--skip-wrong goes on without them)"
    )
    assert not list((tmp_path / "out").glob("*.parquet"))


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["batch", "films"], "--out DIR is missing"),
        (["batch", "films", "--out", "out", "--export", "fbx"], "trc,mot,c3d"),
        (["batch", ".", "--out", "out", "--exercise", "pushup"], "unknown exercise 'pushup'"),
        (["rescore", "nowhere", "--limits", "none.toml"], "limits file cannot be read"),
    ],
)
def test_what_cannot_be_right_is_one_line_and_code_2(arguments: list[str], word: str) -> None:
    done = run_here(*arguments)
    assert done.code == 2
    (line,) = done.err.splitlines()
    assert word in line

"""Outputs are whole or absent."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from formcheck.atomic import PARTIAL_TAG, check_writable, remove_partials, replacing, write_all, write_text
from formcheck.errors import OutputError


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def test_the_target_appears_only_when_the_block_ends(tmp_path: Path) -> None:
    target = tmp_path / "set.json"
    with replacing(target) as partial:
        partial.write_text("whole")
        assert not target.exists()
    assert target.read_text() == "whole"
    assert names(tmp_path) == ["set.json"]


@pytest.mark.parametrize("reason", [ValueError, KeyboardInterrupt, SystemExit])
def test_what_leaves_the_block_early_leaves_the_older_file_as_it_was(
    tmp_path: Path, reason: type[BaseException]
) -> None:
    target = tmp_path / "set.json"
    target.write_text("older")
    with pytest.raises(reason), replacing(target) as partial:  # noqa: PT012
        partial.write_text("half")
        raise reason
    assert target.read_text() == "older"
    assert names(tmp_path) == ["set.json"]


def test_the_partial_lies_beside_the_target_and_keeps_its_suffix(tmp_path: Path) -> None:
    with replacing(tmp_path / "overlay.webm") as partial:
        assert partial.parent == tmp_path
        assert partial.suffix == ".webm"
        partial.touch()


def test_a_link_is_followed_not_replaced(tmp_path: Path) -> None:
    real, link = tmp_path / "real.json", tmp_path / "link.json"
    real.write_text("older")
    link.symlink_to(real)
    write_text(link, "newer")
    assert link.is_symlink()
    assert real.read_text() == "newer"


def test_a_name_as_long_as_the_file_system_allows_can_be_written(tmp_path: Path) -> None:
    target = tmp_path / ("x" * 250 + ".json")
    check_writable(target)
    write_text(target, "{}")
    assert target.read_text() == "{}"


def test_a_block_that_wrote_nothing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="cannot write"), replacing(tmp_path / "set.json"):
        pass


def test_checking_leaves_no_trace(tmp_path: Path) -> None:
    check_writable(tmp_path / "set.json")
    assert names(tmp_path) == []


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("", "is a folder"),
        ("no/such/set.json", "there is no folder"),
        ("file/set.json", "there is no folder"),
        ("/dev/null", "not an ordinary file"),
        ("/proc/set.json", "choose another place"),
        ("x" * 300, "choose another place"),
    ],
)
def test_places_that_cannot_be_written_are_told_apart(tmp_path: Path, target: str, reason: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match=reason) as caught:
        check_writable(tmp_path / target)
    assert "\n" not in str(caught.value)


def test_what_is_no_file_is_not_replaced_by_one(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(OutputError, match="not an ordinary file"):
        write_text(pipe, "text")
    assert pipe.is_fifo()


def test_all_outputs_are_written_or_none(tmp_path: Path) -> None:
    def fail(path: Path) -> None:
        path.write_text("half")
        raise OSError(28, "No space left on device")

    with pytest.raises(OutputError, match="No space left"):
        write_all({tmp_path / "a": lambda path: path.write_text("whole"), tmp_path / "b": fail})
    assert not list(tmp_path.iterdir())
    write_all({tmp_path / "a": lambda path: path.write_text("whole")})
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_what_a_killed_process_left_is_removed_and_nothing_else(tmp_path: Path) -> None:
    others = {"set.json", ".formcheck-0123-ab.partial.json", ".other"}
    for name in others | {f".formcheck-{PARTIAL_TAG}-ab.partial.json"}:
        (tmp_path / name).touch()
    remove_partials(tmp_path, PARTIAL_TAG)
    assert {path.name for path in tmp_path.iterdir()} == others


def test_partial_names_carry_the_tag(tmp_path: Path) -> None:
    with replacing(tmp_path / "a.json") as partial:
        partial.touch()
        assert list(tmp_path.glob(f".formcheck-{PARTIAL_TAG}-*")) == [partial]

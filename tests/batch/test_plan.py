"""Planning: what is found, what is left out and said, what is refused before any work."""

from __future__ import annotations

from pathlib import Path

import pytest

from formcheck.batch.errors import PlanError
from formcheck.batch.plan import Plan, make_plan


def _touch(*paths: Path) -> None:
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"film")


def _names(plan: Plan) -> list[str]:
    return [Path(entry.name).name for entry in plan.entries]


def test_folders_name_the_exercise_and_leave_out_what_is_no_video(tmp_path: Path) -> None:
    _touch(tmp_path / "anna/Clamshell/week 1/b.MP4", tmp_path / "anna/single leg box-squat/a.mov")
    _touch(tmp_path / "anna/clamshell/notes.txt", tmp_path / "anna/.hidden/c.mp4", tmp_path / ".d.mp4")
    plan = make_plan([str(tmp_path)])
    assert [(Path(e.name).name, e.exercise) for e in plan.entries] == [
        ("b.MP4", "clamshell"),
        ("a.mov", "single_leg_box_squat"),
    ]
    assert plan.skipped == {"files that are no videos": 1, "hidden files and folders": 2}
    assert not plan.problems


def test_a_folder_that_names_no_exercise_is_a_problem_unless_one_is_given(tmp_path: Path) -> None:
    _touch(tmp_path / "a.mp4")
    (problem,) = make_plan([str(tmp_path)]).problems
    assert "nothing says which exercise" in str(problem)
    assert make_plan([str(tmp_path)], exercise="clamshell").entries[0].exercise == "clamshell"


def test_links_in_a_circle_end(tmp_path: Path) -> None:
    _touch(tmp_path / "clamshell/a.mp4")
    (tmp_path / "clamshell/again").symlink_to(tmp_path)
    plan = make_plan([str(tmp_path)])
    assert _names(plan) == ["a.mp4"]
    assert plan.skipped == {"folders that were searched already under another name": 1}


def test_a_link_to_another_folder_is_followed(tmp_path: Path) -> None:
    _touch(tmp_path / "elsewhere/a.mp4")
    (tmp_path / "clamshell").mkdir()
    (tmp_path / "clamshell/linked").symlink_to(tmp_path / "elsewhere")
    assert _names(make_plan([str(tmp_path / "clamshell")])) == ["a.mp4"]


@pytest.mark.parametrize(
    "name", ["with space.mp4", "quote'\".mp4", "line\nbreak.mp4", "клип 跑.mp4", "[1]*.mp4", "-x.mp4"]
)
def test_names_of_every_kind(tmp_path: Path, name: str) -> None:
    _touch(tmp_path / name)
    assert _names(make_plan([str(tmp_path / name)], exercise="clamshell")) == [name]


def test_a_name_that_is_no_text(tmp_path: Path) -> None:
    name = b"caf\xe9.mp4".decode("utf-8", "surrogateescape")
    _touch(tmp_path / name)
    assert _names(make_plan([str(tmp_path)], exercise="clamshell")) == [name]


def test_patterns(tmp_path: Path) -> None:
    _touch(tmp_path / "1/a.mp4", tmp_path / "2/b.mp4", tmp_path / "2/b.txt")
    assert _names(make_plan([f"{tmp_path}/**/*.mp4"], exercise="clamshell")) == ["a.mp4", "b.mp4"]
    (problem,) = make_plan([f"{tmp_path}/*.avi"]).problems
    assert "no file matches" in str(problem)


def test_one_file_named_twice_is_planned_once(tmp_path: Path) -> None:
    _touch(tmp_path / "clamshell/a.mp4")
    folder = str(tmp_path / "clamshell")
    assert len(make_plan([folder, f"{folder}/a.mp4", f"{folder}/../clamshell"]).entries) == 1


def test_a_manifest_looks_beside_itself_or_in_the_folders_given(tmp_path: Path) -> None:
    _touch(tmp_path / "a.mp4", tmp_path / "films/b.mp4", tmp_path / "films/c.mp4")
    manifest = tmp_path / "manifest.csv"
    manifest.write_text("file,exercise\na.mp4,clamshell\n", encoding="utf-8")
    assert make_plan([], manifest).entries[0].stamp is not None
    manifest.write_text("file,exercise\nb.mp4 ,clamshell\n", encoding="utf-8")
    plan = make_plan([str(tmp_path / "films")], manifest)
    assert plan.entries[0].stamp is not None
    assert plan.skipped == {"recordings that no row of the manifest names": 1}


def test_wrong_rows_are_told_in_the_order_of_lines(tmp_path: Path) -> None:
    _touch(tmp_path / "a.mp4", tmp_path / "b.mp4")
    manifest = tmp_path / "manifest.csv"
    manifest.write_text(
        "file,exercise,side\na.mp4,clamshel,left\na.mp4,clamshell,left\nb.mp4,,\na.mp4,clamshell,left\nb.mp4,auto,x\n",
        encoding="utf-8",
    )
    plan = make_plan([], manifest)
    assert [problem.line for problem in plan.problems] == [2, 4, 5, 6]
    assert "Did you mean 'clamshell'" in plan.problems[0].why
    assert "repeats line 3" in plan.problems[2].why


@pytest.mark.parametrize("said", ["running_side", "Running Side", " running-side"])
def test_exercises_are_known_as_people_write_them(tmp_path: Path, said: str) -> None:
    _touch(tmp_path / "a.mp4")
    (tmp_path / "manifest.csv").write_text(f"file,exercise\na.mp4,{said}\n", encoding="utf-8")
    assert make_plan([], tmp_path / "manifest.csv").entries[0].exercise == "running_side"


def test_a_recording_may_hold_two_exercises(tmp_path: Path) -> None:
    _touch(tmp_path / "a.mp4")
    manifest = tmp_path / "manifest.csv"
    manifest.write_text("file,exercise,side\na.mp4,clamshell,left\na.mp4,clamshell,right\n", encoding="utf-8")
    assert [entry.side for entry in make_plan([], manifest).entries] == ["left", "right"]


def test_auto_leaves_the_exercise_to_the_movement_where_the_manifest_names_none(tmp_path: Path) -> None:
    _touch(tmp_path / "a.mp4")
    _touch(tmp_path / "b.mp4")
    assert [entry.exercise for entry in make_plan([str(tmp_path)], exercise="auto").entries] == ["auto", "auto"]
    manifest = tmp_path / "manifest.csv"
    manifest.write_text("file,exercise\na.mp4,clamshell\nb.mp4,auto\n", encoding="utf-8")
    assert [entry.exercise for entry in make_plan([], manifest).entries] == ["clamshell", "auto"]


def test_a_file_that_is_not_there_has_no_stamp(tmp_path: Path) -> None:
    manifest = tmp_path / "manifest.csv"
    manifest.write_text("file,exercise\nnone.mp4,clamshell\n", encoding="utf-8")
    assert make_plan([], manifest).entries[0].stamp is None


def test_nothing_to_plan(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match="no recording to score"):
        make_plan([str(tmp_path)])

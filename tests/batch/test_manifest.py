"""The manifest, as clinics' spreadsheets write it."""

from __future__ import annotations

from pathlib import Path

import pytest

from formcheck.batch.errors import PlanError
from formcheck.batch.manifest import Row, read_manifest

TABLE = "File;Exercise;Side;Person ID;Session Date;Mirrored;Notes\nMüller, Ann.mp4;Clamshell;L;7;20.11.2026;yes;müde\n"


def _read(folder: Path, content: bytes | str) -> tuple[Row, ...]:
    path = folder / "manifest.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_manifest(path).rows


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_every_usual_encoding_reads_the_same(tmp_path: Path, encoding: str, line_end: str) -> None:
    rows = _read(tmp_path, TABLE.replace("\n", line_end).encode(encoding))
    assert rows == (
        Row(
            2,
            "Müller, Ann.mp4",
            "clamshell",
            "left",
            person="7",
            session_date="2026-11-20",
            mirrored=True,
            notes="müde",
        ),
    )


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_every_usual_delimiter(tmp_path: Path, delimiter: str) -> None:
    rows = _read(tmp_path, f"file{delimiter}exercise\na.mp4{delimiter}clamshell\n")
    assert [(row.file, row.exercise) for row in rows] == [("a.mp4", "clamshell")]


def test_missing_columns_say_nothing(tmp_path: Path) -> None:
    assert _read(tmp_path, "file\na.mp4\n\n \nb.mp4\n") == (Row(2, "a.mp4"), Row(5, "b.mp4"))


def test_names_keep_quotes_line_breaks_and_other_alphabets(tmp_path: Path) -> None:
    rows = _read(tmp_path, 'file,side\n"a ""b"" \'c\'.mp4",left\n"two\nlines.mp4",right\nупражнение 跑.mp4,\n')
    assert [(row.line, row.file) for row in rows] == [
        (2, "a \"b\" 'c'.mp4"),
        (3, "two\nlines.mp4"),
        (5, "упражнение 跑.mp4"),
    ]


def test_every_wrong_row_is_named_with_its_line_and_why(tmp_path: Path) -> None:
    path = tmp_path / "manifest.csv"
    path.write_text(
        "file,side,session_date,mirrored\n"
        ",left,,\n"
        "a.mp4,lft,,\n"
        "b.mp4,left,11/20/2026,\n"
        "c.mp4,left,,maybe\n"
        "d.mp4,left,,,extra\n"
        "e.mp4,left,2026-11-20,no\n",
        encoding="utf-8",
    )
    manifest = read_manifest(path)
    assert [row.file for row in manifest.rows] == ["e.mp4"]
    said = {wrong.row.line: str(wrong.problem()) for wrong in manifest.wrong}
    assert sorted(said) == [2, 3, 4, 5, 6]
    for line, word in {2: "no file", 3: "'lft'", 4: "2026-11-20", 5: "'maybe'", 6: "5 fields"}.items():
        assert word in said[line]


def test_unknown_columns_are_told(tmp_path: Path) -> None:
    path = tmp_path / "manifest.csv"
    path.write_text("file,Shoe Size\na.mp4,41\n", encoding="utf-8")
    assert read_manifest(path).unused_columns == ("Shoe Size",)


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "empty"),
        (b"name,side\na.mp4,left\n", "no column 'file'"),
        (b"file,path\na.mp4,b.mp4\n", "two columns"),
        (b'file\n"a.mp4', "line 2"),
        (b"file\n\x81\x8d.mp4\n", "line 2"),
    ],
)
def test_what_cannot_be_read_at_all_is_refused_in_one_line(tmp_path: Path, content: bytes, word: str) -> None:
    with pytest.raises(PlanError, match=word) as caught:
        _read(tmp_path, content)
    assert "\n" not in str(caught.value)


def test_a_manifest_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match="No such file"):
        read_manifest(tmp_path / "none.csv")

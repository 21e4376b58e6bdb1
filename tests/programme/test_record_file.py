"""The record's file: whole or absent, shared, never guessed at, never overwritten by what is older."""

from __future__ import annotations

import os
import resource
import shutil
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine

from formcheck.errors import FormcheckError, OutputError, SourceError, UsageError
from formcheck.programme import migrating, record_file
from formcheck.programme.entries import Entry, PainEntry, SetEntry
from formcheck.programme.places import belonging_to, delete_record, record_path
from formcheck.programme.record_file import RecordFile
from formcheck.programme.tables import VERSION, Base

DAY = date(2026, 1, 5)
PAIN = PainEntry(on=DAY, pain=1)
SET = SetEntry(on=DAY, exercise="clamshell", side="left", reps_complete=15, faults={"pelvic_roll": 2})

ADDS = """
import sys
from datetime import date
from pathlib import Path
from formcheck.programme.entries import PainEntry
from formcheck.programme.record_file import RecordFile
for _ in range(int(sys.argv[2])):
    RecordFile.open(Path(sys.argv[1])).add([PainEntry(on=date(2026, 1, 5), pain=1)], date(2026, 1, 5))
"""

READS = """
import sys
from pathlib import Path
from formcheck.programme.record_file import RecordFile
sys.stderr.write(f"{len(RecordFile.open(Path(sys.argv[1])).entries())} entries")
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "record.db"


def adding(
    path: Path, count: int, limit_bytes: int | None = None, script: str = ADDS
) -> subprocess.Popen[str]:
    """Another process that opens the record and adds to it, so many times; its files may not exceed a limit."""

    def limit() -> None:
        if limit_bytes is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit_bytes, limit_bytes))

    command = [sys.executable, "-c", script, str(path), str(count)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=limit)


def refusal(path: Path, kind: type[FormcheckError] = SourceError) -> str:
    """What opening this file is refused with; the file is as it was."""
    before = path.read_bytes()
    with pytest.raises(kind) as refused:
        RecordFile.open(path)
    assert path.read_bytes() == before
    assert "\n" not in str(refused.value)
    return str(refused.value)


def test_what_was_logged_is_there_again_in_its_order(path: Path, story: list[Entry]) -> None:
    some = story[:60]
    for entry in some:
        RecordFile.open(path).add([entry], DAY.replace(year=2027))
    assert RecordFile.open(path).entries() == some


def test_the_file_is_for_its_owner_alone(path: Path) -> None:
    RecordFile.open(path).add([PAIN], DAY)
    with closing(sqlite3.connect(path)) as reader:
        reader.execute("SELECT * FROM pains").fetchall()  # keeps the write-ahead log beside the file
        RecordFile.open(path).add([PAIN], DAY)
        assert {stat.S_IMODE(file.stat().st_mode) for file in belonging_to(path)} == {0o600}
        assert len(belonging_to(path)) == 3


def test_it_is_kept_in_write_ahead_logging(path: Path) -> None:
    RecordFile.open(path)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_undo_takes_back_the_last_log_whole_and_then_the_one_before(path: Path) -> None:
    record = RecordFile.open(path)
    record.add([PAIN], DAY)
    record.add([SET, SET], DAY)
    taken = record.undo()
    assert taken is not None
    assert taken.entries == (SET, SET)
    assert record.entries() == [PAIN]
    assert record.undo() is not None
    assert record.undo() is None


def test_entries_of_the_future_are_refused_and_nothing_is_written(path: Path) -> None:
    record = RecordFile.open(path)
    with pytest.raises(UsageError, match="2026-01-06 lies in the future"):
        record.add([PAIN, PainEntry(on=date(2026, 1, 6), pain=0)], DAY)
    assert record.entries() == []


def test_the_same_result_is_not_logged_twice(path: Path) -> None:
    record = RecordFile.open(path)
    record.add([SET], DAY, "mark")
    with pytest.raises(UsageError, match="--again"):
        record.add([SET], DAY, "mark")
    record.add([SET], DAY, None)
    assert len(record.entries()) == 2


@pytest.mark.parametrize("table", ["sets", "runs", "holds", "pains"])
def test_the_database_itself_refuses_pain_beyond_its_scale(path: Path, table: str) -> None:
    record = RecordFile.open(path)
    record.add([PAIN], DAY)
    column = "pain" if table == "pains" else "pain_during"
    with closing(sqlite3.connect(path)) as connection:
        sql = connection.execute("SELECT sql FROM sqlite_master WHERE name = ?", (table,)).fetchone()[0]
        assert f"{column} BETWEEN 0 AND 10" in sql
        with pytest.raises(sqlite3.IntegrityError, match="CHECK"):
            connection.execute("UPDATE pains SET pain = 11")


def test_the_migrations_lead_to_the_tables_that_the_program_uses(path: Path) -> None:
    RecordFile.open(path)
    assert migrating.newest_version() == VERSION
    with create_engine(f"sqlite:///{path}").connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_a_file_cut_short_is_told_apart_and_left_alone(path: Path) -> None:
    RecordFile.open(path).add([PAIN], DAY)
    whole = path.read_bytes()
    for length in (0, 50, 4096, len(whole) // 2, len(whole) - 100):
        path.write_bytes(whole[:length])
        assert "is damaged" in refusal(path), length
    path.write_bytes(whole)
    assert RecordFile.open(path).entries() == [PAIN]


def test_a_damaged_file_names_the_copy_beside_it(path: Path) -> None:
    RecordFile.open(path).add([PAIN] * 50, DAY)
    shutil.copy(path, f"{path}.backup-20260101T000000-from-0001-abc.db")
    data = bytearray(path.read_bytes())
    data[4096 : len(data)] = bytes(len(data) - 4096)
    path.write_bytes(data)
    assert f"an older copy is '{path}.backup-20260101T000000-from-0001-abc.db'" in refusal(path)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("UPDATE sets SET side = 'middle'", "row 1 of sets, side"),
        ("UPDATE sets SET reps_clean = 999", "999 repetitions are judged"),
        ("UPDATE sets SET faults = '{bad'", "a value cannot be read"),
        ("UPDATE sets SET on_day = 'soon'", "'soon'"),
    ],
)
def test_a_value_that_was_never_written_here_is_damage_too(path: Path, change: str, says: str) -> None:
    RecordFile.open(path).add([SET], DAY)
    with closing(sqlite3.connect(path)) as other:
        other.execute(change)
        other.commit()
    record = RecordFile.open(path)
    for read in (record.entries, record.undo):
        with pytest.raises(SourceError, match=says) as refused:
            read()
        assert "\n" not in str(refused.value)


def test_other_files_are_never_taken_for_a_record(path: Path, tmp_path: Path) -> None:
    path.write_text("this is no record\n" * 20)
    assert "is not a record of formcheck" in refusal(path)
    path.unlink()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE other (id INTEGER)")
    assert "another program's database" in refusal(path)
    with pytest.raises(SourceError, match="not an ordinary file"):
        RecordFile.open(tmp_path)


def test_a_record_of_a_newer_version_is_refused_untouched(path: Path) -> None:
    RecordFile.open(path).add([PAIN], DAY)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    assert "newer formcheck" in refusal(path)


NEXT = '''
import sqlalchemy as sa
from alembic import op
revision, down_revision, branch_labels, depends_on = "0002", "0001", None, None
def upgrade() -> None:
    with op.batch_alter_table("pains") as pains:
        pains.add_column(sa.Column("where", sa.String(), nullable=True))
        pains.drop_constraint(op.f("ck_pains_pain"), type_="check")
        pains.create_check_constraint(op.f("ck_pains_pain"), "pain BETWEEN 0 AND 10")
    {then}
'''


@pytest.fixture
def next_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """A formcheck one version on, whose migration ends with the given line."""
    home = Path(migrating.__file__).parent
    package = tmp_path / "package"
    shutil.copytree(home / "migrations", package / "migrations")

    def install(then: str) -> None:
        (package / "migrations" / "versions" / "v0002_next.py").write_text(NEXT.format(then=then))
        monkeypatch.setattr(migrating, "files", lambda _name: package)
        monkeypatch.setattr(record_file, "VERSION", "0002")

    return install


def test_a_copy_is_made_before_an_older_record_is_migrated(path: Path, next_version: Callable[[str], None]) -> None:
    RecordFile.open(path).add([PAIN, SET], DAY)
    next_version("pass")
    assert RecordFile.open(path).entries() == [PAIN, SET] or RecordFile.open(path).entries() == [SET, PAIN]
    with closing(sqlite3.connect(path)) as connection:
        assert "where" in [row[1] for row in connection.execute("PRAGMA table_info(pains)")]
    (copy,) = [file for file in belonging_to(path) if "backup" in file.name]
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == ("0001",)
        assert connection.execute("SELECT pain FROM pains").fetchall() == [(1,)]


def test_a_migration_that_fails_leaves_the_record_as_it_was(path: Path, next_version: Callable[[str], None]) -> None:
    RecordFile.open(path).add([PAIN], DAY)
    next_version('op.execute("SELECT no_such_column FROM pains")')
    with pytest.raises(SourceError):
        RecordFile.open(path)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == ("0001",)
        assert "where" not in [row[1] for row in connection.execute("PRAGMA table_info(pains)")]
        assert connection.execute("SELECT pain FROM pains").fetchall() == [(1,)]


@pytest.mark.slow
def test_two_processes_that_make_and_fill_one_record_lose_nothing(path: Path) -> None:
    writers = [adding(path, 25) for _ in range(2)]
    for writer in writers:
        _, said = writer.communicate(timeout=120)
        assert writer.returncode == 0, said
    assert len(RecordFile.open(path).entries()) == 50
    assert belonging_to(path) == [path], "nothing unfinished is left behind"


def test_a_record_in_anothers_hands_is_waited_for_and_then_told(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    RecordFile.open(path)
    monkeypatch.setattr(record_file, "BUSY_S", 0.1)
    record = RecordFile.open(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(OutputError, match="in use by another process"):
            record.add([PAIN], DAY)
        assert record.entries() == [], "reading goes on"
    record.add([PAIN], DAY)


@pytest.mark.slow
def test_when_the_disk_is_full_nothing_is_lost_and_it_is_said(path: Path) -> None:
    RecordFile.open(path).add([PAIN], DAY)
    writer = adding(path, 1, limit_bytes=12_288)
    _, said = writer.communicate(timeout=120)
    assert writer.returncode != 0
    assert "OutputError" in said.splitlines()[-1]
    assert "nothing was lost; make room" in said
    kept = RecordFile.open(path).entries()
    assert kept == [PAIN]
    RecordFile.open(path).add([PAIN], DAY)
    assert RecordFile.open(path).entries() == [PAIN, PAIN]


@pytest.mark.slow
def test_a_disk_that_is_full_from_the_start_leaves_no_half_made_record(path: Path) -> None:
    writer = adding(path, 1, limit_bytes=8192)
    _, said = writer.communicate(timeout=120)
    assert "OutputError" in said.splitlines()[-1]
    assert list(path.parent.iterdir()) == []


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="needs a user who is not root")
def test_a_record_that_may_not_be_written_can_be_read(path: Path) -> None:
    RecordFile.open(path).add([PAIN], DAY)
    path.chmod(0o400)
    with pytest.raises(OutputError):
        RecordFile.open(path).add([PAIN], DAY)
    path.parent.chmod(0o500)
    try:
        assert RecordFile.open(path).entries() == [PAIN]
    finally:
        path.parent.chmod(0o700)


def test_on_a_disk_without_any_room_all_of_it_can_be_read(path: Path) -> None:
    """SQLite makes its log even to read; where it cannot, one's own data are not out of reach."""
    RecordFile.open(path).add([PAIN], DAY)
    before = path.read_bytes()
    for script, says in ((READS, "1 entries"), (ADDS, "nothing was lost; make room")):
        reader = adding(path, 1, limit_bytes=0, script=script)
        assert says in "".join(reader.communicate(timeout=120))
    assert path.read_bytes() == before
    assert RecordFile.open(path).entries() == [PAIN]


def test_what_only_the_log_holds_is_not_left_out_for_want_of_room(path: Path) -> None:
    """A half-read record would look like a whole one."""
    RecordFile.open(path).add([PAIN], DAY)
    with closing(sqlite3.connect(path)) as other:
        other.execute("INSERT INTO pains (log_id, on_day, pain) VALUES (1, '2026-01-05', 4)")
        other.commit()
        assert path.with_name("record.db-wal").stat().st_size
        path.with_name("record.db-shm").unlink()
        said = "".join(adding(path, 1, limit_bytes=0, script=READS).communicate(timeout=120))
    assert "entries" not in said.splitlines()[-1]
    assert "nothing was lost" in said


def test_gone_means_every_file_of_it(path: Path) -> None:
    RecordFile.open(path).add([PAIN], DAY)
    for name in ("record.db-wal", "record.db-shm", "record.db.backup-1-from-0001-a.db", ".record.db-12ab.partial"):
        (path.parent / name).touch()
    mine = path.parent / "diary.txt"
    mine.write_text("mine")
    assert len(delete_record(path)) == 5
    assert list(path.parent.iterdir()) == [mine]
    with pytest.raises(SourceError, match="there is no record"):
        delete_record(path)


@pytest.mark.skipif(sys.platform == "win32", reason="making a link needs a right of its own there")
def test_a_record_by_another_name_is_gone_itself(path: Path) -> None:
    RecordFile.open(path).add([PAIN], DAY)
    link = path.with_name("link.db")
    link.symlink_to(path)
    delete_record(record_path(link))
    assert not path.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="such names are not allowed there")
@pytest.mark.parametrize("name", ["a?b#c%20.db", "名前.db", "it's \"mine\".db", "a&mode=ro;b.db"])
def test_a_record_may_have_any_name(tmp_path: Path, name: str) -> None:
    RecordFile.open(tmp_path / name).add([PAIN], DAY)
    assert RecordFile.open(tmp_path / name).entries() == [PAIN]
    assert [file.name for file in tmp_path.iterdir()] == [name]


def test_what_is_not_a_record_is_not_deleted(path: Path) -> None:
    path.write_text("somebody's novel, long enough to be no stump of a record " * 4)
    with pytest.raises(SourceError, match="nothing was deleted"):
        delete_record(path)
    assert path.exists()


def test_the_record_lies_where_it_is_told_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.delenv("FORMCHECK_RECORD", raising=False)
    if sys.platform == "linux":
        assert record_path(None) == tmp_path / "data" / "formcheck" / "record.db"
    monkeypatch.setenv("FORMCHECK_RECORD", str(tmp_path / "mine.db"))
    assert record_path(None) == tmp_path / "mine.db"
    assert record_path(tmp_path / "named.db") == tmp_path / "named.db"
    with pytest.raises(OutputError, match="create it first"):
        record_path(tmp_path / "nowhere" / "named.db")

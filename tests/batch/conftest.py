"""A small clinic: stored tracks stand for recordings where decoding is not the point, for they score in no time."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest

from bench.clips import shortened
from formcheck.batch.engines.base import Engine, Watch
from formcheck.batch.engines.local import LocalEngine
from formcheck.batch.journal import Attempt
from formcheck.batch.plan import Entry, Plan, make_plan
from formcheck.batch.runner import Finished, Options, run_batch
from formcheck.batch.storage import open_storage
from formcheck.pose.model_store import ModelFile

SETS = {
    "clamshell": ("clamshell_test_01", "clamshell_test_02"),
    "single_leg_glute_bridge": ("bridge_test_01", "bridge_test_02"),
    "running_side": ("side_test_01",),
}


class Seen:
    """Takes down what a run tells of its progress."""

    def __init__(self) -> None:
        self.to_do = -1
        self.attempts: list[Attempt] = []

    def planned(self, plan: Plan, to_do: int) -> None:
        self.to_do = to_do

    def frames(self, count: int) -> None: ...

    def ended(self, entry: Entry, attempt: Attempt) -> None:
        self.attempts.append(attempt)

    def finishing(self) -> None: ...


class Clinic:
    """A folder of recordings with a manifest, and an output folder."""

    def __init__(self, folder: Path, model: ModelFile, engine: Engine) -> None:
        self.folder, self.model, self.engine = folder, model, engine
        self.manifest = folder / "manifest.csv"
        self.out = folder / "out"

    def plan(self) -> Plan:
        return make_plan([], self.manifest)

    def run(
        self,
        options: Options | None = None,
        *,
        seen: Seen | None = None,
        watch: Watch | None = None,
        engine: Engine | None = None,
        place: str | None = None,
    ) -> Finished:
        with engine or nullcontext(self.engine) as at_work:
            return self._run(at_work, options, seen, watch, place)

    def _run(
        self, engine: Engine, options: Options | None, seen: Seen | None, watch: Watch | None, place: str | None
    ) -> Finished:
        return run_batch(
            self.plan(),
            open_storage(place or str(self.out)),
            engine,
            self.model.sha256,
            options or Options(),
            seen or Seen(),
            watch or Watch(),
        )

    def tables(self, folder: str = "") -> dict[str, bytes]:
        kinds = ("*.parquet", "*.csv", "*.jsonl", "summary.html")
        return {path.name: path.read_bytes() for kind in kinds for path in (self.out / folder).glob(kind)}

    def add_row(self, *fields: str) -> None:
        with self.manifest.open("a", encoding="utf-8") as file:
            file.write(",".join(fields) + "\n")


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    """Two warm workers for all tests."""
    with LocalEngine(2) as made:
        yield made


@pytest.fixture
def clinic(tmp_path: Path, root: Path, model: ModelFile, engine: Engine) -> Clinic:
    """Five recordings of two people, each scored in a fraction of a second."""
    return _opened(tmp_path, root, model, engine)


def _opened(folder: Path, root: Path, model: ModelFile, engine: Engine) -> Clinic:
    folder.mkdir(exist_ok=True)
    made = Clinic(folder, model, engine)
    made.manifest.write_text("file,exercise,side,person,session_date,notes\n", encoding="utf-8")
    for number, (exercise, name) in enumerate((e, name) for e, names in SETS.items() for name in names):
        shutil.copyfile(root / f"bench/data/{name}.npz", folder / f"{name}.npz")
        made.add_row(f"{name}.npz", exercise, "auto", f"person {number % 2}", f"2026-11-0{number + 1}", "")
    return made


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory, root: Path, model: ModelFile, engine: Engine) -> Clinic:
    """A clinic after its first batch, with a copy beside it."""
    made = _opened(tmp_path_factory.mktemp("clinic") / "at work", root, model, engine)
    made.run()
    shutil.copytree(made.folder, made.folder.with_name("kept"))
    return made


@pytest.fixture
def finished(kept: Clinic) -> Clinic:
    """The clinic after its first batch, as it was left: in the same place, for recordings are known by their paths."""
    shutil.rmtree(kept.folder)
    shutil.copytree(kept.folder.with_name("kept"), kept.folder)
    return Clinic(kept.folder, kept.model, kept.engine)


@pytest.fixture(scope="session")
def film(samples: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds of a clamshell."""
    path = tmp_path_factory.mktemp("film") / "set.webm"
    return shortened(samples / "clamshell_clean_right.mp4", path, 2.0)

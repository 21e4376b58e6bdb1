"""The corpus of damaged films: the same every time, and nothing in it hangs a worker or goes unexplained."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from bench.mutants import BOUNDS, TIMEOUT_S, kind_of, mutants, seed_films
from formcheck.errors import SourceError
from formcheck.video.open_source import open_source
from formcheck.workers.task import Failure, Task
from formcheck.workers.worker import Worker

EXPLAINED = {"scored", "SourceError", "NobodyToScoreError"}


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return seed_films(tmp_path_factory.mktemp("seeds"))


def test_the_corpus_is_the_same_every_time(seeds: dict[str, bytes]) -> None:
    first, second = list(mutants(seeds, 500, seed=1)), list(mutants(seeds, 500, seed=1))
    assert first == second
    assert len({mutant.content for mutant in first}) > 490
    assert first[:20] != list(mutants(seeds, 20, seed=2))
    assert not {mutant.content for mutant in first} & set(seeds.values()), "each of them is damaged"


def test_every_seed_but_the_pictures_is_a_film(seeds: dict[str, bytes], tmp_path: Path) -> None:
    for name, content in seeds.items():
        (tmp_path / "upload").write_bytes(content)
        if name == "film.gif":
            with pytest.raises(SourceError, match="it is a picture"):
                open_source(tmp_path / "upload")
            continue
        with open_source(tmp_path / "upload", bounds=BOUNDS) as source:
            assert sum(1 for _ in source) == 12, name


def test_damaged_films_are_scored_or_explained_by_one_and_the_same_process(
    seeds: dict[str, bytes], tmp_path: Path
) -> None:
    """Forty of those that `python -m bench.mutants` runs by the hundred."""
    upload = tmp_path / "upload"
    kinds: Counter[str] = Counter()
    with Worker() as worker:
        pid = worker.pid
        for mutant in list(mutants(seeds, 600, seed=1))[::15]:
            upload.write_bytes(mutant.content)
            outcome = worker.run(Task(upload, "clamshell", bounds=BOUNDS, timeout_s=TIMEOUT_S))
            kinds[kind_of(outcome)] += 1
            assert kind_of(outcome) in EXPLAINED, f"{mutant.name}: {outcome}"
            if isinstance(outcome, Failure):
                assert "upload" not in outcome.message
                assert str(tmp_path) not in outcome.message
        assert worker.pid == pid
    assert kinds["scored"] > 5
    assert kinds["SourceError"] > 5

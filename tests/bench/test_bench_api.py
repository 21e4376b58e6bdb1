"""The figures of the API's bench as the part of ``docs/api.md`` that is measured."""

from __future__ import annotations

from pathlib import Path

from bench.bench_api import API, BEGIN, CHECK, END, WORKER, Figures, page, renewed

FIGURES = Figures(
    clip="a clip",
    rounds_s={CHECK: [10.0, 20.0, 12.0], WORKER: [8.0, 16.0, 9.0], API: [9.0, 20.0, 12.0]},
    jobs=6,
    queues_s={1: 20.0, 2: 12.0},
    load=(0.1, 2.0),
)


def test_each_round_is_compared_with_its_own_check() -> None:
    told = page(FIGURES)
    assert f"| {API} | 12.00 s | 1.00 (0.90 to 1.00) |" in told
    assert f"| {WORKER} | 9.00 s | 0.80 (0.75 to 0.80) |" in told
    assert "| 2 | 12.0 s | 1800 |" in told


def test_only_the_figures_of_the_page_are_renewed(root: Path) -> None:
    before = (root / "docs" / "api.md").read_text(encoding="utf-8")
    after = renewed(before, FIGURES)
    assert after.partition(BEGIN)[0] == before.partition(BEGIN)[0]
    assert after.partition(END)[2] == before.partition(END)[2] != ""
    assert renewed(after, FIGURES) == after

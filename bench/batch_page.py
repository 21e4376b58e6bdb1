"""The figures of `bench.bench_batch` as the part of ``docs/scale.md`` that is measured, and what follows from them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

__all__ = ["BEGIN", "END", "page", "renewed"]

BEGIN: Final = "<!-- figures -->\n"
END: Final = "<!-- /figures -->\n"

MILLION: Final = 1_000_000
CORES: Final = 16
"""Of an assumed node."""


def renewed(text: str, figures: Mapping[str, float]) -> str:
    """The page with its figures replaced."""
    before, _, rest = text.partition(BEGIN)
    return f"{before}{BEGIN}{page(figures)}{END}{rest.partition(END)[2]}"


def page(figures: Mapping[str, float]) -> str:
    """What was measured as a table, with what follows for a million recordings."""
    return "\n".join([*_conditions(figures), "", *_measured(figures), "", *_million(figures), ""])


def _conditions(f: Mapping[str, float]) -> list[str]:
    busy = max(f["load_before"], f["load_after"]) > 1.5 * f["cores"]
    load = f"load {f['load_before']:.1f} before, {f['load_after']:.1f} after"
    said = " The machine was busy with other work: rates are too low, and ratios uncertain." if busy else ""
    films = f"{f['recordings']:.0f} recordings of {f['seconds']:.0f} s at {f['rate_hz']:.0f} frames a second,"
    size = f" {f['width_px']:.0f}x{f['height_px']:.0f}"
    return [f"Measured on {f['cores']:.0f} cores ({load}) with {films}{size}.{said}"]


def _measured(f: Mapping[str, float]) -> list[str]:
    efficiency = f["workers_2_per_h"] / f["workers_1_per_h"]
    rows = [
        ("recordings an hour, plain loop", f"{f['loop_per_h']:.0f}", ""),
        ("one worker", f"{f['workers_1_per_h']:.0f}", ""),
        ("two workers", f"{f['workers_2_per_h']:.0f}", ""),
        ("two workers against one", f"{efficiency:.2f}", "at least 1.85"),
    ]
    if "ray_2_per_h" in f:
        overhead = 100 * (f["workers_2_per_h"] / f["ray_2_per_h"] - 1)
        rows.append(("Ray on two processors against two workers: time more", f"{overhead:.0f}%", "under 5%"))
    rows += [
        (f"`rescore` of {f['tracks']:.0f} tracks, two processes", f"{f['rescore_s']:.1f} s", ""),
        ("the same for 10,000, by proportion", f"{f['rescore_s'] * 10_000 / f['tracks']:.0f} s", "under 120 s"),
        (
            f"its peak memory, all processes: {f['tracks'] // 4:.0f} tracks, then {f['tracks']:.0f}",
            f"{f['rescore_peak_quarter_mb']:.0f}, {f['rescore_peak_mb']:.0f} MB",
            "flat",
        ),
        (f"planning {f['plan_rows']:.0f} manifest rows", f"{f['plan_s']:.1f} s", "under 20 s"),
        ("memory of the plan, each row", f"{f['plan_row_kb']:.1f} kB", ""),
        ("taking down an outcome, safe on the disk", f"{f['journal_ms']:.1f} ms", ""),
        ("track and result of one recording", f"{f['stored_kb']:.0f} kB", ""),
    ]
    return ["| | measured | aim |", "|---|---|---|", *(f"| {what} | {value} | {aim} |" for what, value, aim in rows)]


def _million(f: Mapping[str, float]) -> list[str]:
    minute = f["seconds"] / 60
    rate_per_h = f["workers_1_per_h"] * minute
    efficiency = f["workers_2_per_h"] / f["workers_1_per_h"] / 2
    node_per_h = rate_per_h * efficiency * CORES
    plan_min = MILLION * f["plan_s"] / f["plan_rows"] / 60
    rescore_h = MILLION * f["rescore_s"] / f["tracks"] / 3600
    taken_per_s = 1000 / f["journal_ms"]
    nodes = [(count, MILLION / node_per_h / count) for count in (1, 10, 100)]
    return [
        f"From these, by proportion: *r* = {rate_per_h:.0f} recordings of one minute an hour on one core, *e* ="
        f" {efficiency:.2f}, and a million recordings take:",
        "",
        f"| nodes of {CORES} cores | hours | days |",
        "|---|---|---|",
        *(f"| {count} | {hours:,.1f} | {hours / 24:,.1f} |" for count, hours in nodes),
        "",
        f"They leave {MILLION * f['stored_kb'] / minute / 1e9:.2f} TB of tracks and results. Their plan takes"
        f" {MILLION * f['plan_row_kb'] / 1e6:.1f} GB of memory and {plan_min:.0f} minutes. To score them again under"
        f" other limits takes {rescore_h:.1f} hours on two cores. The machine that gives out the work takes down"
        f" {taken_per_s:.0f} outcomes a second, those of {taken_per_s * 3600 / node_per_h:,.0f} such nodes.",
    ]

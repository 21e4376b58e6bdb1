"""``formcheck exercises``: what can be checked, from where the camera sees it, and with which limits."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from formcheck.exercises.base import Checker
from formcheck.exercises.declare import Limit, declared
from formcheck.exercises.registry import exercise_ids, get_exercise


def command(
    exercise: Annotated[str, typer.Argument(metavar="[ID]", help="Show this exercise in full.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")] = False,
) -> None:
    """List the exercises, or show one: movement, dose, camera, checks, limits and their sources."""
    chosen = [get_exercise(exercise)] if exercise else [get_exercise(known) for known in exercise_ids()]
    if as_json:
        records = [_record(checker) for checker in chosen]
        print(json.dumps(records[0] if exercise else records, indent=2, ensure_ascii=False))
    elif exercise:
        _show(chosen[0], Console())
    else:
        _list(chosen, Console())


def _record(checker: type[Checker]) -> dict[str, Any]:
    return {
        "id": checker.id,
        "title": checker.title,
        "version": checker.version,
        **asdict(checker.about),
        "limits": [asdict(limit) for limit in declared(checker.Params)],
    }


def _list(checkers: list[type[Checker]], console: Console) -> None:
    table = _table("Exercise", "Title", "Camera")
    for checker in checkers:
        table.add_row(checker.id, checker.title, checker.about.camera)
    console.print(table)
    console.print("formcheck exercises ID shows one in full.", highlight=False)


def _show(checker: type[Checker], console: Console) -> None:
    about = checker.about
    console.print(Text.assemble((checker.title, "bold"), f"  ({checker.id}, version {checker.version})"))
    facts = Table.grid(padding=(0, 2))
    for name, value in (
        ("Movement", about.movement),
        ("Dose", about.dose.text),
        ("Camera", about.camera),
        ("Counted by", about.counts),
    ):
        facts.add_row(Text(name, style="bold"), Text(value))
    console.print(facts)
    checks = _table("Check", "What it asks", "Camera for it", "Cue", "Source")
    for check in about.checks:
        checks.add_row(check.id, check.title, check.camera, check.cue, check.source)
    console.print(checks)
    limits = _table("Limit", "Default", "Range", "What it is", "Source")
    for limit in declared(checker.Params):
        limits.add_row(
            limit.name, _with_unit(limit.default, limit), _range(limit), limit.help, limit.source
        )
    console.print(limits)


def _range(limit: Limit) -> str:
    return f"{limit.low:g} to {_with_unit(limit.high, limit)}"


def _with_unit(value: float, limit: Limit) -> str:
    return f"{value:g} {limit.unit}".rstrip()


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(1, 2, 0, 0), header_style="bold")
    table.add_column(columns[0], no_wrap=True)
    for column in columns[1:]:
        table.add_column(column)
    return table

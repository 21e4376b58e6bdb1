"""The catalogue of exercises as a page: `python -m formcheck.exercises.catalogue docs/exercises.md`."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from formcheck.atomic import write_text
from formcheck.exercises.base import Checker
from formcheck.exercises.declare import Check, Limit, declared
from formcheck.exercises.registry import exercise_ids, get_exercise

_INTRODUCTION = """# The exercises: what is judged, from where, against which limits

Written by `make docs` from what each checker declares. `--limits FILE.toml` overrides any limit within its range.
"""


def catalogue() -> str:
    """Every exercise's movement, dose, camera, checks and limits, as Markdown."""
    return "\n".join([_INTRODUCTION, *(_exercise(get_exercise(known)) for known in exercise_ids())])


def _exercise(checker: type[Checker]) -> str:
    about = checker.about
    return "\n".join(
        [
            f"## {checker.title} (`{checker.id}`, version {checker.version})\n",
            f"{about.movement}\n",
            f"- Dose: {about.dose.text}.",
            f"- Camera: {about.camera}",
            f"- Counted by: {about.counts}.\n",
            *_table(("check", "asks", "how to mend it", "camera", "source"), map(_check, about.checks)),
            "",
            *_table(("limit", "default", "range", "what it is", "source"), map(_limit, declared(checker.Params))),
            "",
        ]
    )


def _check(check: Check) -> tuple[str, ...]:
    by_tag = f" With the {check.tag} card of the [tag](tag.md), where that is seen." if check.tag else ""
    return f"`{check.id}`", check.title, check.cue, check.camera + by_tag, check.source


def _limit(limit: Limit) -> tuple[str, ...]:
    span = f"{limit.low:g} to {limit.high:g}"
    return f"`{limit.name}`", f"{limit.default:g} {limit.unit}", span, limit.help, limit.source


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[str]:
    return [_row(head), _row(("---",) * len(head)), *map(_row, rows)]


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


if __name__ == "__main__":
    write_text(Path(sys.argv[1]), catalogue())

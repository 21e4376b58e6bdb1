"""``formcheck doctor``: what is installed, and whether it works."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def command(
    model: Annotated[Path | None, typer.Option(metavar="FILE.task", help="A pose model of your own.")] = None,
) -> None:
    """Report versions, system libraries, cv2 provider and pose model, and try one inference.

    Ends with 0 when all is well, 4 when the pose model is missing or wrong, 1 for anything else.
    """
    from formcheck.doctor import examine

    worst = 0
    for finding in examine(model):
        print(f"{'ok  ' if not finding.exit_code else 'FAIL'}  {finding.name:<17} {finding.found}")
        worst = max(worst, finding.exit_code)
    raise typer.Exit(worst)

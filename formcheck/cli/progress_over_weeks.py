"""``formcheck progress``: what has changed over the weeks, in the terminal and as an HTML page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from formcheck.cli.record import DayOption, GuideOption, RecordOption, day_asked, guide_asked, open_record

if TYPE_CHECKING:
    from formcheck.programme.trend_words import Row

_STYLES: Final = {"better": "green", "worse": "red"}


def command(
    html: Annotated[Path | None, typer.Option(metavar="FILE", help="Write a page with plots: one HTML file.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Show what could not be compared, too.")] = False,
    day: DayOption = None,
    record: RecordOption = None,
    guide: GuideOption = None,
) -> None:
    """Show what has changed: better or worse only when beyond the error of measurement."""
    from formcheck.atomic import write_text
    from formcheck.cli.outputs import check_outputs
    from formcheck.programme.places import refuse_record

    if html is not None:
        check_outputs({"--html": html}, [guide] if guide else [])
        refuse_record(html)
    programme, on = guide_asked(guide), day_asked(day)
    entries = open_record(record).entries()

    from formcheck.programme.diary import Diary
    from formcheck.programme.trend_words import legend, rows_of
    from formcheck.programme.trends import series_of

    found = series_of(Diary.of(entries, programme, on))
    if html is not None:
        from formcheck.programme.page import render_page
        from formcheck.programme.state import state_of

        write_text(html, render_page(state_of(entries, programme, on), found, programme))
    rows = rows_of(found, programme)
    _show(rows if everything else [row for row in rows if row.answer != "not compared"], len(rows))
    print(legend(programme))
    if html is not None:
        print(f"page {html}")


def _show(rows: list[Row], known: int) -> None:
    console = Console(highlight=False)
    if not known:
        print("Nothing is in the record yet: formcheck log begins it.")
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("Quantity", min_width=12)
    table.add_column("At first → lately", justify="right", no_wrap=True)
    table.add_column("Change", min_width=len("no change"))
    group = ""
    for row in rows:
        if row.group != group:
            table.add_row(Text(row.group, style="bold"))
            group = row.group
        words = Text(row.words, style=_STYLES.get(row.answer, ""))
        table.add_row(f"  {row.what}", row.span, words)
    if rows:
        console.print(table)
    if known > len(rows):
        print(f"{known - len(rows)} quantities could not be compared yet; --all names them and says why.")

"""``formcheck tag``: a page with the cards to wear on the waistband."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from formcheck.errors import UsageError
from formcheck.tag.design import DEFAULT, TagDesign, checked_design, parse_codes, parse_side

DEFAULT_OUT = Path("tag.pdf")


def command(
    out: Annotated[
        Path, typer.Option(metavar="FILE", help="Where to; .pdf, .svg or .png decides what it is.")
    ] = DEFAULT_OUT,
    size: Annotated[str, typer.Option(metavar="LENGTH", help="Side of the black square: 10cm, 100mm, 4in.")] = "10cm",
    page: Annotated[str, typer.Option(metavar="A4|Letter", help="The paper.")] = "A4",
    dictionary: Annotated[
        str, typer.Option(metavar="NAME", help="OpenCV's dictionary of codes, without DICT_.")
    ] = DEFAULT.dictionary,
    ids: Annotated[
        str, typer.Option(metavar="FRONT,BACK", help=r"The codes; name others in the table \[tag] of --limits too.")
    ] = f"{DEFAULT.front_id},{DEFAULT.back_id}",
) -> None:
    """Print the tag: two cards, front and back, by which the pelvis is seen.

    Print the page at 100% and check its ruler. The cards are worn on a snug belt, see docs/tag.md.
    """
    front, back = parse_codes(ids)
    design = checked_design(TagDesign(dictionary, front, back, parse_side(size)))

    from formcheck.atomic import write_bytes
    from formcheck.tag.sheet import FORMATS, PAGES_MM, pages

    paper = next((known for known in PAGES_MM if known.lower() == page.lower()), None)
    if paper is None:
        raise UsageError(f"unknown page '{page}'; it is {' or '.join(PAGES_MM)}")
    kind = next((known for known in FORMATS if out.suffix.lower() == f".{known}"), None)
    if kind is None:
        raise UsageError(f"--out '{out}' does not end in {', '.join(f'.{known}' for known in FORMATS)}; name it so")
    files = pages(design, paper, kind)
    for number, content in enumerate(files, start=1):
        path = out if len(files) == 1 else out.with_stem(f"{out.stem}-{number}")
        write_bytes(path, content)
        print(path)

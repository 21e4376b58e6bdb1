"""Two reports of one run, from behind and from the side, as one page."""

from __future__ import annotations

import re
from typing import Final

from markupsafe import Markup

__all__ = ["combine_reports"]

_MAIN: Final = re.compile(r"<main>(.*)</main>", re.DOTALL)
_TITLE: Final = re.compile(r"<h1>(.*?)</h1>", re.DOTALL)
_NAMES: Final = re.compile(r'\b(id|aria-labelledby|href|xlink:href|clip-path)="(#|url\(#)?([^"#:]+?)(\)?)"')
_STYLE_NAMES: Final = re.compile(r"url\(#([^)]+)\)")


def combine_reports(first: str, second: str) -> str:
    """One document of two that `formcheck.report.html.render_report` made: the first's, with the second below.

    A list at the top leads to each view. Names within the second document are changed so that none occurs twice.

    Raises:
        ValueError: one of them is no report.
    """
    views = [_main_of(first), _renamed(_main_of(second))]
    titles = [_title_of(view) for view in views]
    links = Markup("").join(
        Markup('<li><a href="#view-{}">{}</a></li>').format(number, title) for number, title in enumerate(titles, 1)
    )
    contents = Markup('<nav aria-label="Views of this run"><ul>{}</ul></nav>').format(links)
    parts = [f'<div id="view-{number}">{view}</div>' for number, view in enumerate(views, 1)]
    body = f"<main>\n{contents}\n" + "\n<hr>\n".join(parts) + "\n</main>"
    return _MAIN.sub(lambda _: body, first, count=1)


def _main_of(document: str) -> str:
    if (match := _MAIN.search(document)) is None:
        raise ValueError("this is no report: it has no main part")
    return match.group(1)


def _title_of(view: str) -> Markup:
    if (match := _TITLE.search(view)) is None:
        raise ValueError("this is no report: it has no heading")
    return Markup(match.group(1))  # taken from a rendered page, where it is escaped already


def _renamed(view: str) -> str:
    own = {name for kind, _, name, _ in _NAMES.findall(view) if kind == "id"}

    def attribute(match: re.Match[str]) -> str:
        kind, before, name, after = match.groups()
        is_name = kind in ("id", "aria-labelledby") or before
        return f'{kind}="{before or ""}{name}-2{after}"' if is_name and name in own else match.group(0)

    return _STYLE_NAMES.sub(
        lambda match: f"url(#{match.group(1)}-2)" if match.group(1) in own else match.group(0),
        _NAMES.sub(attribute, view),
    )

"""`python -m tests.programme.make_golden` writes what `formcheck today` says on each Monday of the story anew."""

from __future__ import annotations

from pathlib import Path

from formcheck.programme.entries import Entry
from formcheck.programme.guide import Guide, load_guide
from formcheck.programme.state import state_of
from formcheck.programme.today_words import sections, text_of
from tests.programme.person import WEEKS, lived, monday

GOLDEN = Path(__file__).parent / "golden"
MORNINGS = range(1, WEEKS + 2)


def said(entries: list[Entry], guide: Guide, week: int) -> str:
    """The whole of `formcheck today` on the Monday morning of a week, before anything is logged."""
    before = [entry for entry in entries if entry.on < monday(week)]
    return text_of(sections(state_of(before, guide, monday(week)), guide))


def golden(week: int) -> Path:
    return GOLDEN / f"week_{week:02}.txt"


if __name__ == "__main__":
    guide = load_guide()
    entries = lived(guide, monday(WEEKS + 1))
    for week in MORNINGS:
        golden(week).write_text(said(entries, guide, week), encoding="utf-8")

"""Writes the summary into an output folder: the index and one page a person, made by several processes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from formcheck.batch.changes import CheckChange
from formcheck.batch.pool import in_order
from formcheck.batch.storage import Storage
from formcheck.batch.store import name_of
from formcheck.batch.summary.facts import Collected, SetFacts
from formcheck.batch.summary.frames import worst_frames
from formcheck.batch.summary.pages import page_of, render_index, render_person
from formcheck.batch.summary.people import Person, people_of
from formcheck.batch.summary.words import IndexRow, compared, index_rows

__all__ = ["write_summary"]


@dataclass(frozen=True, slots=True)
class _PersonPage:
    """Writes one person's page; can be called in another process."""

    storage: Storage
    folder: str
    reports: bool

    def __call__(self, person: Person) -> list[IndexRow]:
        """The person's lines of the index."""
        frames = {
            block.exercise: worst_frames(self.storage, block.sets) if self.reports else () for block in person.blocks
        }
        found, name = compared(person), page_of(person.name)
        page = render_person(person, found, frames, self.reports, self._report_of)
        _write_changed(self.storage, self.folder + name, page)
        return index_rows(person, found, name)

    def _report_of(self, each: SetFacts) -> str:
        name = name_of("report", each.result)
        return f"../{name}" if self.reports and self.storage.exists(name) else ""


def write_summary(
    storage: Storage,
    collected: Collected,
    *,
    folder: str = "",
    reports: bool = False,
    changes: Sequence[CheckChange] = (),
    workers: int = 1,
) -> None:
    """Write ``summary.html`` and ``people/``; pages of people who are not in the batch any more go.

    Args:
        folder: empty, or a name that ends in ``/``.
        reports: the batch made reports; pages lead to them and show pictures out of them.
        changes: what other limits changed per check.

    Raises:
        NoSpaceError, OutputError: they cannot be written.
    """
    people = people_of(collected)
    rows = [row for some in in_order(_PersonPage(storage, folder, reports), people, workers) for row in some]
    _write_changed(storage, f"{folder}summary.html", render_index(collected, people, rows, changes))
    current = {folder + page_of(person.name) for person in people}
    for stale in storage.names(f"{folder}people") - current:
        storage.remove(stale)


def _write_changed(storage: Storage, name: str, page: str) -> None:
    """Write a page unless it is there already, the same: most people of a month are those of the last."""
    content = page.encode()
    if not (storage.exists(name) and storage.read(name) == content):
        storage.write(name, content)

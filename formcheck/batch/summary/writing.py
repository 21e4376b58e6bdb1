"""Writes the summary into an output folder: the index and one page a person, made by several processes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from formcheck.batch.changes import CheckChange
from formcheck.batch.pool import in_order
from formcheck.batch.storage import Storage
from formcheck.batch.store import name_of
from formcheck.batch.summary.facts import Collected
from formcheck.batch.summary.frames import worst_frames
from formcheck.batch.summary.pages import page_of, render_index, render_person
from formcheck.batch.summary.people import Person, people_of
from formcheck.batch.summary.words import IndexRow, compared, index_rows

__all__ = ["write_summary"]


_NOT_ASKED: Final = "No pictures: they are taken from the reports, and none were asked for (--reports)."
_NONE_THERE: Final = "No pictures: the reports hold none of these faults."
_OTHER_LIMITS: Final = "No pictures: the batch's reports, which the sets lead to, show its own limits."
_NO_REPORTS: Final = "No pictures: they would be in the batch's reports, and it made none of these sets."


@dataclass(frozen=True, slots=True)
class _PersonPage:
    """Writes one person's page; can be called in another process.

    ``reports``: the batch made reports under these limits, which pictures are taken from.
    """

    storage: Storage
    folder: str
    reports: bool

    def __call__(self, asked: tuple[Person, Mapping[str, str] | None]) -> list[IndexRow]:
        """The person's lines of the index.

        ``asked``: the person, and where other limits are summed up the names of the batch's reports by result.
        """
        person, old_reports = asked
        frames = {
            block.exercise: worst_frames(self.storage, block.sets) if self.reports else () for block in person.blocks
        }
        found, name = compared(person), page_of(person.name)
        reports = self._reports(person) if old_reports is None else old_reports
        up = "../" * (1 + self.folder.count("/"))
        page = render_person(
            person,
            found,
            frames,
            no_frames=self._why_no_frames(old_reports),
            report_of=lambda each: up + reports[each.result] if each.result in reports else "",
            other_limits=bool(old_reports),
        )
        _write_changed(self.storage, self.folder + name, page)
        return index_rows(person, found, name)

    def _reports(self, person: Person) -> dict[str, str]:
        results = (each.result for block in person.blocks for each in block.sets) if self.reports else ()
        names = {result: name_of("report", result) for result in results}
        return {result: name for result, name in names.items() if self.storage.exists(name)}

    def _why_no_frames(self, old_reports: Mapping[str, str] | None) -> str:
        if old_reports is None:
            return _NONE_THERE if self.reports else _NOT_ASKED
        return _OTHER_LIMITS if old_reports else _NO_REPORTS


def write_summary(
    storage: Storage,
    collected: Collected,
    *,
    folder: str = "",
    reports: bool = False,
    old_reports: Mapping[str, str] | None = None,
    changes: Sequence[CheckChange] = (),
    workers: int = 1,
) -> None:
    """Write ``summary.html`` and ``people/``; pages of people who are not in the batch any more go.

    Args:
        folder: empty, or a name that ends in ``/``.
        reports: the batch made reports; pages lead to them and show pictures out of them.
        old_reports: where other limits are summed up, the names of the batch's reports by result: pages lead to
            them. They show other verdicts, so that no picture is taken from them.
        changes: what other limits changed per check.

    Raises:
        NoSpaceError, OutputError: they cannot be written.
    """
    people = people_of(collected)
    asked = ((person, _of(person, old_reports)) for person in people)
    rows = [row for some in in_order(_PersonPage(storage, folder, reports), asked, workers) for row in some]
    _write_changed(storage, f"{folder}summary.html", render_index(collected, people, rows, changes))
    current = {folder + page_of(person.name) for person in people}
    for stale in storage.names(f"{folder}people") - current:
        storage.remove(stale)


def _of(person: Person, reports: Mapping[str, str] | None) -> dict[str, str] | None:
    if reports is None:
        return None
    results = (each.result for block in person.blocks for each in block.sets)
    return {result: reports[result] for result in results if result in reports}


def _write_changed(storage: Storage, name: str, page: str) -> None:
    """Write a page unless it is there already, the same: most people of a month are those of the last."""
    content = page.encode()
    if not (storage.exists(name) and storage.read(name) == content):
        storage.write(name, content)

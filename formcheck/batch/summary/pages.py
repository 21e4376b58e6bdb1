"""The summary's pages as self-contained HTML: a small script of our own for sorting and searching, nothing fetched."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from formcheck.batch.changes import CheckChange
from formcheck.batch.summary import words
from formcheck.batch.summary.facts import Collected, SetFacts
from formcheck.batch.summary.frames import Frame
from formcheck.batch.summary.people import Block, Person, Reason, Standing, camera_advice, reasons, standings
from formcheck.batch.summary.spark import spark
from formcheck.batch.summary.trends import legend
from formcheck.batch.summary.words import Compared, IndexRow, SideRow, TrendRow
from formcheck.report import quantities, wording

__all__ = ["page_of", "render_index", "render_person"]

DISCLAIMER = "This is training feedback, not medical advice."


def page_of(person: str) -> str:
    """The name of a person's page, told by no name: ``people/`` and a hash."""
    return f"people/{sha256(person.encode()).hexdigest()[:16] if person else 'unnamed'}.html"


@dataclass(frozen=True, slots=True)
class _Part:
    """One exercise on a person's page."""

    block: Block
    title: str
    standings: Sequence[Standing]
    trends: Sequence[TrendRow]
    sides: Sequence[SideRow]
    reasons: Sequence[Reason]
    advice: Sequence[Reason]
    frames: Sequence[Frame]

    @property
    def shown_trends(self) -> list[TrendRow]:
        return [row for row in self.trends if row.always]

    @property
    def other_trends(self) -> list[TrendRow]:
        return [row for row in self.trends if not row.always]


def render_person(
    person: Person,
    found: Sequence[Compared],
    frames: Mapping[str, Sequence[Frame]],
    *,
    no_frames: str,
    report_of: Callable[[SetFacts], str],
    other_limits: bool = False,
) -> str:
    """One person's page.

    Args:
        found: what each of the person's exercises comes to.
        frames: pictures of the worst faults for each exercise.
        no_frames: why there are no pictures where there are none.
        report_of: the address of a set's report from this page; empty where there is none.
        other_limits: these reports show other limits than the page.
    """
    parts = [_part(block, own, frames.get(block.exercise, ())) for block, own in zip(person.blocks, found, strict=True)]
    return _template("person.html.j2").render(
        person=person,
        parts=parts,
        no_frames=no_frames,
        report_of=report_of,
        other_limits=other_limits,
        spark=spark,
        legend=legend(),
        dates=words.dates_words([each.date for block in person.blocks for each in block.sets]),
        disclaimer=DISCLAIMER,
    )


def _part(block: Block, found: Compared, frames: Sequence[Frame]) -> _Part:
    return _Part(
        block=block,
        title=words.exercise_title(block.exercise),
        standings=standings(block.sets),
        trends=found.trends,
        sides=found.sides,
        reasons=reasons(block.sets),
        advice=camera_advice(block.sets),
        frames=frames,
    )


def render_index(
    collected: Collected, people: Sequence[Person], rows: Sequence[IndexRow], changes: Sequence[CheckChange]
) -> str:
    """The page over all people.

    Args:
        rows: the people's lines in their order.
        changes: what other limits changed per check; empty for a batch of its own.
    """
    sets = collected.sets
    exercises = sorted({each.exercise for each in sets})
    of_exercise = {name: [each for each in sets if each.exercise == name] for name in exercises}
    owners = {each.file: each.person for each in sets}
    return _template("index.html.j2").render(
        collected=collected,
        people=sum(bool(person.name) for person in people),
        rows=rows,
        changes=changes,
        titles={(each.exercise, check.check): check.name for each in sets for check in each.checks},
        reps=sum(each.complete for each in sets),
        standings=[(name, each) for name in exercises for each in standings(of_exercise[name])],
        reasons=reasons(sets),
        advice=camera_advice(sets),
        kinds=sorted(Counter(failure.kind for failure in collected.failures).items()),
        owners=owners,
        made_with=sorted(collected.made_with),
        dates=words.dates_words([each.date for each in sets]),
        legend=legend(),
        page_of=page_of,
        disclaimer=DISCLAIMER,
    )


@cache
def _environment() -> Environment:
    made = Environment(
        loader=ChoiceLoader([PackageLoader("formcheck.batch.summary"), PackageLoader("formcheck.report")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    script = files("formcheck.batch.summary").joinpath("templates/summary.js").read_text(encoding="utf-8")
    made.globals |= {"w": wording, "q": quantities, "t": words, "script": Markup(script), "script_hash": _hash(script)}
    return made


def _template(name: str) -> Template:
    return _environment().get_template(name)


def _hash(script: str) -> str:
    """What lets this script run, and no other."""
    return "sha256-" + base64.b64encode(sha256(script.encode()).digest()).decode("ascii")

"""Choosing an exercise, and the form that uploads its recording; the work is that of ``POST /v1/analyses``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import Depends, Query, Request, Response
from fastapi.exceptions import RequestValidationError

from api.dependencies import Parts, Writer
from api.options import RUN_VIEWS
from api.pages.frame import BOTH_TITLE, render, router, see_other
from api.problems import ProblemError
from api.routes.uploads import accept_upload
from formcheck.errors import UsageError
from formcheck.exercises.base import Checker
from formcheck.exercises.registry import AUTO, exercise_ids, get_exercise
from formcheck.report.wording import sentence

__all__: list[str] = []

OF_THE_FILE: Final = ("too-large", "upload-timeout", "unsupported-media-type")
"""Kinds of problems that are told beside the file."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What an upload page is for: one exercise, both views of a run, or whatever the movement shows to be done.

    ``checkers`` are in the order of the form's files; none where the exercise is to be recognised.
    """

    checkers: tuple[type[Checker], ...]

    @property
    def both_views(self) -> bool:
        return len(self.checkers) == 2

    @property
    def exercise(self) -> str:
        """The value of the form's field."""
        return self.checkers[0].id if self.checkers else AUTO

    @property
    def title(self) -> str:
        if not self.checkers:
            return UNNAMED_TITLE
        return BOTH_TITLE if self.both_views else self.checkers[0].title

    @property
    def about(self) -> str:
        return self.checkers[0].about.movement if self.checkers else UNNAMED

    @property
    def one(self) -> str:
        """What one film shows."""
        if not self.checkers:
            return "set or run"
        return "run" if self.exercise in RUN_VIEWS else "set"

    @property
    def of_one_side(self) -> bool:
        """Whether there may be a side that works."""
        return not self.checkers or self.checkers[0].about.dose.per_side

    @property
    def query(self) -> str:
        return f"exercise={self.exercise}" + ("&views=2" if self.both_views else "")


BOTH_VIEWS: Final = tuple(get_exercise(known) for known in RUN_VIEWS)

UNNAMED_TITLE: Final = "Any exercise, recognised from the movement"

UNNAMED: Final = (
    "One set of one of the exercises, or one run. What is done is recognised from the movement; where that is not"
    " clear, the film is refused rather than guessed at."
)


def _choice(
    exercise: Annotated[str, Query(max_length=100)] = "", views: Annotated[int, Query(ge=1, le=2)] = 1
) -> Choice:
    """A dependency: what the address asks for."""
    if views == 2 and exercise == RUN_VIEWS[0]:
        return Choice(BOTH_VIEWS)
    if exercise == AUTO:
        return Choice(())
    try:
        return Choice((get_exercise(exercise),))
    except UsageError as error:
        raise ProblemError(404, "not-found", str(error)) from error


Chosen = Annotated[Choice, Depends(_choice)]


@router.get("/upload")
def picker(request: Request, caller: Writer) -> Response:
    """Which exercise was filmed, and where the camera has to stand for each."""
    choices = [Choice((get_exercise(known),)) for known in exercise_ids()] + [Choice(BOTH_VIEWS), Choice(())]
    return render(request, "picker.html.j2", caller=caller, title="What did you film?", choices=choices)


@router.get("/upload/form")
def form(request: Request, caller: Writer, choice: Chosen) -> Response:
    """The form for one exercise, for both views of a run, or for what is to be recognised."""
    return _form(request, choice)


@router.post("/analyses")
async def upload(request: Request, services: Parts, caller: Writer, choice: Chosen) -> Response:
    """Take the form; on to its analysis, or the form again with what is wrong."""
    try:
        analysis = await accept_upload(request, services, caller, None)
    except RequestValidationError as error:
        return _form(request, choice, 422, _by_field(error.errors()))
    except ProblemError as error:
        if error.kind not in OF_THE_FILE:
            raise
        return _form(request, choice, error.status, {"file": sentence(error.detail)}, error.headers)
    return see_other(f"/analyses/{analysis.id}")


def _by_field(details: Sequence[Any]) -> dict[str, str]:
    """What is wrong by the field it is told beside; "" for what has none."""
    told = {str(item["loc"][-1]): item["msg"].removeprefix("Value error, ") for item in details}
    return {name: sentence(detail) for name, detail in told.items()}


def _form(
    request: Request,
    choice: Choice,
    status: int = 200,
    errors: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    return render(
        request,
        "upload.html.j2",
        status=status,
        headers=headers,
        title=choice.title,
        choice=choice,
        errors=errors or {},
    )

"""The summary's pages: what they say, what they hide, and that the same batch gives the same bytes."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from dataclasses import replace
from html import unescape
from pathlib import Path
from threading import Event

import pytest

from formcheck.batch.index import Record, read_index
from formcheck.batch.pseudonyms import load_pseudonyms
from formcheck.batch.rescore import folder_for, rescore
from formcheck.batch.rows import rows_for
from formcheck.batch.runner import Options
from formcheck.batch.storage import LocalStorage, Storage, open_storage
from formcheck.batch.stored import read_result
from formcheck.batch.summary.facts import Collected
from formcheck.batch.summary.pages import page_of
from formcheck.batch.summary.writing import write_summary
from formcheck.results import SetReport, Verdict
from tests.batch.conftest import Clinic

NASTY = "\"><script>alert(1)</script>\nמיכל ‮ & 'Co'"


def _page(storage: LocalStorage, name: str = "summary.html") -> str:
    return storage.read(name).decode()


def _words(page: str) -> str:
    """What a reader sees: tags out, blanks single."""
    body = re.sub(r"<(script|style|svg)\b.*?</\1>", "", page, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def _known(clinic: Clinic) -> list[tuple[Record, SetReport]]:
    storage = open_storage(str(clinic.out))
    return [(record, read_result(storage, record.result)) for record in read_index(storage)]


def _written(storage: Storage, records: Sequence[tuple[Record, SetReport | None]]) -> None:
    collected = Collected()
    for _ in collected.watching(rows_for(record, report) for record, report in records):
        pass
    write_summary(storage, collected)


@pytest.fixture
def stored(tmp_path: Path) -> LocalStorage:
    return LocalStorage(tmp_path / "pages")


@pytest.fixture
def scored(finished: Clinic) -> tuple[Record, SetReport]:
    """A clamshell set of two complete left repetitions, one with a fault, and one partial."""
    return next((r, s) for r, s in _known(finished) if s.exercise == "clamshell" and s.reps_complete)


def test_a_batch_writes_an_index_and_a_page_for_each_person(finished: Clinic) -> None:
    storage = LocalStorage(finished.out)
    index = _page(storage)
    for person in ("person 0", "person 1"):
        assert f'href="{page_of(person)}#' in index
        assert "Clamshell" in _words(_page(storage, page_of(person)))
    assert len(storage.names("people")) == 2


def test_pages_fetch_nothing_and_run_no_script_but_their_own(finished: Clinic) -> None:
    storage = LocalStorage(finished.out)
    for name in ("summary.html", *storage.names("people")):
        page = _page(storage, name)
        assert "default-src 'none'" in page
        assert re.search(r"script-src 'sha256-[A-Za-z0-9+/]{43}='", page)
        assert page.count("<script") == 1
        assert not re.search(r'(?:src|href)="(?:https?:)?//', page)


def test_the_same_batch_gives_the_same_bytes_and_writes_no_page_again(finished: Clinic) -> None:
    pages = [finished.out / "summary.html", *finished.out.glob("people/*")]
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in pages}
    finished.run()
    assert {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in pages} == before


def test_a_person_who_left_the_batch_has_no_page_any_more(finished: Clinic) -> None:
    rows = finished.manifest.read_text(encoding="utf-8").splitlines()
    finished.manifest.write_text("\n".join(row for row in rows if "person 1" not in row), encoding="utf-8")
    finished.run()
    assert {path.name for path in finished.out.glob("people/*")} == {Path(page_of("person 0")).name}
    assert "person 1" not in _page(LocalStorage(finished.out))


def test_names_are_shown_as_they_are_and_never_as_markup(
    stored: LocalStorage, scored: tuple[Record, SetReport]
) -> None:
    record, report = scored
    failed = replace(record, file=NASTY, person=NASTY, result="", kind="nobody", reason=NASTY)
    twin = replace(record, file=NASTY + "2", person=NASTY, duplicate_of=NASTY)
    _written(stored, [(replace(record, file=NASTY, person=NASTY), report), (failed, None), (twin, report)])
    for name in ("summary.html", page_of(NASTY)):
        page = _page(stored, name)
        assert "<script>alert" not in page
        assert " ".join(NASTY.split()) in _words(page)
    assert re.fullmatch(r"people/[0-9a-f]{16}\.html", page_of(NASTY))


def test_pseudonyms_leave_no_name_in_any_page(clinic: Clinic, tmp_path: Path) -> None:
    (clinic.folder / "secret name.npz").write_bytes(b"no track")
    clinic.add_row("secret name.npz", "clamshell", "auto", "person 9", "2026-11-09", "tall")
    clinic.run(Options(names=load_pseudonyms(tmp_path / "key", str(clinic.out))))
    pages = [path.read_text(encoding="utf-8") for path in (clinic.out / "summary.html", *clinic.out.glob("people/*"))]
    assert len(pages) == 4
    for page in pages:
        assert not re.search(r"person \d|secret|_test_0|tall", page)
        assert re.search(r"p-[0-9a-f]{12}", page)


def test_failures_and_duplicates_are_told_with_their_reason(finished: Clinic) -> None:
    shutil.copyfile(finished.folder / "clamshell_test_01.npz", finished.folder / "again.npz")
    (finished.folder / "broken.npz").write_bytes(b"no track")
    finished.add_row("again.npz", "clamshell", "auto", "person 1", "2026-11-01", "")
    finished.add_row("broken.npz", "clamshell", "auto", "person 0", "2026-11-09", "")
    finished.run()
    words = _words(_page(LocalStorage(finished.out)))
    assert "1 cannot be opened or decoded." in words
    assert "broken.npz line 8 person 0 2026-11-09 Clamshell cannot be opened or decoded" in words
    assert "again.npz person 1 2026-11-01 Clamshell clamshell_test_01.npz counted for person 0" in words


def test_repetitions_of_a_duplicate_are_counted_once(stored: LocalStorage, scored: tuple[Record, SetReport]) -> None:
    record, report = scored
    _written(stored, [(record, report), (replace(record, file="twin", duplicate_of=record.file), report)])
    assert f"Complete repetitions {report.reps_complete} " in _words(_page(stored))


def test_what_was_not_assessed_is_counted_by_its_reason(stored: LocalStorage, scored: tuple[Record, SetReport]) -> None:
    record, report = scored
    seen = ("You were seen in only 31% of the frames.", "You were seen in only 28% of the frames.")
    sets = [
        (replace(record, file=str(n), result=str(n), person=str(n)), _blind(report, reason))
        for n, reason in enumerate((*seen, seen[0]))
    ]
    _written(stored, sets)
    words = _words(_page(stored))
    assert f"{seen[0]} (the numbers differ from set to set) Pelvis still 3 3" in words
    assert f"Camera, in sets whose view did not fit Clamshell: {report.view.prescribed} 3 sets" in words


def _blind(report: SetReport, reason: str) -> SetReport:
    verdict = Verdict(check="pelvic_roll", title="Pelvis still", state="not_assessed", reason=reason)
    view = report.view.model_copy(update={"fits": False, "advice": (report.view.prescribed,)})
    return report.model_copy(update={"verdicts": (verdict,), "view": view})


def _months(record: Record, months: list[SetReport]) -> list[tuple[Record, SetReport | None]]:
    return [
        (replace(record, file=f"m{n}", result=f"m{n}", session_date=f"2026-{n:02d}-01"), report)
        for n, report in enumerate(months, start=1)
    ]


def _with_faults(report: SetReport, faulty: int, of: int = 10) -> SetReport:
    """A set of ten repetitions on the left, so many of them with a rolling pelvis."""
    rep = next(rep for rep in report.reps if rep.complete)
    states = ["fault"] * faulty + ["ok"] * (of - faulty)
    reps = tuple(
        rep.model_copy(update={"index": n, "verdicts": (_verdict(state),)}) for n, state in enumerate(states, 1)
    )
    set_verdict = _verdict("fault" if faulty else "ok").model_copy(update={"side": "left"})
    return report.model_copy(update={"reps": reps, "reps_complete": of, "reps_partial": 0, "verdicts": (set_verdict,)})


def _verdict(state: str) -> Verdict:
    return Verdict.model_validate({"check": "pelvic_roll", "title": "Pelvis still", "state": state})


@pytest.mark.parametrize(
    ("faults", "answer"),
    [
        ([8, 2], "100% better"),
        ([2, 8], "worse"),
        ([5, 4], "no change that could be measured"),
        ([3], "One session is no trend."),
    ],
)
def test_better_and_worse_only_beyond_the_error(
    stored: LocalStorage, scored: tuple[Record, SetReport], faults: list[int], answer: str
) -> None:
    record, report = scored
    _written(stored, _months(record, [_with_faults(report, n) for n in faults]))
    words = _words(_page(stored, page_of(record.person)))
    answer = answer.removeprefix("100% ")
    if len(faults) > 1:
        first, last = (f"{n * 10}%" for n in faults)
        assert f"Pelvis still: repetitions with a fault, left 2 {first} {last} {answer}" in words
    else:
        assert answer in words


def test_recordings_of_nobody_are_not_compared(stored: LocalStorage, scored: tuple[Record, SetReport]) -> None:
    record, report = scored
    _written(stored, _months(replace(record, person=""), [_with_faults(report, n) for n in (8, 2)]))
    words = _words(_page(stored, "people/unnamed.html"))
    assert "They may be of several people" in words
    assert "better" not in words


@pytest.mark.parametrize(
    ("apart_deg", "words"), [(3.0, "no difference that could be measured"), (30.0, "more on the right")]
)
def test_left_and_right_differ_only_beyond_the_error(
    stored: LocalStorage, scored: tuple[Record, SetReport], apart_deg: float, words: str
) -> None:
    record, report = scored
    right = _on_the_right(report, apart_deg)
    _written(stored, [(record, report), (replace(record, file="right", result="right"), right)])
    assert re.search(
        rf"Roll of the pelvis, read alone [^±]* {apart_deg:.0f} ± 15° {words}",
        _words(_page(stored, page_of(record.person))),
    )


def _on_the_right(report: SetReport, more_deg: float) -> SetReport:
    def moved(rep):  # type: ignore[no-untyped-def]
        roll = rep.measures["pelvic_roll"]
        measures = rep.measures | {"pelvic_roll": roll.model_copy(update={"value": roll.value + more_deg})}
        return rep.model_copy(update={"side": "right", "measures": measures})

    return report.model_copy(update={"side": "right", "reps": tuple(map(moved, report.reps))})


def test_worst_frames_are_small_pictures_out_of_the_reports(finished: Clinic) -> None:
    without = _page(LocalStorage(finished.out), page_of("person 0"))
    assert "No pictures: they are taken from the reports, and none were asked for" in _words(without)
    finished.run(Options(pictures=("report",)))
    page = _page(LocalStorage(finished.out), page_of("person 0"))
    frames = re.findall(r'<div><h4>(.*?)</h4><figure><svg class="frame"', page)
    assert 0 < len(frames) <= 3
    assert re.search(r'href="\.\./reports/[0-9a-f]{2}/[0-9a-f]{32}\.html"', page)


def test_rescore_shows_what_changed_per_check(finished: Clinic) -> None:
    limits = {"clamshell": {"roll_limit_deg": 30.0}}
    folder = folder_for(Path("loose.toml"), limits)
    before = _page(LocalStorage(finished.out))
    rescore(open_storage(str(finished.out)), limits, folder, workers=1, stop=Event())
    words = _words(_page(LocalStorage(finished.out), f"{folder}summary.html"))
    assert re.search(r"Clamshell Pelvis still \d+ [1-9]\d* \d+ → \d+ ", words)
    assert _page(LocalStorage(finished.out)) == before
    assert LocalStorage(finished.out).names(f"{folder}people")

"""What a check saw goes into the record as it was seen: partial is not complete, unsure is not clean."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from formcheck import score
from formcheck.errors import SourceError, UsageError
from formcheck.programme.entries import HoldEntry, RunEntry, SetEntry
from formcheck.programme.from_report import entries_from, read_report
from formcheck.programme.guide import Guide
from formcheck.results import Rep, SetReport, Verdict

DAY = date(2026, 1, 5)


@pytest.fixture(scope="module")
def clamshell(root: Path) -> SetReport:
    return score(str(root / "tests" / "golden" / "clamshell_faulty_left.npz"), exercise="clamshell")


def logged(report: SetReport, guide: Guide, **told: object) -> SetEntry:
    (entry,) = entries_from(report, guide, DAY, told)
    assert isinstance(entry, SetEntry)
    return entry


def test_a_repetition_with_a_fault_is_done_but_not_clean(clamshell: SetReport, guide: Guide) -> None:
    entry = logged(clamshell, guide, band="light", pain_during=1)
    assert (entry.exercise, entry.side, entry.on) == ("clamshell", "left", DAY)
    faulty = sum(any(v.state == "fault" for v in rep.verdicts) for rep in clamshell.reps)
    assert 0 < faulty < clamshell.reps_complete
    assert (entry.reps_complete, entry.reps_fault) == (clamshell.reps_complete, faulty)
    assert entry.reps_clean is not None
    assert entry.reps_clean + faulty + (entry.reps_unsure or 0) == clamshell.reps_complete
    assert entry.faults == {check: count for check, count in clamshell.faults.items() if count}
    assert (entry.band, entry.pain_during) == ("light", 1)


def test_measures_keep_their_error_bands_and_their_provenance(clamshell: SetReport, guide: Guide) -> None:
    entry = logged(clamshell, guide)
    roll = entry.measures["pelvic_roll"]
    assert roll.error == max(rep.measures["pelvic_roll"].error or 0 for rep in clamshell.reps)
    assert entry.hold_error_s is not None
    assert entry.provenance["params_hash"] == clamshell.provenance.params_hash


@pytest.mark.parametrize("state", ["not_assessed", "watch"])
def test_what_was_not_seen_clear_of_its_limit_is_not_called_clean(
    clamshell: SetReport, guide: Guide, state: str
) -> None:
    def unsure(rep: Rep) -> Rep:
        verdicts = [
            Verdict(check=v.check, state=state if v.check == "pelvic_roll" else "ok")  # type: ignore[arg-type]
            for v in rep.verdicts
        ]
        return rep.model_copy(update={"verdicts": tuple(verdicts)})

    report = clamshell.model_copy(update={"reps": tuple(map(unsure, clamshell.reps))})
    entry = logged(report, guide)
    assert (entry.reps_clean, entry.reps_fault, entry.reps_unsure) == (0, 0, clamshell.reps_complete)


def test_partial_repetitions_are_not_complete_ones(root: Path, guide: Guide) -> None:
    report = score(str(root / "tests" / "golden" / "squat_partial_left.npz"), exercise="single_leg_box_squat")
    entry = logged(report, guide)
    assert entry.reps_partial == report.reps_partial > 0
    assert entry.reps_complete == report.reps_complete


def test_a_run_brings_its_cadence_and_no_minutes_that_nobody_gave(root: Path, guide: Guide) -> None:
    report = score(str(root / "tests" / "golden" / "running_side_clean.npz"), exercise="running_side")
    (entry,) = entries_from(report, guide, DAY, {})
    assert isinstance(entry, RunEntry)
    assert report.gait is not None
    assert (entry.cadence_spm, entry.cadence_error_spm) == (report.gait.cadence_spm, report.gait.cadence_error_spm)
    assert entry.minutes is None


def test_a_stretch_counts_by_its_longest_unbroken_hold(clamshell: SetReport, guide: Guide) -> None:
    holds = [
        Rep(index=n, side="left", start_s=0, turn_s=0, end_s=0, complete=True, hold_s=hold)
        for n, hold in enumerate((20.0, 41.5), 1)
    ]
    report = clamshell.model_copy(update={"exercise": "pigeon_pose", "reps": tuple(holds), "faults": {}})
    (entry,) = entries_from(report, guide, DAY, {})
    assert isinstance(entry, HoldEntry)
    assert (entry.side, entry.seconds, entry.breaks) == ("left", 41.5, 1)


def test_nothing_counted_is_nothing_logged(clamshell: SetReport, guide: Guide) -> None:
    with pytest.raises(UsageError, match="nothing to log"):
        entries_from(clamshell.model_copy(update={"reps": ()}), guide, DAY, {})


def test_pain_outside_its_scale_is_refused(clamshell: SetReport, guide: Guide) -> None:
    with pytest.raises(UsageError, match="pain-after = 11"):
        entries_from(clamshell, guide, DAY, {"pain_after": 11})


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ({"side": "right"}, "--side"),
        ({"reps_complete": 15}, "--reps"),
        ({"reps_clean": 15}, "--clean"),
        ({"minutes": 5.0}, "--minutes does not belong"),
    ],
)
def test_what_the_camera_saw_is_not_told_otherwise(
    clamshell: SetReport, guide: Guide, told: dict[str, object], says: str
) -> None:
    with pytest.raises(UsageError, match=says):
        logged(clamshell, guide, **told)


def test_a_side_that_the_camera_did_not_tell_can_be_told(clamshell: SetReport, guide: Guide) -> None:
    reps = [rep.model_copy(update={"side": None}) for rep in clamshell.reps]
    assert logged(clamshell.model_copy(update={"reps": reps}), guide, side="right").side == "right"


def test_only_results_are_read_as_results(clamshell: SetReport, tmp_path: Path) -> None:
    path = tmp_path / "set.json"
    path.write_text(clamshell.to_json(), encoding="utf-8")
    assert read_report(path) == clamshell
    path.write_text(clamshell.to_json()[:500], encoding="utf-8")
    with pytest.raises(SourceError, match="no result of formcheck check"):
        read_report(path)
    with pytest.raises(SourceError, match="cannot be read"):
        read_report(tmp_path / "missing.json")

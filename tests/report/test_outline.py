"""The order and choice of what a report says."""

from __future__ import annotations

from dataclasses import replace

from formcheck.report import outline


def test_faults_of_more_reps_come_first(squat) -> None:
    first, second = outline.findings(squat.report)
    assert (first.verdict.check, first.count, first.judged) == ("knee_valgus", 2, 4)
    assert (second.verdict.check, second.count) == ("lowering_time", 1)


def test_the_two_sides_of_one_fault_are_named_together(rear_run) -> None:
    cross, fine, drop = rear_run.report.verdicts
    worse = fine.model_copy(update={"state": "fault", "value": -1.2})
    report = rear_run.report.model_copy(update={"verdicts": (cross, worse, drop)})
    (group,) = outline.by_check(outline.findings(report))
    assert outline.group_title(group) == "Foot crosses toward the midline on both sides"
    assert outline.headline(report) == "One thing to mend: foot crosses toward the midline on both sides."


def test_titles_with_a_side_do_not_run_into_the_next_one(rear_run) -> None:
    cross, fine, drop = rear_run.report.verdicts
    lean = cross.model_copy(update={"check": "trunk_lean", "side": None, "finding": "Trunk leans"})
    report = rear_run.report.model_copy(update={"verdicts": (cross, fine, lean, drop)})
    assert outline.headline(report) == "Two things to mend: foot crosses toward the midline, left; trunk leans."


def test_only_reasons_that_tell_how_to_film_count_as_filmable(squat, lying) -> None:
    assert [blind.filmable for blind in outline.not_assessed(squat.report)] == [False]
    assert [blind.filmable for blind in outline.not_assessed(lying.report)] == [True]


def test_a_set_without_a_rep_is_not_judged_but_told_where_to_film_from(squat) -> None:
    empty = squat.report.model_copy(update={"reps_complete": 0, "reps": squat.report.reps[3:4]})
    assert outline.findings(empty) == ()
    assert outline.not_assessed(empty) == ()
    assert outline.camera_advice(empty) == (squat.report.view.prescribed,)


def test_checks_with_faults_come_first(squat) -> None:
    checks = outline.rep_checks(squat.report)
    fine = tuple(
        r.model_copy(update={"verdicts": tuple(v for v in r.verdicts if v.check != "knee_valgus" or v.state == "ok")})
        for r in squat.report.reps
    )
    mended = squat.report.model_copy(update={"reps": fine})
    assert [check for check, _ in outline.worst_first(squat.report, checks)] == ["knee_valgus", "lowering_time"]
    assert [check for check, _ in outline.worst_first(mended, checks)] == ["lowering_time", "knee_valgus"]


def test_a_time_that_a_check_tells_is_not_told_twice(squat) -> None:
    assert outline.rep_times(squat.report, outline.rep_checks(squat.report)) == ("hold",)
    assert outline.rep_times(squat.report, ()) == ("hold", "lowering")


def test_the_worst_rep_shows_a_fault(squat) -> None:
    worst = outline.findings(squat.report)[0]
    assert worst.rep is not None
    assert (worst.rep.index, worst.shown.value) == (5, 17.6)


def test_a_fault_of_one_side_names_it(both_sides) -> None:
    (finding,) = outline.findings(both_sides.report)
    assert finding.title == "Pelvis drops on the free side, right"
    assert finding.rep is not None
    assert finding.rep.side == "right"


def test_watches_follow_faults(side_run) -> None:
    assert [f.verdict.state for f in outline.findings(side_run.report)] == ["fault", "watch"]


def test_which_side_of_a_limit_is_the_fault_is_read_from_verdicts(squat, rear_run, side_run) -> None:
    assert outline.limit_is_upper(squat.report, "knee_valgus") is True
    assert outline.limit_is_upper(squat.report, "lowering_time") is False
    assert outline.limit_is_upper(rear_run.report, "crossover") is False
    assert outline.limit_is_upper(side_run.report, "cadence") is False
    assert outline.limit_is_upper(side_run.report, "never_judged") is None


def test_checks_not_assessed_are_grouped_by_what_to_do(lying) -> None:
    roll = lying.report.verdicts[0]
    same = roll.model_copy(update={"check": "hold_time", "title": "Pause at the top"})
    report = lying.report.model_copy(update={"verdicts": (roll, same)})
    (blind,) = outline.not_assessed(report)
    assert blind.titles == ("Pelvis still", "Pause at the top")
    assert blind.reason == roll.reason


def test_camera_advice_is_not_said_twice(lying) -> None:
    assert outline.camera_advice(lying.report) == (
        "Raise the camera and tilt it down.",
        "Put the camera in front of you at hip height, 3.3 to 4.2 m away.",
    )
    reason = lying.report.verdicts[0].reason
    view = lying.report.view.model_copy(update={"advice": (reason,), "prescribed": reason.partition(". ")[2]})
    assert outline.camera_advice(lying.report.model_copy(update={"view": view})) == ()


def test_signals_of_the_idle_side_are_left_out(squat) -> None:
    names = ("depth", "knee_left", "knee_right")
    trace = replace(squat.trace, signals=tuple(replace(squat.trace.signals[1], name=name) for name in names))
    assert [s.name for s in outline.signals_of(squat.report, trace)] == ["depth", "knee_right"]
    both = squat.report.model_copy(update={"side": "both"})
    assert len(outline.signals_of(both, trace)) == 3


def test_a_rep_judged_twice_shows_its_worse_answer(squat) -> None:
    fine, bad = squat.report.reps[0], squat.report.reps[1]
    twice = fine.model_copy(update={"verdicts": (*fine.verdicts, *bad.verdicts)})
    verdict = outline.rep_verdict(twice, "knee_valgus")
    assert verdict is not None
    assert verdict.state == "fault"

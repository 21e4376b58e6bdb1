"""How verdicts are counted against the truth: sizes, accusations, misses, abstentions."""

from __future__ import annotations

from typing import Any

import pytest

from bench.accuracy_checks import false_accusations, missed_faults, tally
from bench.accuracy_declare import BRIDGE, CLAMSHELL, PAIRS, REAR, SIDE, SIZES, SQUAT, Sizes, checks_of
from bench.accuracy_figures import all_figures, worst
from bench.accuracy_format import table
from bench.accuracy_page import page
from bench.accuracy_score import ScoredClip, Unit, beside_truth
from bench.scoring_truth import ClipTruth, TrueContact, TrueRep
from formcheck.exercises.registry import get_exercise
from formcheck.motion.view import View
from formcheck.results import Contact, Gait, Measure, Provenance, Rep, SetReport, Verdict, ViewReport

SEVERE, MODERATE, MILD, CLEAN = 25.0, 15.0, 8.0, 2.0


def report(exercise: str, **parts: Any) -> SetReport:
    return SetReport(
        exercise=exercise,
        title=exercise,
        side="right",
        summary="",
        view=ViewReport(facing="front", posture="unknown"),
        provenance=Provenance(package_version="0", checker=exercise, checker_version="1", params_hash=""),
        **parts,
    )


def true_rep(index: int, roll_deg: float, complete: bool = True) -> TrueRep:
    start_s = 10.0 * index
    faults = {"pelvic_roll": roll_deg} if roll_deg >= MILD else {}
    measures = {"pelvic_roll_deg": roll_deg, "hold_s": 2.0, "lowering_s": 2.0}
    return TrueRep(index, start_s, start_s + 2, start_s + 5, complete, faults, measures)


def read_rep(index: int, state: str, at_s: float, complete: bool = True) -> Rep:
    verdict = Verdict(check="pelvic_roll", state=state, value=5.0, error=1.0)  # type: ignore[arg-type]
    return Rep(
        index=index,
        side="right",
        start_s=at_s + 0.1,
        turn_s=at_s + 2.2,
        end_s=at_s + 4.7,
        complete=complete,
        hold_s=1.9,
        lowering_s=1.8,
        measures={"feet_apart": Measure(value=0.1, unit="trunk lengths", error=0.04)},
        verdicts=(verdict,) if complete else (),
    )


def clamshells(rolls_deg: list[float], states: list[str], place: Any = "prescribed", view: str = "") -> ScoredClip:
    """One repetition for each true roll, read with the state beside it; an empty state: not counted."""
    reps = tuple(true_rep(i, roll) for i, roll in enumerate(rolls_deg))
    read = tuple(read_rep(i, state, 10.0 * i) for i, state in enumerate(states) if state)
    truth = ClipTruth("clip", CLAMSHELL, "test", place, view, "right", "gia", 1.5, 25.0, reps=reps)
    return beside_truth(truth, report(CLAMSHELL, reps=read), View())


def test_a_fault_called_is_found_and_watch_is_a_miss() -> None:
    counts = tally([clamshells([SEVERE, SEVERE, MODERATE], ["fault", "watch", "ok"])], "pelvic_roll")
    assert counts.found == {"severe": 1}
    assert counts.missed == {"severe": 1, "moderate": 1}


def test_calling_a_clean_repetition_faulty_is_an_accusation() -> None:
    clip = clamshells([CLEAN, CLEAN, CLEAN], ["fault", "ok", "watch"])
    assert false_accusations(clip) == 1
    assert all_figures([clip])["clamshell.pelvic_roll.false_accusations"].value == pytest.approx(1 / 3)


def test_a_mild_fault_is_neither_clean_nor_a_fault_to_be_found() -> None:
    called = clamshells([MILD], ["fault"])
    uncalled = clamshells([MILD], ["ok"])
    assert false_accusations(called) == missed_faults(uncalled) == 0
    assert "clamshell.pelvic_roll.moderate.f1" not in all_figures([called])


def test_a_fault_of_a_repetition_that_was_not_counted_is_missed() -> None:
    counts = tally([clamshells([SEVERE], [""])], "pelvic_roll")
    assert counts.missed == {"severe": 1}


def test_precision_of_a_size_counts_all_false_accusations() -> None:
    figures = all_figures([clamshells([SEVERE, MODERATE, CLEAN], ["fault", "fault", "fault"])])
    assert figures["clamshell.pelvic_roll.severe.precision"].value == 0.5
    assert figures["clamshell.pelvic_roll.moderate.precision"].value == 0.5
    assert figures["clamshell.pelvic_roll.severe.f1"].value == pytest.approx(2 / 3)


def test_abstaining_in_the_prescribed_place_is_wrong_and_misses_the_fault() -> None:
    figures = all_figures([clamshells([SEVERE, CLEAN], ["not_assessed", "ok"])])
    assert figures["clamshell.pelvic_roll.prescribed_abstained"].value == 0.5
    assert figures["clamshell.pelvic_roll.severe.recall"].value == 0.0


def test_abstaining_at_the_edge_counts_neither_way() -> None:
    figures = all_figures([clamshells([SEVERE, SEVERE], ["not_assessed", "fault"], "edge")])
    assert figures["clamshell.pelvic_roll.severe.recall"].n == 1
    assert "clamshell.pelvic_roll.prescribed_abstained" not in figures


def test_from_a_forbidden_view_only_abstaining_is_right() -> None:
    figures = all_figures([clamshells([SEVERE, CLEAN], ["fault", "not_assessed"], "forbidden", "mat height")])
    assert figures["clamshell.pelvic_roll.forbidden_abstained"].value == 0.5
    assert "clamshell.pelvic_roll.severe.recall" not in figures


def test_matters_of_time_and_what_still_shows_are_forbidden_nowhere() -> None:
    figures = all_figures([clamshells([CLEAN], ["not_assessed"], "forbidden", "mat height")])
    assert "clamshell.hold_time.forbidden_abstained" not in figures
    assert "clamshell.feet_apart.forbidden_abstained" not in figures


def test_times_are_read_minus_true() -> None:
    figures = all_figures([clamshells([CLEAN, CLEAN], ["ok", "ok"])])
    assert figures["clamshell.start.bias"].value == pytest.approx(0.1)
    assert figures["clamshell.turn.bias"].value == pytest.approx(0.2)
    assert figures["clamshell.end.bias"].value == pytest.approx(-0.3)
    assert figures["clamshell.end.mae"].value == pytest.approx(0.3)
    assert figures["clamshell.lowering_s.bias"].value == pytest.approx(-0.2)


def test_a_set_is_exact_when_every_whole_repetition_and_nothing_else_is_counted() -> None:
    whole, partial = true_rep(0, CLEAN), true_rep(1, CLEAN, complete=False)
    truth = ClipTruth("clip", CLAMSHELL, "test", "edge", "", "right", "gia", 1.5, 25.0, reps=(whole, partial))
    read = [read_rep(0, "ok", 0.0), read_rep(1, "ok", 10.0, complete=False)]
    assert beside_truth(truth, report(CLAMSHELL, reps=read), View()).reps_exact
    assert beside_truth(truth, report(CLAMSHELL, reps=read[:1]), View()).reps_exact
    assert not beside_truth(truth, report(CLAMSHELL, reps=read[1:]), View()).reps_exact
    assert not beside_truth(truth, report(CLAMSHELL, reps=[read[0], read_rep(1, "ok", 10.0)]), View()).reps_exact
    assert not beside_truth(truth, report(CLAMSHELL, reps=[*read, read_rep(2, "ok", 30.0)]), View()).reps_exact


def test_a_partial_bridge_may_be_counted_when_its_hips_are_called_short() -> None:
    partial = true_rep(0, CLEAN, complete=False)
    truth = ClipTruth("clip", BRIDGE, "test", "edge", "", "right", "gia", 1.5, 25.0, reps=(partial,))
    for state, right in (("fault", True), ("watch", False)):
        short = Verdict(check="hips_short", state=state)  # type: ignore[arg-type]
        counted = read_rep(0, "ok", 0.0).model_copy(update={"verdicts": (short,)})
        assert beside_truth(truth, report(BRIDGE, reps=[counted]), View()).reps_exact is right


def test_one_repetition_missed_and_one_invented_do_not_make_an_exact_set() -> None:
    truth = ClipTruth(
        "clip", CLAMSHELL, "test", "edge", "", "right", "gia", 1.5, 25.0, reps=(true_rep(0, CLEAN), true_rep(1, CLEAN))
    )
    clip = beside_truth(truth, report(CLAMSHELL, reps=[read_rep(0, "ok", 0.0), read_rep(1, "ok", 40.0)]), View())
    assert clip.report is not None
    assert len(clip.report.reps) == len(truth.reps)
    assert not clip.reps_exact
    assert clip.count_errors == 2


def test_a_repetition_in_a_negative_is_told() -> None:
    truth = ClipTruth("none", CLAMSHELL, "test", "prescribed", "", "right", "gia", 1.5, 25.0, negative=True)
    fooled = beside_truth(truth, report(CLAMSHELL, reps=[read_rep(0, "fault", 0.0)]), View())
    alone = beside_truth(truth, report(CLAMSHELL), View())
    assert all_figures([fooled, alone])["clamshell.negatives_left_alone"].value == 0.5


def test_nobody_found_misses_everything_and_accuses_nobody() -> None:
    truth = ClipTruth("dark", CLAMSHELL, "test", "edge", "", "right", "gia", 1.5, 25.0, reps=(true_rep(0, SEVERE),))
    clip = beside_truth(truth, None, View())
    assert (clip.count_errors, false_accusations(clip)) == (1, 0)


def run(offsets_cm: dict[str, float], states: dict[str, str], sides_read: str = "lrlr") -> ScoredClip:
    """A run of four contacts with one placement per foot, read as told."""
    sides = {"l": "left", "r": "right"}
    true = [
        TrueContact(sides[s], 1.0 + 0.3 * i, {"foot_offset_cm": offsets_cm[sides[s]]}) for i, s in enumerate("lrlr")
    ]  # type: ignore[arg-type]
    read = [Contact(side=sides[s], time_s=1.02 + 0.3 * i) for i, s in enumerate(sides_read)]  # type: ignore[arg-type]
    verdicts = [Verdict(check="crossover", side=side, state=state) for side, state in states.items()]  # type: ignore[arg-type]
    gait = Gait(cadence_spm=170.2, cadence_error_spm=0.5, contacts=tuple(read))
    truth = ClipTruth(
        "run", REAR, "test", "prescribed", "", "both", "lou", 1.85, 30.0, contacts=tuple(true), cadence_spm=170.0
    )
    return beside_truth(truth, report(REAR, gait=gait, verdicts=verdicts), View())


def test_each_foot_of_a_run_is_judged_by_itself() -> None:
    clip = run({"left": -3.0, "right": 4.0}, {"left": "fault", "right": "fault"})
    counts = tally([clip], "crossover")
    assert counts.found == {"severe": 1, "clean": 1}


def test_a_verdict_without_a_side_is_about_both_feet() -> None:
    truth = ClipTruth("run", REAR, "test", "forbidden", "side", "both", "lou", 1.85, 30.0)
    verdict = Verdict(check="crossover", state="not_assessed")
    figures = all_figures([beside_truth(truth, report(REAR, gait=Gait(cadence_spm=None), verdicts=[verdict]), View())])
    assert (figures["running_rear.crossover.forbidden_abstained"].value, figures["all.forbidden_abstained"].n) == (1, 6)


def test_cadence_contact_times_and_sides_of_a_run() -> None:
    figures = all_figures([run({"left": 4.0, "right": 4.0}, {}, sides_read="llrr")])
    assert figures["running_rear.cadence.bias"].value == pytest.approx(0.2)
    assert figures["running_rear.contact.mae"].value == pytest.approx(0.02)
    assert figures["running_rear.side_right"].value == 0.5


def test_the_worst_clip_counts_wrongly_and_one_without_errors_is_not_named() -> None:
    miscounted, accused = clamshells([CLEAN, CLEAN], ["ok", ""]), clamshells([CLEAN, CLEAN], ["fault", "fault"])
    assert worst([clamshells([CLEAN], ["ok"]), accused, miscounted]) == [miscounted, accused]


def test_a_band_that_holds_the_truth_is_counted() -> None:
    clip = clamshells([CLEAN], ["ok"])
    unit = clip.units[0]
    near = unit.true | {"feet_gap_trunks": 0.13}
    far = unit.true | {"feet_gap_trunks": 0.15}
    units = tuple(Unit(unit.clip, "rep", True, {}, true, unit.read) for true in (near, far))
    figures = all_figures([ScoredClip(clip.truth, clip.report, clip.view, units)])
    assert figures["clamshell.feet_apart.band_holds"].value == 0.5
    assert figures["clamshell.feet_apart.bias"].value == pytest.approx(-0.04)


def test_small_values_are_the_fault_where_severe_is_the_smaller_number() -> None:
    hold = Sizes("hold_s", "s", clean=1.75, moderate=1.1, severe=0.9)
    assert [hold.grade(s, commanded=False) for s in (2.0, 1.5, 1.0, 0.5)] == ["clean", "mild", "moderate", "severe"]
    assert hold.grade(2.0, commanded=True) == "mild"


@pytest.mark.parametrize("exercise", SIZES)
def test_sizes_rise_and_name_checks_that_exist(exercise: str) -> None:
    checks = {check.id for check in get_exercise(exercise).about.checks}
    assert set(SIZES[exercise]) <= checks
    for sizes in SIZES[exercise].values():
        bounds = [sizes.clean, sizes.moderate, sizes.severe]
        assert bounds in (sorted(bounds), sorted(bounds, reverse=True))


def test_whole_run_checks_are_not_asked_of_a_foot() -> None:
    units = {unit.label: checks_of(unit) for unit in run({"left": 4.0, "right": 4.0}, {}).units}
    assert units["left"] == units["right"] == list(SIZES[REAR])
    assert units["run"] == []


def test_the_far_knee_is_not_asked_for() -> None:
    truth = ClipTruth("run", SIDE, "test", "prescribed", "", "left", "lou", 1.85, 30.0)
    units = {unit.label: checks_of(unit) for unit in beside_truth(truth, None, View()).units}
    assert "knee_flexion_at_contact" in units["left"]
    assert "knee_flexion_at_contact" not in units["right"]


def test_the_page_names_every_exercise_and_says_which_part_it_is() -> None:
    clips = [clamshells([SEVERE, CLEAN], ["fault", "ok"])]
    text = page(clips, all_figures(clips), [], "tune")
    assert "## `clamshell`" in text
    assert "it flatters" in text
    assert f"## `{SQUAT}`" not in text
    assert all(f"| `{pair.read}` |" in text for pair in PAIRS[CLAMSHELL])


def test_a_table_has_as_many_cells_in_every_row() -> None:
    assert table(["a", "b"], [["1", "2"]]) == "| a | b |\n| --- | --- |\n| 1 | 2 |"

"""Every English sentence and number of the report, so that terminal, page and overlay speak alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from formcheck.pose.landmarks import SIDES
from formcheck.report import quantities
from formcheck.results import (
    DoseItem,
    Fatigue,
    Rep,
    SetReport,
    State,
    Verdict,
)
from formcheck.summary import held_words

STATE_WORDS: Final[dict[State, str]] = {
    "ok": "ok",
    "watch": "watch",
    "fault": "fault",
    "not_assessed": "not assessed",
}

STATE_MARKS: Final[dict[State, str]] = {"ok": "✓", "watch": "~", "fault": "✗", "not_assessed": "–"}
"""A shape for each state, so that none depends on colour."""

STATE_MEANINGS: Final[dict[State, str]] = {
    "ok": "clear of the limit",
    "watch": "near the limit, or outside what the guide suggests without proof of harm",
    "fault": "clearly beyond the limit",
    "not_assessed": "could not be judged from this recording",
}

SEVERITY: Final[tuple[State, ...]] = ("fault", "watch", "not_assessed", "ok")
"""What a reader has to see first."""

PHASE_WORDS: Final[dict[str, str]] = {
    "rest": "ready",
    "lift": "lifting",
    "hold": "hold",
    "lower": "lowering",
    "run": "running",
    "bottom": "bottom",
    "rise": "pressing up",
}

DRAWN_ESTIMATE: Final = "Lines are drawn through estimated joint positions."
STICK_FIGURE: Final = "Drawn from the landmarks alone; the recording was not at hand."

ZONE_NOTE: Final = (
    "± beside a verdict's value is the undecided zone around the limit, not the accuracy of the value: "
    "readings inside it are called watch, never fault."
)
FIT_NOTE: Final = "View fit says how well the camera's place suited the check."
BAND_NOTE: Final = (
    "± beside a measure here is a calibrated 90% band: nine times in ten the true value lies inside it. "
    "Measures without a calibration keep an estimated band."
)

NOT_COUNTED: Final = "not counted"
NOT_ASSESSED: Final = "Not assessed"

MEASURE_WORDS: Final[dict[str, str]] = {
    "fppa": "Knee angle in the image (FPPA)",
    "knee_medial": "Knee inward of the foot",
    "knee_medial_descent": "Knee inward of the foot, going down",
    "knee_medial_ascent": "Knee inward of the foot, coming up",
    "trunk_lean": "Sideways lean of the trunk",
    "trunk_forward_lean": "Forward lean of the trunk",
    "pelvic_drop": "Drop of the pelvis on the free side",
    "pelvic_roll": "Roll of the pelvis, read alone",
    "depth": "Depth of the movement",
    "knee_opening": "Opening of the knees",
    "feet_apart": "Distance between the feet",
    "hip_angle": "Angle of shoulder, hip and knee at the top",
    "hip_lift": "Rise of the hips",
    "free_leg": "Free thigh against the supporting one",
    "free_hip_below": "Free hip below the supporting one",
    "left_hip_below": "Left hip below the right one",
    "shank_angle": "Shank from the vertical at contact",
    "foot_ahead": "Foot ahead of the hips at contact",
    "knee_flexion": "Knee bend at contact",
    "foot_placement": "Foot beside the midline",
    "share_on_midline": "Share of steps on the midline",
    "step_width": "Step width",
    "unseen": "Time not seen within the hold",
    "longest_hold": "Longest hold",
}
"""What measures mean, where their id does not say it."""


def plural(count: int, one: str, many: str | None = None) -> str:
    """``1 rep``, ``3 reps``."""
    return f"{count} {one if count == 1 else many or one + 's'}"


def listed(words: Sequence[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def in_words(name: str) -> str:
    """A check or measure id as words, for those that bring no title; its unit is said elsewhere."""
    stem = name
    for suffix in ("_deg", "_s", "_px", "_cm", "_spm", "_share", "_torso", "_ratio", "_percent"):
        stem = stem.removesuffix(suffix)
    return MEASURE_WORDS.get(stem) or sentence(stem.replace("_", " "))


def measure_words(name: str) -> str:
    """A measure's id as words, its side behind it."""
    side = next((s for s in SIDES if name.endswith(f"_{s}")), None)
    return sided(in_words(name.removesuffix(f"_{side}")), side)


def sentence(words: str) -> str:
    """With a capital at the start."""
    return words[:1].upper() + words[1:]


def check_title(verdict: Verdict) -> str:
    """The check in plain words, with its side where sides are judged apart."""
    return sentence(verdict.title) or in_words(verdict.check)


def fault_title(verdict: Verdict) -> str:
    """What is wrong, in plain words; the check's title where it says nothing."""
    return verdict.finding or check_title(verdict)


def on_both_sides(verdict: Verdict) -> str:
    """What is wrong on the left and on the right."""
    return f"{fault_title(verdict)} on both sides"


def sided(title: str, side: str | None) -> str:
    """A title with the person's side behind it."""
    return f"{title}, {side}" if side else title


def rep_word(report: SetReport) -> str:
    """What one entry of the set's repetitions is called."""
    return "rep" if report.holds is None else "hold"


def reps_named(indices: Sequence[int], word: str = "rep") -> str:
    """``rep 3``, ``reps 2, 4 and 5``."""
    return f"{word if len(indices) == 1 else word + 's'} {listed([str(i) for i in indices])}"


def bound(verdict: Verdict, above: bool | None) -> str:
    """The limit in words: ``at most 8°``, ``at least 2 s``; empty where the check has none.

    It stands beside a value, which names the unit in full.
    """
    if verdict.limit is None:
        return ""
    value = _short_limit(verdict.limit, verdict.unit)
    return {True: f"at most {value}", False: f"at least {value}", None: f"limit {value}"}[above]


def _short_limit(value: float, unit: str) -> str:
    return quantities.limit(value, unit).partition(" of ")[0]


def side_words(report: SetReport) -> str:
    """Whose side was trained."""
    return {"left": "left side", "right": "right side", "both": "both sides", None: ""}[report.side]


def counted(report: SetReport) -> str:
    """What was counted, in one phrase."""
    if report.gait is not None:
        steps = plural(len(report.gait.contacts), "foot contact")
        cadence = quantities.with_error(report.gait.cadence_spm, "spm", report.gait.cadence_error_spm)
        return steps if report.gait.cadence_spm is None else f"{steps} at {cadence}"
    if report.holds is not None:
        return ". ".join(map(held_words, report.holds))
    partial = f" and {plural(report.reps_partial, 'partial rep')}" if report.reps_partial else ""
    return plural(report.reps_complete, "complete rep") + partial


def headline(
    report: SetReport,
    faults: Sequence[str],
    watches: Sequence[str],
    unjudged: Sequence[str],
) -> str:
    """The verdict at the top, in one plain sentence: faults of the set, else what comes next to one."""
    if faults:
        return f"{_how_many(len(faults))} to mend: {_inline(faults)}."
    if watches:
        return f"No fault; keep an eye on: {_inline(watches)}."
    if not any(v.state == "ok" for v in report.verdicts):
        return "Counted, but the form could not be judged from this recording."
    return "Good form in what could be judged." if unjudged else "Good form in every check."


def nothing_done(report: SetReport) -> str:
    """The headline of a set without a movement."""
    if report.holds is not None:
        return "No hold of this stretch was seen."
    return "No repetition was counted." if report.gait is None else "No steady running was found."


def unjudged_headline(title: str, watches: Sequence[str]) -> str:
    """The headline where the check that matters most could not be judged and nothing is at fault."""
    also = f"; keep an eye on: {_inline(watches)}" if watches else ""
    return f"{sentence(title)} could not be judged; no fault in the rest{also}."


def with_frequency(title: str, count: int, total: int, word: str = "rep") -> str:
    """A finding with how often it was seen: ``knee drifts inward (1 of 5 reps)``; alone where reps do not apply."""
    return f"{title} ({count} of {plural(total, word)})" if count and total else title


def _how_many(things: int) -> str:
    number = dict(enumerate(("One", "Two", "Three", "Four", "Five", "Six"), 1)).get(things, str(things))
    return plural(things, "thing").replace(str(things), number)


def _inline(titles: Sequence[str]) -> str:
    words = [_lower_first(title) for title in titles]
    # A title with its side behind a comma would run into the next one.
    return "; ".join(words) if any("," in word for word in words) else listed(words)


def lead(report: SetReport, unjudged: Sequence[str]) -> str:
    """Under the headline: what was done, and what could not be judged."""
    done = f"{sentence(counted(report))}." if counted(report) else ""
    unseen = f"Not judged: {_inline(unjudged)}." if unjudged else ""
    return " ".join(filter(None, (done, unseen)))


def _lower_first(title: str) -> str:
    # "FPPA" and the like keep their capitals.
    return title if title[:2].isupper() else title[:1].lower() + title[1:]


def share_of_reps(count: int, total: int, word: str = "rep") -> str:
    """``in 3 of 8 judged reps``; empty where reps do not apply."""
    return f"in {count} of {plural(total, f'judged {word}')}" if count and total else ""


def count_word(count: int, report: SetReport) -> str:
    """Beside the counter of the film."""
    if report.holds is not None:
        return "s held"
    return plural(count, "step" if report.gait is not None else "rep").partition(" ")[2]


def not_counted(rep: Rep, report: SetReport) -> str:
    """A partial rep or a short hold, with what it lacked."""
    words = sentence(incomplete(report))
    return f"{words}: {rep.note}" if rep.note else words


def incomplete(report: SetReport) -> str:
    """What is said of a rep that was not counted, and of a hold that was too short."""
    return NOT_COUNTED if report.holds is None else "shorter than the guide asks"


def unjudged_notice(titles: Sequence[str]) -> str:
    """In the corner of the film: what it cannot show."""
    return f"Not assessed: {_inline(titles)}"


def gauge_limit(value: float, unit: str, above: bool) -> str:
    """Under the limit's mark of a live bar."""
    return f"{'at most' if above else 'at least'} {quantities.limit(value, unit)}"


def plot_legend(report: SetReport, limited: bool) -> str:
    """What the marks in the plots mean; ``limited``: at least one shows a limit."""
    if report.gait is not None:
        marks = "Triangles: foot contacts, full for left and open for right."
    elif report.holds is not None:
        marks = "Shaded: holds as long as the guide asks. Hatched: shorter ones. Ring: the middle of a hold."
    else:
        marks = "Shaded: counted reps. Hatched: partial reps, not counted. Ring: the turning point."
    dashes = " Red dashes: the limit, with the undecided zone around it." if limited else ""
    return f"{marks}{dashes} Gaps: not seen."


def plot_title(title: str, unit: str, value: float | None, above: bool) -> str:
    """A plot's heading, with its limit."""
    return sentence(title) if value is None else f"{sentence(title)} ({gauge_limit(value, unit, above)})"


def findings_heading(any_fault: bool) -> str:
    """Over the faults, or over what is only close to one."""
    return "What to mend, first things first" if any_fault else "What to keep an eye on"


def filming_heading(filmable: bool) -> str:
    """Over what another recording would show."""
    return "Not assessed, and how to film it" if filmable else "Camera"


def measured(verdict: Verdict) -> str:
    """What measured the value, where it was not the body's landmarks."""
    return "by the tag" if verdict.measured_by == "tag" else ""


def tag_offer(card: str, *, command: bool = True) -> str:
    """That this could have been measured, and with which card; ``command`` tells how to print it."""
    how = ' Print it with "formcheck tag".' if command else ""
    return f"This could have been measured by a printed tag: the {card} card, worn on the waistband.{how}"


def advice_with_reason(verdict: Verdict) -> str:
    """Why a finding is only watched, and its cue."""
    return " ".join(filter(None, [verdict.reason if verdict.state == "watch" else "", verdict.cue]))


def fault_caption(verdict: Verdict, rep: Rep | None, above: bool | None, word: str = "rep") -> str:
    """Under a drawn frame: when, how much, against what."""
    when = ", ".join(filter(None, [f"{sentence(word)} {rep.index}" if rep else "", _at(verdict.time_s)]))
    reached = quantities.with_error(verdict.value, verdict.unit, verdict.error) if verdict.value is not None else ""
    against = f" ({bound(verdict, above)})" if reached and verdict.limit is not None else ""
    return sentence(": ".join(filter(None, [when, reached + against])) + ".")


def drawn_label(verdict: Verdict) -> str:
    """Beside a drawn angle: its value and limit."""
    if verdict.value is None:
        return ""
    value = quantities.cell(verdict.value, verdict.unit, verdict.error)
    return value if verdict.limit is None else f"{value}, limit {_short_limit(verdict.limit, verdict.unit)}"


def _at(t_s: float | None) -> str:
    return "" if t_s is None else f"at {quantities.moment(t_s)}"


def drawing_alt(title: str, shows: str, from_film: bool) -> str:
    """The text in place of a drawn frame."""
    return f"{title}. {'Video frame' if from_film else 'Stick figure'} with {shows} drawn on it."


def plot_alt(title: str, reps: int, has_limit: bool, word: str = "rep") -> str:
    """The text in place of a plot."""
    marked = f", with {plural(reps, word)} shaded" if reps else ""
    return f"{title} over time{marked}{' and the limit drawn as a line' if has_limit else ''}."


def dose_mark(met: bool | None) -> State:
    """A part of the dose as a state: met, missed, or not known."""
    if met is None:
        return "not_assessed"
    return "ok" if met else "watch"


def dose_rating(met: bool | None) -> str:
    """Whether a part of the dose was met, in words."""
    return {True: "met", False: "not met", None: "not judged"}[met]


def dose_sentence(item: DoseItem) -> str:
    """A part of the guide's dose against what was done."""
    note = f" ({item.note})" if item.note else ""
    return f"{sentence(item.name)}: {item.done}; the guide asks for {item.prescribed}; {dose_rating(item.met)}{note}"


def fatigue_sentence(change: Fatigue) -> str:
    """How a measure went from the first to the last third."""
    first, last = (quantities.number(value, change.unit) for value in (change.first_third, change.last_third))
    return f"{in_words(change.measure)}: {first} to {last}, {difference_rating(change.beyond_error)}."


def difference_rating(beyond_error: bool) -> str:
    """Whether a difference is more than measuring error."""
    return "a real difference" if beyond_error else "within the measuring error"

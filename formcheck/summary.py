"""From a closed set to its report: counts, dose, fatigue, sides, picture quality, a sentence."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np

from formcheck.exercises.declare import About, Dose
from formcheck.motion.view import View
from formcheck.pose.landmarks import SIDES, Side
from formcheck.results import Adherence, Asymmetry, DoseItem, Fatigue, Held, Measure, Rep, Verdict, ViewReport

LEAST_FOUND_SHARE: Final = 0.4
LEAST_RATE_HZ: Final = 9.0
LEAST_HEIGHT_SHARE: Final = 0.15
LEAST_BRIGHTNESS: Final = 20.0
_FATIGUE_REPS: Final = 6
_MOST_DROPPED: Final = 0.05


def quality_problem(view: View) -> str:
    """Why nothing can be judged from this picture; empty when it is good enough."""
    if view.found_share < LEAST_FOUND_SHARE:
        seen = f"You were seen in only {view.found_share:.0%} of the frames."
        return f"{seen} Keep your whole body in the picture, in good light."
    if view.frame_rate_hz < LEAST_RATE_HZ:
        return f"{view.frame_rate_hz:.0f} frames a second are too few to judge movement. Record at 15 or more."
    if view.height_share < LEAST_HEIGHT_SHARE:
        return "You are too small in the picture. Come closer, or turn the camera upright."
    if view.brightness < LEAST_BRIGHTNESS:
        return "The picture is too dark. Switch on a light, and do not stand against a window."
    return ""


def picture_advice(view: View, dropped_frames: int) -> list[str]:
    """What would make the picture better, though it can be judged."""
    advice = []
    expected = view.duration_s * view.frame_rate_hz + dropped_frames
    if dropped_frames > _MOST_DROPPED * expected:
        advice.append(
            f"{dropped_frames} frames of the film could not be read, so the set may be incomplete. Copy it again."
        )
    if view.in_frame_share < 0.8:
        advice.append("Parts of you leave the picture. Move the camera back, so that head and feet stay in view.")
    if LEAST_HEIGHT_SHARE <= view.height_share < 0.3:
        advice.append("You are small in the picture. Come closer, or turn the camera upright.")
    if LEAST_RATE_HZ <= round(view.frame_rate_hz, 1) < 20:
        advice.append(f"The film has {view.frame_rate_hz:.0f} frames a second; 25 or more time holds better.")
    if LEAST_BRIGHTNESS <= view.brightness < 50:
        advice.append("The picture is dark. More light makes the landmarks steadier.")
    if LEAST_FOUND_SHARE <= view.found_share < 0.9:
        advice.append(f"You were seen in {view.found_share:.0%} of the frames. Keep your whole body in the picture.")
    return advice


def view_report(view: View, about: About, camera_advice: str, dropped_frames: int) -> ViewReport:
    """The view as it stands in the results, with what to change."""
    problem = quality_problem(view)
    advice = [line for line in (problem, camera_advice) if line] + picture_advice(view, dropped_frames)
    return ViewReport(
        facing=view.facing,
        posture=view.posture,
        yaw_deg=_finite(view.yaw_deg, 1),
        elevation_deg=_finite(view.elevation_deg, 1),
        height_share=_finite(view.height_share, 3),
        in_frame_share=_finite(view.in_frame_share, 3),
        found_share=round(view.found_share, 3),
        brightness=_finite(view.brightness, 1),
        frame_rate_hz=_finite(view.frame_rate_hz, 2),
        dropped_frames=dropped_frames,
        duration_s=round(view.duration_s, 3),
        prescribed=about.camera,
        fits=not problem and not camera_advice,
        advice=tuple(advice),
    )


def withheld(verdict: Verdict, problem: str) -> Verdict:
    """The verdict taken back because the picture does not allow any."""
    return verdict.model_copy(
        update={
            "state": "not_assessed",
            "reason": problem,
            "cue": "",
            "finding": "",
            "value": None,
            "error": None,
            "view_fit": 0.0,
        }
    )


def fault_counts(reps: Sequence[Rep], verdicts: Sequence[Verdict]) -> dict[str, int]:
    """For each check, in how many complete repetitions it was a fault; without any (runs), in how many verdicts."""
    judged = [v for rep in reps if rep.complete for v in rep.verdicts] if reps else list(verdicts)
    checks = dict.fromkeys(v.check for v in judged)
    return {check: sum(v.state == "fault" for v in judged if v.check == check) for check in checks}


def adherence(dose: Dose, reps: Sequence[Rep], holds: Sequence[Held] | None = None) -> Adherence:
    """The set against the guide's dose; only complete repetitions count, of a stretch the longest hold of each side."""
    if holds is not None:
        return Adherence(text=dose.text, items=tuple(_held_items(dose, holds)))
    complete = [rep for rep in reps if rep.complete]
    items = [*_reps_items(dose, complete), *_tempo_items(dose, complete)]
    return Adherence(text=dose.text, items=tuple(items))


def _held_items(dose: Dose, holds: Sequence[Held]) -> list[DoseItem]:
    prescribed = f"{dose.held_low_s:g}-{dose.held_high_s:g} s in one go, a side"
    items = [
        DoseItem(
            name=f"held, {held.side}" if held.side else "held",
            prescribed=prescribed,
            done=f"{held.longest_s:.1f} s in one go",
            met=held.met,
            note=f"at least; {held.unseen_s:.1f} s were not seen" if held.unseen_s else "",
        )
        for held in holds
    ]
    if dose.per_side and len(items) == 1:
        items.append(DoseItem(name="other side", prescribed=prescribed, done="not in this recording", met=None))
    return items


def _reps_items(dose: Dose, complete: Sequence[Rep]) -> list[DoseItem]:
    if dose.reps_low is None:
        return []
    prescribed = f"{dose.reps_low}-{dose.reps_high} a side" if dose.per_side else f"{dose.reps_low}-{dose.reps_high}"
    items = []
    sides: list[Side | None] = [*sides_of(complete)] or [None]
    for side in sides:
        done = sum(rep.side == side for rep in complete)
        name = f"repetitions, {side}" if side else "repetitions"
        items.append(DoseItem(name=name, prescribed=prescribed, done=str(done), met=done >= dose.reps_low))
    if dose.per_side and len(items) == 1:
        items.append(DoseItem(name="other side", prescribed=prescribed, done="not in this recording", met=None))
    return items


def sides_of(reps: Sequence[Rep]) -> list[Side]:
    """The sides that were worked, left first."""
    return [side for side in SIDES if any(rep.side == side for rep in reps)]


def _tempo_items(dose: Dose, complete: Sequence[Rep]) -> list[DoseItem]:
    items = []
    held = [rep.hold_s for rep in complete if rep.hold_s is not None]
    lowered = [rep.lowering_s for rep in complete if rep.lowering_s is not None]
    if dose.hold_s is not None and held:
        items.append(_tempo_item("hold", f"{dose.hold_s:g} s", held, 0.85 * dose.hold_s))
    if dose.lowering_low_s is not None and lowered:
        prescribed = f"{dose.lowering_low_s:g}-{dose.lowering_high_s:g} s"
        items.append(_tempo_item("lowering", prescribed, lowered, 0.85 * dose.lowering_low_s))
    return items


def _tempo_item(name: str, prescribed: str, seconds: Sequence[float], least_s: float) -> DoseItem:
    mean_s = float(np.mean(seconds))
    enough = sum(each_s >= least_s for each_s in seconds)
    done = f"{mean_s:.1f} s on average, long enough in {enough} of {len(seconds)}"
    note = "measured between 5% and 90% of the movement, so a little shorter than felt" if name == "lowering" else ""
    return DoseItem(name=name, prescribed=prescribed, done=done, met=enough == len(seconds), note=note)


def fatigue(reps: Sequence[Rep]) -> tuple[Fatigue, ...]:
    """Each measure's mean over the last third of the complete repetitions against the first third."""
    complete = [rep for rep in reps if rep.complete]
    if len(complete) < _FATIGUE_REPS:
        return ()
    third = len(complete) // 3
    changes = (_fatigue_of(name, complete[:third], complete[-third:]) for name in complete[0].measures)
    return tuple(change for change in changes if change is not None)


def _fatigue_of(name: str, first: Sequence[Rep], last: Sequence[Rep]) -> Fatigue | None:
    before, after = _mean(name, first), _mean(name, last)
    if before is None or after is None:
        return None
    change = after[0] - before[0]
    return Fatigue(
        measure=name,
        unit=_unit(name, first),
        first_third=round(before[0], 4),
        last_third=round(after[0], 4),
        change=round(change, 4),
        beyond_error=abs(change) > max(before[1], after[1]),
    )


def asymmetry(reps: Sequence[Rep]) -> tuple[Asymmetry, ...]:
    """Left against right of each measure, when both sides were done."""
    by_side: dict[Side, list[Rep]] = {side: [r for r in reps if r.complete and r.side == side] for side in SIDES}
    if not all(by_side.values()):
        return ()
    names = by_side["left"][0].measures
    pairs = {name: (_mean(name, by_side["left"]), _mean(name, by_side["right"])) for name in names}
    return tuple(
        _asymmetry_of(name, _unit(name, by_side["left"]), left, right)
        for name, (left, right) in pairs.items()
        if left is not None and right is not None
    )


def hold_asymmetry(holds: Sequence[Held]) -> tuple[Asymmetry, ...]:
    """Left against right of the longest hold, when both sides were stretched."""
    by_side = {held.side: (held.longest_s, held.error_s) for held in holds}
    if not all(side in by_side for side in SIDES):
        return ()
    return (_asymmetry_of("longest_hold", "s", by_side["left"], by_side["right"]),)


def side_difference(name: str, left: Measure, right: Measure) -> Asymmetry | None:
    """Left against right of one measured pair; None when one of them is missing."""
    if left.value is None or right.value is None:
        return None
    return _asymmetry_of(name, left.unit, (left.value, left.error or 0.0), (right.value, right.error or 0.0))


def _asymmetry_of(name: str, unit: str, left: tuple[float, float], right: tuple[float, float]) -> Asymmetry:
    difference = left[0] - right[0]
    return Asymmetry(
        measure=name,
        unit=unit,
        left=round(left[0], 4),
        right=round(right[0], 4),
        difference=round(difference, 4),
        beyond_error=abs(difference) > math.hypot(left[1], right[1]),
    )


def _mean(name: str, reps: Sequence[Rep]) -> tuple[float, float] | None:
    """Mean of a measure and its largest error; None when it was never measured."""
    found = [rep.measures[name] for rep in reps if name in rep.measures]
    values = [m.value for m in found if m.value is not None]
    if not values:
        return None
    return float(np.mean(values)), max(m.error or 0.0 for m in found)


def _unit(name: str, reps: Sequence[Rep]) -> str:
    return next((rep.measures[name].unit for rep in reps if name in rep.measures), "")


def sentence(
    reps: Sequence[Rep], verdicts: Sequence[Verdict], contacts: int, holds: Sequence[Held] | None = None
) -> str:
    """The result in plain words: what was done, what to mend, what could not be judged."""
    parts = [_done(reps, contacts) if holds is None else _held(holds)]
    faults = list(dict.fromkeys(v.finding for v in verdicts if v.state == "fault"))
    watch = [t for t in dict.fromkeys(v.finding for v in verdicts if v.state == "watch") if t not in faults]
    ok = any(v.state == "ok" for v in verdicts)
    unseen = list(dict.fromkeys(v.title for v in verdicts if v.state == "not_assessed"))
    if faults:
        parts.append(f"To mend: {_listed(faults)}.")
    if watch:
        parts.append(f"To watch: {_listed(watch)}.")
    if ok and not faults and not watch and (reps or contacts):
        parts.append("No fault found in what could be judged.")
    if unseen and (reps or contacts):
        parts.append(f"Not assessed: {_listed(unseen)}.")
    return " ".join(parts)


def _done(reps: Sequence[Rep], contacts: int) -> str:
    if contacts:
        return f"{contacts} foot contacts."
    complete, partial = sum(r.complete for r in reps), sum(not r.complete for r in reps)
    if not reps:
        return "No repetition of this exercise was seen."
    sides = [f"{sum(r.complete and r.side == side for r in reps)} {side}" for side in sides_of(reps)]
    text = f"{complete} complete repetition{'s' * (complete != 1)}"
    text += f" ({', '.join(sides)})" if sides else ""
    return text + (f" and {partial} partial." if partial else ".")


def _held(holds: Sequence[Held]) -> str:
    if not holds:
        return "No hold of this stretch was seen."
    return " ".join(f"{held_words(held)}." for held in holds)


def held_words(held: Held) -> str:
    """A stretch of one side in a phrase: its longest hold, what was held besides, what was not seen."""
    side = f" ({held.side})" if held.side else ""
    parts = [f"Held for {held.longest_s:.1f} s in one go{side}"]
    if held.breaks:
        times = "once" if held.breaks == 1 else f"{held.breaks} times"
        parts.append(f"broken {times}, {held.total_s:.1f} s in all")
    if held.unseen_s:
        parts.append(f"{held.unseen_s:.1f} s not seen")
    return "; ".join(parts)


def _listed(titles: Sequence[str]) -> str:
    return ", ".join(title.lower() for title in titles)


def _finite(value: float, digits: int) -> float | None:
    return round(value, digits) if math.isfinite(value) else None

"""The pelvis's checks with a worn tag and without it: the same track scored twice, beside its truth.

A unit is a repetition, or one foot of a run. What is true of it is the change of the pelvis since the set's start; of a
run, its drop in the middle of stance.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from bench import intervals
from bench.accuracy_declare import ABDUCTION, BRIDGE, CLAMSHELL, REAR, SQUAT
from bench.accuracy_score import WHOLE_RUN, ScoredClip, Unit, beside_truth
from bench.accuracy_tag_frames import FrameCounts, frames_of
from bench.intervals import Figure
from bench.scoring_truth import DATA, ClipTruth, clip_truth
from formcheck.errors import NobodyToScoreError
from formcheck.exercises.registry import get_exercise
from formcheck.pose.store import load_track
from formcheck.pose.tag_seen import no_tags
from formcheck.pose.track import PoseTrack
from formcheck.results import Verdict
from formcheck.scoring import score_track
from formcheck.session import make_checker

PIGEON: Final = "pigeon_pose"
TAGGED_DATA: Final = DATA / "tagged"
OVER_LIMIT_DEG: Final = 5.0
"""A fault this far over the limit is one to be found."""

Maybe = dict[str, Figure | None]


@dataclass(frozen=True)
class TagCheck:
    """The check of an exercise that a tag measures, and the true quantity beside it.

    Units without a commanded fault are clean up to `clean_deg`; `either_way`: only the quantity's size counts.
    """

    check: str
    true: str
    clean_deg: float
    either_way: bool = False


TAG_CHECKS: Final[Mapping[str, TagCheck]] = {
    CLAMSHELL: TagCheck("pelvic_roll", "pelvic_roll_change_deg", 5.0),
    BRIDGE: TagCheck("pelvic_drop", "pelvic_drop_change_deg", 3.0),
    SQUAT: TagCheck("pelvic_drop", "pelvic_drop_change_deg", 3.0),
    REAR: TagCheck("pelvic_drop", "mid_stance_pelvic_drop_deg", 5.0),
    ABDUCTION: TagCheck("pelvic_roll", "pelvic_roll_change_deg", 5.0),
    PIGEON: TagCheck("hips_square", "pelvic_drop_change_deg", 3.0, either_way=True),
}

SIZE_NAMES: Final = ("large", "medium", "small")
SIZE_FROM_PX: Final = {"large": 35.0, "medium": 25.0, "small": 0.0}
"""Median length of the tag's longest edge in the frames that show all of it."""
UNSEEN: Final = "unseen"
_SEEN_SHARE: Final = 0.05
"""Of the frames; a tag seen whole in fewer is not seen from there."""
HOWS: Final = ("tag", "landmarks")


@dataclass(frozen=True)
class Worn:
    """How the tag was worn and how large it came out; `measured` is False where it must not be read as it is."""

    wear: str
    size: str
    measured: bool


@dataclass(frozen=True)
class TaggedTruth:
    """What is true of a clip and of its tag."""

    truth: ClipTruth
    worn: Worn


@dataclass(frozen=True)
class TaggedClip:
    """A clip scored with its tag and without."""

    truth: ClipTruth
    worn: Worn
    scored: Mapping[str, ScoredClip]
    frames: FrameCounts


@dataclass(frozen=True)
class TagUnit:
    """One unit of a check: what is true and both verdicts on it; None where it was not counted."""

    clip: str
    size: str
    true_deg: float
    commanded: bool
    verdicts: Mapping[str, Verdict | None]

    def value(self, how: str) -> float | None:
        """What was read in degrees; with the tag, only what the tag measured."""
        verdict = self.verdicts[how]
        if verdict is None or verdict.measured_by != how:
            return None
        return verdict.value if verdict.unit == "deg" else None

    def judged(self, how: str) -> bool:
        """Whether there is an answer, and with the tag, one of the tag's."""
        verdict = self.verdicts[how]
        return verdict is not None and verdict.state != "not_assessed" and verdict.measured_by == how

    def called(self, how: str) -> bool:
        """Whether a fault is called; any answer counts, whoever measured it."""
        verdict = self.verdicts[how]
        return verdict is not None and verdict.state == "fault"


def tagged_truths(folder: Path = TAGGED_DATA, part: str = "all") -> list[TaggedTruth]:
    """The clips with tags, by name."""
    found = []
    for path in sorted(folder.glob("*.json")):
        record = json.loads(path.read_text(encoding="utf-8"))
        if part in ("all", record["part"]):
            found.append(TaggedTruth(clip_truth(record), worn_of(record)))
    return found


def worn_of(record: Mapping[str, Any]) -> Worn:
    """How the first tag of a truth file is worn."""
    tag = record["tags"][0]
    seen = tag["side_px"] is not None and tag["seen_share"] >= _SEEN_SHARE
    size = next(name for name in SIZE_NAMES if tag["side_px"] >= SIZE_FROM_PX[name]) if seen else UNSEEN
    return Worn(record["wear"], size, record["name"].split("_")[2].startswith("t"))


def score_tagged(tagged: TaggedTruth, folder: Path = TAGGED_DATA) -> TaggedClip:
    """Score a clip with what was seen of its tag, and with that removed."""
    path = folder / f"{tagged.truth.name}.npz"
    track = load_track(path) if path.exists() else None
    bare = replace(track, tags=no_tags()) if track else None
    scored = {"tag": _scored(tagged.truth, track), "landmarks": _scored(tagged.truth, bare)}
    return TaggedClip(tagged.truth, tagged.worn, scored, frames_of(tagged.truth.name, track, folder))


def _scored(truth: ClipTruth, track: PoseTrack | None) -> ScoredClip:
    exercise = get_exercise(truth.exercise)
    checker = make_checker(exercise, exercise.Params(), "auto")
    try:
        report = score_track(track, checker).report if track else None
    except NobodyToScoreError:
        report = None
    return beside_truth(truth, report, checker.view())


def tag_units(clip: TaggedClip) -> list[TagUnit]:
    """The units of a clip, in order."""
    about = TAG_CHECKS[clip.truth.exercise]
    pairs = zip(clip.scored["tag"].units, clip.scored["landmarks"].units, strict=True)
    return [
        TagUnit(
            clip.truth.name,
            clip.worn.size,
            abs(own.true[about.true]) if about.either_way else own.true[about.true],
            about.check in own.faults,
            {"tag": _verdict(own, about.check), "landmarks": _verdict(other, about.check)},
        )
        for own, other in pairs
        if own.complete and own.label != WHOLE_RUN and about.true in own.true
    ]


def _verdict(unit: Unit, check: str) -> Verdict | None:
    return unit.verdicts.get(check)


def tag_figures(clips: Sequence[TaggedClip]) -> dict[str, Figure]:
    """All figures: `EXERCISE.CHECK.tag.SIZE.NAME` and `...landmarks...`, and of frames `EXERCISE.tag.SIZE.NAME`."""
    figures: Maybe = {}
    for exercise, about in TAG_CHECKS.items():
        own = [clip for clip in clips if clip.truth.exercise == exercise and clip.worn.measured]
        units = [unit for clip in own for unit in tag_units(clip)]
        for size in (*SIZE_NAMES, UNSEEN):
            for how in HOWS:
                found = unit_figures([u for u in units if u.size == size], how, limit_deg(units), about.clean_deg)
                figures |= {f"{exercise}.{about.check}.{how}.{size}.{name}": f for name, f in found.items()}
            counts = [clip.frames for clip in own if clip.worn.size == size]
            figures |= {f"{exercise}.tag.{size}.{name}": f for name, f in frame_figures(counts).items()}
    return {name: figure for name, figure in figures.items() if figure is not None}


def limit_deg(units: Iterable[TagUnit]) -> float | None:
    """The limit that readings of the tag are judged by; None where there is none."""
    verdicts = [unit.verdicts["tag"] for unit in units if unit.value("tag") is not None]
    return next((verdict.limit for verdict in verdicts if verdict and verdict.limit is not None), None)


def unit_figures(units: Sequence[TagUnit], how: str, limit: float | None, clean_deg: float) -> Maybe:
    """Error, bias, slope, band, abstentions, and verdicts on faults well over the limit and on clean units."""
    read = [(unit, value) for unit in units if (value := unit.value(how)) is not None]
    errors = [value - unit.true_deg for unit, value in read]
    names = [unit.clip for unit, _ in read]
    figures: Maybe = {
        "abstained": intervals.share(sum(not unit.judged(how) for unit in units), len(units)),
        "mae": intervals.mean([abs(error) for error in errors], names),
        "bias": intervals.mean(errors, names),
        "slope": intervals.slope([unit.true_deg for unit, _ in read], [value for _, value in read], names),
        "band_holds": _band_holds(read, how),
    }
    clean = [u for u in units if not u.commanded and u.true_deg <= clean_deg and u.judged(how)]
    accused = sum(unit.called(how) for unit in clean)
    figures["false_accusations"] = intervals.share(accused, len(clean))
    if limit is not None:
        faults = [unit for unit in units if unit.true_deg >= limit + OVER_LIMIT_DEG]
        found = sum(unit.called(how) for unit in faults)
        figures["f1"] = intervals.f1(found, len(faults) - found, accused)
    return figures


def _band_holds(read: Sequence[tuple[TagUnit, float]], how: str) -> Figure | None:
    bands = [
        (abs(value - unit.true_deg), verdict.error)
        for unit, value in read
        if (verdict := unit.verdicts[how]) and verdict.error is not None and math.isfinite(verdict.error)
    ]
    return intervals.share(sum(error <= band + 1e-9 for error, band in bands), len(bands))


def frame_figures(counts: Sequence[FrameCounts]) -> Maybe:
    """Share of frames with the whole tag in which it was found; of those read, with the wrong pose, and for sure."""
    return {
        "found": intervals.share(sum(c.found for c in counts), sum(c.shown for c in counts)),
        "wrong_pose": intervals.share(sum(c.wrong for c in counts), sum(c.resolved for c in counts)),
        "surely_wrong_pose": intervals.share(sum(c.surely_wrong for c in counts), sum(c.resolved for c in counts)),
    }

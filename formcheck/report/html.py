"""The report as one HTML file: no script, nothing fetched, good on a phone and on paper."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from formcheck.pose.landmarks import MIRROR_ORDER, Side
from formcheck.pose.pose import Pose
from formcheck.pose.track import PoseTrack
from formcheck.report import angles, facts, figures, outline, plots, quantities, wording
from formcheck.report.outline import Finding
from formcheck.results import Measure, Rep, SetReport, Verdict
from formcheck.trace import Trace

NEAREST_POSE_S: Final = 0.25
"""How far the pose that is drawn may lie from the moment that was judged."""


@dataclass(frozen=True, slots=True)
class Card:
    """A finding as the page shows it."""

    finding: Finding
    reps: str
    against: str
    figure: Markup | None
    caption: str


def render_report(
    report: SetReport,
    trace: Trace,
    track: PoseTrack,
    frames: figures.Frames | None = None,
    title: str | None = None,
) -> str:
    """The whole report as one self-contained HTML document.

    Args:
        report: the scored set.
        trace: its signals, for the plots.
        track: its poses in pixels of the recording as filmed, for the drawings.
        frames: fetches frames of the recording; without it stick figures are drawn.
        title: a heading of the caller's choice; the exercise's own title by default.
    """
    template = _environment().get_template("report.html.j2")
    return template.render(
        r=report,
        w=wording,
        facts=facts,
        q=quantities,
        o=outline,
        title=title or report.title,
        cards=_cards(report, track, frames),
        drawn_on_film=frames is not None,
        plots=plots.signal_plots(report, trace),
        rep_measures=_headings(rep.measures for rep in report.reps),
        contact_measures=_headings(c.measures for c in (report.gait.contacts if report.gait else ())),
    )


def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("formcheck.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _headings(rows: Iterable[Mapping[str, Measure]]) -> dict[str, str]:
    """Names of all measures in a table's rows, each with the head of its column."""
    units = {name: measure.unit for row in rows for name, measure in row.items()}
    return {name: f"{wording.measure_words(name)} {quantities.reference(unit)}".strip() for name, unit in units.items()}


def as_filmed(track: PoseTrack) -> PoseTrack:
    """The track with the person's own left and right, at the places where the recording shows them."""
    if not track.info.mirrored:
        return track
    return replace(
        track,
        image_px=track.image_px[:, MIRROR_ORDER],
        visibility=track.visibility[:, MIRROR_ORDER],
        presence=track.presence[:, MIRROR_ORDER],
    )


def _cards(report: SetReport, track: PoseTrack, frames: figures.Frames | None) -> tuple[Card, ...]:
    found = outline.findings(report)
    times = sorted({f.shown.time_s for f in found if f.shown.time_s is not None and _has_frame(f)})
    pictures = frames(times) if frames is not None and times else {}
    own = as_filmed(track)
    return tuple(_card(report, own, finding, pictures) for finding in found)


def _has_frame(finding: Finding) -> bool:
    return finding.verdict.state == "fault" and finding.verdict.check not in outline.TIMED_CHECKS


def _card(report: SetReport, track: PoseTrack, finding: Finding, pictures: Mapping[float, figures.Picture]) -> Card:
    upper = outline.limit_is_upper(report, finding.verdict.check)
    return Card(
        finding=finding,
        reps=wording.share_of_reps(finding.count, finding.judged, wording.rep_word(report)),
        against=wording.bound(finding.verdict, upper),
        figure=_figure(report, track, finding, pictures) if _has_frame(finding) else None,
        caption=wording.fault_caption(finding.shown, finding.rep, upper, wording.rep_word(report)),
    )


def _figure(
    report: SetReport, track: PoseTrack, finding: Finding, pictures: Mapping[float, figures.Picture]
) -> Markup | None:
    shown = finding.shown
    pose = pose_at(track, shown.time_s)
    if pose is None or shown.time_s is None:
        return None
    spec = angles.spec_of(report.exercise, shown.check)
    start = pose_at(track, finding.rep.start_s) if finding.rep else None
    drawn = angles.drawing(spec, pose, start, _side(report, shown, finding.rep, pose), shown.unit)
    picture = pictures.get(shown.time_s)
    alt = wording.drawing_alt(finding.title, spec.shows, picture is not None)
    return figures.draw_frame(pose, drawn, wording.drawn_label(shown), shown.state, alt, picture)


def _side(report: SetReport, verdict: Verdict, rep: Rep | None, pose: Pose) -> Side:
    named = verdict.side or (rep.side if rep else None) or report.side
    return named if named in ("left", "right") else angles.clearer_side(pose)


def pose_at(track: PoseTrack, t_s: float | None) -> Pose | None:
    """The pose nearest to a moment; None where nobody was seen around it."""
    seen = np.flatnonzero(track.found)
    if t_s is None or not len(seen):
        return None
    nearest = int(seen[np.abs(track.t_s[seen] - t_s).argmin()])
    return track[nearest] if abs(track.t_s[nearest] - t_s) <= NEAREST_POSE_S else None

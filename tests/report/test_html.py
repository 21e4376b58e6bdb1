"""The report page: complete, self-contained, escaped, the same every time."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest

from formcheck.pose.landmarks import MIRROR_ORDER, Landmark
from formcheck.report.html import as_filmed, pose_at, render_report
from formcheck.trace import Trace

VOID = {"meta", "link", "br", "img", "hr", "input"}


class Page(HTMLParser):
    """Reads a page; fails on tags that do not close in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.attrs: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert self._open == []
        self.text = " ".join(self.text.split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attrs.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attrs.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag
        self.text += " " if tag in ("td", "th", "dt", "dd", "p", "li") else ""

    def handle_data(self, data: str) -> None:
        if "style" not in self._open:
            self.text += data


def page(scored, frames: bool = True) -> Page:
    return Page(render_report(scored.report, scored.trace, scored.track, scored.frames if frames else None))


def test_every_set_becomes_a_well_formed_page(scored) -> None:
    read = page(scored)
    assert read.tags["h1"] == 1
    assert scored.report.title in read.text
    assert scored.report.disclaimer in read.text
    for verdict in scored.report.verdicts:
        if verdict.state == "not_assessed":
            assert verdict.reason in read.text


def test_nothing_is_fetched_and_nothing_runs(scored) -> None:
    html = render_report(scored.report, scored.trace, scored.track, scored.frames)
    read = Page(html)
    assert not {"script", "link", "iframe", "object"} & set(read.tags)
    for _, attrs in read.attrs:
        for name in ("src", "href", "xlink:href", "action"):
            assert (attrs.get(name) or "#").startswith(("#", "data:image/jpeg;base64,"))
        assert not any(name.startswith("on") for name in attrs)
    assert "url(http" not in html
    assert "@import" not in html


def test_ids_are_unique_and_every_reference_finds_its_target(scored) -> None:
    html = render_report(scored.report, scored.trace, scored.track, scored.frames)
    read = Page(html)
    ids = Counter(attrs["id"] for _, attrs in read.attrs if "id" in attrs)
    assert max(ids.values()) == 1
    wanted = {attrs["aria-labelledby"] for _, attrs in read.attrs if "aria-labelledby" in attrs}
    wanted |= set(re.findall(r"url\(#([^)]+)\)", html)) | set(re.findall(r'href="#([^"]+)"', html))
    assert wanted <= set(ids)


def test_the_same_set_gives_the_same_bytes(squat) -> None:
    first, second = (render_report(squat.report, squat.trace, squat.track, squat.frames) for _ in range(2))
    assert first == second


def test_the_fault_is_drawn_on_its_frame_with_value_limit_and_text(squat) -> None:
    read = page(squat)
    pictures = [a for t, a in read.attrs if t == "svg" and a.get("class") == "frame"]
    assert len(pictures) == 1
    assert (pictures[0]["aria-label"] or "").startswith("Knee drifts inward. Video frame with the line from hip")
    assert "18%, limit 8%" in read.text
    assert "Rep 5, at 19.4 s: 18 ± 2% (at most 8%)." in read.text
    assert read.tags["image"] == 1


def test_without_the_recording_a_stick_figure_is_drawn(squat) -> None:
    read = page(squat, frames=False)
    assert read.tags["image"] == 0
    assert "Stick figure" in str(read.attrs)
    assert "the recording was not at hand" in read.text


def test_only_frames_of_faults_are_fetched(squat) -> None:
    asked: list[float] = []
    render_report(squat.report, squat.trace, squat.track, lambda times: asked.extend(times) or {})
    assert asked == [19.4]


def test_plots_keep_text_as_text_and_name_their_limit(squat) -> None:
    read = page(squat)
    assert "Knee inward of the second toe (at most 8%)" in read.text
    assert sum(a.get("class") == "plot" for t, a in read.attrs if t == "svg") == 2
    assert "seconds" in read.text


def test_the_counting_signal_is_plotted_from_its_own_rest_level(squat) -> None:
    depth, *others = squat.trace.signals
    sunk = replace(squat.trace, signals=(replace(depth, values=depth.values - 1.6), *others))
    html = render_report(squat.report, sunk, squat.track)
    assert html == render_report(squat.report, squat.trace, squat.track)
    assert "% of trunk length" in html


def test_rep_table_tells_values_states_and_partial_reps(squat) -> None:
    read = page(squat)
    assert "fault: 14%" in read.text
    assert "watch: 9%" in read.text
    assert "not counted: too shallow" in read.text


def test_what_the_signs_mean_is_said_beside_them(squat) -> None:
    text = page(squat).text
    assert "undecided zone around the limit, not the accuracy of the value" in text
    assert "a calibrated 90% band" in text
    assert "near the limit, or outside what the guide suggests without proof of harm" in text


def test_a_page_without_a_rep_says_what_was_seen_and_how_to_film(squat) -> None:
    empty = squat.report.model_copy(update={"reps_complete": 0, "reps": squat.report.reps[3:4]})
    text = Page(render_report(empty, squat.trace, squat.track)).text
    assert "What was seen The second toe is estimated from heel and big toe. Rep 4: too shallow" in text
    assert "Put the camera in front of you" in text
    for absent in ("What was checked", "not met", "What to mend", "Not assessed"):
        assert absent not in text


def test_reasons_without_a_remedy_have_their_own_heading(squat, lying) -> None:
    assert "Not assessed Pelvis level" in page(squat).text
    assert "how to film it" not in page(squat).text
    assert "Not assessed, and how to film it Pelvis still" in page(lying).text


def test_dose_tiring_sides_people_and_provenance_are_told(squat, both_sides) -> None:
    text = page(squat).text
    assert "4, not met" in text
    assert "Knee valgus: 3% to 18%, a real difference." in text
    assert "2 people were seen; scored: the largest of 2, right of centre." in text
    assert "0f3a9c11d2e4" in text
    assert "abababababab" in text
    assert "Rep Depth of the movement (of trunk) 1 80 ± 5%" in text
    assert "Hip height 52% of trunk 41% of trunk 11% of trunk a real difference" in page(both_sides).text


@pytest.mark.parametrize("evil", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7*7 }}"])
def test_text_from_outside_is_escaped_everywhere(squat, evil: str) -> None:
    def poison(verdict):
        words = dict.fromkeys(("title", "cue", "reason", "source"), evil)
        return verdict.model_copy(update={**words, "check": evil})

    report = squat.report.model_copy(
        update={
            "title": evil,
            "summary": evil,
            "remarks": (evil,),
            "disclaimer": evil,
            "verdicts": tuple(map(poison, squat.report.verdicts)),
            "reps": tuple(
                r.model_copy(update={"note": evil, "verdicts": tuple(map(poison, r.verdicts))})
                for r in squat.report.reps
            ),
            "view": squat.report.view.model_copy(update={"advice": (evil,), "prescribed": evil, "fits": False}),
        }
    )
    trace = Trace(
        squat.trace.t_s,
        squat.trace.phases,
        tuple(replace(s, title=evil, unit=evil) for s in squat.trace.signals),
    )
    read = Page(render_report(report, trace, squat.track, squat.frames, title=evil))
    assert not {"script", "img"} & set(read.tags)
    assert evil in read.text or "".join(evil.split()) in "".join(read.text.split())


def test_dollar_signs_in_signal_titles_are_not_mathematics(squat) -> None:
    odd = replace(squat.trace.signals[0], unit="$x^", title="$\\frac$")
    render_report(squat.report, replace(squat.trace, signals=(odd,)), squat.track)


def test_a_caller_may_name_the_page(squat) -> None:
    read = Page(render_report(squat.report, squat.trace, squat.track, title="Anna & Bo"))
    assert "Anna & Bo" in read.text
    assert "Single-leg box squat" in read.text


def test_a_moment_without_a_person_gets_no_picture(squat) -> None:
    assert pose_at(squat.track, 12.4) is None
    pose = pose_at(squat.track, 3.51)
    assert pose is not None
    assert pose.t_s == pytest.approx(3.52)


def test_a_mirrored_recording_keeps_its_places_and_swaps_the_sides(squat) -> None:
    mirrored = replace(squat.track, info=replace(squat.track.info, mirrored=True))
    own = as_filmed(mirrored)
    np.testing.assert_array_equal(own.image_px[0], mirrored.image_px[0][MIRROR_ORDER])
    np.testing.assert_array_equal(own.image_px[0, Landmark.LEFT_HIP], mirrored.image_px[0, Landmark.RIGHT_HIP])
    assert as_filmed(squat.track) is squat.track

"""The real model on real pictures: what is reported is what was seen."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from formcheck import system_libraries
from formcheck.errors import FormcheckError, ModelError
from formcheck.pose import mediapipe_estimator
from formcheck.pose.landmarks import Landmark
from formcheck.pose.mediapipe_estimator import Image, PeopleSurvey, PoseEstimator
from formcheck.pose.model_assembly import DETECTOR_ENTRY, LANDMARKS_ENTRY
from formcheck.pose.model_store import ModelFile
from formcheck.pose.pose import Pose
from formcheck.pose.store import quantise
from formcheck.pose.track import PoseTrack

BODY = slice(Landmark.LEFT_SHOULDER, None)


def size_of(image: Image) -> tuple[int, int]:
    return image.shape[1], image.shape[0]


def follow(model: ModelFile, frames: list[Image], fps: float = 30.0) -> PoseTrack:
    with PoseEstimator(model) as estimator:
        poses = [estimator.estimate(frame, i / fps, size_of(frame)) for i, frame in enumerate(frames)]
        return PoseTrack.from_poses(poses, estimator.info)


def alone(model: ModelFile, frame: Image) -> Pose:
    """What a fresh estimator sees in one frame: nothing before it can have left a trace."""
    return follow(model, [frame])[0]


def test_a_standing_person_is_upright_and_inside_the_frame(model: ModelFile, portrait: Image) -> None:
    pose = alone(model, portrait)
    x, y = pose.image_px[BODY, 0], pose.image_px[:, 1]

    assert pose.found
    assert y[Landmark.NOSE] < y[Landmark.LEFT_HIP] < y[Landmark.LEFT_KNEE] < y[Landmark.LEFT_ANKLE]
    assert ((x > 0) & (x < portrait.shape[1])).all()
    assert 0.3 < np.linalg.norm(pose.world_m[Landmark.LEFT_HIP] - pose.world_m[Landmark.LEFT_KNEE]) < 0.6


def test_it_says_how_poses_are_made(model: ModelFile) -> None:
    with PoseEstimator(model) as estimator:
        info = estimator.info

    assert info.model_sha256 == model.sha256
    assert info.model_name == "pose_landmarker_full"
    assert info.smoothing == "none"
    assert info.estimator.startswith("mediapipe ")
    assert info.estimator.endswith(" video")


def test_nobody_is_found_in_an_empty_picture(model: ModelFile) -> None:
    pose = alone(model, np.full((240, 320, 3), 127, dtype=np.uint8))

    assert not pose.found
    assert np.isnan(pose.image_px).all()
    assert (pose.visibility == 0).all()


@pytest.mark.parametrize("shape", [(1, 1, 3), (1, 400, 3), (400, 1, 3)])
def test_tiny_pictures_are_no_trouble(model: ModelFile, shape: tuple[int, int, int]) -> None:
    assert not alone(model, np.zeros(shape, dtype=np.uint8)).found


def test_landmarks_count_in_pixels_of_the_original_frame(model: ModelFile, portrait: Image) -> None:
    here = alone(model, portrait)
    width, height = size_of(portrait)
    with PoseEstimator(model) as estimator:
        larger = estimator.estimate(portrait, 0.0, (4 * width, 4 * height))

    np.testing.assert_allclose(larger.image_px, 4 * here.image_px, atol=0.2)
    assert larger.size_px == (4 * width, 4 * height)


def test_landmarks_seen_in_a_region_count_in_the_whole_frame(model: ModelFile, portrait: Image) -> None:
    height, width = portrait.shape[:2]
    frame = np.full((height + 100, width + 300, 3), 200, dtype=np.uint8)
    frame[60 : 60 + height, 250 : 250 + width] = portrait
    here = alone(model, portrait)
    with PoseEstimator(model) as estimator:
        there = estimator.estimate(
            portrait, 0.0, size_of(frame), region_px=(250.0, 60.0, float(width), float(height))
        )

    np.testing.assert_allclose(there.image_px, here.image_px + np.array([250, 60, 0]), atol=0.1)
    np.testing.assert_array_equal(there.world_m, here.world_m)


def test_time_and_brightness_pass_through(model: ModelFile, portrait: Image) -> None:
    with PoseEstimator(model) as estimator:
        pose = estimator.estimate(portrait, 12.345678, size_of(portrait), brightness=90.25)

    assert (pose.t_s, pose.brightness) == (12.345678, 90.25)


def test_poses_lie_on_the_grid_that_tracks_are_stored_on(model: ModelFile, portrait: Image) -> None:
    pose = alone(model, portrait)

    for name in ("image_px", "world_m", "visibility", "presence"):
        np.testing.assert_array_equal(getattr(quantise(pose), name), getattr(pose, name))


def test_the_frame_rate_makes_no_difference(model: ModelFile, running: list[Image]) -> None:
    slow, fast = follow(model, running[:20], fps=15.0), follow(model, running[:20], fps=120.0)

    np.testing.assert_array_equal(slow.image_px, fast.image_px)
    np.testing.assert_array_equal(slow.visibility, fast.visibility)


def test_trembling_is_reported_as_it_is(model: ModelFile, portrait: Image) -> None:
    """A picture shifted to and fro by 8 px; MediaPipe's own smoothing would let 1.5 px of it through."""
    track = follow(model, [portrait, np.roll(portrait, 8, axis=1)] * 12)
    x = track.image_px[4:, BODY, 0]

    assert np.mean(x[1::2] - x[0::2]) == pytest.approx(8, abs=2)


def test_visibility_remembers_nothing_of_earlier_frames(model: ModelFile, running: list[Image]) -> None:
    """After the person was lost, a frame is looked at afresh and equals what it gives alone."""
    nobody = np.zeros_like(running[0])
    track = follow(model, [*running[:10], nobody, running[40]])
    expected = alone(model, running[40])

    assert not track.found[10]
    np.testing.assert_allclose(track[11].image_px, expected.image_px, atol=0.1)
    np.testing.assert_allclose(track[11].visibility, expected.visibility, atol=1.01 / 255)


def test_mediapipe_s_filter_of_visibility_is_the_one_undone(
    model: ModelFile, running: list[Image], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With another filter, solving for the raw value would leave the range from 0 to 1 again and again."""
    filtered: list[np.ndarray] = []
    undo = PoseEstimator._unfiltered

    def listen(self: PoseEstimator, visibility: np.ndarray) -> np.ndarray:
        filtered.append(visibility)
        return undo(self, visibility)

    monkeypatch.setattr(PoseEstimator, "_unfiltered", listen)
    follow(model, running)
    raw = (np.array(filtered[1:]) - 0.9 * np.array(filtered[:-1])) / 0.1

    assert raw.min() > -1e-5
    assert raw.max() < 1 + 1e-5
    assert np.ptp(raw) > 0.9


def test_a_survey_finds_the_only_person_once(model: ModelFile, portrait: Image) -> None:
    with PeopleSurvey(model) as survey:
        (sighting,) = survey.look(portrait, 0.0, size_of(portrait))

    left, top, width, height = sighting.box_px
    assert sighting.confidence > 0.7
    assert left > 0
    assert top > 0
    assert left + width < portrait.shape[1]
    assert height > width


def test_a_survey_finds_two_people(model: ModelFile, portrait: Image) -> None:
    both = np.concatenate([portrait, portrait[:, ::-1]], axis=1)
    with PeopleSurvey(model) as survey:
        sightings = survey.look(both, 0.0, size_of(both))

    middles = sorted(s.box_px[0] + s.box_px[2] / 2 for s in sightings)
    assert len(middles) == 2
    assert middles[0] < portrait.shape[1] < middles[1]


def test_native_logs_stay_silent(model: ModelFile) -> None:
    script = (
        "import numpy as np\n"
        "from formcheck.pose.mediapipe_estimator import PoseEstimator\n"
        "from formcheck.pose.model_store import find_model\n"
        "with PoseEstimator(find_model()) as estimator:\n"
        "    estimator.estimate(np.zeros((64, 64, 3), dtype=np.uint8), 0.0, (64, 64))\n"
        "import sys; print('my own words', file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert done.stderr == "my own words\n"
    assert done.stdout == ""


def test_importing_the_estimator_does_not_load_mediapipe() -> None:
    script = "import sys, formcheck.pose.mediapipe_estimator; sys.exit('mediapipe' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_networks_that_mediapipe_refuses_are_a_model_error(model: ModelFile, tmp_path: Path) -> None:
    path = tmp_path / "broken.task"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(DETECTOR_ENTRY, b"\x1c\0\0\0TFL3" + bytes(100))
        archive.writestr(LANDMARKS_ENTRY, b"\x1c\0\0\0TFL3" + bytes(100))

    with pytest.raises(ModelError) as error:
        PoseEstimator(replace(model, path=path))
    assert "\n" not in str(error.value)


def test_a_missing_system_library_is_named_with_its_package(
    model: ModelFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    egl = next(library for library in system_libraries.NEEDED if library.title == "libEGL")
    monkeypatch.setattr(mediapipe_estimator, "missing", lambda: (egl,))

    def refuse(*_: object) -> None:
        raise OSError("libEGL.so.1: cannot open shared object file")

    mediapipe = mediapipe_estimator._mediapipe()
    monkeypatch.setattr(mediapipe.tasks.vision.PoseLandmarker, "create_from_options", refuse)

    with pytest.raises(FormcheckError, match=r"libEGL.*libegl1"):
        PoseEstimator(model)

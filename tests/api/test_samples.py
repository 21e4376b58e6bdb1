"""Every sample gives the same result over HTTP as on the command line.

Here from the tracks of the samples, which takes seconds; from a film it is held in `test_analyses`.
"""

from __future__ import annotations

import json
from pathlib import Path

from formcheck.scoring import score
from tests.api.conftest import Served


def test_every_sample_s_result_is_the_command_line_s(server: Served, root: Path, samples: Path) -> None:
    tracks = sorted((root / "tests" / "golden").glob("*.npz"))
    exercises = {track: exercise_of(samples, track) for track in tracks}
    made = {track: server.upload(track, exercise=exercises[track]).json() for track in tracks}
    assert len(made) >= 13
    for track, analysis in made.items():
        done = server.finished(analysis["id"])
        assert done["state"] == "done", (track.name, done["failure"])
        result = server.http.get(f"/v1/analyses/{analysis['id']}/result").text
        assert result == score(track, exercises[track]).to_json() + "\n", track.name


def exercise_of(samples: Path, track: Path) -> str:
    truth = (samples / f"{track.stem}.truth.json").read_text(encoding="utf-8")
    exercise: str = json.loads(truth)["exercise"]
    return exercise

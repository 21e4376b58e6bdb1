"""Makes the golden tracks: every sample clip through the real pose model, once.

    python -m tests.golden.make [CLIP ...]

Run it after a clip was drawn anew; ``clips.json`` holds the sha256 of the clip that each track was made from.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

from formcheck.extract import extract
from formcheck.pose.store import save_track

GOLDEN = Path(__file__).parent
CLIPS = GOLDEN.parents[1] / "sample_videos" / "clips"
MADE_FROM = GOLDEN / "clips.json"


def sha256(path: Path) -> str:
    """Of a file's content."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def made_from() -> dict[str, str]:
    """Clip name to the sha256 of the clip that its track was made from."""
    known: dict[str, str] = json.loads(MADE_FROM.read_text(encoding="utf-8")) if MADE_FROM.exists() else {}
    return known


def make(names: list[str]) -> None:
    """Write the tracks of the clips that changed, among ``names`` or all; forget those of clips that are gone."""
    known = made_from()
    present = {path.stem: path for path in sorted(CLIPS.glob("*.mp4"))}
    for name in [name for name in names or present if known.get(name) != sha256(present[name])]:
        digest = sha256(present[name])
        save_track(extract(present[name]), GOLDEN / f"{name}.npz")
        known[name] = digest
    for gone in GOLDEN.glob("*.npz"):
        if gone.stem not in present:
            gone.unlink()
    kept = {name: digest for name, digest in sorted(known.items()) if name in present}
    MADE_FROM.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    make(sys.argv[1:])

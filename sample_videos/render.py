"""Render clips and their truth: `python -m sample_videos.render [NAME ...] [--out FOLDER] [--stills]`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from .catalogue import CLIPS
from .renderer.plan import ClipPlan

CLIP_FOLDER = Path(__file__).parent / "clips"
INSTALL_HINT = "rendering needs more packages: `make render-samples` installs them into .venv-render"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sample_videos.render", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="clips to render (default: all)")
    parser.add_argument("--out", type=Path, default=CLIP_FOLDER, help="folder to write to")
    parser.add_argument(
        "--stills", action="store_true", help="write four PNG pictures of each clip and no video"
    )
    arguments = parser.parse_args()
    unknown = sorted(set(arguments.names) - set(CLIPS))
    if unknown:
        parser.error(f"no such clip: {', '.join(unknown)}; there are: {', '.join(CLIPS)}")
    return arguments


def main() -> int:
    """Render what was asked for."""
    arguments = _arguments()
    try:
        from .renderer.studio import film, photograph
    except ImportError as missing:
        print(f"{INSTALL_HINT} ({missing})", file=sys.stderr)
        return 1
    arguments.out.mkdir(parents=True, exist_ok=True)
    plans: list[ClipPlan] = [CLIPS[name] for name in arguments.names or CLIPS]
    for plan in plans:
        (photograph if arguments.stills else film)(plan, arguments.out)
        print(plan.name, flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

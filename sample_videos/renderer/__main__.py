"""`python -m sample_videos.renderer` is `python -m sample_videos.render`."""

from __future__ import annotations

from ..render import main

if __name__ == "__main__":
    raise SystemExit(main())

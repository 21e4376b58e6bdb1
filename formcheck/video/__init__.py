"""Recordings become frames with true times; annotated frames become films."""

from __future__ import annotations

import os

# Read once, when OpenCV first touches a film: damaged ones are told in one line of ours, not in pages of FFmpeg's.
os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")

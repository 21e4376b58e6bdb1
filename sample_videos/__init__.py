"""Rendered people with known joints: short clips, their truth files, and the renderer that makes both."""

"""Recordings in, annotated recordings out: frames with their true times, and nothing about poses."""

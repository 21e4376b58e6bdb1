"""Where each exercise is filmed from. Metres, degrees, pixels (width, height)."""

from __future__ import annotations

from .renderer.camera import Camera

PORTRAIT, LANDSCAPE, SMALL = (480, 640), (640, 480), (480, 360)


def squat_front(
    distance_m: float = 3.4, height_m: float = 1.0, aside_m: float = 0.0, size_px: tuple[int, int] = PORTRAIT
) -> Camera:
    """In front, at hip height."""
    return Camera((aside_m, -distance_m, height_m), (aside_m * 0.6, 0.0, 0.86), 40.0, size_px)


def clamshell_raised(size_px: tuple[int, int] = LANDSCAPE, height_m: float = 1.85, roll_deg: float = 0.0) -> Camera:
    """In front, 45 degrees down."""
    return Camera((0.0, -1.75, height_m), (0.0, -0.12, 0.15), 42.0, size_px, roll_deg)


def clamshell_low() -> Camera:
    """In front, near the height of the mat: from here pelvic roll cannot be judged."""
    return Camera((0.0, -2.7, 0.45), (0.0, 0.0, 0.25), 33.0, LANDSCAPE)


def bridge_raised(
    centre_x_m: float,
    from_right: bool = False,
    size_px: tuple[int, int] = LANDSCAPE,
    look_up_m: float = 0.22,
) -> Camera:
    """Beside the mat, 45 degrees down, over the middle of the body."""
    sign = 1.0 if from_right else -1.0
    return Camera((centre_x_m, sign * 1.85, 1.95), (centre_x_m, 0.0, look_up_m), 44.0, size_px)


def running_behind(height_m: float = 1.15, size_px: tuple[int, int] = PORTRAIT, roll_deg: float = 0.0) -> Camera:
    """Behind the treadmill at hip height."""
    return Camera((0.0, 3.4, height_m), (0.0, 0.0, 1.04), 40.0, size_px, roll_deg)


def running_beside(from_left: bool = True, size_px: tuple[int, int] = PORTRAIT) -> Camera:
    """At the side of the treadmill at hip height."""
    return Camera((3.4 if from_left else -3.4, 0.0, 1.1), (0.0, -0.02, 1.04), 40.0, size_px)


def abduction_diagonal(from_left: bool, size_px: tuple[int, int] = SMALL) -> Camera:
    """In front, turned toward the feet, which lie on one hand of the camera or the other."""
    sign = -1.0 if from_left else 1.0
    return Camera((sign * 1.42, -1.81, 1.4), (sign * 0.06, -0.1, 0.33), 40.0, size_px)


def bridge_beside(centre_x_m: float, from_right: bool = False, size_px: tuple[int, int] = SMALL) -> Camera:
    """Beside the mat, low, at the height of the lifted hips."""
    sign = 1.0 if from_right else -1.0
    return Camera((centre_x_m, sign * 2.7, 0.5), (centre_x_m, 0.0, 0.28), 31.0, size_px)


def band_walk_front(height_m: float = 1.0, size_px: tuple[int, int] = SMALL) -> Camera:
    """In front, at hip height, far enough for the way there and back."""
    return Camera((0.0, -3.8, height_m), (0.0, 0.0, 0.86), 32.0, size_px)

"""The window itself: the only place that shows pictures and reads keys."""

from __future__ import annotations

import os
import sys
from types import TracebackType
from typing import Final, Literal, Protocol, Self

import cv2

from formcheck.errors import FormcheckError
from formcheck.live.screen import HEIGHT_PX, WIDTH_PX
from formcheck.report.paint import Picture

Key = Literal["toggle", "quit", "sound", "full"]

NAME: Final = "formcheck live"
_KEYS: Final[dict[int, Key]] = {ord(" "): "toggle", ord("q"): "quit", 27: "quit", ord("s"): "sound", ord("f"): "full"}


class Display(Protocol):
    """Where pictures go and keys come from. A context manager."""

    shows: bool

    def show(self, picture: Picture) -> None:
        """Put a picture (RGB) up."""
    def key(self) -> Key | None:
        """The key pressed since last asked; "quit" also when the window was closed."""
    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class NoWindow:
    """Stands in where no window is wanted."""

    shows = False

    def show(self, picture: Picture) -> None:
        """Nothing."""

    def key(self) -> Key | None:
        """Never a key."""
        return None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None


class Window:
    """An OpenCV window that fills the screen; ``f`` leaves and fills it again.

    Raises:
        FormcheckError: this machine shows no windows.
    """

    shows = True

    def __init__(self) -> None:
        if sys.platform.startswith("linux") and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
            raise FormcheckError("there is no screen to open a window on; run with --no-window, or on a desktop")
        self._full = True
        self._shown = False

    def __enter__(self) -> Self:
        try:
            cv2.namedWindow(NAME, cv2.WINDOW_NORMAL | cv2.WINDOW_KEEPRATIO | cv2.WINDOW_GUI_NORMAL)
        except cv2.error as error:
            raise FormcheckError("this OpenCV opens no windows (headless build); run with --no-window") from error
        cv2.resizeWindow(NAME, WIDTH_PX, HEIGHT_PX)
        self._fill()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        cv2.destroyAllWindows()

    def show(self, picture: Picture) -> None:
        """Put a picture (RGB) up."""
        cv2.imshow(NAME, cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))
        self._shown = True

    def key(self) -> Key | None:
        """The key pressed since last asked; "quit" also when the window was closed."""
        code = cv2.waitKey(1)
        if self._shown and cv2.getWindowProperty(NAME, cv2.WND_PROP_VISIBLE) < 1:
            return "quit"
        key = _KEYS.get(code & 0xFF) if code >= 0 else None
        if key == "full":
            self._full = not self._full
            self._fill()
        return key

    def _fill(self) -> None:
        mode = cv2.WINDOW_FULLSCREEN if self._full else cv2.WINDOW_NORMAL
        cv2.setWindowProperty(NAME, cv2.WND_PROP_FULLSCREEN, mode)

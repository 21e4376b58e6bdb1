"""Pages for people: the same routes' work as HTML, without a build step; script only adds progress and jumping.

``frame`` holds what all pages share; each of the other modules adds its addresses to the one router.
"""

from __future__ import annotations

from api.pages import home, listing, live, live_assets, login, result, static, tag, uploading
from api.pages.frame import router

__all__ = ["home", "listing", "live", "live_assets", "login", "result", "router", "static", "tag", "uploading"]

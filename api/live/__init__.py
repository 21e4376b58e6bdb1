"""Live in the browser: pictures or landmarks come in over a WebSocket, counts and cues go out; docs/live-protocol.md.

A picture's way: `connection` (reads and sends; the newest picture waits) -> `sitting` (one person's set) -> `poses`
(the pose process) -> `formcheck.live.live_set` -> back as an update. `house` keeps the places and closes what is over;
`drafts` keeps what was done on disk until it is an analysis like any other.
"""

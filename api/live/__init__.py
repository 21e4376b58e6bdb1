"""Live in the browser: pictures or landmarks come in over a WebSocket, counts and cues go out; see docs/live-protocol.md.

A picture's way: `socket` (one connection) -> `mailbox` (the newest one waits) -> `sitting` (one person's set) ->
`estimating` (the pose process) -> `formcheck.live.live_set` -> back as an update. `house` keeps the places, `drafts`
what was done on disk until it is an analysis like any other.
"""

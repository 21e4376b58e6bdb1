"""Tables, sessions and migrations; nothing here knows HTTP."""

"""Who may do what: `api.access.caller` is what routes ask."""

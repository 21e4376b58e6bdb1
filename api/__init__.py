"""formcheck over HTTP: routes, pages, jobs and stored results."""

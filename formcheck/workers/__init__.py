"""Processes that score one recording after another, apart from whoever asks: `worker.Worker` runs a `task.Task`."""

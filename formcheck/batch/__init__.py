"""Many recordings: planned whole, scored by an engine, kept in one folder, summed up in tables."""

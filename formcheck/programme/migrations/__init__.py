"""Alembic's folder: every version of the record's tables since the first."""

"""Every setting of the server, from the environment: ``FORMCHECK_`` and the name in capitals.

``docs/configuration.md`` is this class as a table: ``python -m api.settings docs/configuration.md`` writes it.
"""

from __future__ import annotations

import os
import sys
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Final, Self

from pydantic import Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from formcheck.errors import UsageError

__all__ = ["Settings", "read_settings"]

MB: Final = 1_000_000


def _data_home() -> Path:
    named = os.environ.get("XDG_DATA_HOME")
    return (Path(named) if named else Path.home() / ".local" / "share") / "formcheck"


class Settings(BaseSettings):
    """The server's configuration; frozen, checked when made. Units stand in the names."""

    model_config = SettingsConfigDict(env_prefix="FORMCHECK_", frozen=True, extra="ignore")

    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    ssl_certfile: Path | None = Field(
        None, description="Certificate chain (PEM): `formcheck serve` then answers over https, which cameras need."
    )
    ssl_keyfile: Path | None = Field(None, description="The certificate's private key, where it is in another file.")
    workers: int = Field(
        1, ge=0, le=64, description="Worker processes this server starts; 0 where others run `formcheck worker`."
    )
    keys_required: bool | None = Field(
        None,
        description="Whether requests need an API key. Unset: not on loopback, and on every other address.",
    )
    allow_open: bool = Field(
        False, description="Serve another address than loopback without API keys. Anybody who reaches it reads all."
    )

    data_dir: Path = Field(
        default_factory=_data_home, description="Folder of the database and the files where no URL says otherwise."
    )
    database_url: str = Field(
        "", description="SQLAlchemy URL, such as `postgresql+psycopg://user:password@host/formcheck`. Empty: SQLite."
    )
    storage_url: str = Field(
        "", description="Folder or fsspec URL of the stored files, such as `s3://bucket/prefix`. Empty: `data_dir`."
    )
    storage_options: dict[str, object] = Field(
        default_factory=dict, description="JSON object with options of the fsspec file system, such as an endpoint."
    )
    min_free_mb: int = Field(
        500,
        ge=0,
        description="Uploads are refused with 503 while less room than this is left on the disk; with less than a"
        " fifth of it no scoring begins.",
    )

    max_upload_mb: int = Field(1000, ge=1, description="Largest size of one video.")
    max_uploads: int = Field(16, ge=1, description="Uploads received at the same time; others wait their turn.")
    upload_wait_s: float = Field(30.0, gt=0, description="How long an upload waits for its turn before a 503.")
    upload_idle_s: float = Field(30.0, gt=0, description="An upload that sends nothing for so long is ended (408).")
    upload_total_s: float = Field(1800.0, gt=0, description="An upload that takes longer is ended (408).")
    max_connections: int = Field(1000, ge=10, description="Open connections; more are turned away (`formcheck serve`).")
    max_streams: int = Field(200, ge=1, description="Clients that follow analyses at the same time; more get a 503.")
    max_stream_s: float = Field(300.0, gt=0, description="A stream of events ends after so long; clients come again.")
    retry_days: float = Field(
        1.0, gt=0, description="The recording of an analysis that was given up is kept so long for another try."
    )
    max_queued: int = Field(1000, ge=1, description="Analyses that may wait; more are refused with 503.")

    live_people: int = Field(
        8, ge=0, le=1000, description="People in live mode at the same time; more are turned away. 0 turns it off."
    )
    live_rate_hz: float = Field(
        60.0, gt=0, description="Live messages a second of one client; what comes faster is read more slowly."
    )
    live_resume_s: float = Field(
        30.0, gt=0, le=30, description="A live set waits so long for a lost connection; then it is closed and saved."
    )

    max_duration_s: float = Field(900.0, gt=0, description="Longest recording that is scored.")
    max_frames: int = Field(120_000, ge=1, description="Most frames of a recording.")
    max_pixels: int = Field(4096 * 2304, ge=4096, description="Most pixels of a recording's picture.")
    max_rate_hz: float = Field(240.0, gt=0, description="Highest frame rate of a recording.")
    max_job_s: float = Field(1800.0, gt=0, description="Longest time that scoring one recording may take.")
    max_memory_mb: int = Field(2000, ge=500, description="Memory of a worker's decoding and pose process.")

    max_attempts: int = Field(3, ge=1, description="Times a job is tried before it is given up.")
    retry_after_s: float = Field(5.0, ge=0, description="Wait before the second try; doubled before each further one.")
    lease_s: float = Field(60.0, gt=1, description="A worker unheard of for so long has lost its job to another.")
    poll_s: float = Field(0.5, gt=0, description="How often idle workers look for work.")
    drain_s: float = Field(20.0, ge=0, description="Time that running work has to finish when the server stops.")

    retention_days: float = Field(30.0, ge=0, description="Results older than this are deleted; 0 keeps them.")
    audit_days: float = Field(365.0, ge=0, description="The record of who read what is kept so long; 0 keeps it.")
    sweep_s: float = Field(60.0, gt=0, description="How often retention and what was left over are looked after.")
    log_level: str = Field("info", pattern="^(debug|info|warning|error)$", description="Least level that is logged.")

    @model_validator(mode="after")
    def _places(self) -> Self:
        """Fill in the places that hang on ``data_dir``."""
        folder = self.data_dir.expanduser().absolute()
        object.__setattr__(self, "data_dir", folder)
        if not self.database_url:
            object.__setattr__(self, "database_url", f"sqlite:///{folder / 'formcheck.sqlite'}")
        if not self.storage_url:
            object.__setattr__(self, "storage_url", str(folder / "files"))
        return self

    @property
    def on_loopback(self) -> bool:
        """Whether only this machine can reach the server."""
        try:
            return self.host == "localhost" or ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def with_keys(self) -> bool:
        """Whether requests need an API key."""
        if self.keys_required is None:
            return not (self.on_loopback or self.allow_open)
        return self.keys_required


def read_settings(**given: Any) -> Settings:
    """Settings from the environment, with what is ``given`` in place of it. Raises UsageError for a wrong one."""
    try:
        return Settings(**given)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise UsageError(f"FORMCHECK_{name.upper()}: {first['msg']}; see docs/configuration.md") from error


_INTRODUCTION: Final = """# Configuration

Written by `make docs` from `api/settings.py`. Every setting is an environment variable; the few that are options as
well stand in `formcheck serve --help`.
"""


def settings_table() -> str:
    """Every setting as a Markdown page."""
    rows = [
        f"| `FORMCHECK_{name.upper()}` | {_shown(name)} | {field.description} |"
        for name, field in Settings.model_fields.items()
    ]
    return "\n".join([_INTRODUCTION, "| variable | default | meaning |", "|---|---|---|", *rows, ""])


def _shown(name: str) -> str:
    if name == "data_dir":
        return "`~/.local/share/formcheck`"
    default = Settings.model_fields[name].default
    if default is None or default == "" or Settings.model_fields[name].default_factory is not None:
        return ""
    return f"`{str(default).lower() if isinstance(default, bool) else default}`"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(settings_table(), encoding="utf-8")

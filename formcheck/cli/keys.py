"""``formcheck keys``: API keys for the server, and who read what with them."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from formcheck.cli.serve import settings_of
from formcheck.errors import UsageError

if TYPE_CHECKING:  # the server's libraries are an extra, and `--help` does without them
    from api.access.keys import NewKey
    from api.database.engine import Database
    from api.database.tables import ApiKey, AuditEntry

app = typer.Typer(help="API keys of the server: create, list, rotate, revoke; and who read what with them.")

KeyArgument = Annotated[str, typer.Argument(metavar="ID", help="Id of the key, see `formcheck keys list`.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]


@app.command()
def create(
    name: Annotated[str, typer.Argument(help="What the key is for, such as 'front desk tablet'.")],
    scopes: Annotated[
        str, typer.Option(help="Of read, write, delete, metrics, admin; admin extends the others to all analyses.")
    ] = "read,write,delete",
    rate: Annotated[int, typer.Option(help="Requests that it may make in a minute.")] = 600,
    days: Annotated[float | None, typer.Option(help="Days until it expires; else it is valid until revoked.")] = None,
    same_as: Annotated[
        str | None, typer.Option(metavar="ID", help="It sees the analyses of this key; else those made with it only.")
    ] = None,
) -> None:
    """Make a key. It is shown this once: only its hash is stored."""
    from api.access.keys import KeyRing

    with _database() as database:
        asked = [scope.strip() for scope in scopes.split(",") if scope.strip()]
        _show_once(KeyRing(database).create(name, asked, rate, days, same_as))


@app.command(name="list")
def list_keys(as_json: JsonOption = False) -> None:
    """List all keys: what they may do, and when they were last used."""
    from api.access.keys import KeyRing

    with _database() as database:
        rows = [_record(row) for row in KeyRing(database).all()]
    _print(rows, as_json, "There is no key yet. `formcheck keys create NAME` makes one.")


@app.command()
def rotate(
    key_id: KeyArgument,
    overlap_hours: Annotated[float, typer.Option(help="How long the old key stays valid.")] = 24.0,
) -> None:
    """Make a key in place of another, which stays valid for a while. The new one sees the same analyses."""
    from api.access.keys import KeyRing

    if not 0 <= overlap_hours <= 24 * 366:
        raise UsageError(f"--overlap-hours {overlap_hours:g}: it is 0 to {24 * 366}")
    with _database() as database:
        _show_once(KeyRing(database).rotate(key_id, timedelta(hours=overlap_hours)))
    _say(f"Key {key_id} stays valid for {overlap_hours:g} hours more, and not beyond its own end.")


@app.command()
def revoke(key_id: KeyArgument) -> None:
    """End a key at once. Its analyses stay."""
    from api.access.keys import KeyRing

    with _database() as database:
        KeyRing(database).revoke(key_id)
    _say(f"Key {key_id} is revoked.")


@app.command()
def audit(
    key: Annotated[str | None, typer.Option(metavar="ID", help="Only accesses with this key.")] = None,
    analysis: Annotated[str | None, typer.Option(metavar="ID", help="Only accesses to this analysis.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="The newest so many rows.")] = 100,
    as_json: JsonOption = False,
) -> None:
    """Show who read or changed what: one row for each hour, key, address, analysis and answer."""
    from api.access.audit import AuditLog

    with _database() as database:
        rows = [_access(row) for row in AuditLog(database).entries(key_id=key, analysis_id=analysis, limit=limit)]
    _print(rows, as_json, "No access is recorded.")


@contextmanager
def _database() -> Iterator[Database]:
    """The server's database, brought to the newest version; its errors as one line."""
    settings = settings_of({})

    from sqlalchemy.exc import DBAPIError

    from api.database.migrate import open_database, unanswered

    database = open_database(settings.database_url)
    try:
        yield database
    except DBAPIError as error:
        raise unanswered(error) from error
    finally:
        database.dispose()


def _show_once(new: NewKey) -> None:
    """The key alone on stdout, so that it can be piped to where it is kept."""
    print(new.text)
    _say(f"Key {new.row.id} ({new.row.name}). It is not shown again: keep it as you keep a password.")


def _record(row: ApiKey) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": row.name,
        "state": row.state(datetime.now(UTC)),
        "scopes": row.scopes.replace(" ", ","),
        "per_minute": row.per_minute,
        "owner": row.owner,
        "created_at": _moment(row.created_at),
        "expires_at": _moment(row.expires_at),
        "last_used_at": _moment(row.last_used_at),
        "replaced_by": row.replaced_by,
    }


def _access(row: AuditEntry) -> dict[str, Any]:
    return {
        "key": row.key_id,
        "action": row.action,
        "analysis": row.analysis_id,
        "status": row.status,
        "count": row.count,
        "first_at": _moment(row.first_at),
        "last_at": _moment(row.last_at),
    }


def _moment(value: datetime | None) -> str | None:
    return None if value is None else value.strftime("%Y-%m-%dT%H:%M:%SZ")


def _print(rows: Sequence[dict[str, Any]], as_json: bool, nothing: str) -> None:
    if as_json:
        print(json.dumps(rows, indent=2, ensure_ascii=False))
    elif not rows:
        print(nothing)
    else:
        # Lines as long as they need to be: an id that is cut short is of no use.
        shown = [["-" if value in (None, "") else str(value) for value in row.values()] for row in rows]
        cells = [list(rows[0]), *shown]
        widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
        for line in cells:
            print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def _say(text: str) -> None:
    print(text, file=sys.stderr)

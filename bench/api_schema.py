"""Schemathesis on the server as it runs, keys and worker included: every answer is one that the document allows.

``python -m bench.api_schema [--examples 100]``. There is an analysis in every state, and where an
operation asks for one the document names them, so that results, exports and deletions are reached. Options after
``--`` go to Schemathesis. Exits with its code.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import httpx2

from api.access.caller import ALL_SCOPES
from api.access.keys import KeyRing
from api.database.engine import Database
from api.database.migrate import migrate
from bench.api_server import ServerProcess

__all__ = ["schemathesis", "with_few_upload_limits"]

TRACK: Final = Path(__file__).resolve().parent / "data" / "clamshell_test_01.npz"

SETTINGS: Final = {
    "workers": 1,
    "keys_required": "true",
    "min_free_mb": 0,
    "poll_s": 0.1,
    "max_queued": 100_000,
    "max_stream_s": 0.1,
    "max_upload_mb": 1,
    "log_level": "error",
}


def main() -> None:
    """Run it and print what it says."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--examples", type=int, default=100, help="examples for each operation and phase")
    parser.add_argument("rest", nargs="*", help="options for Schemathesis, after --")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        done = schemathesis(Path(folder), ["--max-examples", str(options.examples), *options.rest])
    print(done.stdout)
    sys.exit(done.returncode)


def with_few_upload_limits(document: dict[str, Any]) -> dict[str, Any]:
    """The document with the limits of one exercise at uploads, for a quick round.

    Every limit of every exercise is still tried where an analysis is scored again, by the same rules.
    """
    form = document["paths"]["/v1/analyses"]["post"]["requestBody"]["content"]["multipart/form-data"]["schema"]
    for one in form["oneOf"]:
        limits = one["properties"]["limits"]
        limits["properties"] = {"clamshell": limits["properties"]["clamshell"]}
    return document


def schemathesis(folder: Path, options: Sequence[str], quick: bool = False) -> subprocess.CompletedProcess[str]:
    """Start a server in ``folder`` and let Schemathesis loose on it."""
    server = ServerProcess(folder, SETTINGS)
    key = _key(folder)
    server.start()
    try:
        with httpx2.Client(base_url=server.url, headers={"Authorization": f"Bearer {key}"}, timeout=60) as client:
            document = _with_ids(client.get("/openapi.json").json(), _one_in_each_state(client, folder))
        if quick:
            document = with_few_upload_limits(document)
        (folder / "openapi.json").write_text(json.dumps(document), encoding="utf-8")
        command = [str(Path(sys.executable).with_name("schemathesis")), "run", str(folder / "openapi.json")]
        command += ["--url", server.url, "--header", f"Authorization: Bearer {key}", "--no-color", "--seed", "1"]
        command += ["--request-timeout", "60", *options]
        return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    finally:
        server.stop()


def _key(folder: Path) -> str:
    database = Database(f"sqlite:///{folder / 'data' / 'formcheck.sqlite'}")
    try:
        migrate(database)
        return KeyRing(database).create("schemathesis", ALL_SCOPES, 100_000, None).text
    finally:
        database.dispose()


def _one_in_each_state(client: httpx2.Client, folder: Path) -> list[str]:
    """Ids of an analysis that is done, and of one that failed."""
    broken = folder / "broken.mp4"
    broken.write_bytes(b"no film")
    made = [_upload(client, TRACK), _upload(client, broken)]
    for analysis_id in made:
        while client.get(f"/v1/analyses/{analysis_id}").json()["state"] in ("queued", "running"):
            time.sleep(0.2)
    return made


def _upload(client: httpx2.Client, path: Path) -> str:
    with path.open("rb") as file:
        answer = client.post("/v1/analyses", files={"file": file}, data={"exercise": "clamshell"})
    answer.raise_for_status()
    analysis_id: str = answer.json()["id"]
    return analysis_id


def _with_ids(document: dict[str, Any], ids: Sequence[str]) -> dict[str, Any]:
    """The document with ids that exist, but where an operation would delete them."""
    for path in document["paths"].values():
        for method, operation in path.items():
            for parameter in operation.get("parameters", []):
                if parameter["name"] == "analysis_id" and method != "delete":
                    parameter["schema"] = {**parameter["schema"], "enum": list(ids)}
    return document


if __name__ == "__main__":
    main()

"""A batch on a Ray of two nodes, one of which is lost on the way; run as a program, so that Ray stays out of the tests.

``python ray_run.py MANIFEST OUT LOSE_AFTER`` prints what became of each recording as JSON.
"""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
from collections import Counter
from pathlib import Path

from ray.cluster_utils import Cluster

from formcheck.batch.engines.base import Watch
from formcheck.batch.engines.ray import RayEngine
from formcheck.batch.journal import Attempt
from formcheck.batch.plan import Entry, Plan, make_plan
from formcheck.batch.runner import Options, run_batch
from formcheck.batch.storage import open_storage
from formcheck.pose.model_store import find_model


class LosesANode:
    """Takes the second node away once some recordings are done."""

    def __init__(self, cluster: Cluster, lose_after: int) -> None:
        self.cluster, self.lose_after = cluster, lose_after
        self.node = cluster.add_node(num_cpus=1)
        self.seen: Counter[str] = Counter()

    def planned(self, plan: Plan, to_do: int) -> None: ...

    def frames(self, count: int) -> None: ...

    def finishing(self) -> None: ...

    def ended(self, entry: Entry, attempt: Attempt) -> None:
        self.seen[entry.name] += 1
        if sum(self.seen.values()) == self.lose_after:
            self.cluster.remove_node(self.node, allow_graceful=False)


def refused(address: str, manifest: str, out: str) -> tuple[int, str]:
    """What the command says, and with which code it ends, when it comes with another token."""
    command = [sys.executable, "-m", "formcheck", "batch", "--manifest", manifest, "--out", out, "--ray", address]
    told = {**os.environ, "RAY_AUTH_TOKEN": secrets.token_hex(32)}
    done = subprocess.run(command, env=told, capture_output=True, text=True, check=False)
    return done.returncode, done.stderr


def main(manifest: str, out: str, lose_after: str) -> None:
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False})
    progress = LosesANode(cluster, int(lose_after))
    with RayEngine(cluster.address) as engine:
        stranger = refused(cluster.address, manifest, out)
        plan = make_plan([], Path(manifest))
        finished = run_batch(plan, open_storage(out), engine, find_model().sha256, Options(), progress, Watch())
    cluster.shutdown()
    print(
        json.dumps(
            {"failed": finished.failed, "scored_now": finished.scored_now, "seen": progress.seen, "stranger": stranger}
        )
    )


if __name__ == "__main__":
    main(*sys.argv[1:])

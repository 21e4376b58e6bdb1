"""Prometheus metrics: requests of this process; queue, workers and outcomes from the database, so of all servers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from prometheus_client import CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.database.engine import Database
from api.database.tables import Job, Tally, WorkerSeen
from api.jobs.tallies import BOUNDS_S, LONGEST_S

__all__ = ["PROCESS", "REQUEST_SECONDS", "metrics_page"]

PROCESS: Final = CollectorRegistry()

REQUEST_SECONDS: Final = Histogram(
    "formcheck_request_seconds", "Duration of requests.", ("method", "route", "status"), registry=PROCESS
)


def metrics_page(database: Database) -> bytes:
    """The page that Prometheus reads. Raises SQLAlchemy's errors when the database is lost."""
    shared = CollectorRegistry()
    shared.register(_Shared(database))
    return generate_latest(PROCESS) + generate_latest(shared)


class _Shared(Collector):
    """What the database knows."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def describe(self) -> Iterable[Metric]:
        return ()  # registering must not ask the database

    def collect(self) -> Iterator[Metric]:
        with self._database.reading() as session:
            now = self._database.now(session)
            yield _depth(session)
            yield _oldest(session, now)
            yield _workers(session, now)
            yield from _outcomes(session.scalars(select(Tally)).all())


def _depth(session: Session) -> Metric:
    gauge = GaugeMetricFamily("formcheck_jobs", "Analyses by state.", labels=["state"])
    counted = session.execute(select(Job.state, func.count()).group_by(Job.state))
    known = {state: float(count) for state, count in counted}
    for state in ("queued", "running", "done", "failed", "dead"):
        gauge.add_metric([state], known.get(state, 0))
    return gauge


def _oldest(session: Session, now: datetime) -> Metric:
    oldest = session.scalar(select(func.min(Job.queued_at)).where(Job.state == "queued"))
    age_s = (now - oldest).total_seconds() if oldest else 0.0
    return GaugeMetricFamily("formcheck_oldest_queued_seconds", "Age of the job that waits longest.", value=age_s)


def _workers(session: Session, now: datetime) -> Metric:
    gauge = GaugeMetricFamily(
        "formcheck_worker_seen_seconds", "Since each worker was heard of.", labels=["worker", "busy"]
    )
    for worker in session.scalars(select(WorkerSeen)):
        gauge.add_metric([worker.id, str(worker.busy).lower()], (now - worker.seen_at).total_seconds())
    return gauge


def _outcomes(tallies: Iterable[Tally]) -> Iterator[Metric]:
    """Ended attempts by outcome, with the kind of failure, and how long they took."""
    took = HistogramMetricFamily("formcheck_job_seconds", "Duration of ended attempts.", labels=["outcome", "kind"])
    ended = CounterMetricFamily("formcheck_job_attempts", "Ended attempts.", labels=["outcome", "kind"])
    by_outcome: dict[str, dict[float, Tally]] = defaultdict(dict)
    for row in tallies:
        by_outcome[row.outcome][row.up_to_s] = row
    for outcome, rows in sorted(by_outcome.items()):
        state, _, kind = outcome.partition(":")
        total, buckets = 0, []
        for bound in BOUNDS_S:
            total += rows[bound].count if bound in rows else 0
            buckets.append(("+Inf" if bound == LONGEST_S else str(bound), float(total)))
        took.add_metric([state, kind], buckets, sum(row.seconds_s for row in rows.values()))
        ended.add_metric([state, kind], total)
    yield took
    yield ended

"""Prometheus metrics: what this process counts, and how the counts of forked workers are added up.

docs/how-to/watch-it-run.md says what each metric means. Ours are in registries of our own; the metrics page of a
process adds what Python and the operating system report about it.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

import orjson
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

disable_created_metrics()  # type: ignore[no-untyped-call]

ours: Final = CollectorRegistry()

requests_total = Counter(
    "wedealer_requests_total", "HTTP requests answered", ["route", "method", "status"], registry=ours
)
request_seconds = Histogram("wedealer_request_seconds", "Time to answer an HTTP request", ["route"], registry=ours)
jobs_total = Counter("wedealer_jobs_total", "Jobs ended", ["job", "outcome"], registry=ours)
job_seconds = Histogram("wedealer_job_seconds", "Time of one run of a job", ["job"], registry=ours)
platform_calls_total = Counter(
    "wedealer_platform_calls_total", "Calls to a platform", ["platform", "path", "outcome"], registry=ours
)
platform_seconds = Histogram("wedealer_platform_seconds", "Time of a call to a platform", ["platform"], registry=ours)
callbacks_total = Counter("wedealer_callbacks_total", "Callbacks received", ["door", "outcome"], registry=ours)
conflicts_total = Counter(
    "wedealer_conflicts_total", "Transactions PostgreSQL broke off to end a deadlock", ["then"], registry=ours
)
without_cache_total = Counter(
    "wedealer_without_cache_total", "Uses of Valkey that had to do without it", ["use"], registry=ours
)
dependency_up = Gauge(
    "wedealer_dependency_up", "1 while this process reaches PostgreSQL or Valkey", ["dependency"], registry=ours
)

standing: Final = CollectorRegistry()
"""The state of the whole system, read from the database; every scheduler shows the same values."""

jobs_waiting = Gauge("wedealer_jobs_waiting", "Jobs due or to be tried again later", ["lane"], registry=standing)
jobs_oldest_seconds = Gauge(
    "wedealer_jobs_oldest_seconds", "How long the oldest due job has waited for a worker", ["lane"], registry=standing
)
jobs_parked = Gauge("wedealer_jobs_parked", "Jobs that gave up and wait for a person", ["job"], registry=standing)
owed_in_trouble = Gauge(
    "wedealer_owed_in_trouble",
    "What is owed by or to a platform and was tried in vain for long, by its job",
    ["job"],
    registry=standing,
)
inbox_waiting = Gauge("wedealer_inbox_waiting", "Callbacks accepted and not handled", registry=standing)
inbox_lag_seconds = Gauge("wedealer_inbox_lag_seconds", "Age of the oldest callback not handled", registry=standing)
messages_waiting = Gauge("wedealer_messages_waiting", "Messages said and not yet taken up", registry=standing)
messages_oldest_seconds = Gauge("wedealer_messages_oldest_seconds", "Age of the oldest of them", registry=standing)
audit_broken = Gauge(
    "wedealer_audit_broken", "1 while the last look at the audit log found it changed or cut", registry=standing
)
archive_lag_seconds = Gauge(
    "wedealer_archive_lag_seconds",
    "How long ago PostgreSQL last put a finished part of its log into the backup; 0 where it does not archive",
    registry=standing,
)
scheduler_leads = Gauge(
    "wedealer_scheduler_leads", "1 in the scheduler that beats, 0 in one that stands by", registry=standing
)

Sample = tuple[str, dict[str, str], float]
Family = tuple[str, str, str, list[Sample]]
"""Name, help text, type and samples of a metric: plain data that can be passed between processes."""


def snapshot() -> bytes:
    """What this process has counted so far, as JSON."""
    return dump(ours.collect())


def dump(families: Iterable[Metric]) -> bytes:
    """Metric families as a snapshot, as JSON."""
    return orjson.dumps(
        [
            (
                one.name,
                one.documentation,
                one.type,
                [(sample.name, sample.labels, sample.value) for sample in one.samples],
            )
            for one in families
            if one.samples
        ]
    )


def add_up(snapshots: Iterable[bytes]) -> list[Metric]:
    """Add up what several processes counted. Of a gauge the lowest value is taken, since our gauges say with 1 or 0
    whether something is there.
    """
    families: dict[str, Metric] = {}
    totals: dict[tuple[str, str, tuple[tuple[str, str], ...]], float] = {}
    for name, help_text, kind, samples in _families(snapshots):
        families.setdefault(name, Metric(name, help_text, kind))
        for sample, labels, value in samples:
            key = (name, sample, tuple(sorted(labels.items())))
            if kind == "gauge":
                totals[key] = min(totals.get(key, value), value)
            else:
                totals[key] = totals.get(key, 0.0) + value
    for (name, sample, sorted_labels), value in totals.items():
        families[name].add_sample(sample, dict(sorted_labels), value)
    return list(families.values())


def remember(snapshots: Iterable[bytes]) -> bytes:
    """The snapshot to keep of processes that have ended: their counts, without gauges, which describe only the
    present.
    """
    return dump(family for family in add_up(snapshots) if family.type != "gauge")


def _families(snapshots: Iterable[bytes]) -> Iterator[Family]:
    for taken in snapshots:
        yield from orjson.loads(taken or b"[]")


class Sum(Collector):
    """Collects what all workers of a server have counted; `snapshots` returns one snapshot per worker."""

    def __init__(self, snapshots: Callable[[], Iterable[bytes]]) -> None:
        self._snapshots = snapshots

    def collect(self) -> Iterable[Metric]:
        """The metric families, added up."""
        return add_up(self._snapshots())

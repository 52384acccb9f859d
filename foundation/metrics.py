"""Prometheus metrics, added up over the worker processes of one machine when PROMETHEUS_MULTIPROC_DIR is set."""

import os

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, multiprocess

requests_total = Counter("wedealer_requests_total", "HTTP requests answered", ["route", "method", "status"])
request_seconds = Histogram("wedealer_request_seconds", "Time to answer an HTTP request", ["route"])
jobs_total = Counter("wedealer_jobs_total", "Jobs ended", ["job", "outcome"])
job_seconds = Histogram("wedealer_job_seconds", "Time of one run of a job", ["job"])
platform_calls_total = Counter("wedealer_platform_calls_total", "Calls to a platform", ["platform", "path", "outcome"])
platform_seconds = Histogram("wedealer_platform_seconds", "Time of a call to a platform", ["platform"])
conflicts_total = Counter("wedealer_conflicts_total", "Transactions PostgreSQL broke off to end a deadlock", ["then"])
without_cache_total = Counter("wedealer_without_cache_total", "Uses of Valkey that had to do without it", ["use"])
callbacks_total = Counter("wedealer_callbacks_total", "Callbacks received", ["door", "outcome"])


def render() -> bytes:
    """The metrics page."""
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return generate_latest(registry)
    return generate_latest()

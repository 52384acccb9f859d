"""Pure rules of what an owner allows of an estimate: each job by itself, and together what belongs together."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Gap(StrEnum):
    """Why a choice among the jobs of an estimate cannot be taken."""

    UNKNOWN = "UNKNOWN"
    """A job was named that the estimate does not offer."""
    NOTHING_LEFT = "NOTHING_LEFT"
    """All jobs are declined: that is 未修离店, which has a step of its own."""
    TORN = "TORN"
    """Of jobs that belong together, some are allowed and some declined."""


@dataclass(frozen=True)
class OfferedJob:
    """A job of an estimate; jobs of one `group` are allowed or declined together, one without a group by itself."""

    line_id: int
    group: str


def group_of(package_id: int | None, *, is_required: bool) -> str:
    """With which jobs a job is decided: the required ones of the estimate, or those of its package, whose price holds
    only for all of them; empty for a job that is decided by itself.
    """
    if is_required:
        return "required"
    return f"package:{package_id}" if package_id is not None else ""


def gap_in(jobs: Sequence[OfferedJob], declined: Collection[int]) -> Gap | None:
    """What is wrong with declining these jobs and allowing the others; None when that can be done."""
    if not set(declined) <= {job.line_id for job in jobs}:
        return Gap.UNKNOWN
    if all(job.line_id in declined for job in jobs):
        return Gap.NOTHING_LEFT
    torn = {job.group for job in jobs if job.line_id in declined} & {
        job.group for job in jobs if job.line_id not in declined
    }
    return Gap.TORN if torn - {""} else None

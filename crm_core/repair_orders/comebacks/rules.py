"""Pure rules of comebacks: which earlier job an owner comes back for, and what counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from crm_core.policies.declaring import Policy, Unit, rule
from crm_core.pricing.work_kinds import WorkKind
from crm_core.repair_orders.guarantee_rules import Guarantee
from foundation.moves import Moves

REASON_MAX_CHARS: Final = 80


class ComebackState(StrEnum):
    """What was said of a possible comeback."""

    PROPOSED = "PROPOSED"
    DECLARED = "DECLARED"
    DENIED = "DENIED"


MOVES: Moves[ComebackState] = {
    ComebackState.PROPOSED: {"declare": ComebackState.DECLARED, "deny": ComebackState.DENIED},
    ComebackState.DECLARED: {"deny": ComebackState.DENIED},
    ComebackState.DENIED: {"declare": ComebackState.DECLARED},
}
NOT_DENIED: Final = frozenset({ComebackState.PROPOSED, ComebackState.DECLARED})
"""An unanswered proposal counts like a declared one, so that silence does not improve the figure."""


@dataclass(frozen=True)
class ComebackPolicy(Policy, key="comebacks", title="返修", is_group_only=True):
    """外返: within how many days of leaving a comeback counts against the visit it comes back for."""

    counted_days: int = rule(30, "离店后多少天内回来算外返", Unit.DAYS, 7, 90)


@dataclass(frozen=True)
class EarlierJob:
    """A job of an earlier visit that passed its final inspection."""

    line_id: int
    repair_order_id: int
    item_id: int | None
    name: str
    work_kind: WorkKind
    left_on: date
    left_km: int


@dataclass(frozen=True)
class Return:
    """A car that comes (again): when, with how many kilometres, what its owner says and wants done."""

    on: date
    km: int
    complaint: str
    item_ids: frozenset[int] = frozenset()


def is_covered(job: EarlierJob, back: Return, guarantee: Guarantee) -> bool:
    """Whether the guarantee of an earlier job is open, so that doing it again is free."""
    return guarantee.is_open(left_on=job.left_on, left_km=job.left_km, today=back.on, km=back.km)


def counts(left_on: date, came_on: date, policy: ComebackPolicy) -> bool:
    """Whether it is an 外返: the car came again soon after it left."""
    return came_on <= left_on + timedelta(days=policy.counted_days)


def proposed(jobs: Sequence[EarlierJob], back: Return) -> EarlierJob | None:
    """The earlier job that the car seems to come back for, of `jobs` that may be one; None if nothing matches.

    A job that is wanted again is the stronger sign; then the words of the complaint, then the newest visit.
    """

    def strength(job: EarlierJob) -> int:
        if job.item_id is not None and job.item_id in back.item_ids:
            return _WANTED_AGAIN
        return shared_pieces(back.complaint, job.name)

    best = max(jobs, key=lambda job: (strength(job), job.left_on, job.line_id), default=None)
    return best if best is not None and strength(best) else None


def shared_pieces(complaint: str, name: str) -> int:
    """How many telling pieces of two characters the owner's words share with the name of a job: `刹车还响` and
    `更换前刹车片` share `刹车`. Words that every job has tell nothing.
    """
    return len((_pieces(complaint) & _pieces(name)) - _TELLS_NOTHING)


def free_items(jobs: Sequence[EarlierJob], guarantees: Mapping[int, Guarantee], back: Return) -> dict[int, EarlierJob]:
    """The items that are done again free of charge, each with the earlier job it repeats.

    `guarantees` are those of the jobs, by line. A free job repeats exactly an earlier one; anything else the house is
    to pay for is goodwill.
    """
    return {
        job.item_id: job for job in jobs if job.item_id is not None and is_covered(job, back, guarantees[job.line_id])
    }


_WANTED_AGAIN: Final = 1_000


def _pieces(text: str) -> set[str]:
    return {text[at : at + 2] for at in range(len(text) - 1)}


_TELLS_NOTHING: Final = frozenset({"更换", "检查", "维修", "保养", "小保", "大保", "常规", "做个", "一下", "修理"})

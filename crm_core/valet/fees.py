"""What the owner pays with the bill of a visit for the runs of its booking, and for the rescue that brought the car."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from crm_core.policies.current import policy_of
from crm_core.valet import rules
from crm_core.valet.models import ValetRun
from crm_core.valet.rules import BILLED, RunKind, RunState, ValetPolicy
from foundation import database
from foundation.refs import Ref

BEFORE_THE_ORDER: Final = timedelta(days=3)
"""A car that was brought from the road has its order soon after; what came earlier was for something else."""


@dataclass(frozen=True)
class Visit:
    """The order that is billed: its booking, its car and since when it is open."""

    about: Ref
    store_id: int
    vehicle_id: int
    appointment_id: int | None
    opened_at: datetime


@dataclass(frozen=True)
class Fee:
    """One run to bill; `shown` is the fingerprint of what the owner was told when they asked for it."""

    run_id: int
    name: str
    fee_fen: int
    asked_at: datetime
    shown: str


async def of_visit(visit: Visit, repairs_fen: int) -> list[Fee]:
    """The runs to bill with a visit whose owner pays `repairs_fen` for repairs, which may make its booking's free."""
    runs = [*await _of_booking(visit, repairs_fen), *await _rescues(visit)]
    return [
        Fee(
            run_id=run.id,
            name=run.kind.word,
            fee_fen=run.fee_fen,
            asked_at=run.created_at,
            shown=sha256(f"valet_run:{run.id}:{run.fee_fen}".encode()).hexdigest(),
        )
        for run in runs
    ]


async def _of_booking(visit: Visit, repairs_fen: int) -> list[ValetRun]:
    if visit.appointment_id is None or rules.is_free(repairs_fen, await policy_of(ValetPolicy, visit.store_id)):
        return []
    runs = ValetRun.filter(appointment_id=visit.appointment_id, state__in=BILLED, fee_fen__gt=0)
    return await runs.order_by("id")


async def _rescues(visit: Visit) -> list[ValetRun]:
    """Rescues that brought this car for this visit and stand on no other bill."""
    brought = await ValetRun.filter(
        kind=RunKind.RESCUE,
        state=RunState.DELIVERED,
        store_id=visit.store_id,
        vehicle_id=visit.vehicle_id,
        fee_fen__gt=0,
        ended_at__gte=visit.opened_at - BEFORE_THE_ORDER,
    ).order_by("id")
    billed = await database.fetch(
        "SELECT l.about FROM bill_line l JOIN bill b ON b.id = l.bill_id "
        "WHERE l.about = ANY($1::text[]) AND b.about <> $2",
        [Ref("valet_run", run.id) for run in brought],
        visit.about,
    )
    elsewhere = {row["about"] for row in billed}
    return [run for run in brought if Ref("valet_run", run.id) not in elsewhere]

"""What the owner pays with the bill of a visit for the runs of its booking, and for the rescue that brought the car."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from crm_core.billing import making
from crm_core.billing.models import Bill
from crm_core.billing.rules import BillState, Payer
from crm_core.coupons.rules import LineKind
from crm_core.dealerships.actors import system
from crm_core.policies.current import policy_of
from crm_core.valet import rules
from crm_core.valet.models import ValetRun
from crm_core.valet.rules import BILLED, RunKind, RunState, ValetPolicy
from foundation import database
from foundation.reading import literals
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


async def is_settled(order_id: int | None) -> bool:
    """Whether the owner has confirmed the bill of the visit: no fee is put on it any more."""
    bill = None if order_id is None else await Bill.get_or_none(about=Ref("repair_order", order_id), payer=Payer.CP)
    return bill is not None and bill.state not in (BillState.DRAFT, BillState.SENT)


async def bill_anew(order_id: int | None, run: ValetRun) -> None:
    """A run was asked for or given up while its owner has the bill before them: it is sent anew, if that changes it."""
    if order_id is None or not run.fee_fen:
        return
    about, policy = Ref("repair_order", order_id), await policy_of(ValetPolicy, run.store_id)
    repairs = await database.fetch_value(
        f"SELECT coalesce(sum(l.amount_fen), 0) FROM bill_line l JOIN bill b ON b.id = l.bill_id WHERE b.about = $1 "
        f"AND b.payer = {literals(Payer.CP)} AND l.kind IN ({literals(LineKind.LABOUR, LineKind.PARTS)})",
        about,
    )
    if not rules.is_free(int(repairs), policy):
        await making.send_anew(system("valet"), about)


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

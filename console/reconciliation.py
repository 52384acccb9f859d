"""Days of reconciliation with WeChat Pay: what differs, why, and closing a day."""

from pydantic import Field

from console.sign_in import api
from crm_core.bill_disputes import queries as bill_disputes
from crm_core.bill_disputes.queries import HeldBill
from crm_core.billing import queries as bills
from crm_core.dealerships.actors import Actor
from crm_core.reconciliation import queries, settling
from crm_core.reconciliation.queries import DayRow, DifferenceRow, OpenShift
from foundation.reading import derive, read_model
from foundation.refs import Ref
from foundation.web import Schema, Version


@read_model
class DifferenceOut(DifferenceRow):
    """One difference, with the order our payment is of."""

    repair_order_id: int | None
    repair_order_number: str | None


@read_model
class ReconciliationDayOut:
    """A day with everything that differs on it and the reader may see."""

    day: DayRow
    open_shifts: list[OpenShift]
    held_bills: list[HeldBill]
    differences: list[DifferenceOut]


class DifferenceReasonIn(Schema):
    """Why the two sides differ, at the version finance saw."""

    reason: str = Field(min_length=2, max_length=settling.REASON_MAX_CHARS)
    version: Version


class ClosingIn(Schema):
    """The version finance saw."""

    version: Version


@api.get("/reconciliation-days", summary="Days of reconciliation with WeChat Pay, newest first")
async def reconciliation_days(actor: Actor) -> list[DayRow]:
    return await queries.days(actor)


@api.get("/reconciliation-days/{day_id}", summary="What differs between WeChat Pay's statement of a day and our books")
async def reconciliation_day(actor: Actor, day_id: int) -> ReconciliationDayOut:
    day = await queries.day(actor, day_id)
    rows = await queries.differences(actor, day_id)
    billed = await bills.things_billed([row.about for row in rows if row.about])
    return ReconciliationDayOut(
        day=day,
        open_shifts=await queries.open_shifts(actor, day.day),
        held_bills=await bill_disputes.held_since(actor, day.day),
        differences=[_out(row, billed.get(row.about or "")) for row in rows],
    )


@api.post("/reconciliation-differences/{difference_id}/settlement", status=204, summary="Say why the two sides differ")
async def settle_difference(actor: Actor, difference_id: int, body: DifferenceReasonIn) -> None:
    await settling.settle(actor, difference_id, body.reason, expected_version=body.version)


@api.post("/reconciliation-days/{day_id}/closing", status=204, summary="Close a day; nothing of it changes any more")
async def close_reconciliation_day(actor: Actor, day_id: int, body: ClosingIn) -> None:
    await settling.close(actor, day_id, expected_version=body.version)


def _out(row: DifferenceRow, bill: bills.BilledThing | None) -> DifferenceOut:
    return derive(
        DifferenceOut,
        row,
        repair_order_id=Ref.parse(bill.about).of("repair_order") if bill else None,
        repair_order_number=bill.number if bill else None,
    )

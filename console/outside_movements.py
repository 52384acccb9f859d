"""Money that moved at WeChat Pay without this system, to be settled by finance."""

from pydantic import Field

from console.sign_in import api
from crm_core.billing import queries as bills
from crm_core.dealerships.actors import Actor
from crm_core.payments import outside, queries
from crm_core.payments.queries import Movement
from foundation.reading import derive, read_model
from foundation.refs import Ref
from foundation.web import Schema, Version


@read_model
class OutsideMovementOut(Movement):
    """One case, with the order it was paid for."""

    repair_order_id: int | None
    repair_order_number: str | None
    may_settle: bool


class SettlementIn(Schema):
    """What it was, at the version finance saw."""

    reason: str = Field(min_length=2, max_length=200)
    version: Version


class RefundNumberIn(Schema):
    """商户退款单号, as the merchant console shows it."""

    out_refund_no: str = Field(min_length=1, max_length=64, pattern=r"^[0-9A-Za-z_\-|*@]+$")


class LookedUpOut(Schema):
    """`followed`: our books have been updated; `kept`: the refund is not completed yet; `nothing`: our books had it
    already.
    """

    outcome: str


@api.get("/outside-movements", summary="Money that moved at the platform without us, open cases first")
async def outside_movements(actor: Actor) -> list[OutsideMovementOut]:
    rows = await queries.outside(actor)
    billed = await bills.things_billed([row.about for row in rows if row.about])
    return [_out(row, billed.get(row.about or "")) for row in rows]


@api.post("/outside-movements/{movement_id}/settlement", status=204, summary="Say what it was; the case is closed")
async def settle_outside_movement(actor: Actor, movement_id: int, body: SettlementIn) -> None:
    await outside.settle(actor, movement_id, body.reason, expected_version=body.version)


# This is a PUT because it calls the platform. A POST runs inside the transaction that its Idempotency-Key opens, and
# the platform must not be called inside a transaction.
@api.put("/outside-movements/{movement_id}/refund-number", summary="Ask the platform about the refund of this number")
async def look_up_outside_refund(actor: Actor, movement_id: int, body: RefundNumberIn) -> LookedUpOut:
    return LookedUpOut(outcome=await outside.look_up(actor, movement_id, body.out_refund_no))


def _out(row: queries.OutsideMovementRow, bill: bills.BilledThing | None) -> OutsideMovementOut:
    return derive(
        OutsideMovementOut,
        row,
        repair_order_id=Ref.parse(bill.about).of("repair_order") if bill else None,
        repair_order_number=bill.number if bill else None,
    )

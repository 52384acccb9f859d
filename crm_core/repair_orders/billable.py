"""How billing sees a repair order: which lines its bill has, and what the steps of the bill change in the order."""

from collections.abc import Iterator, Sequence
from typing import Final

from crm_core.billing import billables
from crm_core.billing.billables import BillableLine, Part, Thing
from crm_core.billing.errors import NothingToBill
from crm_core.billing.rules import Payer
from crm_core.coupons.rules import LineKind
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.models import Staff
from crm_core.parts import service as parts
from crm_core.pricing.models import ServiceItem
from crm_core.repair_orders import deductible_rules, rules, settlement, sums
from crm_core.repair_orders.free_line_rules import OutsidePart, part_number, used_fen
from crm_core.repair_orders.models import RepairLine, RepairOrder
from crm_core.repair_orders.order import who_sees
from crm_core.repair_orders.rules import HeaderState, LineState
from crm_core.valet import fees
from foundation.refs import Ref


class _BilledOrder:
    """Implements `billables.Billable`; `number` is the order's id."""

    async def thing(self, number: int) -> Thing | None:
        order = await RepairOrder.get_or_none(id=number)
        if order is None:
            return None
        return Thing(
            about=Ref("repair_order", order.id),
            number=order.number,
            title=f"维修工单 {order.number[-4:]}",
            store_id=order.store_id,
            customer_id=order.customer_id,
            vehicle_id=order.vehicle_id,
            coupons_from=None if order.appointment_id is None else Ref("appointment", order.appointment_id),
        )

    async def contact(self, number: int) -> str:
        order = await RepairOrder.get(id=number)
        advisor = await Staff.get_or_none(id=order.advisor_id)
        return advisor.name if advisor else ""

    async def part_of(self, customer_id: int, number: int, amount_fen: int) -> Part:
        order = await RepairOrder.get(id=number)
        if customer_id not in await who_sees(order):
            return Part.NONE
        return await sums.part_in_bill(customer_id, number, amount_fen)

    async def lines(self, number: int) -> Sequence[BillableLine]:
        order = await RepairOrder.get(id=number)
        found = await lines_of(order)
        if order.state is not HeaderState.READY or (not found and order.stopped_at is None):
            raise NothingToBill
        return found

    async def lines_to_send(self, number: int) -> Sequence[BillableLine]:
        return await lines_of(await settlement.require_billable(number))

    async def sent(self, actor: Actor, number: int, total_fen: int) -> None:
        await settlement.record_billed(actor, number, total_fen)

    async def recalled(self, actor: Actor, number: int) -> None:
        await settlement.record_bill_recalled(actor, number)

    async def confirmed(self, actor: Actor, number: int) -> None:
        await settlement.record_bill_confirmed(actor, number)

    async def paid(self, actor: Actor, number: int, paid_fen: int) -> None:
        await settlement.record_paid(actor, number, paid_fen)

    async def refunded(self, actor: Actor, number: int, refunded_fen: int) -> None:
        await settlement.record_refunded(actor, number, refunded_fen)


DEDUCTIBLE: Final = "保险自付 "
LONGEST_NAME: Final = 40

billables.register("repair_order", _BilledOrder())


async def lines_of(order: RepairOrder) -> list[BillableLine]:
    """The lines to bill: work that passed the final inspection, with the parts that are in the car, of a job that the
    owner stopped only the parts that were used, and the runs of a driver that its booking asked for or that brought
    the car.
    """
    lines = await RepairLine.filter(repair_order_id=order.id).order_by("id")
    finished = {line.id for line in lines if line.state is LineState.QC_OK}
    fitted = await parts.fitted_by_line(order.id, finished)
    items = await ServiceItem.filter(id__in=[line.item_id for line in lines if line.item_id is not None])
    codes = {item.id: item.code for item in items}
    found: list[BillableLine] = []
    for line in lines:
        parts_fen = int(line.parts_fen)
        if line.outside_parts and line.id not in finished:
            parts_fen = used_fen(parts_fen, _bought(line), await parts.used_numbers(line.id))
        sums = rules.billable_fen(
            line.state,
            line.labour_fen,
            parts_fen,
            has_fitted_parts=fitted.get(line.id),
            is_stopped=order.stopped_at is not None,
        )
        if sums is not None:
            found += _of_job(line, *sums, item_code=codes.get(line.item_id or 0, ""))
    of_jobs = (line for line in found if line.kind is not LineKind.DEDUCTIBLE)
    repairs_fen = sum(line.amount_fen for line in of_jobs if line.payer is Payer.CP)
    about = Ref("repair_order", order.id)
    visit = fees.Visit(about, order.store_id, order.vehicle_id, order.appointment_id, order.opened_at)
    runs = await fees.of_visit(visit, repairs_fen)
    return [*found, *(_of_run(fee) for fee in runs)]


def _bought(line: RepairLine) -> dict[str, int]:
    """What each of the parts that are bought for a job was offered at, by its number."""
    return {part_number(line.id, n): OutsidePart.of(kept).total_fen for n, kept in enumerate(line.outside_parts, 1)}


def _of_run(fee: fees.Fee) -> BillableLine:
    """取送车: a line of the owner's bill. That a run is billed once is kept by the table of lines."""
    return BillableLine(
        about=Ref("valet_run", fee.run_id),
        kind=LineKind.OTHER,
        name=fee.name,
        item_code="",
        payer=Payer.CP,
        amount_fen=fee.fee_fen,
        authorised_version=fee.shown,
        authorised_at=fee.asked_at,
    )


def _of_job(line: RepairLine, labour_fen: int, parts_fen: int, *, item_code: str) -> Iterator[BillableLine]:
    """Labour and parts of a job are separate lines, since coupons and refunds treat them differently. What the owner
    pays of a job that is insured is a line of their bill, which no coupon lowers.
    """
    if line.decided_at is None or not line.authorised_version:
        return
    labour_fen, parts_fen, owners_fen = deductible_rules.split(labour_fen, parts_fen, line.deductible_fen)
    if owners_fen:
        yield BillableLine(
            about=Ref("repair_line", line.id),
            kind=LineKind.DEDUCTIBLE,
            name=f"{DEDUCTIBLE}{line.name}"[:LONGEST_NAME],
            item_code="",
            payer=Payer.CP,
            amount_fen=owners_fen,
            authorised_version=line.authorised_version,
            authorised_at=line.decided_at,
        )
    for kind, amount_fen, off_fen in (
        (LineKind.LABOUR, labour_fen, line.labour_off_fen),
        (LineKind.PARTS, parts_fen, line.parts_off_fen),
    ):
        if amount_fen:
            yield BillableLine(
                about=Ref("repair_line", line.id),
                kind=kind,
                name=line.name,
                item_code=item_code,
                payer=line.payer,
                amount_fen=amount_fen,
                off_fen=off_fen,
                authorised_version=line.authorised_version,
                authorised_at=line.decided_at,
                payer_approval_number=line.payer_approval_number,
            )

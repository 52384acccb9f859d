"""出账: the advisor makes the bills of a finished order, sends the owner his own, takes it back until he confirms."""

from collections.abc import Sequence

from crm_core.billing import choosing, ledger, notices, paying
from crm_core.billing.errors import BillNotFound, NothingToBill
from crm_core.billing.events import BillRecalled, BillSent
from crm_core.billing.models import Bill, BillDiscount, BillLine
from crm_core.billing.rules import BillState
from crm_core.coupons import using
from crm_core.coupons.rules import LineKind
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorize, subject
from crm_core.pricing.models import ServiceItem
from crm_core.repair_orders import settlement
from crm_core.repair_orders.models import Payer, RepairOrder
from crm_core.repair_orders.rules import HeaderState
from crm_core.repair_orders.settlement import BillableLine
from foundation import clock, database
from foundation.events import record


async def make(actor: Actor, repair_order_id: int) -> Bill:
    """Make one bill per payer from the done and authorised lines; returns the owner's. Made again, a draft is renewed.

    What the maker, an insurer or the house pays never stands on the owner's bill; without anything of his own his bill
    is zero.

    Raises:
        NothingToBill: nothing is done and authorised, or the order is not ready.
        BillNotFound: no such order.
    """
    async with database.transaction():
        order = await RepairOrder.get_or_none(id=repair_order_id)
        if order is None:
            raise BillNotFound("没找到这张工单。")
        authorize(actor, "bills.make", subject(store_id=order.store_id))
        # Two advisors at once: the second finds the first one's drafts.
        await database.advisory_lock(f"bills-of:{repair_order_id}")
        made = await Bill.get_or_none(repair_order_id=repair_order_id, payer=Payer.CP)
        if made is not None and made.state is not BillState.DRAFT:
            return made
        lines = await settlement.lines_to_bill(repair_order_id)
        if order.state is not HeaderState.READY or (not lines and order.stopped_at is None):
            raise NothingToBill
        return await _draft(actor, order, lines)


async def send(actor: Actor, bill_id: int, *, expected_version: int | None = None) -> Bill:
    """Ask the owner to look and pay, with the coupons that save most already chosen and kept for this bill.

    It is made of what is done and authorised now: work may have been added since the draft or the recalled bill. A bill
    without anything to pay needs no decision and is paid at once.

    Raises:
        CannotBill, PartsNotReturned: the workshop is not done.
        IllegalMove, StaleVersion.
    """
    async with database.transaction():
        bill = await ledger.take(actor, bill_id, "bills.make", expected_version)
        if bill.payer is not Payer.CP:
            raise BillNotFound
        if bill.state is BillState.DRAFT:
            bill = await _renewed(actor, bill)
        ledger.move(bill, "send")
        bill.sent_at = clock.now()
        await choosing.choose_best(bill)
        await settlement.record_billed(actor, bill.repair_order_id, bill.total_fen)
        await record(BillSent(**ledger.facts(str(actor), bill)))
        if bill.subtotal_fen == 0:
            await paying.agree(actor, bill)
        else:
            await notices.tell_due(bill)
        return bill


async def recall(actor: Actor, bill_id: int, *, expected_version: int | None = None) -> Bill:
    """Take a bill back before the owner confirmed it; its coupons are free again.

    Raises:
        IllegalMove: he confirmed or paid it.
        StaleVersion.
    """
    async with database.transaction():
        bill = await ledger.take(actor, bill_id, "bills.make", expected_version)
        ledger.move(bill, "recall")
        bill.sent_at = None
        await using.release(ledger.about(bill))
        await choosing.clear(bill)
        await settlement.record_bill_recalled(actor, bill.repair_order_id)
        await record(BillRecalled(**ledger.facts(str(actor), bill)))
        return bill


async def _renewed(actor: Actor, bill: Bill) -> Bill:
    # The order is locked after its bill, as everywhere: its lines stay as they are read until the bill is sent.
    order = await RepairOrder.select_for_update().get(id=bill.repair_order_id)
    return await _draft(actor, order, await settlement.lines_to_bill(order.id))


async def _draft(actor: Actor, order: RepairOrder, lines: Sequence[BillableLine]) -> Bill:
    """Write the drafts of every payer anew; returns the owner's."""
    by_payer: dict[Payer, list[BillableLine]] = {Payer.CP: []}
    for line in lines:
        by_payer.setdefault(line.payer, []).append(line)
    await _drop_drafts(order.id)
    bills = {payer: await _write(actor, order, payer, its_lines) for payer, its_lines in by_payer.items()}
    return bills[Payer.CP]


async def _drop_drafts(repair_order_id: int) -> None:
    """Lines go, bills stay: a draft keeps its number."""
    ids = await Bill.filter(repair_order_id=repair_order_id).values_list("id", flat=True)
    await BillDiscount.filter(bill_id__in=list(ids)).delete()
    await BillLine.filter(bill_id__in=list(ids)).delete()
    await Bill.filter(id__in=list(ids)).update(subtotal_fen=0, discount_fen=0, total_fen=0)


async def _write(actor: Actor, order: RepairOrder, payer: Payer, lines: Sequence[BillableLine]) -> Bill:
    subtotal_fen = sum(line.labour_fen + line.parts_fen for line in lines)
    bill = await Bill.get_or_none(repair_order_id=order.id, payer=payer)
    if bill is None:
        bill = Bill(
            repair_order_id=order.id,
            store_id=order.store_id,
            customer_id=order.customer_id,
            vehicle_id=order.vehicle_id,
            appointment_id=order.appointment_id,
            payer=payer,
            state=BillState.DRAFT,
            created_at=clock.now(),
        )
    bill.made_by_id = actor.id
    bill.subtotal_fen = bill.total_fen = subtotal_fen
    bill.discount_fen = 0
    await bill.save()
    await BillLine.bulk_create(await _lines(bill, lines))
    return bill


async def _lines(bill: Bill, lines: Sequence[BillableLine]) -> list[BillLine]:
    """Labour and parts of a job are two lines: coupons and refunds treat them apart."""
    item_ids = [line.item_id for line in lines if line.item_id is not None]
    codes = {item.id: item.code for item in await ServiceItem.filter(id__in=item_ids)}
    sums = [
        (line, kind, amount_fen)
        for line in lines
        for kind, amount_fen in ((LineKind.LABOUR, line.labour_fen), (LineKind.PARTS, line.parts_fen))
        if amount_fen
    ]
    return [
        BillLine(
            bill_id=bill.id,
            line_no=number,
            repair_line_id=line.line_id,
            kind=kind,
            name=line.name,
            item_code=codes.get(line.item_id, "") if line.item_id else "",
            amount_fen=amount_fen,
            authorised_version=line.authorised_version,
            authorised_at=line.authorised_at,
        )
        for number, (line, kind, amount_fen) in enumerate(sums, start=1)
    ]

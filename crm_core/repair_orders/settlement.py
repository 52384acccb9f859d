"""When an order may be billed, and what the steps of its bill change in it. Billing calls this through `billable`, in
its own transactions and after its own permission checks.
"""

from crm_core.customers import people
from crm_core.customers import service as customers
from crm_core.customers.dormancy import is_real_work
from crm_core.dealerships.actors import Actor, system
from crm_core.dealerships.calendar import add_months
from crm_core.parts import service as parts
from crm_core.pricing.models import ServiceItem
from crm_core.repair_orders import rules
from crm_core.repair_orders.errors import CannotBill
from crm_core.repair_orders.events import RepairOrderDelivered
from crm_core.repair_orders.models import RepairLine, RepairOrder
from crm_core.repair_orders.order import OrderInHand, event_facts, take
from crm_core.repair_orders.owner_view_rules import OwnerNode
from crm_core.repair_orders.rules import HeaderState, LineState
from crm_core.vehicles import service_history
from foundation import clock, database
from foundation.events import record
from foundation.money import format_yuan

CLOSES_AFTER_DAYS = 7
"""Days after the delivery, when the survey has ended and no objection can be made any more."""
SPEND_MONTHS = 24
SUMMARY_LENGTH = 80


async def require_billable(repair_order_id: int) -> RepairOrder:
    """Lock the order and check that its bill may be sent.

    Raises:
        CannotBill: work or a decision is still open; the message says what.
        PartsNotReturned: parts that were handed out are neither used nor returned.
        IllegalMove: it is not ready.
    """
    hand = await _hand(repair_order_id)
    blocker = rules.billing_blocker(hand.line_facts)
    if blocker and hand.order.stopped_at is None:
        raise CannotBill(blocker)
    hand.require("bill")
    await parts.assert_settled(repair_order_id)
    return hand.order


async def record_billed(actor: Actor, repair_order_id: int, amount_fen: int) -> RepairOrder:
    """READY → BILLED: a bill was sent to the owner (`amount_fen` is what they pay).

    Raises:
        IllegalMove: it is not ready.
    """
    hand = await _hand(repair_order_id)
    hand.require("bill")
    hand.order.billed_at = clock.now()
    amount = format_yuan(amount_fen)
    told = f"账单 {amount} 元，请您确认"
    await hand.note(actor, "billed", "出账", owner_text=told, node=OwnerNode.N10, amount_fen=amount_fen)
    return hand.order


async def record_bill_recalled(actor: Actor, repair_order_id: int) -> RepairOrder:
    """BILLED → READY: the advisor recalled the bill before it was confirmed."""
    hand = await _hand(repair_order_id)
    hand.require("recall_bill")
    hand.order.billed_at = None
    await hand.note(actor, "bill_recalled", "收回账单", owner_text="门店收回了账单，会重新发给您", node=OwnerNode.N10)
    return hand.order


async def record_bill_confirmed(actor: Actor, repair_order_id: int) -> RepairOrder:
    """BILLED → BILL_CONFIRMED."""
    hand = await _hand(repair_order_id)
    hand.require("confirm_bill")
    hand.order.bill_confirmed_at = clock.now()
    await hand.note(actor, "bill_confirmed", "车主确认账单", owner_text="您已确认账单", node=OwnerNode.N10)
    return hand.order


async def record_paid(actor: Actor, repair_order_id: int, paid_fen: int) -> RepairOrder:
    """BILL_CONFIRMED → PAID; `paid_fen` is what the owner themselves paid."""
    hand = await _hand(repair_order_id)
    hand.require("pay")
    hand.order.paid_at = clock.now()
    hand.order.paid_fen = paid_fen
    amount = format_yuan(paid_fen)
    told = f"您已付 {amount} 元"
    await hand.note(actor, "paid", "车主付款", owner_text=told, node=OwnerNode.N10, amount_fen=paid_fen)
    return hand.order


async def record_refunded(actor: Actor, repair_order_id: int, refunded_fen: int) -> RepairOrder:
    """A refund was paid: reduce what order, visit and customer have paid by it."""
    hand = await _hand(repair_order_id)
    order = hand.order
    order.paid_fen -= refunded_fen
    amount = format_yuan(refunded_fen)
    told = f"已退您 {amount} 元"
    await hand.note(actor, "refunded", "退款", owner_text=told, node=OwnerNode.N10, amount_fen=refunded_fen)
    kept = await service_history.record_refund(repair_order_id, order.paid_fen)
    if kept is not None:
        customer_id, visit_id = kept
        # Before anything of them is added up: another of their cars may be doing so at this moment.
        await people.lock(customer_id)
        since = add_months(clock.today(), -SPEND_MONTHS)
        await customers.record_refund(
            customer_id,
            visit_id,
            refunded_fen=refunded_fen,
            spend_24_months_fen=await service_history.spent_since(customer_id, since),
        )
    return order


async def record_delivered(actor: Actor, repair_order_id: int) -> RepairOrder:
    """PAID → DELIVERED 维修交车: the visit is added to the history of the car and of the customer, once."""
    async with database.transaction():
        hand = await _hand(repair_order_id)
        hand.require("hand_over")
        order = hand.order
        order.delivered_at = clock.now()
        who = "您已确认取车" if actor.is_owner else "已交车"
        await hand.note(actor, "delivered", "交车", owner_text=who, node=OwnerNode.N11)
        next_due_on = await _keep_visit(actor, hand)
        await record(
            RepairOrderDelivered(
                **event_facts(actor, order),
                paid_fen=order.paid_fen,
                next_service_due_on=next_due_on.isoformat() if next_due_on else None,
            )
        )
        return order


async def close(repair_order_id: int) -> None:
    """DELIVERED → CLOSED. Does nothing when the order is not DELIVERED."""
    actor = system("close_delivered")
    async with database.transaction():
        hand = await _hand(repair_order_id)
        if hand.order.state is not HeaderState.DELIVERED:
            return
        hand.require("close")
        hand.order.closed_at = clock.now()
        await hand.note(actor, "closed", "工单关闭")


async def _hand(repair_order_id: int) -> OrderInHand:
    return await take(system("billing"), repair_order_id, None)


async def _keep_visit(actor: Actor, hand: OrderInHand) -> "service_history.DueOn":
    order = hand.order
    done = hand.in_state(LineState.QC_OK)
    if not done and not order.paid_fen:
        return None  # The owner left without any work, so this does not count as a visit.
        # In a stopped order without finished work, the owner paid for the lines that were begun.
    served = done or [line for line in hand.lines if line.started_at is not None]
    today = clock.today()
    counts = await _is_real_work(done)
    due_on = await service_history.record_service_visit(
        vehicle_id=order.vehicle_id,
        customer_id=order.customer_id,
        store_id=order.store_id,
        repair_order_id=order.id,
        visited_on=today,
        km=order.mileage_km,
        odometer_reason=order.mileage_reason,
        summary="、".join(line.name for line in served)[:SUMMARY_LENGTH],
        is_maintenance=any(line.is_maintenance for line in done),
        is_real_work=counts,
        paid_fen=order.paid_fen,
    )
    # Before anything of them is added up: another of their cars may leave at this moment.
    await people.lock(order.customer_id)
    await customers.record_visit(
        actor,
        order.customer_id,
        visited_on=today,
        is_real_work=counts,
        paid_fen=order.paid_fen,
        spend_24_months_fen=await service_history.spent_since(order.customer_id, add_months(today, -SPEND_MONTHS)),
        next_service_due_on=await service_history.earliest_due_on(order.customer_id),
    )
    return due_on


async def _is_real_work(lines: list[RepairLine]) -> bool:
    """Whether one of the lines makes this a visit: a wash, a question, or internal work does not."""
    washes = set(
        await ServiceItem.filter(id__in=[line.item_id for line in lines], is_real_work=False).values_list(
            "id", flat=True
        )
    )
    return any(is_real_work(line.payer.value, line.total_fen) and line.item_id not in washes for line in lines)

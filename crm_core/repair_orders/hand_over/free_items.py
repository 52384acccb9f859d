"""核销项目券: what a coupon gives for nothing needs no bill; the scan redeems it when the car is given back."""

from datetime import datetime
from typing import Final

from crm_core.coupons import budgeting, showing, using
from crm_core.coupons.errors import CodeTaken, CouponNotFound, CouponNotUsable
from crm_core.coupons.models import Coupon
from crm_core.coupons.rules import CouponKind
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, subject
from crm_core.repair_orders.errors import RepairOrderNotFound
from crm_core.repair_orders.hand_over.errors import NotDeliveredYet
from crm_core.repair_orders.models import RepairOrder
from crm_core.repair_orders.rules import HeaderState
from foundation import clock, database
from foundation.reading import Query, literals, read_model
from foundation.refs import Ref


@read_model
class OrderForCoupon:
    """An order of the coupon's owner whose car was given back, for which a free item can be redeemed without a bill."""

    repair_order_id: int
    number: str
    plate: str
    delivered_at: datetime


_ORDERS: Final = Query(
    OrderForCoupon,
    f"""
    SELECT o.id AS repair_order_id, o.number, coalesce(v.plate, '') AS plate, o.delivered_at
    FROM coupon_showing s JOIN coupon c ON c.id = s.coupon_id
    JOIN coupon_template t ON t.id = c.template_id AND t.kind = {literals(CouponKind.ITEM)}
    JOIN repair_order o ON o.customer_id = c.customer_id AND o.store_id = s.store_id
        AND o.state = {literals(HeaderState.DELIVERED)} AND o.delivered_at IS NOT NULL
    JOIN vehicle v ON v.id = o.vehicle_id
    WHERE s.id = $1 AND s.store_id = $2 ORDER BY o.delivered_at DESC
    """,
)


async def orders_of(actor: Actor, scan_id: int, *, store_id: int) -> list[OrderForCoupon]:
    """The orders for which the scanned coupon can be redeemed without a bill; none unless it gives a free item."""
    authorise(actor, "coupons.scan", subject(store_id=store_id))
    return await _ORDERS.all(scan_id, store_id)


async def redeem(actor: Actor, scan_id: int, repair_order_id: int) -> None:
    """Redeem the scanned coupon for a free item on an order whose car was given back. A repetition is harmless.

    Its cost is the highest price of the item, since there is no bill that says it.

    Raises:
        NotDeliveredYet: while the order goes on, the coupon goes on its bill.
        CodeTaken: the scan was used for something else.
        CouponNotFound: the order is another person's.
        CouponNotUsable: it gives no free item, or is used, ended, for another store or another car.
        RepairOrderNotFound, CodeNotOurs, CodeOver, NotAllowed.
    """
    async with database.transaction():
        order = await RepairOrder.select_for_update().get_or_none(id=repair_order_id)
        if order is None:
            raise RepairOrderNotFound
        authorise(actor, "coupons.scan", subject(store_id=order.store_id))
        if order.state is not HeaderState.DELIVERED:
            raise NotDeliveredYet
        about = str(Ref("repair_order", order.id))
        seen = await showing.take_scanned(actor, scan_id, store_id=order.store_id)
        if seen.used_for == about:
            return
        if seen.used_for:
            raise CodeTaken
        coupon = await Coupon.get(id=seen.coupon_id).prefetch_related("template")
        if coupon.customer_id != order.customer_id:
            raise CouponNotFound("这张券不是这张工单的车主的。")
        if coupon.template.kind is not CouponKind.ITEM:
            raise CouponNotUsable("只有项目券能不开账单核销，这张要用在账单上。")
        booked = [str(Ref("appointment", order.appointment_id))] if order.appointment_id is not None else []
        await using.lock(order.customer_id, [coupon.id], about, taking_over_from=booked)
        await using.redeem(
            actor,
            coupon.id,
            about,
            store_id=order.store_id,
            discount_fen=await budgeting.each_fen(coupon.template) or 0,
            vehicle_id=order.vehicle_id,
        )
        seen.used_for, seen.used_at = about, clock.now()
        await seen.save()

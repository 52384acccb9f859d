"""A finished repair order at the counter: its people, its lines and shortcuts through the real verbs."""

from dataclasses import dataclass, field
from itertools import count
from typing import Any

from crm_core.approvals import service as approvals
from crm_core.approvals.models import Approval
from crm_core.billing import making
from crm_core.billing.models import Bill
from crm_core.billing.rules import Payer
from crm_core.coupons import claiming, issuing
from crm_core.coupons.models import Coupon, CouponTemplate
from crm_core.coupons.rules import CouponKind, TemplateState
from crm_core.customers.models import Customer
from crm_core.dealerships.actors import Actor, system
from crm_core.dealerships.models import BayKind, Role, Store
from crm_core.payments import paying_out, refunds
from crm_core.payments.models import Refund
from crm_core.payments.rules import Method
from crm_core.repair_orders.hand_over import giving_back
from crm_core.repair_orders.models import LineSource, RepairLine, RepairOrder
from crm_core.repair_orders.rules import HeaderState, LineState
from crm_core.vehicles.models import Vehicle
from foundation import clock, database
from foundation.refs import Ref
from tests import factories as make

_number = count(1)

# The trade's worked example: small service, brake pads added on the way, a warranty switch, a declined filter.
EXAMPLE = (
    ("小保养", 240_00, 428_00, Payer.CP, LineState.QC_OK),
    ("前刹车片", 288_00, 680_00, Payer.CP, LineState.QC_OK),
    ("组合开关", 90_00, 320_00, Payer.W, LineState.QC_OK),
    ("空调滤芯", 0, 198_00, Payer.CP, LineState.DECLINED),
)


@dataclass
class Checkout:
    """Everybody and everything one bill needs."""

    store: Store
    advisor: Actor
    cashier: Actor
    manager: Actor
    customer: Customer
    owner: Actor
    vehicle: Vehicle
    order: RepairOrder
    coupons: list[Coupon] = field(default_factory=list)

    async def sent(self) -> Bill:
        """The owner's bill lies before them."""
        bill = await making.make(self.advisor, Ref("repair_order", self.order.id))
        return await making.send(self.advisor, bill.id)

    async def give(self, **terms: Any) -> Coupon:
        """A claimed coupon of the owner."""
        template = await make_template(**terms)
        coupon = await claimed(self.owner, template)
        self.coupons.append(coupon)
        return coupon

    async def offer(self) -> Any:
        """The advisor gave everything back."""
        return await giving_back.offer(
            self.advisor,
            self.order.id,
            is_key_given=True,
            are_old_parts_settled=True,
            is_settlement_sheet_given=True,
        )

    async def decide(
        self, refund: Refund, *, by: Actor | None = None, agree: bool = True, note: str = "", is_paid_out: bool = True
    ) -> Approval:
        """Somebody, by default the service manager, decides about the request; the cashier then pays out what did not
        come by WeChat.
        """
        asked = await Approval.get(about=f"refund:{refund.id}")
        decided = await approvals.decide(
            by or self.manager, asked.id, agree=agree, version_seen=asked.version, note=note
        )
        if is_paid_out and await self._waits_for_the_desk(refund):
            await paying_out.pay_out(self.cashier, refund.id, Method.CASH)
        return decided

    async def _waits_for_the_desk(self, refund: Refund) -> bool:
        now = await Refund.get(id=refund.id).prefetch_related("payment")
        return refunds.is_paid_out_by_hand(now, now.payment)

    async def now(self) -> RepairOrder:
        """The order as it stands."""
        return await RepairOrder.get(id=self.order.id)


async def make_checkout(
    jobs: tuple[tuple[str, int, int, Payer, LineState], ...] = EXAMPLE, *, openid: str = "", store: Store | None = None
) -> Checkout:
    """An order that is READY, on the story's Monday."""
    n = next(_number)
    store = store or await make.make_store(advisors=0)
    advisor = await make.acting(Role.SA, store)
    technician = await make.make_staff(Role.TEC, store, name="陈志强")
    customer = await make.make_customer(store, phone=f"139{n:08d}")
    vehicle = await make.make_vehicle(customer, vin=f"LYFAA4DE1T2{n:06d}", plate=f"粤B{n:05d}")
    now = clock.now()
    order = await RepairOrder.create(
        number=f"RO-{store.code}-261123-{n:04d}",
        sequence_no=n,
        store_id=store.id,
        customer_id=customer.id,
        vehicle_id=vehicle.id,
        advisor_id=advisor.id,
        complaint="做个保养，刹车有点响",
        mileage_km=21_180,
        keeps_old_parts=True,
        state=HeaderState.READY,
        owner_title="已完工",
        opened_at=now,
        ready_at=now,
        quality_passed_at=now,
    )
    for name, labour_fen, parts_fen, payer, state in jobs:
        await RepairLine.create(
            repair_order_id=order.id,
            name=name,
            payer=payer,
            labour_fen=labour_fen,
            parts_fen=parts_fen,
            authorised_fen=labour_fen + parts_fen,
            bay_kind=BayKind.GENERAL,
            source=LineSource.ESTIMATE,
            state=state,
            decided_at=now,
            decided_by="owner",
            authorised_version="" if state is LineState.DECLINED else "v1",
            technician_id=None if state is LineState.DECLINED else technician.id,
        )
    return Checkout(
        store,
        advisor,
        await make.acting(Role.CSH, store, name="周敏"),
        await make.acting(Role.SVM, store, name="郑凯"),
        customer,
        make.acting_owner(customer, openid),
        vehicle,
        order,
    )


async def make_template(**terms: Any) -> CouponTemplate:
    """A live template: by default 100 yuan off 1,000."""
    defaults = {
        "name": "满1000减100",
        "kind": CouponKind.THRESHOLD,
        "state": TemplateState.ACTIVE,
        "value_fen": 100_00,
        "threshold_fen": 1000_00,
        "quota": 1000,
        "valid_days": 45,
        "created_at": clock.now(),
    }
    if terms.get("kind") in (CouponKind.LABOUR, CouponKind.ITEM):
        defaults |= {"name": "工时8折", "value_fen": 0, "threshold_fen": 0}
    return await CouponTemplate.create(**{**defaults, **terms})


async def issued(owner: Actor, template: CouponTemplate, **columns: Any) -> Coupon:
    """A coupon that waits for the owner."""
    async with database.transaction():
        return await issuing.issue(system("test"), template.id, owner.id, **{"source": "gift", **columns})


async def claimed(owner: Actor, template: CouponTemplate) -> Coupon:
    """A coupon the owner has taken."""
    coupon = await issued(owner, template)
    return await claiming.claim(owner, coupon.id)

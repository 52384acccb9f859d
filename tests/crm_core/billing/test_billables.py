"""A bill of something that is no repair order: sent, confirmed, paid and refunded without the workshop knowing."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from app.rooms import ROOT
from app.wiring import wire
from crm_core.approvals import service as approvals
from crm_core.approvals.models import Approval
from crm_core.billing import billables, choosing, making, paying, queries, refunding
from crm_core.billing.billables import BillableLine, Part, Thing
from crm_core.billing.errors import NothingToBill
from crm_core.billing.models import Bill
from crm_core.billing.rules import BillState, Payer
from crm_core.coupons.models import Coupon
from crm_core.coupons.rules import CouponState, LineKind
from crm_core.customers.models import Customer
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.models import Role, Store
from crm_core.messaging.models import Message
from crm_core.payments import paying_out
from crm_core.payments.rules import Method
from crm_core.repair_orders.models import RepairOrder
from foundation import clock
from foundation.errors import Refused
from foundation.refs import Ref
from tests import factories as make
from tests.checkout import claimed, make_template

pytestmark = pytest.mark.usefixtures("database")

TYRES = Ref("tyre_storage", 7)
"""A season for which a customer's second set of tyres lies in the store; made up for this test."""

_WORKSHOP = re.compile(r"repair_(order|line)(?!:12)")


@dataclass
class TyreStorage:
    """As `billables.Billable` describes; it writes down what it is told."""

    store: Store
    customer: Customer
    told: list[tuple[str, int]] = field(default_factory=list)
    is_agreed: bool = True
    problem: str = ""

    async def thing(self, number: int) -> Thing | None:
        if number != TYRES.number:
            return None
        return Thing(TYRES, "TS-0007", "轮胎寄存 0007", self.store.id, self.customer.id, None, None)

    async def contact(self, number: int) -> str:
        return "周敏"

    async def part_of(self, customer_id: int, number: int, amount_fen: int) -> Part:
        return Part.NONE

    async def lines(self, number: int) -> Sequence[BillableLine]:
        if not self.is_agreed:
            raise NothingToBill
        season = (Ref("season", 1), LineKind.LABOUR, "寄存一季", 300_00)
        bags = (Ref("tyre_bag", 1), LineKind.PARTS, "轮胎袋", 80_00)
        return [
            BillableLine(about, kind, name, "", Payer.CP, amount_fen, "v1", clock.now())
            for about, kind, name, amount_fen in (season, bags)
        ]

    async def lines_to_send(self, number: int) -> Sequence[BillableLine]:
        if self.problem:
            raise Refused(self.problem)
        return await self.lines(number)

    async def sent(self, actor: Actor, number: int, total_fen: int) -> None:
        self.told.append(("sent", total_fen))

    async def recalled(self, actor: Actor, number: int) -> None:
        self.told.append(("recalled", 0))

    async def confirmed(self, actor: Actor, number: int) -> None:
        self.told.append(("confirmed", 0))

    async def paid(self, actor: Actor, number: int, paid_fen: int) -> None:
        self.told.append(("paid", paid_fen))

    async def refunded(self, actor: Actor, number: int, refunded_fen: int) -> None:
        self.told.append(("refunded", refunded_fen))


@dataclass
class Desk:
    """Who bills, pays and approves."""

    tyres: TyreStorage
    advisor: Actor
    cashier: Actor
    manager: Actor
    owner: Actor


@pytest.fixture
async def desk(database: None, monkeypatch: pytest.MonkeyPatch) -> Desk:
    wire()
    await clock.set_to(make.slot(12, 50))
    store = await make.make_store(advisors=0)
    customer = await make.make_customer(store)
    tyres = TyreStorage(store, customer)
    monkeypatch.setattr(billables, "_KINDS", dict(billables._KINDS))
    billables.register("tyre_storage", tyres)
    return Desk(
        tyres,
        await make.acting(Role.SA, store),
        await make.acting(Role.CSH, store, name="周敏"),
        await make.acting(Role.SVM, store, name="郑凯"),
        make.acting_owner(customer),
    )


async def _sent(desk: Desk) -> Bill:
    bill = await making.make(desk.advisor, TYRES)
    return await making.send(desk.advisor, bill.id)


async def test_a_made_up_thing_gets_a_bill_is_paid_and_refunded_and_is_told_each_time(desk: Desk):
    coupon = await claimed(desk.owner, await make_template(threshold_fen=300_00, value_fen=50_00))
    bill = await _sent(desk)
    assert (bill.about, bill.number, bill.subtotal_fen, bill.total_fen) == (TYRES, "TS-0007", 380_00, 330_00)
    due = await Message.get(template="bill_due")
    assert (due.facts["model_short"], due.facts["plate"]) == ("轮胎寄存", None)

    await paying.confirm(desk.owner, bill.id)
    await paying.receive_offline(desk.cashier, bill.id, 330_00, Method.CASH)
    bill = await Bill.get(id=bill.id)
    assert bill.state is BillState.PAID
    assert (await Coupon.get(id=coupon.id)).state is CouponState.REDEEMED
    assert (await Message.get(template="payment_receipt")).facts["ro_number"] == "TS-0007"

    page = await queries.page(desk.owner, bill.id)
    assert (page.number, page.advisor, page.plate, page.series) == ("TS-0007", "周敏", "", "")
    wanted = {line.line_no: line.amount_fen - line.discount_fen for job in page.jobs for line in job.lines}
    refund = await refunding.request(desk.cashier, bill.id, wanted, "不寄存了")
    asked = await Approval.get(about=f"refund:{refund.id}")
    assert asked.title == "退款 0007"
    await approvals.decide(desk.manager, asked.id, agree=True, version_seen=asked.version, note="")
    assert (await Bill.get(id=bill.id)).state is BillState.PAID
    await paying_out.pay_out(desk.cashier, refund.id, Method.CASH)
    assert (await Bill.get(id=bill.id)).state is BillState.REFUNDED
    assert desk.tyres.told == [("sent", 330_00), ("confirmed", 0), ("paid", 330_00), ("refunded", 330_00)]
    assert await RepairOrder.all().count() == 0


async def test_what_is_recalled_is_told_and_frees_its_coupons(desk: Desk):
    coupon = await claimed(desk.owner, await make_template(threshold_fen=300_00, value_fen=50_00))
    bill = await _sent(desk)
    assert [choice.is_chosen for choice in await choosing.choices(bill)] == [True]
    await making.recall(desk.advisor, bill.id)
    assert desk.tyres.told == [("sent", 330_00), ("recalled", 0)]
    assert (await Coupon.get(id=coupon.id)).state is CouponState.AVAILABLE


async def test_what_the_things_room_refuses_leaves_the_bill_as_it_was(desk: Desk):
    bill = await making.make(desk.advisor, TYRES)
    desk.tyres.problem = "轮胎还没入库。"
    with pytest.raises(Refused, match="还没入库"):
        await making.send(desk.advisor, bill.id)
    assert (await Bill.get(id=bill.id)).state is BillState.DRAFT
    assert desk.tyres.told == []
    desk.tyres.is_agreed = False
    with pytest.raises(NothingToBill):
        await making.make(desk.advisor, TYRES)


async def test_two_rooms_cannot_bill_the_same_kind(desk: Desk):
    with pytest.raises(ValueError, match="tyre_storage"):
        billables.register("tyre_storage", desk.tyres)


@pytest.mark.parametrize("room", ["billing", "payments", "coupons"])
def test_money_knows_no_repair_order(room: str):
    """Neither in an import, which the arrow forbids, nor in a table it reads."""
    named = [file.name for file in (ROOT / "crm_core" / room).glob("*.py") if _WORKSHOP.search(file.read_text())]
    assert named == []

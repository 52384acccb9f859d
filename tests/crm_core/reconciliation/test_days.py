"""Each day WeChat Pay's statement meets our books; what differs waits for finance, and a closed day stays."""

import asyncio
from datetime import datetime, timedelta

import asyncpg
import pytest
from tortoise.exceptions import IntegrityError, OperationalError

from crm_core.billing import paying, refunding
from crm_core.billing.models import Bill
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.models import AuditEntry, Role, Staff
from crm_core.payments.models import LedgerEntry, OutsideMovement, Payment, Refund
from crm_core.payments.rules import Method, MovementKind, PaymentState, RefundState
from crm_core.reconciliation import comparing, queries, settling
from crm_core.reconciliation.errors import DayClosed, DayNotCompared, DifferenceSettled, DifferencesOpen
from crm_core.reconciliation.jobs import open_days
from crm_core.reconciliation.models import ReconciliationDay, ReconciliationDifference, StatementLine
from crm_core.reconciliation.rules import DayState, DifferenceKind
from foundation import clock, database, jobs
from foundation.errors import NotAllowed, StaleVersion
from foundation.owed import sweep
from integrations.wechat_pay import WeChatPayError
from simulator.pay import transactions
from tests import factories as make
from tests.checkout import Checkout, make_checkout
from tests.fixtures.platforms import Town


class Till:
    """A bill of 1,536.00 paid by phone or not, and the finance officer of the store."""

    def __init__(self, town: Town, counter: Checkout, bill: Bill, finance: Actor) -> None:
        self.town, self.counter, self.bill, self.finance = town, counter, bill, finance

    async def pay(self) -> str:
        prepaid = await paying.pay(self.counter.owner, self.bill.id)
        assert prepaid is not None
        number = str((await self.town.hand("POST", "people/zhang/payments", prepaid.parameters))["out_trade_no"])
        await self.town.hand("POST", f"people/zhang/payments/{number}/confirm")
        await self.town.settle()
        return number

    async def give_back(self, fen: int) -> Refund:
        """The cashier asks, the service manager and then finance agree, and the platform accepts."""
        refund = await refunding.request(self.counter.cashier, self.bill.id, {1: fen}, "试")
        await self.counter.decide(refund)
        await self.counter.decide(refund, by=self.finance)
        await self.town.settle()
        return await Refund.get(id=refund.id)

    async def night(self) -> ReconciliationDay:
        """The next morning after ten; returns the day that is over."""
        day = clock.today()
        await clock.set_to(clock.at(day + timedelta(days=1), 10, 5))
        await open_days()
        await self.town.settle()
        return await ReconciliationDay.get(day=day)

    async def differences(self) -> list[tuple[str, str, int | None, int | None]]:
        return [
            (each.kind.value, each.number, each.ours_fen, each.theirs_fen)
            for each in await ReconciliationDifference.all().order_by("id")
        ]


@pytest.fixture
async def till(town: Town) -> Till:
    await clock.set_to(make.slot(12, 50))
    zhang = town.simulation.world.people.get("zhang")
    counter = await make_checkout(openid=zhang.openid, store=town.store)
    finance = await make.acting(Role.FIN, town.store, name="钱静", userid="qianjing")
    await town.hand("POST", "import", {"staff": [{"userid": "qianjing", "name": "钱静"}], "people": []})
    await jobs.drain()
    return Till(town, counter, await counter.sent(), finance)


async def _payment(till: Till, number: str, fen: int, at: datetime | None = None) -> Payment:
    """A payment that our books have and the platform never heard of."""
    now = clock.now()
    return await Payment.create(
        out_trade_no=number,
        about=f"bill:{till.bill.id}",
        customer_id=till.counter.owner.id,
        store_id=till.town.store.id,
        method=Method.WECHAT_JSAPI,
        amount_fen=fen,
        state=PaymentState.SUCCESS,
        received_fen=fen,
        created_at=now,
        expires_at=now,
        succeeded_at=at or now,
    )


async def test_a_day_that_agrees_has_no_differences_and_tells_nobody(till: Till):
    number = await till.pay()
    day = await till.night()
    assert (day.state, day.payments, day.paid_fen, day.refunds) == (DayState.COMPARED, 1, till.bill.total_fen, 0)
    assert await till.differences() == []
    line = await StatementLine.get()
    assert (line.number, line.amount_fen) == (number, till.bill.total_fen)
    assert till.town.inbox_of(await Staff.get(id=till.finance.id)) == []


async def test_every_way_to_differ_is_listed_and_finance_gets_one_card(till: Till):
    number = await till.pay()
    await _payment(till, "P261100ours", 10_00)
    elsewhere = await till.town.hand("POST", "people/zhang/payments-elsewhere", {"amount_fen": 5_00})
    await database.execute("UPDATE payment SET amount_fen = 1, received_fen = 1 WHERE out_trade_no = $1", number)
    day = await till.night()
    assert sorted(await till.differences()) == sorted(
        [
            ("NOT_HERE", elsewhere["out_trade_no"], None, 5_00),
            ("AMOUNT", number, 1, till.bill.total_fen),
            ("NOT_THERE", "P261100ours", 10_00, None),
        ]
    )
    [card] = till.town.inbox_of(await Staff.get(id=till.finance.id))
    rows = {row["keyname"]: row["value"] for row in card.body["horizontal_content_list"]}
    assert rows["事项"] == f"{day.day:%m-%d} 有 3 条对不上"


async def test_a_payment_whose_notice_never_came_is_booked_from_the_statement(till: Till):
    prepaid = await paying.pay(till.counter.owner, till.bill.id)
    assert prepaid is not None
    payment = await Payment.get(id=prepaid.payment_id)
    order = till.town.simulation.world.orders.get(payment.out_trade_no)
    assert order is not None
    transactions.pay(till.town.simulation, order)
    await till.night()
    assert (await Payment.get(id=payment.id)).state is PaymentState.SUCCESS
    assert await till.differences() == []


async def test_a_refund_made_in_the_console_without_a_word_is_booked_from_the_statement(till: Till):
    number = await till.pay()
    await till.town.hand("POST", f"payments/{number}/console-refund", {"refund_fen": 100_00, "tells": False})
    day = await till.night()
    assert (day.refunds, day.refunded_fen) == (1, 100_00)
    assert await till.differences() == []
    assert [entry.amount_fen for entry in await LedgerEntry.filter(refund_id__isnull=False)] == [-100_00]
    assert await OutsideMovement.filter(refund_id__isnull=False).count() == 1


async def test_our_own_refund_stands_on_the_day_the_platform_accepted_it(till: Till):
    await till.pay()
    accepted = await till.give_back(100_00)
    assert accepted.state is RefundState.PROCESSING
    assert accepted.accepted_at is not None
    assert (await till.night()).refunded_fen == 100_00
    assert await till.differences() == []


async def test_a_difference_ends_when_the_other_half_stands_on_the_next_days_statement(till: Till):
    zhang = till.town.simulation.world.people.get("zhang")
    assert zhang is not None
    await till.pay()
    first = await till.night()
    # Our clock put it on the day before, theirs on the day that has just begun.
    paid = transactions.paid_elsewhere(till.town.simulation, zhang, 5_00)
    await ReconciliationDay.filter(id=first.id).update(state=DayState.OWED, compared_at=None)
    await StatementLine.all().delete()
    await _payment(till, paid.out_trade_no, 5_00, clock.at(first.day, 23, 59, 59))
    await comparing.fetch(first.id)
    assert await till.differences() == [("NOT_THERE", paid.out_trade_no, 5_00, None)]
    second = await till.night()
    settled = await ReconciliationDifference.get()
    assert (settled.settled_by_id, settled.settled_reason) == (None, f"在 {second.day:%Y-%m-%d} 的微信账单里")


async def test_nothing_is_owed_before_ten_and_a_statement_still_being_made_is_asked_for_again(till: Till):
    await till.pay()
    day = clock.today()
    await clock.set_to(clock.at(day + timedelta(days=1), 9, 59))
    await open_days()
    assert await ReconciliationDay.all().count() == 0
    owed = await ReconciliationDay.create(day=day, state=DayState.OWED, opened_at=clock.now())
    await comparing.OWED.attempt(owed.id, lambda: comparing.fetch(owed.id))
    owed = await ReconciliationDay.get(id=owed.id)
    assert (owed.state, owed.trouble) == (DayState.OWED, "")
    assert owed.next_try_at is not None
    assert owed.next_try_at > clock.now() + timedelta(minutes=29)
    with pytest.raises(DayNotCompared):
        await settling.close(till.finance, owed.id, expected_version=1)
    await clock.advance(comparing.NOT_READY_PAUSE)
    await sweep()
    await jobs.drain()
    assert (await ReconciliationDay.get(id=owed.id)).state is DayState.COMPARED


async def test_days_missed_are_owed_later_and_a_day_on_which_nothing_moved_has_an_empty_statement(till: Till):
    await till.pay()
    first = clock.today()
    await clock.set_to(clock.at(first + timedelta(days=3), 11))
    await open_days()
    await open_days()
    await till.town.settle()
    days = await ReconciliationDay.all().order_by("day")
    assert [(each.day - first).days for each in days] == [0, 1, 2]
    assert [(each.state, each.payments, each.sha1 == "") for each in days] == [
        (DayState.COMPARED, 1, False),
        (DayState.COMPARED, 0, True),
        (DayState.COMPARED, 0, True),
    ]


async def test_a_platform_that_is_away_leaves_the_day_owed_and_many_tries_at_once_compare_once(till: Till):
    await till.pay()
    await clock.set_to(clock.at(clock.today() + timedelta(days=1), 10, 5))
    await open_days()
    day = await ReconciliationDay.get()
    till.town.fail("pay/v3/bill/tradebill", errcode=-1)
    with pytest.raises(WeChatPayError):
        await comparing.OWED.attempt(day.id, lambda: comparing.fetch(day.id))
    day = await ReconciliationDay.get()
    assert (day.state, day.trouble) == (DayState.OWED, "WeChatPayError SYSTEM_ERROR")
    await asyncio.gather(*(comparing.fetch(day.id) for _ in range(4)))
    assert (await ReconciliationDay.get(id=day.id)).version == 2
    assert await StatementLine.all().count() == 1


async def test_a_day_closes_when_every_difference_has_a_reason_and_then_nothing_of_it_changes(till: Till):
    number = await till.pay()
    await till.town.hand("POST", "people/zhang/payments-elsewhere", {"amount_fen": 5_00})
    day = await till.night()
    with pytest.raises(DifferencesOpen):
        await settling.close(till.finance, day.id, expected_version=day.version)
    with pytest.raises(IntegrityError):
        await ReconciliationDay.filter(id=day.id).update(
            state=DayState.CLOSED, closed_at=clock.now(), closed_by_id=till.finance.id
        )
    difference = await ReconciliationDifference.get()
    with pytest.raises(StaleVersion):
        await settling.settle(till.finance, difference.id, "食堂收款码", expected_version=7)
    await settling.settle(till.finance, difference.id, "食堂收款码", expected_version=1)
    with pytest.raises(DifferenceSettled):
        await settling.settle(till.finance, difference.id, "食堂收款码", expected_version=2)
    await settling.close(till.finance, day.id, expected_version=day.version)
    with pytest.raises(DayClosed):
        await settling.close(till.finance, day.id, expected_version=day.version + 1)
    assert [each.action for each in await AuditEntry.filter(action__startswith="reconciliation.").order_by("id")] == [
        "reconciliation.explain",
        "reconciliation.close",
    ]
    payment = await Payment.get(out_trade_no=number)
    for statement in (
        "UPDATE reconciliation_day SET paid_fen = 1",
        "DELETE FROM reconciliation_day",
        "UPDATE statement_line SET amount_fen = 1",
        "DELETE FROM statement_line",
        "UPDATE reconciliation_difference SET settled_reason = 'x'",
        f"UPDATE payment SET received_fen = 1, amount_fen = 1 WHERE id = {payment.id}",
        f"UPDATE payment SET succeeded_at = now() WHERE id = {payment.id}",
        "INSERT INTO ledger_entry (at, store_id, about, payment_id, method, amount_fen) "
        f"SELECT succeeded_at, store_id, about, id, method, 1 FROM payment WHERE id = {payment.id}",
    ):
        with pytest.raises((asyncpg.CheckViolationError, IntegrityError, OperationalError), match="closed"):
            await database.execute(statement)
    # What comes later is booked on the day it comes, on the same payment.
    refund = await till.give_back(100_00)
    await till.town.hand("POST", f"refunds/{refund.out_refund_no}/settle", {"outcome": "SUCCESS"})
    await till.town.settle()
    assert (await LedgerEntry.filter(refund_id=refund.id).count()) == 1


async def test_settling_and_closing_at_once_never_close_a_day_with_an_open_difference(till: Till):
    await till.pay()
    await till.town.hand("POST", "people/zhang/payments-elsewhere", {"amount_fen": 5_00})
    day = await till.night()
    difference = await ReconciliationDifference.get()
    await asyncio.gather(
        settling.settle(till.finance, difference.id, "食堂收款码", expected_version=1),
        *(settling.close(till.finance, day.id, expected_version=day.version) for _ in range(3)),
        return_exceptions=True,
    )
    day = await ReconciliationDay.get(id=day.id)
    assert (await ReconciliationDifference.get()).settled_at is not None
    assert await AuditEntry.filter(action="reconciliation.close").count() == (day.state is DayState.CLOSED)


async def test_a_day_is_closed_by_who_reaches_every_store_with_money_on_it(till: Till):
    await till.pay()
    other = await make.make_store(advisors=0)
    stranger = await make.acting(Role.FIN, other)
    day = await till.night()
    with pytest.raises(NotAllowed):
        await settling.close(stranger, day.id, expected_version=day.version)
    assert [row.may_close for row in await queries.days(stranger)] == [False]
    assert [row.may_close for row in await queries.days(till.finance)] == [True]


async def test_a_difference_of_a_store_is_seen_and_settled_by_its_own_finance(till: Till):
    await _payment(till, "P261100ours", 10_00)
    stranger = await make.acting(Role.FIN, await make.make_store(advisors=0))
    day = await till.night()
    difference = await ReconciliationDifference.get()
    assert (difference.kind, difference.movement) == (DifferenceKind.NOT_THERE, MovementKind.PAYMENT)
    assert await queries.differences(stranger, day.id) == []
    assert [row.may_settle for row in await queries.differences(till.finance, day.id)] == [True]
    with pytest.raises(NotAllowed):
        await settling.settle(stranger, difference.id, "不是我的", expected_version=1)

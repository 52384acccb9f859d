"""收银班次: what is taken and given belongs to the open shift, is counted once, and stays as it was counted."""

import asyncio

import asyncpg
import pytest
from tortoise.exceptions import BaseORMException

from app.wiring import wire
from crm_core.billing import paying, refunding
from crm_core.billing.models import Bill
from crm_core.dealerships.belongings import HandedOn, Handing
from crm_core.dealerships.models import AuditEntry, Role, Staff, StaffRole
from crm_core.payments import handing_on, paying_out, shift_queries, shifts
from crm_core.payments.errors import (
    CashierClosesThemselves,
    CountedForAnother,
    CountIncomplete,
    DifferenceUnexplained,
    NotYourShift,
    ShiftNeeded,
    ShiftOpenAlready,
    SignedByCashier,
)
from crm_core.payments.models import CashierShift, CashierShiftCount, Payment
from crm_core.payments.rules import Method
from crm_core.payments.shift_rules import (
    ANY_SUM_FEN,
    CashierShiftPolicy,
    ShiftState,
    closing_act,
    difference_fen,
    expected_fen,
    needs_shift,
)
from crm_core.reconciliation import queries as reconciliation
from foundation import clock, database
from foundation.errors import IllegalMove, NotAllowed, StaleVersion
from tests import factories as make
from tests.checkout import Checkout, make_checkout

NOTHING = {Method.CARD: 0, Method.TRANSFER: 0, Method.WECHAT_CODE: 0}


def test_the_drawer_holds_the_float_and_what_came_less_what_went():
    assert expected_fen(500_00, {Method.CASH: 100_00, Method.CARD: -20_00}) == {
        Method.CASH: 600_00,
        Method.CARD: -20_00,
        Method.TRANSFER: 0,
        Method.WECHAT_CODE: 0,
    }


def test_a_surplus_does_not_make_good_for_what_is_missing():
    assert difference_fen({Method.CASH: 100, Method.CARD: 100}, {Method.CASH: 150, Method.CARD: 50}) == 100
    policy = CashierShiftPolicy()
    assert [closing_act(fen, policy) for fen in (20_00, 20_01)] == ["close", "close_unsigned"]


def test_only_cash_needs_a_shift_and_only_where_the_store_says_so():
    strict = CashierShiftPolicy(without_shift_up_to_fen=0)
    assert needs_shift(Method.CASH, 1, strict)
    assert not needs_shift(Method.CARD, 1, strict)
    assert not needs_shift(Method.CASH, ANY_SUM_FEN, CashierShiftPolicy())


@pytest.fixture
async def desk(database: None) -> tuple[Checkout, Bill, CashierShift]:
    wire()
    await clock.set_to(make.slot(12, 50))
    counter = await make_checkout()
    bill = await counter.sent()
    return counter, bill, await shifts.open_shift(counter.cashier, counter.store.id, 500_00)


async def test_a_shift_is_filled_counted_and_signed(desk: tuple[Checkout, Bill, CashierShift]):
    counter, bill, shift = desk
    await paying.receive_offline(counter.cashier, bill.id, bill.total_fen, Method.CASH)
    refund = await refunding.request(counter.cashier, bill.id, {1: 100_00}, "多收了")
    await counter.decide(refund, is_paid_out=False)
    await paying_out.pay_out(counter.cashier, refund.id, Method.CASH)
    page = await shift_queries.page(counter.cashier, shift.id)
    expected = 500_00 + bill.total_fen - 100_00
    assert [move.amount_fen for move in page.movements] == [bill.total_fen, -100_00]
    assert (page.counts[0].expected_fen, page.may_close) == (expected, True)
    counted = {**NOTHING, Method.CASH: expected - 50_00}
    with pytest.raises(DifferenceUnexplained):
        await shifts.close(counter.cashier, shift.id, counted, " ", expected_version=1)
    with pytest.raises(CountIncomplete):
        await shifts.close(counter.cashier, shift.id, {Method.CASH: expected}, "", expected_version=1)
    other = await make.acting(Role.CSH, counter.store)
    with pytest.raises(NotYourShift):
        await shifts.close(other, shift.id, counted, "少了", expected_version=1)
    closed = await shifts.close(counter.cashier, shift.id, counted, "找零找错了", expected_version=1)
    assert (closed.state, closed.difference_fen) == (ShiftState.TO_SIGN, 50_00)
    finance = await make.acting(Role.FIN, counter.store)
    today = clock.today()
    assert [open_.id for open_ in await reconciliation.open_shifts(finance, today)] == [shift.id]
    with pytest.raises(NotAllowed):
        await shifts.sign(counter.cashier, shift.id, expected_version=2)
    with pytest.raises(StaleVersion):
        await shifts.sign(finance, shift.id, expected_version=1)
    await shifts.sign(finance, shift.id, expected_version=2)
    assert await reconciliation.open_shifts(finance, today) == []
    with pytest.raises(IllegalMove):
        await shifts.sign(finance, shift.id, expected_version=3)
    assert await AuditEntry.filter(action__startswith="cashier_shifts.").count() == 2
    for statement in (
        f"UPDATE cashier_shift SET difference_fen = 0 WHERE id = {shift.id}",
        f"DELETE FROM cashier_shift WHERE id = {shift.id}",
        "UPDATE cashier_shift_count SET counted_fen = 0",
        f"UPDATE payment SET shift_id = NULL WHERE shift_id = {shift.id}; UPDATE payment SET shift_id = {shift.id}",
    ):
        with pytest.raises((BaseORMException, asyncpg.PostgresError)):
            await database.execute(statement)
    assert await CashierShiftCount.filter(shift_id=shift.id).count() == 4
    with pytest.raises(NotAllowed):
        await shift_queries.page(await make.acting(Role.CSH, await make.make_store()), shift.id)


async def test_one_shift_is_open_and_a_receipt_and_the_count_exclude_each_other(
    desk: tuple[Checkout, Bill, CashierShift],
):
    counter, bill, shift = desk
    opened = await asyncio.gather(
        *(shifts.open_shift(counter.cashier, counter.store.id, 0) for _ in range(3)), return_exceptions=True
    )
    assert all(isinstance(each, ShiftOpenAlready) for each in opened)
    count = shifts.close(counter.cashier, shift.id, {**NOTHING, Method.CASH: 500_00}, "试", expected_version=1)
    receipt = paying.receive_offline(counter.cashier, bill.id, bill.total_fen, Method.CASH)
    await asyncio.gather(count, receipt)
    payment = await Payment.get()
    closed = await CashierShift.get(id=shift.id)
    # Either the money was there when the drawer was counted, or it belongs to no shift.
    assert (payment.shift_id, closed.difference_fen) in ((None, 0), (shift.id, bill.total_fen))


async def test_a_store_that_says_so_takes_no_cash_without_a_shift(
    desk: tuple[Checkout, Bill, CashierShift], monkeypatch: pytest.MonkeyPatch
):
    counter, bill, _ = desk

    async def strict(*_: object) -> CashierShiftPolicy:
        return CashierShiftPolicy(without_shift_up_to_fen=0)

    monkeypatch.setattr(shifts, "policy_of", strict)
    other = await make.acting(Role.CSH, counter.store)
    with pytest.raises(ShiftNeeded):
        await paying.receive_offline(other, bill.id, bill.total_fen, Method.CASH)
    await paying.receive_offline(counter.cashier, bill.id, bill.total_fen, Method.CASH)


async def test_the_shift_of_who_left_is_counted_by_a_manager_and_signed_by_a_third(
    desk: tuple[Checkout, Bill, CashierShift],
):
    counter, _, shift = desk
    manager, finance = await make.acting(Role.GM, counter.store), await make.acting(Role.FIN, counter.store)
    counted = {**NOTHING, Method.CASH: 400_00}
    with pytest.raises(CashierClosesThemselves):
        await shifts.close_left(manager, shift.id, counted, "离职", expected_version=1)
    await Staff.filter(id=counter.cashier.id).update(is_active=False)
    assert (await shift_queries.page(manager, shift.id)).may_close_left
    with pytest.raises(NotAllowed):
        await shifts.close_left(
            await make.acting(Role.CSH, counter.store), shift.id, counted, "离职", expected_version=1
        )
    with pytest.raises(CountedForAnother):
        await shifts.close_left(manager, shift.id, {**NOTHING, Method.CASH: 500_00}, " ", expected_version=1)
    closed = await shifts.close_left(manager, shift.id, counted, "离职没交，和钱静一起点的", expected_version=1)
    assert (closed.state, closed.difference_fen, closed.closed_by_id) == (ShiftState.TO_SIGN, 100_00, manager.id)
    with pytest.raises(SignedByCashier):
        await shifts.sign(manager, shift.id, expected_version=2)
    assert not (await shift_queries.page(manager, shift.id)).may_sign
    await shifts.sign(finance, shift.id, expected_version=2)
    assert await AuditEntry.exists(action="cashier_shifts.close_left", reason="离职没交，和钱静一起点的")


async def test_the_shift_of_who_works_elsewhere_now_can_be_counted(desk: tuple[Checkout, Bill, CashierShift]):
    counter, _, shift = desk
    await StaffRole.filter(staff_id=counter.cashier.id).delete()
    manager = await make.acting(Role.GM, counter.store)
    closed = await shifts.close_left(
        manager, shift.id, {**NOTHING, Method.CASH: 500_00}, "调去销售", expected_version=1
    )
    assert closed.state is ShiftState.CLOSED


async def test_an_open_shift_is_owed_by_who_leaves_until_somebody_counted_it(
    desk: tuple[Checkout, Bill, CashierShift],
):
    counter, _, shift = desk
    (owed,) = await handing_on.of_staff(counter.cashier.id)
    manager = await make.acting(Role.GM, counter.store)
    handing = Handing(counter.cashier.id, manager.id, has_left=True)
    assert await handing_on.hand_on(manager, owed, handing) is HandedOn.FOR_A_PERSON
    await Staff.filter(id=counter.cashier.id).update(is_active=False)
    await shifts.close_left(manager, shift.id, {**NOTHING, Method.CASH: 500_00}, "离职", expected_version=1)
    assert await handing_on.of_staff(counter.cashier.id) == []
    assert await handing_on.hand_on(manager, owed, handing) is HandedOn.NO_LONGER_THEIRS

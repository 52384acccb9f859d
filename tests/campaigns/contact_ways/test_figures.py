"""What became of those who came by a code, each number with its rows."""

from datetime import timedelta

import pytest

from app.wiring import wire
from campaigns.contact_ways import figures, queries
from campaigns.contact_ways.figures import sums_of
from campaigns.contact_ways.models import ContactWay
from campaigns.contact_ways.rules import FOLLOWED_FOR, ContactWayState, Step
from campaigns.contact_ways.spans import Span
from crm_core.billing import paying, refunding
from crm_core.billing.rules import Payer
from crm_core.customers.merging import merge
from crm_core.customers.models import Customer, Friendship, Source
from crm_core.dealerships.actors import system
from crm_core.dealerships.models import Role, Staff, Store
from crm_core.payments.rules import Method
from crm_core.repair_orders.rules import LineState
from foundation import clock
from foundation.errors import NotAllowed
from tests import factories as make
from tests.checkout import Checkout, make_checkout

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def wired() -> None:
    wire()


async def _way(store: Store, seller: Staff, token: str) -> ContactWay:
    return await ContactWay.create(
        name=token,
        token=token,
        staff_id=seller.id,
        store_id=store.id,
        source=Source.SHOW,
        state=ContactWayState.READY,
        created_at=clock.now(),
        created_by=seller.id,
    )


async def _came(way: ContactWay, customer: Customer, seller: Staff | None = None, **columns) -> Friendship:
    columns = {"since": clock.now() - timedelta(days=1), **columns}
    return await Friendship.create(
        customer_id=customer.id,
        staff_id=seller.id if seller else way.staff_id,
        external_userid=f"wm-{way.id}-{customer.id}",
        state=way.token,
        **columns,
    )


async def _paid(counter: Checkout) -> int:
    bill = await counter.sent()
    await paying.receive_offline(counter.cashier, bill.id, bill.total_fen, Method.CASH)
    bill_id: int = bill.id
    return bill_id


async def _counter(store: Store) -> Checkout:
    return await make_checkout((("小保养", 40_00, 60_00, Payer.CP, LineState.QC_OK),), store=store)


async def test_visits_and_money_are_counted_and_what_was_given_back_is_not():
    store = await make.make_store(advisors=0)
    seller = await make.make_staff(Role.SC, store)
    way, counter = await _way(store, seller, "poster-1"), await _counter(store)
    await _came(way, counter.customer)
    bill_id = await _paid(counter)
    found = (await sums_of([way.id]))[way.id]
    assert (found.added, found.booked, found.visited, found.paid_fen) == (1, 0, 1, 100_00)
    await counter.decide(await refunding.request(counter.cashier, bill_id, {1: 40_00}, "退一部分"))
    assert (await sums_of([way.id]))[way.id].paid_fen == 60_00
    manager = await make.acting(Role.GM, store)
    [row] = await figures.of_code(manager, way.id, Step.PAID)
    assert (row.customer_id, row.paid_fen) == (counter.customer.id, 60_00)


async def test_what_is_done_counts_for_the_last_code_before_it_and_for_ninety_days():
    store = await make.make_store(advisors=0)
    seller, other = await make.make_staff(Role.SC, store), await make.make_staff(Role.SC, store)
    first, last, late = [await _way(store, seller, token) for token in ("poster-1", "poster-2", "poster-3")]
    counter = await _counter(store)
    now = clock.now()
    await _came(first, counter.customer, since=now - timedelta(days=20))
    await _came(last, counter.customer, other, since=now - timedelta(days=2))
    await _came(late, (await _counter(store)).customer, since=now - FOLLOWED_FOR - timedelta(days=1))
    sums = await sums_of([first.id, last.id, late.id])
    assert [sums[way.id].visited for way in (first, last, late)] == [0, 1, 0]


async def test_who_leaves_within_a_week_is_lost_and_who_is_handed_on_is_not():
    store = await make.make_store(advisors=0)
    seller = await make.make_staff(Role.SC, store)
    way, now = await _way(store, seller, "poster-1"), clock.now()
    for days, by in ((3, "customer"), (9, "customer"), (3, "transfer"), (0, "")):
        since = now - timedelta(days=10)
        ended_at = since + timedelta(days=days) if by else None
        await _came(way, await make.make_customer(store), since=since, ended_at=ended_at, ended_by=by)
    found = (await sums_of([way.id]))[way.id]
    assert (found.added, found.lost) == (4, 1)
    reader = await make.acting(Role.MKT, store)
    assert [row.is_lost for row in await figures.of_code(reader, way.id, Step.LOST)] == [True]
    assert len(await figures.of_code(reader, way.id)) == found.added
    [row] = await queries.of_reader(reader)
    assert (row.added, row.lost) == (4, 1)


async def test_two_records_of_one_person_are_one_friend():
    store = await make.make_store(advisors=0)
    seller, other = await make.make_staff(Role.SC, store), await make.make_staff(Role.SC, store)
    way = await _way(store, seller, "poster-1")
    kept, merged = await make.make_customer(store), await make.make_customer(store)
    await _came(way, kept)
    await _came(way, merged, other)
    await merge(system("test"), kept.id, merged.id, reason="same person")
    assert (await sums_of([way.id]))[way.id].added == 1


async def test_names_and_money_are_for_those_who_see_them_and_the_rows_for_the_store():
    store = await make.make_store(advisors=0)
    seller = await make.make_staff(Role.SC, store)
    way, counter = await _way(store, seller, "poster-1"), await _counter(store)
    await Customer.filter(id=counter.customer.id).update(name="张伟强")
    await _came(way, counter.customer)
    await _paid(counter)
    [seen] = await figures.of_code(await make.acting(Role.SM, store), way.id)
    assert (seen.name, seen.paid_fen) == ("张伟强", None)
    [seen] = await figures.of_code(await make.acting(Role.MKT, store), way.id)
    assert seen.name != "张伟强"
    with pytest.raises(NotAllowed):
        await figures.of_code(await make.acting(Role.MKT, await make.make_store()), way.id)


async def test_a_span_counts_those_who_came_in_it_and_its_steps_add_up_to_it():
    store = await make.make_store(advisors=0)
    seller, reader = await make.make_staff(Role.SC, store), await make.acting(Role.GM, store)
    way, counter, now = await _way(store, seller, "poster-1"), await _counter(store), clock.now()
    await _came(way, counter.customer, since=now - timedelta(days=2))
    await _came(way, await make.make_customer(store), since=now - timedelta(days=40))
    await _paid(counter)
    row = await queries.one(reader, way.id, Span.WEEK)
    assert (row.added, row.visited, row.paid_fen) == (1, 1, 100_00)
    assert (await queries.one(reader, way.id)).added == 2
    assert len(await figures.of_code(reader, way.id, span=Span.WEEK)) == 1
    for span, days in ((Span.WEEK, 7), (Span.QUARTER, 13)):
        steps = await figures.steps_of(reader, way.id, span)
        assert len(steps) in (days, days + 1), span
        assert sum(step.added for step in steps) == (await queries.one(reader, way.id, span)).added
    [busy] = [step for step in await figures.steps_of(reader, way.id, Span.WEEK) if step.added]
    assert (busy.begins_on, busy.visited, busy.paid_fen) == (clock.local(now).date() - timedelta(days=2), 1, 100_00)
    with pytest.raises(NotAllowed):
        await figures.steps_of(await make.acting(Role.MKT, await make.make_store()), way.id, Span.WEEK)

"""What a customer answered is kept once, and shows in the numbers of its month; a real database."""

import asyncio

import pytest
from tortoise.exceptions import IntegrityError

from crm_core.dealerships.models import Role
from crm_core.reach import asking, queries
from crm_core.reach.errors import NotToBeAsked
from crm_core.reach.models import ReachAsk
from crm_core.reach.queries import Growth
from crm_core.reach.rules import AskAnswer, AskKind, AskPlace
from foundation import clock
from foundation.errors import NotAllowed
from tests import factories as make

pytestmark = pytest.mark.usefixtures("database")


async def test_an_answer_is_kept_counted_and_never_asked_for_again_after_a_no():
    await clock.set_to(make.slot(10))
    store = await make.make_store()
    advisor, manager = await make.acting(Role.SA, store), await make.acting(Role.SVM, store)
    customer = await make.make_customer(store)
    first = await queries.right_ask(advisor, store.id, customer.id)
    assert first.kind is AskKind.FRIEND
    assert first.script
    said = (AskKind.FRIEND, AskAnswer.NO, AskPlace.HAND_OVER)
    ended = await asyncio.gather(
        *(asking.answer(advisor, store.id, customer.id, *said) for _ in range(3)), return_exceptions=True
    )
    assert sum(isinstance(each, NotToBeAsked) for each in ended) == 2
    assert (await queries.right_ask(advisor, store.id, customer.id)).kind is AskKind.CONSENT, "they have no car"
    [row] = await queries.growth(manager, store.id)
    assert (row.month, row.kind, row.what, row.people) == (clock.today().replace(day=1), AskKind.FRIEND, Growth.NO, 1)
    people = await queries.people_of_month(manager, store.id, kind=AskKind.FRIEND, what=Growth.NO)
    assert [(each.customer_id, each.staff) for each in people.items] == [(customer.id, advisor.name)]
    assert (await queries.people_of_month(manager, store.id, what=Growth.YES)).items == []
    with pytest.raises(IntegrityError):
        await ReachAsk.create(
            customer_id=customer.id,
            store_id=store.id,
            kind=AskKind.FRIEND,
            answer=AskAnswer.NO,
            place=AskPlace.ORDER,
            asked_by_id=advisor.id,
            asked_at=clock.now(),
        )


async def test_a_stranger_asks_nobody():
    store = await make.make_store()
    customer = await make.make_customer(store)
    stranger = await make.acting(Role.SA, await make.make_store())
    with pytest.raises(NotAllowed):
        await queries.right_ask(stranger, store.id, customer.id)

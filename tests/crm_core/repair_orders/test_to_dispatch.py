"""The board and the dispatching verb agree: for a waiting job both recommend the same technicians."""

import pytest

from crm_core.dealerships.models import Role
from crm_core.repair_orders import placing, staff_queries, to_dispatch
from crm_core.repair_orders.placing import Choice
from foundation.errors import NotAllowed
from tests import factories as make
from tests.workshop import make_workshop

pytestmark = pytest.mark.usefixtures("database")


def _who(choices: list[Choice]) -> list[tuple[int, int | None, bool]]:
    """Without their times, which move on between two questions."""
    return [(each.recommendation.technician_id, each.bay_id, each.recommendation.is_eligible) for each in choices]


async def test_what_is_read_of_a_job_recommends_whom_its_rows_recommend() -> None:
    shop = await make_workshop()
    await make.acting(Role.TEC, shop.store, name="刘强", skills=["QUICK"])
    order = await shop.authorised()
    (line,) = await shop.lines(order)
    (waiting,) = await to_dispatch.of_store(shop.store.id)
    assert waiting == await staff_queries.candidates_for(shop.controller, line.id)
    assert (waiting.id, waiting.order.id, waiting.plate) == (line.id, order.id, shop.vehicle.plate)
    assert waiting.order.promised_finish_at == order.promised_finish_at
    recommended = _who(await placing.recommend(waiting.order, waiting))
    assert recommended == _who(await placing.recommend(order, line))
    assert {is_eligible for _, _, is_eligible in recommended} == {True, False}


async def test_a_dispatched_job_waits_no_longer() -> None:
    shop = await make_workshop()
    (line,) = await shop.lines(await shop.in_work())
    assert await to_dispatch.of_store(shop.store.id) == []
    found = await to_dispatch.one(line.id)
    assert found is not None
    assert found.id == line.id


async def test_another_store_is_not_told_who_could_do_a_job() -> None:
    shop = await make_workshop()
    (line,) = await shop.lines(await shop.authorised())
    stranger = await make.acting(Role.WC, await make.make_store())
    with pytest.raises(NotAllowed):
        await staff_queries.candidates_for(stranger, line.id)

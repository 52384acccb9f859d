"""Who else has a thing open: only colleagues who may read it, as long as their page reports it."""

from typing import Any

import httpx

from crm_core.dealerships.models import Role
from foundation import cache
from tests import factories as make
from tests.campaigns.broadcasts.house import make_house
from tests.fixtures.web import Web
from tests.workshop import make_workshop


async def _others(client: httpx.AsyncClient, kind: str, thing_id: int) -> Any:
    answer = await client.put("/looking", json={"kind": kind, "id": thing_id})
    assert answer.status_code == 200, answer.text
    return answer.json()["names"]


async def _nobody_looks(*things: str) -> None:
    """Tests share one Valkey, and their records have the same ids, so forget who looked in earlier tests."""
    await cache.redis().delete(*(f"look:{thing}" for thing in things))


async def test_two_who_look_at_one_order_see_each_other_and_nobody_elsewhere(web: Web):
    shop = await make_workshop()
    order = await shop.in_work()
    await _nobody_looks(f"repair_order:{order.id}", f"customer:{order.customer_id}")
    advisor, controller = await web.signed_in(shop.advisor), await web.signed_in(shop.controller)
    assert await _others(advisor, "repair_order", order.id) == []
    assert await _others(controller, "repair_order", order.id) == [shop.advisor.name]
    assert await _others(advisor, "repair_order", order.id) == [shop.controller.name]
    assert await _others(controller, "customer", order.customer_id) == []


async def test_who_may_not_read_a_thing_neither_sees_nor_is_seen(web: Web):
    shop = await make_workshop()
    order = await shop.in_work()
    await _nobody_looks(f"repair_order:{order.id}", f"customer:{order.customer_id}")
    house = await make_house(1)
    elsewhere = await web.signed_in(await make.acting(Role.SA, await make.make_store()))
    marketer = await web.signed_in(house.marketer)
    for client, kind, thing_id, status in (
        (elsewhere, "repair_order", order.id, 403),
        (elsewhere, "customer", order.customer_id, 403),
        (elsewhere, "broadcast", 1, 403),
        (marketer, "broadcast", 1, 404),
        (marketer, "repair_order", 999, 404),
        (marketer, "segment", 999, 404),
        (elsewhere, "appointment", 999, 404),
        (elsewhere, "invoice_request", 999, 404),
        (elsewhere, "bill_dispute", 999, 404),
        (elsewhere, "complaint", 999, 404),
    ):
        answer = await client.put("/looking", json={"kind": kind, "id": thing_id})
        assert answer.status_code == status, (kind, answer.text)
    assert await _others(await web.signed_in(shop.advisor), "repair_order", order.id) == []


async def test_a_page_that_is_silent_is_forgotten():
    await _nobody_looks("repair_order:1")
    assert await cache.look("repair_order:1", 7, seconds=60) == []
    assert await cache.look("repair_order:1", 8, seconds=60) == [7]
    lives_ms = await cache.redis().pttl("look:repair_order:1")
    assert 0 < lives_ms <= 60_000
    await cache.redis().zadd("look:repair_order:1", {"7": 0})
    assert await cache.look("repair_order:1", 8, seconds=60) == []

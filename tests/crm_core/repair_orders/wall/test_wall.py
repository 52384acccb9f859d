"""A screen on the wall shows the hall what is promised, without names, and until its link is taken back."""

import httpx
import pytest

from crm_core.dealerships.models import Role
from crm_core.repair_orders.wall import queries, screens
from crm_core.repair_orders.wall.errors import TooManyScreens, WallEnded
from crm_core.repair_orders.wall.models import WallScreen
from foundation.errors import NotAllowed
from tests import factories as make
from tests.fixtures.web import Web
from tests.workshop import make_workshop


async def test_a_link_opens_the_board_of_its_store_until_it_is_taken_back(database: None):
    shop = await make_workshop()
    await shop.in_work()
    given = await screens.make(shop.controller, shop.store.id, "车间东墙")
    assert given.token not in str(await WallScreen.filter(id=given.screen.id).values())
    seen = await queries.wall(given.token)
    assert [(row.plate, row.number[-4:]) for row in seen.promises] == [("粤B·D**45", "0001")]
    assert [job.plate for bay in seen.bays for job in bay.jobs] == ["粤B·D**45"]
    assert [row.name for row in await queries.of_store(shop.controller, shop.store.id)] == ["车间东墙"]
    await screens.end(shop.manager, given.screen.id)
    await screens.end(shop.manager, given.screen.id)
    with pytest.raises(WallEnded):
        await queries.wall(given.token)
    assert await queries.of_store(shop.controller, shop.store.id) == []


async def test_only_who_looks_after_the_workshop_makes_screens_and_not_too_many(database: None):
    shop = await make_workshop()
    with pytest.raises(NotAllowed):
        await screens.make(shop.technician, shop.store.id, "东墙")
    elsewhere = await make.acting(Role.WC, await make.make_store())
    with pytest.raises(NotAllowed):
        await screens.make(elsewhere, shop.store.id, "东墙")
    made = [await screens.make(shop.controller, shop.store.id, f"屏{n}") for n in range(screens.MOST_OPEN)]
    with pytest.raises(TooManyScreens):
        await screens.make(shop.controller, shop.store.id, "再一个")
    with pytest.raises(NotAllowed):
        await screens.end(elsewhere, made[0].screen.id)


async def test_the_screen_needs_nobody_signed_in_and_tells_no_name(web: Web):
    shop = await make_workshop()
    await shop.in_work()
    controller = await web.signed_in(shop.controller)
    made = (await controller.post("/wall-screens", json={"store_id": shop.store.id, "name": "东墙"})).json()
    async with httpx.AsyncClient(base_url=str(controller.base_url)) as screen:
        answer = await screen.get(f"wall/{made['token']}")
        assert answer.status_code == 200
        assert "customer" not in answer.text
        assert "D1245" not in answer.text
        assert (await screen.get("wall/guessed")).status_code == 404
        assert (await controller.delete(f"/wall-screens/{made['id']}")).status_code == 204
        ended = await screen.get(f"wall/{made['token']}")
        assert ended.json()["error"]["code"] == "wall_ended"

"""申领 over HTTP: a technician asks, the store room answers, and the technician reads what became of it."""

from crm_core.dealerships.models import Role
from tests import factories as make
from tests.workshop import make_workshop


async def test_a_technician_reads_the_answers_to_their_own_asks(desk):
    shop = await make_workshop()
    (line,) = await shop.lines(await shop.in_work())
    asked = await desk.ask(
        shop.technician, "POST", f"/lines/{line.id}/part-asks", json={"words": "新扳手", "quantity": 1}
    )
    assert asked.status_code == 204, asked.text
    assert await desk.get(shop.technician, "/my-part-asks") == []
    [waiting] = await desk.get(shop.store_room, "/part-asks", store_id=shop.store.id)
    refusal = {"reason": "工具到工具间借"}
    await desk.ask(shop.store_room, "POST", f"/part-asks/{waiting['id']}/refusal", json=refusal)
    [answered] = await desk.get(shop.technician, "/my-part-asks")
    assert (answered["state"], answered["answer"], answered["answered_by"]) == (
        "REFUSED",
        "工具到工具间借",
        shop.store_room.name,
    )
    assert await desk.get(await make.acting(Role.TEC, shop.store), "/my-part-asks") == []
    assert (await desk.ask(shop.advisor, "GET", "/my-part-asks")).status_code == 403

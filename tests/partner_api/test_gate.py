"""A camera at the gate: one scope for who comes, another for who leaves."""

from crm_core.dealerships.models import Role
from crm_core.partners.scopes import Scope
from foundation import clock
from tests import factories as make
from tests.fixtures.web import Web
from tests.partner_api.conftest import Program


async def test_a_camera_reports_who_comes_and_the_desk_sees_it(web: Web, program: Program):
    store = await make.make_store()
    camera = await program.calling(store, scopes=[Scope.REPORT_ARRIVALS], source_system="gate")
    seen = {"store_id": store.id, "plate": "粤B·X7788", "seen_at": clock.now().isoformat()}
    assert (await camera.post("/arrivals", json=seen)).json() == {"is_noted": True}
    assert (await camera.post("/arrivals", json=seen)).json() == {"is_noted": False}
    assert (await camera.post("/departures", json={"plate": "粤BX7788", "seen_at": seen["seen_at"]})).status_code == 403
    other = await make.make_store()
    assert (await camera.post("/arrivals", json=seen | {"store_id": other.id})).status_code == 403
    desk = await web.signed_in(await make.acting(Role.SA, store))
    (car,) = (await desk.get("/gate-arrivals", params={"store_id": store.id})).json()
    assert (car["plate"], car["alike"]) == ("粤BX7788", [])
    answer = await desk.post(f"/gate-arrivals/{car['id']}/dismissal", json={"version": car["version"]})
    assert answer.status_code == 204, answer.text
    assert (await desk.get("/gate-arrivals", params={"store_id": store.id})).json() == []

"""An owner, their wife, and the workshop their car comes to."""

import httpx

from crm_core.customers.models import Customer
from crm_core.repair_orders.additional_work_rules import Urgency
from crm_core.repair_orders.models import RepairOrder
from crm_core.repair_orders.papers.models import AdditionalWork
from foundation import clock
from tests import factories as make
from tests.fixtures.web import Web
from tests.workshop import Workshop, make_workshop

WIFE = "13900001111"
PADS_FEN = 968_00


class Family:
    """An owner, their wife, and the workshop their car comes to."""

    shop: Workshop
    wife: Customer
    his: httpx.AsyncClient
    hers: httpx.AsyncClient

    async def named(self, limit_fen: int, **more: object) -> dict[str, object]:
        """What their page shows of it."""
        body = {"vehicle_ids": [self.shop.vehicle.id], "name": "王芳", "phone": WIFE, "limit_fen": limit_fen, **more}
        answer = await self.his.post("/family/persons", json=body)
        assert answer.status_code == 201, answer.text
        waiting: dict[str, object]
        (waiting,) = (await self.hers.get("/family")).json()["invitations"]
        return waiting

    async def accepted(self, limit_fen: int, **more: object) -> int:
        """They are who they named."""
        waiting = await self.named(limit_fen, **more)
        door = f"/family/invitations/{waiting['id']}/acceptance"
        answer = await self.hers.post(door, json={"version": waiting["version"]})
        assert answer.status_code == 200, answer.text
        return int(str(waiting["id"]))

    async def decides(self, sheet: AdditionalWork, *line_ids: int) -> httpx.Response:
        """They agree to these items."""
        said = [{"line_id": line_id, "decision": "APPROVED"} for line_id in line_ids]
        body = {"version": sheet.version, "decisions": said}
        return await self.hers.post(f"/additional-work/{sheet.id}/decisions", json=body)

    async def asked(self, *urgencies: Urgency) -> tuple[AdditionalWork, list[int]]:
        """The workshop found pads of 968.00 yuan, so many times."""
        order = await self.shop.in_work()
        sheet = await self.shop.asked(order, *urgencies)
        lines = [line.id for line in await self.shop.lines(order) if line.additional_work_id == sheet.id]
        return sheet, lines

    async def order(self) -> RepairOrder:
        """The one visit of the car."""
        return await RepairOrder.get(vehicle_id=self.shop.vehicle.id)


async def make_family(web: Web) -> Family:
    """Nobody is named yet."""
    one = Family()
    one.shop = await make_workshop()
    one.wife = await make.make_customer(name="王芳", phone=WIFE, phone_verified_at=clock.now())
    one.his = await web.signed_in(one.shop.owner)
    one.hers = await web.signed_in(make.acting_owner(one.wife))
    return one

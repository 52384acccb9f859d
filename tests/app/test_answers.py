"""Each documented GET is called for real things, and its answer is checked against its schema."""

import re
from typing import Any

import httpx
import jsonschema_rs
import pytest

from crm_core.dealerships.actors import Actor, staff_actor
from crm_core.dealerships.models import Role, StaffRole
from crm_core.repair_orders.models import RepairLine
from foundation import clock
from foundation.web.openapi import document
from tests import factories as make
from tests.checkout import Checkout, make_checkout, make_template
from tests.fixtures.web import Web

Operation = dict[str, Any]
NOT_MADE = 999_999
"""An id for a thing that does not exist here; the answer is then a 404 with a sentence."""


@pytest.fixture
async def checkout(database: None) -> Checkout:
    """A repaired car whose bill lies before its owner, on the story's Monday."""
    await clock.set_to(make.slot(15))
    made = await make_checkout()
    await make.make_service_item()
    await made.give()
    return made


async def _who_may_everything(checkout: Checkout) -> Actor:
    person = await make.make_staff(Role.SA, checkout.store)
    for role in set(Role) - {Role.SA}:
        # Some things are the whole group's, the audit log for one.
        store_id = None if role in (Role.ADM, Role.DPO) else checkout.store.id
        await StaffRole.create(staff_id=person.id, role=role, store_id=store_id)
    return await staff_actor(person.id)


async def _known(checkout: Checkout) -> dict[str, Any]:
    """Values for the parameters of an address."""
    bill = await checkout.sent()
    line = await RepairLine.filter(repair_order_id=checkout.order.id).first()
    assert line is not None
    return {
        "bill_id": bill.id,
        "coupon_id": checkout.coupons[0].id,
        "customer_id": checkout.customer.id,
        "day": make.MONDAY.isoformat(),
        "id": checkout.order.id,
        "item_ids": "1",
        "kind": "repair_order",
        "kpi": "visits",
        "line_id": line.id,
        "model_id": checkout.vehicle.model_id,
        "number": line.part_number or "OIL-KIT",
        "q": "粤B",
        "repair_order_id": checkout.order.id,
        "sheet": 0,
        "since": make.MONDAY.isoformat(),
        "starts_at": clock.at(make.MONDAY).isoformat(),
        "ends_at": clock.end_of_day(make.MONDAY).isoformat(),
        "store_id": checkout.store.id,
        "until": make.MONDAY.isoformat(),
        "url": "https://elsewhere.example/",
        "template_id": (await make_template()).id,
        "vehicle_id": checkout.vehicle.id,
    }


async def _ask(client: httpx.AsyncClient, path: str, operation: Operation, known: dict[str, Any]) -> httpx.Response:
    address = re.sub(r"{(\w+)}", lambda name: str(known.get(name[1], NOT_MADE)), path)
    wanted = [each["name"] for each in operation["parameters"] if each["in"] == "query" and each["required"]]
    return await client.get(f"http://{client.base_url.netloc.decode()}{address}", params={n: known[n] for n in wanted})


def _fault(answer: httpx.Response, operation: Operation, components: dict[str, Any]) -> str | None:
    """What is wrong with this answer; None when it is what the document says."""
    if answer.status_code in (200, 404):
        schema = operation["responses"][str(answer.status_code)]["content"]["application/json"]["schema"]
        validator = jsonschema_rs.Draft202012Validator({**schema, "components": components})
        return "; ".join(str(error.message) for error in validator.iter_errors(answer.json())) or None
    return f"{answer.status_code} {answer.text[:200]}"


async def test_what_staff_read_is_what_the_document_says(web: Web, checkout: Checkout):
    reader, known = await _who_may_everything(checkout), await _known(checkout)
    # What only the technician of a job may ask is answered, too.
    await RepairLine.filter(id=known["line_id"]).update(technician_id=reader.id)
    await _hold(web, "/api/staff", reader, known, found=45)


async def test_what_an_owner_reads_is_what_the_document_says(web: Web, checkout: Checkout):
    await _hold(web, "/api/owner", checkout.owner, await _known(checkout), found=20)


async def _hold(web: Web, audience: str, actor: Actor, known: dict[str, Any], *, found: int) -> None:
    client = await web.signed_in(actor)
    api = document("WeDealer", "test")
    faults: dict[str, str] = {}
    times_found = 0
    for path, methods in api["paths"].items():
        if path.startswith(audience) and "get" in methods:
            answer = await _ask(client, path, methods["get"], known)
            times_found += answer.status_code == 200
            if fault := _fault(answer, methods["get"], api["components"]):
                faults[path] = fault
    assert faults == {}
    assert times_found >= found

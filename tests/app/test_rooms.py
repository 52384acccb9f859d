"""What registers itself is found by its place, in an order that never changes."""

import importlib
import pkgutil
from typing import Final

import pytest

import console
from app import rooms
from app.wiring import wire
from bot import cards
from crm_core.dealerships.actors import Actor
from crm_core.messaging import conditions
from crm_core.wording.catalogue import catalogue
from foundation import jobs
from foundation.web.api import Api
from scheduler.timetable import TIMETABLE

NO_HANDLER_OF_THEIR_OWN: Final = {
    "console.live": "streams, whose handler is the ground's",
    "miniprogram_api.live": "streams, whose handler is the ground's",
    "console.masked": "how fields are masked",
    "console.wecom_login": "what signing in asks of WeCom",
    "console.workshop": "shapes that several screens show",
    "partner_api.admission": "who calls, by their key",
    "partner_api.shapes": "shapes of rows that several endpoints take",
}


@pytest.fixture(autouse=True)
def _wired() -> None:
    wire()


def test_every_module_of_a_door_serves_somebody_or_says_what_it_is_for() -> None:
    serving = {endpoint.handler.__module__ for endpoint in Api.registry}
    with_blueprint = {name for name in rooms.endpoints() if hasattr(importlib.import_module(name), "blueprint")}
    assert set(rooms.endpoints()) - serving - with_blueprint == set(NO_HANDLER_OF_THEIR_OWN)


def test_every_module_that_registers_something_is_found() -> None:
    found = {*rooms.jobs(), *rooms.conditions(), *rooms.buttons()}
    modules = {definition.body.__module__ for definition in jobs.registry.values()}
    registered = {module for module in modules if not module.startswith("tests.")}
    assert len(registered) > 10
    assert registered <= found


def test_the_order_is_that_of_the_names() -> None:
    for names in (rooms.models(), rooms.conditions(), rooms.buttons()):
        assert len(names) > 4
        assert len(names) == len(set(names))
    assert rooms.conditions() == sorted(rooms.conditions())
    assert rooms.endpoints()[0].startswith("miniprogram_api.")
    assert [name for name in rooms.endpoints() if name.startswith("console.")] == sorted(
        f"console.{module.name}" for module in pkgutil.iter_modules(console.__path__) if not module.ispkg
    )


def test_what_pages_and_messages_name_is_there() -> None:
    assert {line.job for line in TIMETABLE} <= set(jobs.registry)
    assert {message.meta.holds for message in catalogue()} <= conditions.registered()


def test_a_name_is_given_once() -> None:
    async def coupon_stands(said: conditions.Said) -> bool:
        return bool(said)

    with pytest.raises(ValueError, match="coupon_stands"):
        conditions.condition(coupon_stands)

    async def approve(actor: Actor, approval_id: int, version: int) -> None: ...

    with pytest.raises(ValueError, match="approve"):
        cards.button("approve", "approval")(approve)

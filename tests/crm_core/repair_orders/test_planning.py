"""派工 by several controllers at once: a technician is on one job at a time, a bay holds one car."""

import asyncio
from dataclasses import replace
from datetime import datetime
from itertools import pairwise

import pytest
from tortoise.exceptions import IntegrityError

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.models import Role
from crm_core.repair_orders import dispatching
from crm_core.repair_orders.models import RepairLine, RepairOrder
from tests import factories as make
from tests.workshop import Workshop, make_workshop

pytestmark = pytest.mark.usefixtures("database")

CARS = 4


async def _waiting(shop: Workshop) -> list[RepairLine]:
    """A job of each of four cars, allowed and not given out."""
    lines = await shop.lines(await shop.authorised())
    for n in range(1, CARS):
        customer = await make.make_customer(shop.store, phone=f"1390000000{n}")
        vehicle = await make.make_vehicle(customer, vin=make.VINS[n], plate=f"粤B9999{n}")
        visit = replace(shop, customer=customer, owner=make.acting_owner(customer), vehicle=vehicle)
        (line,) = await shop.lines(await visit.authorised())
        lines.append(line)
    return lines


async def _plan(shop: Workshop, line: RepairLine, technician: Actor, controller: Actor) -> RepairOrder:
    return await dispatching.dispatch(
        controller, line.repair_order_id, [line.id], technician_id=technician.id, bay_id=shop.bay.id
    )


async def _planned(*lines: RepairLine) -> list[tuple[datetime, datetime]]:
    found = await RepairLine.filter(id__in=[line.id for line in lines]).order_by("planned_starts_at")
    return [
        (line.planned_starts_at, line.planned_ends_at)
        for line in found
        if line.planned_starts_at is not None and line.planned_ends_at is not None
    ]


def _never_overlap(planned: list[tuple[datetime, datetime]]) -> bool:
    return all(ends_at <= next_starts_at for (_, ends_at), (next_starts_at, _) in pairwise(planned))


async def test_two_controllers_never_plan_one_man_twice() -> None:
    shop = await make_workshop()
    lines = await _waiting(shop)
    controllers = [shop.controller, await make.acting(Role.WC, shop.store)] * 2
    await asyncio.gather(
        *(_plan(shop, line, shop.technician, who) for line, who in zip(lines, controllers, strict=True))
    )
    planned = await _planned(*lines)
    assert len(planned) == CARS
    assert _never_overlap(planned)


async def test_two_men_never_have_different_cars_in_one_bay_at_once() -> None:
    shop = await make_workshop()
    lines = await _waiting(shop)
    men = [await make.acting(Role.TEC, shop.store, name=f"技师{n}", skills=["GENERAL"]) for n in range(CARS)]
    await asyncio.gather(*(_plan(shop, line, man, shop.controller) for line, man in zip(lines, men, strict=True)))
    planned = await _planned(*lines)
    assert len(planned) == CARS
    assert _never_overlap(planned)


async def test_the_database_refuses_a_plan_that_overlaps() -> None:
    shop = await make_workshop()
    first, second, third, _ = await _waiting(shop)
    other = await make.acting(Role.TEC, shop.store, name="刘强", skills=["GENERAL"])
    for line in (first, second):
        await _plan(shop, line, shop.technician, shop.controller)
    (starts_at, ends_at), _ = await _planned(first, second)
    times = {"planned_starts_at": starts_at, "planned_ends_at": ends_at}
    same_man = {"state": "ASSIGNED", "technician_id": shop.technician.id, "bay_id": None}
    with pytest.raises(IntegrityError):
        await RepairLine.filter(id=third.id).update(**times, **same_man)
    same_bay = {"state": "ASSIGNED", "technician_id": other.id, "bay_id": shop.bay.id}
    with pytest.raises(IntegrityError):
        await RepairLine.filter(id=third.id).update(**times, **same_bay)
    with pytest.raises(IntegrityError):
        await RepairLine.filter(id__in=[first.id, second.id]).update(**times)


async def test_two_men_may_work_on_one_car_in_its_bay() -> None:
    shop = await make_workshop()
    order = await shop.authorised(shop.service, shop.pads)
    first, second = await shop.lines(order)
    other = await make.acting(Role.TEC, shop.store, name="刘强", skills=["GENERAL"])
    await _plan(shop, first, shop.technician, shop.controller)
    await _plan(shop, second, other, shop.controller)
    assert not _never_overlap(await _planned(first, second))

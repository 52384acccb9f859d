"""The calendar of a visit looks at the chosen store and its neighbours, as far as each of them promises."""

from datetime import timedelta

import pytest

from crm_core.appointments import calendar, offering
from crm_core.appointments.booking import Needs
from crm_core.appointments.errors import AppointmentNotFound
from crm_core.dealerships.models import BayKind
from foundation import clock
from tests import factories as make

NEEDS = Needs(BayKind.GENERAL, 60, ())


async def test_stores_of_the_same_city_come_first_and_a_far_one_is_looked_at_when_chosen(database: None):
    await clock.set_to(make.slot(6))
    far = [await make.make_store(advisors=0, bays={}, city="广州") for _ in range(calendar.STORES_COMPARED)]
    chosen, near = await make.make_store(), await make.make_store(advisors=0, bays={})
    stores = await calendar.live_stores(chosen.id)
    assert [store.id for store in stores[:3]] == [chosen.id, near.id, far[0].id]
    shown = await calendar.of_stores(stores, NEEDS)
    looked_at = [store for store in shown.stores if store.free_days is not None]
    assert len(looked_at) == calendar.STORES_COMPARED
    assert [(store.free_days, store.first_free) for store in looked_at[1:]] == [([], None)] * 5
    assert shown.day == make.MONDAY


async def test_a_day_asked_for_beyond_reach_falls_back_to_the_first_with_room(database: None):
    await clock.set_to(make.slot(6))
    stores = [await make.make_store()]
    shown = await calendar.of_stores(stores, NEEDS, day=make.MONDAY + timedelta(days=43))
    assert (shown.day, shown.last_day) == (make.MONDAY, make.MONDAY + timedelta(days=42))


async def test_a_visitor_asks_for_a_store_or_model_that_does_not_exist(database: None):
    await make.make_store(is_live=False)
    with pytest.raises(AppointmentNotFound, match="门店"):
        await calendar.live_stores(None)
    with pytest.raises(AppointmentNotFound, match="车型"):
        await offering.visitor_page(model_id=5)

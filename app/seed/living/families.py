"""What people do on their phones: share a visit, name a relative, note a date; an unknown visitor books, and a caller
is booked by the desk.
"""

import contextlib
from datetime import datetime, timedelta
from typing import Final

from app.seed.living.crew import Crew
from app.seed.living.wishes import Catalogue
from crm_core.appointments import by_phone, visitors
from crm_core.appointments.by_phone import Caller, TheirCar
from crm_core.appointments.errors import SlotNotPossible, SlotTaken
from crm_core.authorised_persons import accepting, naming
from crm_core.authorised_persons.naming import Terms
from crm_core.customers import identities
from crm_core.dealerships.actors import Actor, owner, system
from crm_core.dealerships.models import Role
from crm_core.repair_orders import papers_seen
from crm_core.repair_orders.models import RepairOrder
from crm_core.repair_orders.order import who_decides
from crm_core.repair_orders.rules import IN_WORKSHOP
from crm_core.sharing import links
from crm_core.vehicles import expiry_dates
from crm_core.vehicles.expiry_rules import Expiry
from crm_core.vehicles.models import VehicleModel
from foundation import clock

_LIMIT_FEN: Final = 2_000_00
_DAYS_LEFT: Final = 42
_HOURS: Final = (15, 11, 9, 14)
"""The hours tried for the visitor's booking, in this order; the first with a free place is taken."""


async def make(crew: Crew, catalogue: Catalogue, moment: datetime) -> None:
    """At `moment` an owner shares a visit, names a relative and writes down a date; a visitor books; somebody phones.

    The owner's car is the store's first in work whose owner uses the mini-program; without one, only the last two are.
    """
    await clock.set_to(moment)
    order, sharer = await _first_in_work(crew)
    if order is not None and sharer is not None:
        await links.share(sharer, order.id, label="家人")
        await _name_somebody(crew, sharer, order.vehicle_id)
        insured_until = clock.today() + timedelta(days=_DAYS_LEFT)
        await expiry_dates.record_by_owner(sharer, order.vehicle_id, Expiry.INSURANCE, insured_until)
        inspected_until = clock.today() + timedelta(days=400)
        await papers_seen.record_expiry(crew.next(Role.SA), order.id, Expiry.INSPECTION, inspected_until)
    await _visit_by_plate(crew, catalogue)
    await _call(crew, catalogue)


async def _first_in_work(crew: Crew) -> tuple[RepairOrder | None, Actor | None]:
    for order in await RepairOrder.filter(store_id=crew.store.id, state__in=IN_WORKSHOP).order_by("id"):
        if order.customer_id in await who_decides(order):
            return order, owner(order.customer_id, openid="")
    return None, None


async def _name_somebody(crew: Crew, who: Actor, vehicle_id: int) -> None:
    """The relative confirmed with their own WeChat; a second invitation is still open."""
    phone, waiting = (f"1370000{crew.store.code[1:]}{number}" for number in ("01", "02"))
    terms = Terms(_LIMIT_FEN)
    [named] = await naming.name_person(who, vehicle_ids=[vehicle_id], name="王芳", phone=phone, terms=terms)
    relative = await _account(crew, "family", phone)
    await accepting.accept(relative, named.id, expected_version=named.version)
    await naming.name_person(who, vehicle_ids=[vehicle_id], name="陈师傅", phone=waiting, terms=Terms(0))


async def _visit_by_plate(crew: Crew, catalogue: Catalogue) -> None:
    """A first visit in three days, which the advisors have to answer."""
    visitor = await _account(crew, "visitor", f"1370000{crew.store.code[1:]}09")
    model = await VehicleModel.all().order_by("id").first()
    assert model is not None
    for hour in _HOURS:
        try:
            await visitors.book_for_visitor(
                visitor,
                plate="粤B·8K6P2",
                model_id=model.id,
                store_id=crew.store.id,
                item_ids=catalogue.ids(("MAINT-S",)),
                starts_at=clock.at(clock.today() + timedelta(days=3), hour),
                note="第一次来，刹车有点响",
            )
        except (SlotTaken, SlotNotPossible):
            continue
        return


async def _call(crew: Crew, catalogue: Catalogue) -> None:
    """Somebody phones who does not know the plate of the new car; the advisor books while they talk."""
    model = await VehicleModel.all().order_by("id").first()
    assert model is not None
    for hour in _HOURS:
        with contextlib.suppress(SlotTaken, SlotNotPossible):
            await by_phone.book_for_caller(
                crew.next(Role.SA),
                store_id=crew.store.id,
                who=Caller("王先生", f"1370000{crew.store.code[1:]}08"),
                car=TheirCar(model.id),
                item_ids=catalogue.ids(("MAINT-S",)),
                starts_at=clock.at(clock.today() + timedelta(days=2), hour),
                note="新车还没上牌，电话里约的",
            )
            return


async def _account(crew: Crew, who: str, phone: str) -> Actor:
    openid = f"demo-{who}-{crew.store.code}"
    return owner(await identities.identify(system("wx_login"), openid=openid, phone=phone), openid=openid)

"""离职遗留: what members who left have left behind in a store, for its managers."""

from datetime import datetime
from itertools import groupby

from campaigns.contact_ways import leavers as contact_ways
from console import masked
from console.sign_in import api
from crm_core.appointments import leavers as appointments
from crm_core.customers import leavers as customers
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.leavers import Kind, LeftBehind
from crm_core.repair_orders import leavers as repair_orders
from foundation.web import Id, Schema


class LeaversQuery(Schema):
    """The store whose leavers are listed."""

    store_id: Id


class LeftBehindOut(Schema):
    """One thing of a leaver; for a customer also the leaver's role and the version that a hand-over must name."""

    kind: Kind
    id: int
    words: str
    role: str
    version: int
    order_id: int | None


class LeaverOut(Schema):
    """A member who left, and what waits to be handed over."""

    staff_id: int
    name: str
    left_at: datetime | None
    things: list[LeftBehindOut]


@api.get("/leavers", summary="What members who left have left behind in a store")
async def leavers(actor: Actor, query: LeaversQuery) -> list[LeaverOut]:
    things = [
        thing
        for room in (customers, appointments, repair_orders, contact_ways)
        for thing in await room.left_behind(actor, query.store_id)
    ]
    things.sort(key=lambda thing: thing.staff_id)
    return [_leaver(actor, list(own)) for _, own in groupby(things, key=lambda thing: thing.staff_id)]


def _leaver(actor: Actor, things: list[LeftBehind]) -> LeaverOut:
    return LeaverOut(
        staff_id=things[0].staff_id,
        name=things[0].staff_name,
        left_at=things[0].left_at,
        things=[_thing(actor, thing) for thing in things],
    )


def _thing(actor: Actor, thing: LeftBehind) -> LeftBehindOut:
    words = masked.name(actor, thing.words) if thing.kind == "customer" else thing.words
    return LeftBehindOut(
        kind=thing.kind, id=thing.id, words=words, role=thing.role, version=thing.version, order_id=thing.order_id
    )

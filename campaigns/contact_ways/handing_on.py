"""「联系我」 codes of a member, handed on: posters stay on the wall, and whoever scans them gets the colleague."""

from typing import Final

from campaigns.contact_ways import duty
from campaigns.contact_ways.models import ContactWay
from campaigns.contact_ways.rules import IN_USE, ContactWayState
from campaigns.contact_ways.service import OWED
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.belongings import Belonging, BelongingKind, HandedOn, Handing, estate
from crm_core.dealerships.permissions import authorise, subject
from foundation import clock
from foundation.reading import Query, literals

_BELONGINGS: Final = Query(
    Belonging,
    f"""
    SELECT {literals(BelongingKind.CONTACT_WAY)} AS kind, w.id AS thing_id, '' AS role, w.store_id,
      NULL::bigint AS customer_id, w.name AS words
    FROM contact_way w
    WHERE (w.staff_id = $1 OR EXISTS (
      SELECT FROM contact_way_turn t WHERE t.contact_way_id = w.id AND t.staff_id = $1
    )) AND w.state IN ({literals(*IN_USE)}) ORDER BY w.id
    """,
)


async def of_staff(staff_id: int) -> list[Belonging]:
    """The codes that lead to them."""
    return await _BELONGINGS.all(staff_id)


async def hand_on(actor: Actor, thing: Belonging, handing: Handing) -> HandedOn:
    """The code is the colleague's, and WeCom is to be told; one not made yet is made for the colleague."""
    way = await ContactWay.select_for_update().get(id=thing.thing_id)
    authorise(actor, "staff.hand_over", subject(store_id=way.store_id))
    takers, backup_id = await duty.takers_of(way)
    if handing.from_id not in (way.staff_id, *takers, backup_id) or way.state not in IN_USE:
        return HandedOn.NO_LONGER_THEIRS

    def now(staff_id: int) -> int:
        return handing.to_id if staff_id == handing.from_id else staff_id

    way.staff_id = now(way.staff_id)
    heirs = [now(each) for each in takers]
    stands_by = None if backup_id is None or now(backup_id) in heirs else now(backup_id)
    await duty.put_down(way, heirs, stands_by)
    way.on_duty = await duty.on_duty(way)
    if way.state is ContactWayState.READY:
        way.state, way.changed_at = ContactWayState.MOVING, clock.now()
    way.version += 1
    await way.save(update_fields=["staff_id", "on_duty", "state", "changed_at", "version"])
    await OWED.hint([way.id])
    return HandedOn.ASKED


estate(frozenset({BelongingKind.CONTACT_WAY}), of_staff, hand_on)

"""People who take turns at a code: who is on it now, and moving it on when shifts begin and end."""

from collections.abc import Collection
from typing import Final

from campaigns.contact_ways import duty_rules
from campaigns.contact_ways.duty_rules import Turn
from campaigns.contact_ways.models import ContactWay, ContactWayTurn
from campaigns.contact_ways.rules import IN_USE, ContactWayState
from campaigns.contact_ways.service import OWED
from crm_core.dealerships.models import Staff
from crm_core.dealerships.rota.duty import rotas_of
from foundation import clock, database
from foundation.reading import literals

AT_ONCE: Final = 200
"""Codes looked at in one transaction."""


async def on_duty(way: ContactWay) -> list[int]:
    """Whom the code is to lead to now, in the running transaction."""
    turns = await ContactWayTurn.filter(contact_way_id=way.id).order_by("id")
    today = clock.today()
    rotas = await rotas_of([turn.staff_id for turn in turns], today, today)
    staying = set(
        await Staff.filter(id__in=[turn.staff_id for turn in turns], is_active=True).values_list("id", flat=True)
    )
    return duty_rules.on_duty(
        [Turn(turn.staff_id, rotas[turn.staff_id], turn.is_backup, turn.staff_id in staying) for turn in turns],
        way.staff_id,
        clock.local(clock.now()),
        takes_several=way.takes_several,
    )


async def put_down(way: ContactWay, takers: Collection[int], backup_id: int | None) -> None:
    """Keep who takes turns, in the running transaction; the caller then asks who is on duty."""
    await ContactWayTurn.filter(contact_way_id=way.id).delete()
    for staff_id in dict.fromkeys(takers):
        await ContactWayTurn.create(contact_way_id=way.id, staff_id=staff_id)
    if backup_id is not None:
        await ContactWayTurn.create(contact_way_id=way.id, staff_id=backup_id, is_backup=True)


async def takers_of(way: ContactWay) -> tuple[tuple[int, ...], int | None]:
    """Who takes turns, and who stands by."""
    turns = await ContactWayTurn.filter(contact_way_id=way.id).order_by("id")
    backup = next((turn.staff_id for turn in turns if turn.is_backup), None)
    return tuple(turn.staff_id for turn in turns if not turn.is_backup), backup


async def move_on() -> None:
    """Put whoever is on shift now on each code at which people take turns, and have WeCom told."""
    after = 0
    while ids := await _ids(after):
        after = ids[-1]
        for contact_way_id in ids:
            await _move_on(contact_way_id)


async def _ids(after: int) -> list[int]:
    rows = await database.fetch(
        f"SELECT w.id FROM contact_way w WHERE w.id > $1 AND w.state IN ({literals(*IN_USE)}) "
        "AND EXISTS (SELECT FROM contact_way_turn t WHERE t.contact_way_id = w.id) ORDER BY w.id LIMIT $2",
        after,
        AT_ONCE,
    )
    return [row["id"] for row in rows]


async def _move_on(contact_way_id: int) -> None:
    async with database.transaction():
        way = await ContactWay.select_for_update(no_key=True).get(id=contact_way_id)
        wanted = await on_duty(way)
        if way.state not in IN_USE or wanted == way.on_duty:
            return
        way.on_duty = wanted
        if way.state is ContactWayState.READY:
            way.state, way.changed_at = ContactWayState.MOVING, clock.now()
        # What people see of the code stays as it was, so that an open form is not outdated by a shift that begins.
        await way.save(update_fields=["on_duty", "state", "changed_at"])
        await OWED.hint([way.id])

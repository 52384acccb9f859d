"""An advisor has booked a car from the chat this morning, and the card of another booking waits on their phone."""

from typing import Final

from app.seed.group import Group
from crm_core.booking_talks import offers, talking
from crm_core.booking_talks.models import BookingTalk, TalkState
from crm_core.dealerships.actors import Actor, staff_actor
from crm_core.dealerships.models import Role
from foundation import database

SAID: Final = "预约 {plate} 小保养"
_FIRST_TIME: Final = "1"


async def make(group: Group) -> None:
    """Both in the first store; the first is pressed."""
    store = group.live_stores[0]
    advisor = await staff_actor(group.staff[store.id, Role.SA][0])
    rows = await database.fetch(
        "SELECT v.plate FROM vehicle v JOIN ownership o ON o.vehicle_id = v.id AND o.until_on IS NULL "
        "WHERE v.home_store_id = $1 AND length(v.plate) >= 7 AND v.gone_reason = '' "
        "AND NOT EXISTS (SELECT FROM appointment a WHERE a.vehicle_id = v.id) ORDER BY v.id DESC LIMIT 12",
        store.id,
    )
    made = 0
    for row in rows:
        made += await _offered(advisor, row["plate"], is_pressed=made == 0)
        if made == 2:
            return


async def _offered(advisor: Actor, plate: str, *, is_pressed: bool) -> bool:
    """Whether the chat came to an offer for the car."""
    await talking.turn(advisor, SAID.format(plate=plate))
    if await talking.turn(advisor, _FIRST_TIME) != []:
        return False
    talk = await BookingTalk.get(staff_id=advisor.id, state=TalkState.OFFERED)
    if is_pressed:
        await offers.take(advisor, talk.id, talk.version)
    return True

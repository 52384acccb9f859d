"""An advisor has booked a car by writing to the app this morning."""

from typing import Final

from app.seed.group import Group
from crm_core.booking_talks import offers, talking
from crm_core.booking_talks.models import BookingTalk, TalkState
from crm_core.dealerships.actors import staff_actor
from crm_core.dealerships.models import Role
from foundation import database

SAID: Final = "预约 {plate} 小保养"
_FIRST_TIME: Final = "1"
_NOT_BOOKED: Final = """
SELECT v.plate FROM vehicle v JOIN ownership o ON o.vehicle_id = v.id AND o.until_on IS NULL
WHERE v.home_store_id = $1 AND length(v.plate) >= 7 AND v.gone_reason = ''
  AND NOT EXISTS (SELECT FROM appointment a WHERE a.vehicle_id = v.id) ORDER BY v.id DESC LIMIT 12
"""


async def make(group: Group) -> None:
    """In the first store, at the first time that is free."""
    store = group.live_stores[0]
    advisor = await staff_actor(group.staff[store.id, Role.SA][0])
    for row in await database.fetch(_NOT_BOOKED, store.id):
        await talking.turn(advisor, SAID.format(plate=row["plate"]))
        if await talking.turn(advisor, _FIRST_TIME) == []:
            talk = await BookingTalk.get(staff_id=advisor.id, state=TalkState.OFFERED)
            await offers.take(advisor, talk.id, talk.version)
            return

"""Some friends of the first store came by its poster or by the code of its live stream."""

from typing import Final

from app.seed.group import Group
from campaigns.contact_ways.rules import IN_USE
from foundation import clock, database
from foundation.reading import literals

FRIENDS: Final = 24

_CAME: Final = f"""
WITH code AS (SELECT token, row_number() OVER (ORDER BY id) AS number FROM contact_way
              WHERE store_id = $1 AND state IN ({literals(*IN_USE)})),
     friend AS (SELECT f.id, v.came_at, row_number() OVER (ORDER BY v.came_at IS NULL, f.id) AS number
                FROM friendship f JOIN staff s ON s.id = f.staff_id CROSS JOIN LATERAL (
                  SELECT least((SELECT min(a.created_at) FROM appointment a WHERE a.customer_id = f.customer_id),
                    (SELECT min(r.opened_at) FROM repair_order r WHERE r.customer_id = f.customer_id)) AS came_at) v
                WHERE s.store_id = $1 AND f.state = '' AND f.ended_at IS NULL ORDER BY 3 LIMIT $2)
UPDATE friendship f SET state = code.token,
    since = coalesce(friend.came_at, $3::timestamptz - friend.number * interval '1 day') - interval '5 days'
FROM friend, code WHERE f.id = friend.id AND code.number = 1 + friend.number % (SELECT count(*) FROM code)
"""


async def make(group: Group) -> None:
    """Those who booked or came are the first of them: they had scanned it five days before."""
    await database.execute(_CAME, group.live_stores[0].id, FRIENDS, clock.now())

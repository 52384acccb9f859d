"""Some who came to the first store lately had scanned its poster or the code of its live stream before."""

from typing import Final

from app.seed.group import Group
from campaigns.contact_ways.rules import IN_USE
from foundation import database
from foundation.reading import literals

FRIENDS: Final = 24

_CAME: Final = f"""
WITH code AS (SELECT token, staff_id, row_number() OVER (ORDER BY id) AS number FROM contact_way
              WHERE store_id = $1 AND state IN ({literals(*IN_USE)})),
     visitor AS (SELECT customer_id, min(opened_at) AS came_at FROM repair_order
                 WHERE store_id = $1 GROUP BY customer_id ORDER BY min(opened_at) DESC, customer_id LIMIT 200),
     friend AS (SELECT f.id, v.came_at, row_number() OVER (ORDER BY v.came_at DESC, f.id) AS number
                FROM friendship f JOIN visitor v ON v.customer_id = f.customer_id
                WHERE f.state = '' AND f.ended_at IS NULL ORDER BY 3 LIMIT $2)
UPDATE friendship f SET state = code.token, since = friend.came_at - interval '5 days',
    last_added_at = friend.came_at - interval '5 days'
FROM friend, code WHERE f.id = friend.id AND code.number = 1 + friend.number % (SELECT count(*) FROM code)
"""


async def make(group: Group) -> None:
    """They came five days after they had scanned it."""
    await database.execute(_CAME, group.live_stores[0].id, FRIENDS)

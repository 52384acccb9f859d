"""Some friends of the first store came by its poster, the code of its live stream or the link of its advertisement."""

from typing import Final

from app.seed.group import Group
from campaigns.contact_ways.rules import IN_USE, ContactKind
from foundation import clock, database
from foundation.reading import literals

FRIENDS: Final = 24

_CAME: Final = f"""
WITH code AS (SELECT w.id, w.token, w.kind, p.staff_id FROM contact_way w CROSS JOIN LATERAL (
                SELECT w.staff_id UNION SELECT t.staff_id FROM contact_way_turn t
                WHERE t.contact_way_id = w.id AND NOT t.is_backup) p
              WHERE w.store_id = $1 AND w.state IN ({literals(*IN_USE)})),
     friend AS (SELECT f.id, v.came_at, row_number() OVER (ORDER BY v.came_at IS NULL, f.id) AS number,
                  (SELECT array_agg(c.token ORDER BY c.id) FROM code c WHERE c.staff_id = f.staff_id) AS tokens
                FROM friendship f CROSS JOIN LATERAL (
                  SELECT least((SELECT min(a.created_at) FROM appointment a WHERE a.customer_id = f.customer_id),
                    (SELECT min(r.opened_at) FROM repair_order r WHERE r.customer_id = f.customer_id)) AS came_at) v
                WHERE f.staff_id IN (SELECT staff_id FROM code) AND f.state = '' AND f.ended_at IS NULL
                ORDER BY 3 LIMIT $2),
     came AS (SELECT id, came_at, number, tokens[1 + number % cardinality(tokens)] AS token FROM friend)
UPDATE friendship f SET state = came.token,
    since = coalesce(came.came_at, $3::timestamptz - came.number * interval '1 day') - interval '5 days',
    wrote_at = CASE WHEN came.number % 3 > 0 AND EXISTS (
      SELECT FROM code WHERE code.token = came.token AND code.kind = {literals(ContactKind.LINK)})
      THEN coalesce(came.came_at, $3::timestamptz - came.number * interval '1 day') - interval '5 days' END
FROM came WHERE f.id = came.id
"""


async def make(group: Group) -> None:
    """Those who booked or came are the first of them: they had scanned or followed it five days before."""
    await database.execute(_CAME, group.live_stores[0].id, FRIENDS, clock.now())

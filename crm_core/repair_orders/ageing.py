"""What an owner spent in the last 24 months (domain: customer value) becomes less by itself, as visits grow older."""

from datetime import timedelta
from typing import Final

from crm_core.dealerships.calendar import add_months
from crm_core.repair_orders.settlement import SPEND_MONTHS
from foundation import clock, database

LOOKS_BACK: Final = timedelta(days=62)
"""A night that was missed is made up for, if it was one of the last two months."""
BATCH: Final = 500
_PASSED: Final = """
SELECT DISTINCT customer_id FROM service_visit
WHERE visited_on >= $1 AND visited_on < $2 AND paid_fen <> 0 AND customer_id > $3 ORDER BY customer_id LIMIT $4
"""
_RECKON: Final = """
UPDATE customer c SET spend_24_months_fen = n.fen, version = c.version + 1
FROM (SELECT customer_id, coalesce(sum(paid_fen) FILTER (WHERE visited_on >= $2), 0)::bigint AS fen
      FROM service_visit WHERE customer_id = ANY($1) GROUP BY 1) n
WHERE c.id = n.customer_id AND c.spend_24_months_fen <> n.fen
"""


async def let_spending_age() -> None:
    """Reckon anew what those spent of whose visits one has passed out of the 24 months."""
    since_on = add_months(clock.today(), -SPEND_MONTHS)
    last_id = 0
    while rows := await database.fetch(_PASSED, since_on - LOOKS_BACK, since_on, last_id, BATCH):
        ids = [row["customer_id"] for row in rows]
        async with database.transaction():
            # Held before anything is added up, as a visit that ends does: it counts, now or there.
            await database.execute("SELECT FROM customer WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE", ids)
            await database.execute(_RECKON, ids, since_on)
        last_id = ids[-1]

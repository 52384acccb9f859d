"""随计划送券: a coupon for each person whom a run of a plan has reached, once.

It is given after the message was sent, whoever clicks or not, and waits to be claimed. It counts as a coupon of the
run's broadcast, so that the broadcast's costs hold it. Stock and budget are the template's; who got none is noted there
(`crm_core.coupons.granting`), and tried again for a week.
"""

from collections import defaultdict
from datetime import timedelta
from typing import Final

from campaigns.broadcasts.models import RecipientState
from campaigns.broadcasts.moving import about
from crm_core.coupons import granting
from crm_core.coupons.rules import CouponState, Occasion
from foundation import clock, database
from foundation.reading import literals

_RUNS: Final = (
    "SELECT r.gift_template_id, r.broadcast_id FROM standing_run r JOIN broadcast b ON b.id = r.broadcast_id "
    "WHERE r.gift_template_id IS NOT NULL AND (b.finished_at IS NULL OR b.finished_at > $1) ORDER BY r.id"
)
_REACHED: Final = f"""
SELECT c.id FROM broadcast_recipient r JOIN customer c ON c.id = r.customer_id
JOIN coupon_template t ON t.id = $2
WHERE r.broadcast_id = $1 AND r.state = {literals(RecipientState.SENT)} AND r.sent_at > $3
  AND c.marketing_stopped_at IS NULL AND c.restricted_at IS NULL
  AND NOT EXISTS (SELECT FROM coupon k WHERE k.template_id = $2 AND k.source_ref = $4
                  AND c.id IN (k.customer_id, k.given_by_id))
  AND (SELECT count(*) FROM coupon k WHERE k.template_id = $2 AND c.id IN (k.customer_id, k.given_by_id)
       AND k.state <> {literals(CouponState.VOID)}) < t.per_person
ORDER BY c.id
"""
"""Those sent to who have no coupon of it yet, whatever became of that coupon."""


async def give_due() -> int:
    """Give what is due, and return to how many. A repetition, or a second run at the same time, gives nothing twice."""
    since = clock.now() - timedelta(days=granting.CATCH_UP_DAYS)
    given: dict[int, int] = defaultdict(int)
    short: dict[int, int] = defaultdict(int)
    for run in await database.fetch(_RUNS, since):
        template_id, named = run["gift_template_id"], str(about(run["broadcast_id"]))
        rows = await database.fetch(_REACHED, run["broadcast_id"], template_id, since, named)
        reached = [row["id"] for row in rows]
        have = await granting.give(template_id, reached, Occasion.STANDING_PLAN, named)
        given[template_id] += have
        short[template_id] += len(reached) - have
    for template_id in sorted(given):
        await granting.note(template_id, Occasion.STANDING_PLAN, given=given[template_id], short=short[template_id])
    return sum(given.values())

"""自动发券: coupons that templates give by themselves after a paid visit, once for each visit."""

from datetime import timedelta
from typing import Final

from crm_core.coupons import issuing
from crm_core.coupons.errors import LimitReached, NotOnOffer, SoldOut
from crm_core.coupons.models import CouponTemplate
from crm_core.coupons.rules import TemplateState
from crm_core.dealerships.actors import system
from foundation import clock, database

AFTER_VISIT: Final = "after_visit"
CATCH_UP_DAYS: Final = 7
"""A visit is found for a week after its day, in case a night was missed or the template was paused for some days."""
_VISITS: Final = """
SELECT v.id, v.customer_id FROM service_visit v JOIN customer c ON c.id = v.customer_id
WHERE v.visited_on BETWEEN $1 AND $2 AND v.visited_on >= $3 AND v.is_real_work
  AND v.paid_fen > 0 AND v.paid_fen >= $4
  AND c.gone_reason = '' AND (cardinality($5::bigint[]) = 0 OR v.store_id = ANY($5))
  AND NOT EXISTS (SELECT FROM coupon k WHERE k.template_id = $6 AND k.source_ref = 'visit:' || v.id)
ORDER BY v.id
"""
"""Paid visits whose day has come, without a coupon of the template, whatever became of that coupon."""


async def after_visits() -> int:
    """Give what is due after visits, and return how many were given. Each is one transaction, so that a run that dies
    or a second one at the same time gives nothing twice.
    """
    given = 0
    for template in await CouponTemplate.filter(state=TemplateState.ACTIVE, after_visit_days__not_isnull=True):
        given += await _of_template(template)
    return given


async def _of_template(template: CouponTemplate) -> int:
    assert template.after_visit_days is not None
    last = clock.today() - timedelta(days=template.after_visit_days)
    visits = await database.fetch(
        _VISITS,
        last - timedelta(days=CATCH_UP_DAYS),
        last,
        clock.local(template.created_at).date(),  # Nobody is given anything for a visit before there was the template.
        template.after_visit_least_fen,
        list(template.store_ids),
        template.id,
    )
    given = 0
    for visit in visits:
        try:
            async with database.transaction():
                await issuing.issue(
                    system(AFTER_VISIT),
                    template.id,
                    visit["customer_id"],
                    source=AFTER_VISIT,
                    source_ref=f"visit:{visit['id']}",
                )
        except LimitReached:
            continue
        except (SoldOut, NotOnOffer):
            break
        given += 1
    return given

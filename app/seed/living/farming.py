"""Three gifts that one WeChat account claimed for three people: what 卡券风险 shows."""

from datetime import datetime, timedelta
from typing import Final

from app.seed.living.crew import Crew
from crm_core.coupon_checks import checking
from crm_core.coupons import claiming, issuing
from crm_core.coupons.models import CouponTemplate
from crm_core.dealerships.actors import owner
from crm_core.dealerships.models import Role
from foundation import clock, database

_GIFT: Final = "工时8折"
_PEOPLE: Final = 3


async def claim_for_others(crew: Crew, now: datetime) -> None:
    """Somebody claims for others on their own phone, and the house looks at it."""
    template = await CouponTemplate.get(name=_GIFT)
    rows = await database.fetch(
        "SELECT c.id FROM customer c WHERE c.home_store_id = $1 AND c.gone_reason = '' AND c.phone IS NOT NULL "
        "AND NOT EXISTS (SELECT FROM coupon k WHERE k.customer_id = c.id AND k.template_id = $2) "
        "ORDER BY c.id DESC LIMIT $3",
        crew.store.id,
        template.id,
        _PEOPLE,
    )
    for number, row in enumerate(rows):
        await clock.set_to(now - timedelta(hours=4) + timedelta(minutes=number))
        given = await issuing.gift(crew.next(Role.CRC), template.id, row["id"])
        await clock.advance(timedelta(seconds=40))
        await claiming.claim(owner(row["id"], openid=f"o-farm-{crew.store.id}"), given.id)
    await checking.look()

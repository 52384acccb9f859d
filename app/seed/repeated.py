"""定期计划: a draft of the first store's marketer, so that whoever opens the page sees a rule with its next moments. It
is not approved, since its broadcasts would reach people of the guided story.
"""

from datetime import time
from typing import Final

from app.seed.group import Group
from campaigns.broadcasts.models import Broadcast
from campaigns.standing_plans import service
from campaigns.standing_plans.rules import OnHoliday, Rhythm, Timing
from campaigns.standing_plans.service import PlanDraft
from crm_core.coupons.models import CouponTemplate
from crm_core.dealerships.actors import staff_actor
from crm_core.dealerships.models import Role

BUDGET_FEN: Final = 3_000_00
GIFT: Final = "免费32项检测"
"""Whoever it reaches gets one."""
MONDAYS: Final = Timing(Rhythm.WEEKLY, time(10), weekday=1, on_holiday=OnHoliday.LATER)


async def make(group: Group) -> None:
    """It repeats the marketer's last broadcast, if there is one."""
    author = await staff_actor(group.staff[group.live_stores[0].id, Role.MKT][0])
    pattern = await Broadcast.filter(author_id=author.id).order_by("-id").first()
    if pattern is not None:
        gift = await CouponTemplate.get(name=GIFT)
        await service.draft(author, PlanDraft("周一唤醒", pattern.id, MONDAYS, BUDGET_FEN, gift_template_id=gift.id))

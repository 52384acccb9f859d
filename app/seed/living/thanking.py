"""Coupons that are given by themselves: after paid visits within a budget, which is to be raised, and on birthdays."""

from datetime import datetime, timedelta

from app.seed.living.crew import Crew
from crm_core.approvals import service as approvals
from crm_core.approvals.models import Approval
from crm_core.coupons import extending, granting, templates
from crm_core.coupons.models import CouponTemplate
from crm_core.coupons.rules import CouponKind
from crm_core.coupons.templates import Terms
from crm_core.dealerships.models import Role
from foundation import clock


async def after_visits(crew: Crew, now: datetime) -> None:
    """A marketer writes it, the general manager agrees, and this morning it was given for the first time. It was liked,
    so more money waits for an approval.
    """
    marketer, manager = crew.people(Role.MKT)[0], crew.next(Role.GM)
    await clock.set_to(now - timedelta(days=12))
    terms = Terms(
        f"{crew.store.short_name[:4]}再来立减50", CouponKind.CASH, quota=400, valid_days=60, value_fen=50_00,
        store_ids=(crew.store.id,), after_visit_days=3, after_visit_least_fen=300_00, budget_fen=20_000_00,
        is_transferable=True,
    )  # fmt: skip
    template = await templates.draft(marketer, terms)
    await templates.submit(marketer, template.id, expected_version=template.version, note="保养完三天送，请回来")
    asked = await Approval.get(about=templates.about(template.id))
    await clock.set_to(now - timedelta(days=11))
    await approvals.decide(manager, asked.id, agree=True, version_seen=asked.version)
    await clock.set_to(now - timedelta(hours=2))
    await granting.after_visits()
    await granting.birthdays()
    await clock.set_to(now - timedelta(hours=1))
    live = await CouponTemplate.get(id=template.id)
    await extending.ask(marketer, live.id, budget_fen=30_000_00, expected_version=live.version)

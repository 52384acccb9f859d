"""自动发券: coupons that templates give by themselves: after a paid visit, once for each visit, and to owners on their
birthday, once a year. They wait to be claimed; nobody is sent anything about them (a campaign may tell, with consent).

What could not be given is noted with its reason (`CouponGranting`).
"""

from datetime import date, timedelta
from typing import Final

from crm_core.coupons import budgeting, issuing
from crm_core.coupons.errors import LimitReached, NotOnOffer, SoldOut
from crm_core.coupons.models import CouponTemplate
from crm_core.coupons.rules import CouponState, Occasion, TemplateState, why_short
from crm_core.customers.birthdays import kept_on
from crm_core.dealerships.actors import system
from foundation import clock, database
from foundation.reading import literals

CATCH_UP_DAYS: Final = 7
"""A visit or a birthday is found for a week after its day, in case a night was missed or the template was paused for
some days."""
BATCH: Final = 1000
_VISITS: Final = """
SELECT v.id, v.customer_id FROM service_visit v JOIN customer c ON c.id = v.customer_id
WHERE v.visited_on BETWEEN $1 AND $2 AND v.visited_on >= $3 AND v.is_real_work
  AND v.paid_fen > 0 AND v.paid_fen >= $4
  AND c.gone_reason = '' AND (cardinality($5::bigint[]) = 0 OR v.store_id = ANY($5))
  AND NOT EXISTS (SELECT FROM coupon k WHERE k.template_id = $6 AND k.source_ref = 'visit:' || v.id)
ORDER BY v.id
"""
"""Paid visits whose day has come, without a coupon of the template, whatever became of that coupon."""
_BORN: Final = f"""
SELECT c.id FROM customer c
WHERE c.birthday <> '' AND right(c.birthday, 5) = ANY($1::text[])
  AND (cardinality($2::bigint[]) = 0 OR c.home_store_id = ANY($2))
  AND c.gone_reason = '' AND c.merged_into_id IS NULL AND NOT c.is_company
  AND c.marketing_stopped_at IS NULL AND c.restricted_at IS NULL
  AND EXISTS (SELECT FROM ownership o WHERE o.customer_id = c.id AND o.until_on IS NULL)
  AND NOT EXISTS (SELECT FROM coupon k WHERE k.template_id = $3 AND k.source_ref = $4
                  AND c.id IN (k.customer_id, k.given_by_id))
  AND (SELECT count(*) FROM coupon k WHERE k.template_id = $3 AND c.id IN (k.customer_id, k.given_by_id)
       AND k.state <> {literals(CouponState.VOID)}) < $5
ORDER BY c.id
"""
"""Owners with a car whose birthday is kept that day, who did not refuse marketing, without a coupon of this year's,
whatever became of it.
"""
_NOTE: Final = """
INSERT INTO coupon_granting (template_id, occasion, on_day, given, short, why) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (template_id, occasion, on_day) DO UPDATE
SET given = coupon_granting.given + excluded.given, short = excluded.short, why = excluded.why
"""


async def after_visits() -> int:
    """Give what is due after visits, and return how many were given. Each is one transaction, so that a run that dies
    or a second one at the same time gives nothing twice.
    """
    given = 0
    for template in await CouponTemplate.filter(state=TemplateState.ACTIVE, after_visit_days__not_isnull=True):
        given += await _after_visits_of(template)
    return given


async def birthdays() -> int:
    """Give what is due on birthdays, and return how many were given. A coupon of a customer's is one for each template
    and year, so that a repetition, or a second run at the same time, gives nothing twice.
    """
    given = 0
    for template in await CouponTemplate.filter(state=TemplateState.ACTIVE, is_birthday_gift=True).order_by("id"):
        given += await _on_birthdays_of(template)
    return given


async def give(
    template_id: int, customer_ids: list[int], occasion: Occasion, source_ref: str, *, campaign_token: str = ""
) -> int:
    """Give each of these customers one, as far as stock and budget go and while it is on offer; returns how many have
    it now.
    """
    have = 0
    for first in range(0, len(customer_ids), BATCH):
        try:
            given = await issuing.issue_many(
                system(occasion.value),
                template_id,
                customer_ids[first : first + BATCH],
                source=occasion.value,
                source_ref=source_ref,
                campaign_token=campaign_token,
            )
        except NotOnOffer:
            break
        have += len(given)
    return have


async def note(template_id: int, occasion: Occasion, *, given: int, short: int) -> None:
    """Note what was given today, and to how many it could not be given and why."""
    if (
        given == 0
        and short == 0
        and not await database.fetch_value(
            "SELECT short FROM coupon_granting WHERE template_id = $1 AND occasion = $2 AND on_day = $3",
            template_id,
            occasion.value,
            clock.today(),
        )
    ):
        return
    why = await _why(template_id) if short else ""
    await database.execute(_NOTE, template_id, occasion.value, clock.today(), given, short, why)


async def _why(template_id: int) -> str:
    template = await CouponTemplate.get(id=template_id)
    bears_more = await budgeting.most_more(template, 1) > 0
    return why_short(
        template.state, left=template.quota - template.issued_count, bears_more=bears_more,
        is_over=template.ends_on is not None and template.ends_on < clock.today(),
    )  # fmt: skip


async def _on_birthdays_of(template: CouponTemplate) -> int:
    today, given, short = clock.today(), 0, 0
    # Nobody is given anything for a birthday before there was the template.
    first = max(today - timedelta(days=CATCH_UP_DAYS), clock.local(template.created_at).date())
    for ago in range((today - first).days, -1, -1):
        day = today - timedelta(days=ago)
        born = await _born(template, day)
        had = await give(template.id, born, Occasion.BIRTHDAY, f"birthday:{day.year}")
        given, short = given + had, short + len(born) - had
    await note(template.id, Occasion.BIRTHDAY, given=given, short=short)
    return given


async def _born(template: CouponTemplate, day: date) -> list[int]:
    rows = await database.fetch(
        _BORN, kept_on(day), list(template.store_ids), template.id, f"birthday:{day.year}", template.per_person
    )
    return [row["id"] for row in rows]


async def _after_visits_of(template: CouponTemplate) -> int:
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
    given = limited = 0
    for visit in visits:
        try:
            async with database.transaction():
                await issuing.issue(
                    system(Occasion.AFTER_VISIT.value),
                    template.id,
                    visit["customer_id"],
                    source=Occasion.AFTER_VISIT.value,
                    source_ref=f"visit:{visit['id']}",
                )
        except LimitReached:
            limited += 1
            continue
        except (SoldOut, NotOnOffer):
            break
        given += 1
    await note(template.id, Occasion.AFTER_VISIT, given=given, short=len(visits) - given - limited)
    return given

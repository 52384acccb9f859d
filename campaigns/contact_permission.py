"""May this customer be contacted, and if not, why and from when: the sentence at the head of his page.

The same limits and the same list of reasons as a mass message, asked about one person and answered in words.
"""

from datetime import date, datetime, timedelta
from typing import Final

from campaigns.exclusions import Exclusion, first_standing_reason
from campaigns.sql import asked_now
from crm_core.contact.rules import ContactFacts, ContactPolicy, ContactRefusal, check_contact
from crm_core.customers.consents import MARKETING, live_purposes
from crm_core.customers.models import Purpose
from crm_core.customers.people import current_id
from crm_core.policies.current import group_policy
from foundation import clock, database
from foundation.reading import read_model

_SAID_FIRST: Final = {ContactRefusal.OPTED_OUT, ContactRefusal.NO_CONSENT, ContactRefusal.COMPLAINT}
_WAYS: Final = {Purpose.MARKETING_WECOM: "企微", Purpose.MARKETING_SMS: "短信", Purpose.MARKETING_CALL: "电话"}


@read_model
class ContactPermission:
    """May a customer be contacted, in one sentence. Service contacts always are allowed: they are about ordered work.

    Marketing is `allowed_from` (null: now, or no waiting helps) by the `ways` they agreed to.
    """

    marketing_allowed: bool
    allowed_from: datetime | None
    refusal: str | None
    ways: list[str]
    sentence: str


async def contact_permission(customer_id: int) -> ContactPermission:
    """How this customer may be contacted now; the caller has checked that the reader may see him."""
    customer_id = await current_id(customer_id)
    purposes = await live_purposes(customer_id)
    ways = [word for purpose, word in _WAYS.items() if purpose in purposes]
    policy = await group_policy(ContactPolicy)
    facts = await _facts(customer_id, bool(MARKETING & purposes), policy)
    answer = check_contact(facts, clock.now(), policy=policy)
    here = None if answer.refusal in _SAID_FIRST else await _standing_reason(customer_id)
    if here is not None:
        return ContactPermission(False, None, here.value, ways, f"服务可以；营销：{here.sentence}，先不打扰。")
    if answer.is_allowed:
        marketing = f"营销可以，仅{'、'.join(ways)}。"
    elif answer.allowed_from is not None:
        marketing = f"营销：{answer.sentence.removesuffix('。')}，仅{'、'.join(ways)}。"
    else:
        marketing = f"营销：{answer.sentence}"
    return ContactPermission(
        marketing_allowed=answer.is_allowed,
        allowed_from=answer.allowed_from,
        refusal=answer.refusal.value if answer.refusal else None,
        ways=ways,
        sentence=f"服务可以；{marketing}",
    )


async def _standing_reason(customer_id: int) -> Exclusion | None:
    to = await asked_now()
    reason = await database.fetch_value(
        f"SELECT {first_standing_reason(to)} FROM customer c WHERE c.id = {to.add(customer_id, 'bigint')}", *to.values
    )
    return Exclusion(reason) if reason else None


async def _facts(customer_id: int, has_consent: bool, policy: ContactPolicy) -> ContactFacts:
    row = await database.fetch_one(
        "SELECT c.marketing_stopped_at, c.complaint_until, greatest(c.last_visit_on, ("
        "  SELECT max((coalesce(t.delivered_at, t.opened_at) AT TIME ZONE 'Asia/Shanghai')::date) FROM repair_order t "
        "  WHERE t.customer_id = c.id AND t.voided_at IS NULL)) AS last_here_on FROM customer c WHERE c.id = $1",
        customer_id,
    )
    assert row is not None
    since = clock.today() - timedelta(days=policy.monthly_days)
    contacts = await database.fetch(
        "SELECT contacted_on FROM broadcast_recipient WHERE customer_id = $1 AND contacted_on > $2", customer_id, since
    )
    quiet_until: date | None = row["complaint_until"]
    return ContactFacts(
        has_opted_out=row["marketing_stopped_at"] is not None,
        has_consent=has_consent,
        last_complaint_on=quiet_until and quiet_until - timedelta(days=policy.complaint_days),
        left_store_on=row["last_here_on"],
        marketing_sent_on=tuple(contact["contacted_on"] for contact in contacts),
    )

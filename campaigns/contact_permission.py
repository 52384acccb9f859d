"""Whether a customer may be contacted, and if not, why and from when; shown at the top of their page.

The rules are `crm_core.contact.rules`, answered in words for one person; `reachability` asks the same of many in one
statement. A test over random people holds the two equal.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

from campaigns.exclusions import BOOKED, CONTACTS_BY_HAND, IN_WORKSHOP, OPEN_COMPLAINT, OPEN_HAND_OVER
from crm_core.contact.current import contact_rules
from crm_core.contact.rules import ContactFacts, ContactPolicy, check_contact
from crm_core.customers.consents import MARKETING, live_purposes
from crm_core.customers.models import Purpose
from crm_core.customers.people import current_id
from crm_core.customers.quiet_hours.reading import LIVE_CODES, as_spans
from crm_core.tasks.rules import Channel
from foundation import clock, database
from foundation.reading import Query, literals, read_model

_WAYS: Final = {Purpose.MARKETING_WECOM: "企微", Purpose.MARKETING_SMS: "短信", Purpose.MARKETING_CALL: "电话"}


@read_model
class ContactPermission:
    """Whether a customer may be contacted, with a Chinese sentence. Service contacts are always allowed: they are about
    ordered work.

    Marketing is allowed from `allowed_from` on (null: now, or the end cannot be foreseen), over the `ways` they agreed
    to.
    """

    marketing_allowed: bool
    allowed_from: datetime | None
    refusal: str | None
    ways: list[str]
    sentence: str


@read_model
class _Facts:
    customer_id: int
    is_gone: bool
    has_opted_out: bool
    has_open_complaint: bool
    complaint_until: date | None
    has_open_hand_over: bool
    is_in_workshop: bool
    is_booked: bool
    last_here_on: date | None
    marketing_sent_on: list[date]
    quiet: list[int]


_FACTS: Final = Query(
    _Facts,
    "SELECT c.id AS customer_id, c.gone_reason <> '' AS is_gone, "
    "  c.marketing_stopped_at IS NOT NULL AS has_opted_out, c.complaint_until, "
    f"  {OPEN_COMPLAINT} AS has_open_complaint, {OPEN_HAND_OVER} AS has_open_hand_over, "
    f"  {IN_WORKSHOP} AS is_in_workshop, {BOOKED} AS is_booked, "
    "  greatest(c.last_visit_on, (SELECT "
    "    max((greatest(t.opened_at, t.delivered_at) AT TIME ZONE 'Asia/Shanghai')::date) FROM repair_order t "
    "    WHERE t.customer_id = c.id AND t.voided_at IS NULL)) AS last_here_on, "
    "  ARRAY(SELECT r.contacted_on FROM broadcast_recipient r WHERE r.customer_id = c.id AND r.contacted_on > $2 "
    f"    UNION ALL SELECT m.contacted_on FROM ({CONTACTS_BY_HAND} AND t.customer_id = c.id AND k.at >= $3) m) "
    f"    AS marketing_sent_on, {LIVE_CODES} AS quiet "
    "FROM customer c WHERE c.id = ANY($1)",
)

_ONLY_CALLED_TODAY: Final = (
    "SELECT EXISTS (SELECT FROM task_contact k JOIN task t ON t.id = k.task_id "
    f"  WHERE t.customer_id = $1 AND k.at >= $2 AND k.channel = {literals(Channel.PHONE)}) "
    "AND NOT EXISTS (SELECT FROM task_contact k JOIN task t ON t.id = k.task_id "
    f"  WHERE t.customer_id = $1 AND k.at >= $2 AND k.channel = {literals(Channel.WECOM)}) "
    "AND NOT EXISTS (SELECT FROM broadcast_recipient r "
    "  WHERE r.customer_id = $1 AND r.contacted_on = ($2 AT TIME ZONE 'Asia/Shanghai')::date)"
)


async def contact_permission(customer_id: int) -> ContactPermission:
    """How this customer may be contacted now; the caller has checked that the reader may see them."""
    customer_id = await current_id(customer_id)
    purposes = await live_purposes(customer_id)
    ways = [word for purpose, word in _WAYS.items() if purpose in purposes]
    rules = await contact_rules()
    facts = await _facts(customer_id, bool(MARKETING & purposes), rules.policy)
    answer = check_contact(facts, clock.now(), rules=rules)
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


async def why_not_by_wecom(customer_id: int) -> str:
    """Why nobody may offer this customer anything in a WeCom chat now, as a Chinese sentence; empty if they may.

    Whoever was called today may be written to today: the two are one contact.
    """
    customer_id = await current_id(customer_id)
    rules = await contact_rules()
    has_agreed = Purpose.MARKETING_WECOM in await live_purposes(customer_id)
    facts = await _facts(customer_id, has_agreed, rules.policy)
    if await database.fetch_value(_ONLY_CALLED_TODAY, customer_id, clock.at(clock.today())):
        before = tuple(day for day in facts.marketing_sent_on if day < clock.today())
        facts = replace(facts, marketing_sent_on=before)
    return check_contact(facts, clock.now(), rules=rules).sentence


async def contact_facts(consents: Mapping[int, bool], policy: ContactPolicy) -> dict[int, ContactFacts]:
    """What is known now of these customers, by id; `consents` says who agreed to the way that is asked about."""
    month = clock.today() - timedelta(days=policy.monthly_days)
    found = await _FACTS.all(sorted(consents), month, clock.at(month + timedelta(days=1)))
    return {known.customer_id: _as_facts(known, consents[known.customer_id]) for known in found}


async def _facts(customer_id: int, has_consent: bool, policy: ContactPolicy) -> ContactFacts:
    return (await contact_facts({customer_id: has_consent}, policy))[customer_id]


def _as_facts(known: _Facts, has_consent: bool) -> ContactFacts:
    return ContactFacts(
        is_gone=known.is_gone,
        has_opted_out=known.has_opted_out,
        has_consent=has_consent,
        has_open_complaint=known.has_open_complaint,
        complaint_until=known.complaint_until,
        has_open_hand_over=known.has_open_hand_over,
        is_in_workshop=known.is_in_workshop,
        is_booked=known.is_booked,
        last_here_on=known.last_here_on,
        marketing_sent_on=tuple(known.marketing_sent_on),
        quiet=as_spans(known.quiet),
    )

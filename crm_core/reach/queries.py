"""What to ask a customer now, and how a store's reach grows."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from crm_core.customers import people
from crm_core.customers.consent_texts.reading import current_texts
from crm_core.customers.consents import MARKETING
from crm_core.customers.models import Purpose
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, owners_own, subject
from crm_core.policies.current import policy_of
from crm_core.reach import rules
from crm_core.reach.rules import OWN_WORDS, SCRIPTS, Answered, AskAnswer, AskKind, Reach, ReachPolicy
from crm_core.vehicles.models import BindingState
from foundation import clock, wall_clock
from foundation.reading import Query, literals, read_model

PAGE: Final = 100
MONTHS: Final = 6
"""How many months the page looks back; a season and the one before (house rule)."""


@read_model
class RightAsk:
    """The one question for a customer, with the line a screen shows and the words to say; without `kind`, none."""

    kind: AskKind | None
    line: str
    script: str


@read_model
class AskedConsent:
    """The text to agree to, by which an offer would come."""

    purpose: Purpose
    title: str
    text: str
    version: str


@read_model
class OwnAsk:
    """What the page of an order asks its owner, in words for them; without `kind`, nothing."""

    kind: AskKind | None
    is_agreed: bool
    """They said yes and have not done it yet: the page leads there without asking again."""
    title: str
    words: str
    consent: AskedConsent | None


@read_model
class _Reach:
    is_friend: bool
    has_bound_car: bool
    has_consent: bool
    has_car: bool
    is_marketing_stopped: bool


@read_model
class _Answered:
    kind: AskKind
    answer: AskAnswer
    asked_at: datetime


_REACH: Final = Query(
    _Reach,
    f"""
    SELECT EXISTS (SELECT FROM friendship f WHERE f.customer_id = c.id AND f.ended_at IS NULL) AS is_friend,
      EXISTS (SELECT FROM binding b WHERE b.customer_id = c.id AND b.state = {literals(BindingState.BOUND)})
        AS has_bound_car,
      EXISTS (SELECT FROM consent k WHERE k.customer_id = c.id AND k.withdrawn_at IS NULL
              AND k.purpose IN ({literals(*sorted(MARKETING))})) AS has_consent,
      EXISTS (SELECT FROM ownership o WHERE o.customer_id = c.id AND o.until_on IS NULL) AS has_car,
      c.marketing_stopped_at IS NOT NULL AS is_marketing_stopped
    FROM customer c WHERE c.id = $1
    """,
)
_ANSWERS: Final = Query(_Answered, "SELECT kind, answer, asked_at FROM reach_ask WHERE customer_id = $1 ORDER BY id")


async def standing(customer_id: int) -> tuple[Reach, Sequence[Answered]]:
    """By which ways they can be reached, and what they answered so far."""
    found = await _REACH.first(customer_id)
    assert found is not None
    reach = Reach(
        is_friend=found.is_friend,
        has_bound_car=found.has_bound_car,
        has_consent=found.has_consent,
        has_car=found.has_car,
        is_marketing_stopped=found.is_marketing_stopped,
    )
    answers = await _ANSWERS.all(customer_id)
    return reach, [Answered(each.kind, each.answer, each.asked_at) for each in answers]


async def right_ask(actor: Actor, store_id: int, customer_id: int) -> RightAsk:
    """What to ask this customer at this store now.

    Raises:
        NotAllowed, CustomerNotFound.
    """
    authorise(actor, "reach.ask", subject(store_id=store_id))
    reach, answers = await standing(await people.current_id(customer_id))
    kind = rules.next_ask(reach, answers, clock.now(), await policy_of(ReachPolicy, store_id))
    if kind is None:
        return RightAsk(None, "", "")
    line, script = SCRIPTS[kind]
    return RightAsk(kind, line, script)


NOTHING_ASKED: Final = OwnAsk(None, is_agreed=False, title="", words="", consent=None)


async def own_ask(actor: Actor, store_id: int) -> OwnAsk:
    """What the page of an order at this store asks its owner now.

    Raises:
        NotAllowed.
    """
    authorise(actor, "reach.answer_own", owners_own(actor.id))
    reach, answers = await standing(actor.id)
    asked = rules.page_ask(reach, answers, clock.now(), await policy_of(ReachPolicy, store_id))
    if asked is None:
        return NOTHING_ASKED
    title, words = OWN_WORDS[asked.kind]
    consent = await _consent(reach) if asked.kind is AskKind.CONSENT else None
    return OwnAsk(asked.kind, asked.is_agreed, title, words, consent)


async def _consent(reach: Reach) -> AskedConsent:
    """Offers come by the way that is open: in the chat of a friend, or else as an SMS."""
    text = (await current_texts())[Purpose.MARKETING_WECOM if reach.is_friend else Purpose.MARKETING_SMS]
    return AskedConsent(text.purpose, text.title, text.text, text.version)


class Growth(StrEnum):
    """What happened to a store's reach: an answer, or a way that opened."""

    YES = "YES"
    NO = "NO"
    LATER = "LATER"
    GAINED = "GAINED"


@read_model
class ReachMonth:
    """How many customers there were in a month for each kind and outcome."""

    month: date
    kind: AskKind
    what: Growth
    people: int


@read_model
class ReachPerson:
    """One of them: when it happened, and which colleague asked or became their friend; none where they did it alone."""

    customer_id: int
    customer_name: str
    phone: str | None
    kind: AskKind
    what: Growth
    at: datetime
    staff: str | None


@read_model
class ReachPeople:
    """Some of them, the newest first; `next_cursor` is null on the last page."""

    items: list[ReachPerson]
    next_cursor: str | None


_HAPPENED: Final = f"""
SELECT a.customer_id, a.kind, a.answer AS what, a.asked_at AS at, s.name AS staff
FROM reach_ask a LEFT JOIN staff s ON s.id = a.asked_by_id
WHERE a.store_id = $1 AND a.asked_at >= $2 AND a.asked_at < $3
UNION ALL
SELECT f.customer_id, {literals(AskKind.FRIEND)}, {literals(Growth.GAINED)}, f.since, s.name
FROM friendship f JOIN staff s ON s.id = f.staff_id JOIN customer h ON h.id = f.customer_id
WHERE h.home_store_id = $1 AND f.since >= $2 AND f.since < $3
UNION ALL
SELECT b.customer_id, {literals(AskKind.CAR)}, {literals(Growth.GAINED)}, b.bound_at, NULL
FROM binding b JOIN customer h ON h.id = b.customer_id
WHERE h.home_store_id = $1 AND b.bound_at >= $2 AND b.bound_at < $3
UNION ALL
SELECT k.customer_id, {literals(AskKind.CONSENT)}, {literals(Growth.GAINED)}, k.given_at, NULL
FROM consent k JOIN customer h ON h.id = k.customer_id
WHERE h.home_store_id = $1 AND k.given_at >= $2 AND k.given_at < $3 AND k.purpose IN ({literals(*sorted(MARKETING))})
"""
_GROWTH: Final = Query(
    ReachMonth,
    f"""
    SELECT date_trunc('month', e.at AT TIME ZONE 'Asia/Shanghai')::date AS month, e.kind, e.what,
      count(DISTINCT e.customer_id) AS people
    FROM ({_HAPPENED}) e GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
    """,
)
_PEOPLE: Final = Query(
    ReachPerson,
    f"""
    SELECT e.customer_id, c.name AS customer_name, c.phone, e.kind, e.what, max(e.at) AS at, max(e.staff) AS staff
    FROM ({_HAPPENED}) e JOIN customer c ON c.id = e.customer_id
    WHERE ($4::text IS NULL OR e.kind = $4) AND ($5::text IS NULL OR e.what = $5)
    GROUP BY e.customer_id, c.name, c.phone, e.kind, e.what
    ORDER BY max(e.at) DESC, e.customer_id LIMIT {PAGE + 1} OFFSET $6
    """,
)


async def growth(actor: Actor, store_id: int) -> list[ReachMonth]:
    """The last months of a store."""
    authorise(actor, "reach.read", subject(store_id=store_id))
    first = clock.today().replace(day=1)
    for _ in range(MONTHS - 1):
        first = (first - timedelta(days=1)).replace(day=1)
    return await _GROWTH.all(store_id, wall_clock.at(first), clock.now())


async def people_of_month(
    actor: Actor,
    store_id: int,
    month: date | None = None,
    *,
    kind: AskKind | None = None,
    what: Growth | None = None,
    cursor: str | None = None,
) -> ReachPeople:
    """Whom the numbers of a month are made of; by default of this month."""
    authorise(actor, "reach.read", subject(store_id=store_id))
    first = (month or clock.today()).replace(day=1)
    following = (first + timedelta(days=31)).replace(day=1)
    begun = int(cursor) if cursor else 0
    found = await _PEOPLE.all(
        store_id,
        wall_clock.at(first),
        wall_clock.at(following),
        kind.value if kind else None,
        what.value if what else None,
        begun,
    )
    return ReachPeople(found[:PAGE], str(begun + PAGE) if len(found) > PAGE else None)

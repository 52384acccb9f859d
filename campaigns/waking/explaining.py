"""「为什么」: one owner's class with every rule and sum that made it; and the day on which to contact them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from campaigns.contact_permission import contact_facts
from campaigns.waking.early_signals import shown_by
from campaigns.waking.facts import limits, of_owner
from campaigns.waking.judging import judge
from campaigns.waking.loop import queries as loop
from campaigns.waking.loop.queries import AttemptRow
from campaigns.waking.loop.rates import measured
from campaigns.waking.rules import UNTRIED, Path, next_day, weekday_word, why_call
from crm_core.contact.current import contact_rules
from crm_core.contact.rules import ContactFacts, ContactRules, ContactWay, check_contact, why_no_marketing_on
from crm_core.customers import people
from crm_core.customers.errors import CustomerNotFound
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise
from foundation import clock, wall_clock
from foundation.reading import read_model


@dataclass(frozen=True)
class Contactable:
    """The day on which to contact somebody, or why none can be named."""

    on: date | None
    hindered: str


@read_model
class CardPath:
    """An open path: why it is open, and how often owners like this one reacted to it."""

    path: Path
    path_word: str
    why: str
    measured: str


@read_model
class WakingCard:
    """Why an owner is where they are, as sentences. It says what holds now; the list says what held last night."""

    customer_id: int
    state_word: str
    state_why: str
    since_on: date | None
    value: str
    value_why: str
    path: Path
    path_word: str
    path_why: str
    call_why: str
    paths: list[CardPath]
    """All that are open, in the order in which they are tried."""
    rank: str
    rank_why: str
    signals: list[str]
    """Early signs that they may stay away."""
    tries: list[AttemptRow]
    contact_on: date | None
    day_word: str
    day_why: str
    hindered: str


def contactable(facts: ContactFacts, path: Path, weekday: int, now: datetime, rules: ContactRules) -> Contactable:
    """The first day of the weekday that suits on which the limits of contact let somebody be contacted by their path.

    `facts` say whether they agreed to that path.
    """
    if path in UNTRIED:
        return Contactable(None, "")
    way = ContactWay.CALL if path is Path.CALL else ContactWay.MESSAGE
    answer = check_contact(facts, now, way=way, rules=rules)
    if not answer.is_allowed and answer.allowed_from is None:
        return Contactable(None, answer.sentence)
    day = next_day(weekday, wall_clock.local(answer.allowed_from or now).date())
    while why_no_marketing_on(day, rules):
        day += timedelta(days=1)
    return Contactable(day, "")


async def card(actor: Actor, customer_id: int) -> WakingCard:
    """Why this owner is where they are now.

    Raises:
        CustomerNotFound: there is nobody, or they have no car with a due date.
        NotAllowed.
    """
    kept_id = await people.current_id(customer_id)
    authorise(actor, "waking.read", await people.scope_of(kept_id))
    today, rules, rates = clock.today(), await limits(), await measured(clock.today())
    facts = await of_owner(kept_id, today, rules)
    if facts is None:
        raise CustomerNotFound
    verdict, rates = judge(facts, today, rules, rates), rates.at(facts.store_id)
    contact = await contact_rules()
    path = verdict.path.path
    asked = (await contact_facts({kept_id: path not in UNTRIED}, contact.policy))[kept_id]
    reached = contactable(asked, path, verdict.day.weekday, clock.now(), contact)
    return WakingCard(
        customer_id=kept_id,
        state_word=verdict.dormancy.state.label,
        state_why=verdict.dormancy.explanation,
        since_on=verdict.since_on,
        value=str(verdict.rfm.value),
        value_why=f"{verdict.rfm.explanation}{verdict.rfm.group}。",
        path=path,
        path_word=path.label,
        path_why=f"{verdict.path.why}。",
        paths=[
            CardPath(each.path, each.path.label, f"{each.why}。", f"{rates.words(each.path, verdict.dormancy.state)}。")
            for each in verdict.paths
            if each.path is not Path.ASK
        ],
        rank=str(verdict.rank.rank),
        rank_why=f"{verdict.rank.why}。",
        signals=[signal.label for signal in await shown_by(kept_id)],
        tries=await loop.of_owner(actor, kept_id),
        call_why=f"{why_call(verdict.rfm, rules.waking)}。",
        contact_on=reached.on,
        day_word=weekday_word(verdict.day.weekday),
        day_why=f"{verdict.day.why}。",
        hindered=reached.hindered,
    )

"""What the night decides about an owner, all of it together. Pure like the rules it applies."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from campaigns.waking.rate_rules import NOTHING_MEASURED, Ranked, Rates, in_order, ranked
from campaigns.waking.rules import (
    Choice,
    DayChoice,
    Limits,
    OwnerFacts,
    Path,
    best_weekday,
    is_lost_value,
    open_paths,
    since,
)
from crm_core.customers.dormancy import DormancyVerdict, judge_dormancy
from crm_core.customers.rfm import Rfm, grade_rfm


@dataclass(frozen=True)
class Verdict:
    """An owner's class, with everything that explains it."""

    dormancy: DormancyVerdict
    since_on: date | None
    rfm: Rfm
    paths: Sequence[Choice]
    """Every open path in the order in which they are tried; ASK alone if none is open."""
    day: DayChoice
    rank: Ranked

    @property
    def path(self) -> Choice:
        """The best path."""
        return self.paths[0]


def judge(facts: OwnerFacts, today: date, limits: Limits, rates: Rates = NOTHING_MEASURED) -> Verdict:
    """The class of an owner on a day."""
    dormancy = judge_dormancy(
        last_visit_on=facts.last_seen_on,
        next_service_due_on=facts.due_on,
        today=today,
        gone_because=facts.gone_reason or None,
        never_came=facts.never_came,
        policy=limits.dormancy,
    )
    rfm = grade_rfm(
        last_paid_visit_on=facts.paid_on,
        paid_visits_in_window=facts.paid_visits,
        self_paid_in_window_fen=facts.paid_fen,
        today=today,
        policy=limits.rfm,
    )
    state, rates = dormancy.state, rates.at(facts.store_id)
    called_first = Path.CALL if is_lost_value(rfm) else None
    paths = in_order(open_paths(facts, rfm, limits.waking, today), state, rates, first=called_first)
    rank = ranked(rfm.value, paths[0].path, state, rates)
    since_on = since(state, facts.last_seen_on, facts.due_on, limits.dormancy)
    return Verdict(dormancy, since_on, rfm, paths, best_weekday(facts.came_on), rank)

"""A promised time of a complaint has passed: whoever is responsible hears of it, and those above them.

What is due is found in the complaints themselves, and each missed time is written down once: a job that runs twice, or
not for an hour, tells everybody once and leaves nobody out.
"""

from crm_core.dealerships.models import Role
from crm_core.dealerships.staff import leaders_of, staff_with_role
from crm_core.messaging.service import say
from crm_core.policies.current import in_store, per_store, policy_of
from crm_core.surveys import rules
from crm_core.surveys.complaints import card_facts
from crm_core.surveys.models import Complaint, ComplaintLateness
from crm_core.surveys.rules import ComplaintState
from foundation import clock, database
from foundation.reading import literals
from foundation.refs import Ref

BATCH = 100
"""The most complaints that are looked at in one go."""
_BEGAN = "coalesce(c.reopened_at, c.opened_at)"
_LIMITS = {
    ComplaintState.OPEN: "answer_within_hours",
    ComplaintState.ACKNOWLEDGED: "plan_within_hours",
    ComplaintState.PLANNED: "resolve_within_hours",
}


async def tell_due() -> int:
    """Tell of each promised time that was missed and that nobody was told of; returns how many were found."""
    policies = await per_store(rules.ComplaintPolicy)
    missed = " OR ".join(
        f"(c.state = {literals(state)} "
        f"AND {_BEGAN} + make_interval(hours => {in_store(f'${number}', 'c.store_id')}) <= $1)"
        for number, state in enumerate(_LIMITS, 2)
    )
    late = await database.fetch(
        f"SELECT c.id FROM complaint c WHERE ({missed}) AND NOT EXISTS (SELECT FROM complaint_lateness l "
        f"WHERE l.complaint_id = c.id AND l.state = c.state AND l.began_at = {_BEGAN}) ORDER BY c.id LIMIT {BATCH}",
        clock.now(),
        *(policies.as_json(field) for field in _LIMITS.values()),
    )
    for row in late:
        await _tell(row["id"])
    return len(late)


async def _tell(complaint_id: int) -> None:
    async with database.transaction():
        complaint = await Complaint.select_for_update().get(id=complaint_id)
        began_at = complaint.reopened_at or complaint.opened_at
        policy = await policy_of(rules.ComplaintPolicy, complaint.store_id)
        due_at = rules.complaint_due(complaint.state, began_at, policy)
        known = ComplaintLateness.filter(complaint_id=complaint.id, state=complaint.state, began_at=began_at)
        if due_at is None or due_at > clock.now() or await known.exists():
            return
        await ComplaintLateness.create(
            complaint_id=complaint.id, state=complaint.state, began_at=began_at, due_at=due_at, told_at=clock.now()
        )
        facts = await card_facts(complaint, complaint.body) | {"due_at": due_at}
        for staff_id in await _responsible(complaint):
            await say(
                "complaint_late",
                facts,
                staff_id=staff_id,
                about=Ref("complaint", complaint.id),
                dedupe_key=f"complaint:{complaint.id}:{began_at.isoformat()}:{complaint.state.value}:late:{staff_id}",
                variant=complaint.state.value.lower(),
                version=complaint.version,
            )


async def _responsible(complaint: Complaint) -> list[int]:
    """Who has taken it up, and who leads them; before anybody has, those who could, and the general manager.

    Never whom it is about.
    """
    taker, store_id = complaint.acknowledged_by_id, complaint.store_id
    if taker is not None:
        people = [taker, *await leaders_of(taker)]
    else:
        people = [*await staff_with_role(Role.SVM, store_id), *await staff_with_role(Role.CRC, store_id)]
    if taker is None or complaint.state is ComplaintState.PLANNED:
        people += await staff_with_role(Role.GM, store_id)
    return [one for one in dict.fromkeys(people) if one != complaint.advisor_id]

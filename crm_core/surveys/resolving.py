"""The steps of a complaint after it was taken up: plan, resolve, ask the owner; and escalation when it takes too
long.
"""

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.models import Role
from crm_core.dealerships.staff import staff_with_role
from crm_core.messaging.service import say
from crm_core.policies.current import in_store, per_store, policy_of
from crm_core.surveys import rules
from crm_core.surveys.complaints import card_facts, keep_step, locked, reopen
from crm_core.surveys.models import Complaint
from foundation import clock, database
from foundation.moves import next_state
from foundation.refs import Ref

BATCH = 100
"""The most complaints that are escalated at a time."""


async def plan(actor: Actor, complaint_id: int, words: str, *, expected_version: int) -> Complaint:
    """Record what will be done about the complaint, as agreed with the owner.

    Raises:
        ComplaintNotFound, NotAllowed, SameHands, IllegalMove, StaleVersion.
    """
    return await _step(actor, complaint_id, "plan", words, expected_version)


async def resolve(actor: Actor, complaint_id: int, words: str, *, expected_version: int) -> Complaint:
    """Record that the plan was carried out; next, customer care phones the owner.

    Raises:
        ComplaintNotFound, NotAllowed, SameHands, IllegalMove, StaleVersion.
    """
    return await _step(actor, complaint_id, "resolve", words, expected_version)


async def verify(actor: Actor, complaint_id: int, *, is_content: bool, words: str, expected_version: int) -> Complaint:
    """Record what the owner said on the phone: if they are content, the complaint is closed; if not, it is reopened and
    its time limits begin again.

    Raises:
        ComplaintNotFound, NotAllowed, SameHands, IllegalMove, StaleVersion.
    """
    async with database.transaction():
        complaint = await locked(actor, complaint_id, "complaints.verify", expected_version)
        complaint.state = next_state(rules.COMPLAINT_MOVES, complaint.state, "verify")
        if not is_content:
            await reopen(actor, complaint, words)
            return complaint
        complaint.state = next_state(rules.COMPLAINT_MOVES, complaint.state, "close")
        await keep_step(actor, complaint, "close", words)
        return complaint


async def escalate_due() -> int:
    """Tell general managers once about each complaint that is unresolved for too long; returns how many were
    handled.
    """
    policies = await per_store(rules.ComplaintPolicy)
    late = await database.fetch(
        "SELECT id FROM complaint WHERE state = ANY($1) AND escalated_at IS NULL "
        "AND coalesce(reopened_at, opened_at) "
        f"  <= $2::timestamptz - make_interval(hours => {in_store('$3', 'store_id')}) "
        "ORDER BY id LIMIT $4",
        [state.value for state in rules.UNRESOLVED],
        clock.now(),
        policies.as_json("escalate_after_hours"),
        BATCH,
    )
    for row in late:
        await _escalate(row["id"])
    return len(late)


async def _escalate(complaint_id: int) -> None:
    async with database.transaction():
        complaint = await Complaint.select_for_update().get(id=complaint_id)
        if complaint.state not in rules.UNRESOLVED or complaint.escalated_at is not None:
            return
        complaint.escalated_at = clock.now()
        await complaint.save(update_fields=["escalated_at"])
        policy = await policy_of(rules.ComplaintPolicy, complaint.store_id)
        facts = await card_facts(complaint, complaint.body) | {
            "unresolved_hours": policy.escalate_after_hours,
            "resolve_hours": policy.resolve_within_hours,
        }
        for staff_id in await staff_with_role(Role.GM, complaint.store_id):
            if staff_id != complaint.advisor_id:
                await say(
                    "complaint_unresolved",
                    facts,
                    staff_id=staff_id,
                    about=Ref("complaint", complaint.id),
                    dedupe_key=f"complaint:{complaint.id}:{complaint.escalated_at.isoformat()}:unresolved:{staff_id}",
                )


async def _step(actor: Actor, complaint_id: int, action: str, words: str, expected_version: int) -> Complaint:
    async with database.transaction():
        complaint = await locked(actor, complaint_id, "complaints.resolve", expected_version)
        complaint.state = next_state(rules.COMPLAINT_MOVES, complaint.state, action)
        await keep_step(actor, complaint, action, words)
        return complaint

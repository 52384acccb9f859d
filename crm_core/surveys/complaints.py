"""Complaints: opened by a bad answer or a disputed hand-over, and taken up by somebody other than the advisor
concerned.

The later steps are in `resolving`.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from crm_core.contact.rules import ContactPolicy
from crm_core.customers.consents import note_complaint
from crm_core.customers.models import Customer
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.models import Role, Store
from crm_core.dealerships.permissions import authorise, subject
from crm_core.dealerships.staff import staff_with_role
from crm_core.messaging.service import close_card, say
from crm_core.policies.current import group_policy, policy_of
from crm_core.surveys import rules
from crm_core.surveys.errors import ComplaintIsClosed, ComplaintNotFound
from crm_core.surveys.events import ComplaintAcknowledged, ComplaintOpened, ComplaintReopened, ComplaintStepped
from crm_core.surveys.models import Complaint, ComplaintStep
from crm_core.surveys.rules import ComplaintState
from crm_core.vehicles.models import Vehicle
from crm_core.wording.facts import FactValue
from foundation import clock, database
from foundation.errors import StaleVersion
from foundation.events import record
from foundation.moves import next_state
from foundation.refs import Ref


async def open_complaint(
    actor: Actor,
    *,
    about: str | None,
    source: str,
    store_id: int,
    customer_id: int,
    vehicle_id: int,
    repair_order_id: int | None,
    advisor_id: int | None,
    body: str,
    photos: Sequence[str] = (),
) -> Complaint:
    """Open a complaint and send a card to the service managers and customer care.

    There is one complaint for each `about` (`survey:3` or `hand_over:5`); if it exists and was resolved or closed, it
    is reopened. None stands for a complaint about nothing but itself.
    """
    async with database.transaction():
        complaint_id = await database.fetch_value("SELECT nextval(pg_get_serial_sequence('complaint', 'id'))")
        about = about or Ref("complaint", complaint_id)
        await database.advisory_lock(f"complaint:{about}")
        had = await Complaint.select_for_update().get_or_none(about=about)
        if had is not None:
            if had.state not in rules.UNRESOLVED:
                await reopen(actor, had, body)
            return had
        complaint = await Complaint.create(
            id=complaint_id,
            about=about,
            source=source,
            store_id=store_id,
            customer_id=customer_id,
            vehicle_id=vehicle_id,
            repair_order_id=repair_order_id,
            advisor_id=advisor_id,
            body=body[:300],
            photos=list(photos),
            state=ComplaintState.OPEN,
            opened_at=clock.now(),
        )
        await note_complaint(customer_id, await quiet_until())
        await record(
            ComplaintOpened(
                actor=str(actor),
                customer_id=customer_id,
                store_id=store_id,
                complaint_id=complaint.id,
                about=about,
                repair_order_id=repair_order_id,
            )
        )
        await _tell_staff(complaint, complaint.body)
        return complaint


async def reopen(actor: Actor, complaint: Complaint, words: str) -> None:
    """Reopen a complaint because the owner is still not content. The caller has locked it in the running
    transaction.
    """
    complaint.state = next_state(rules.COMPLAINT_MOVES, complaint.state, "reopen")
    complaint.acknowledged_at = complaint.acknowledged_by_id = complaint.escalated_at = None
    complaint.reopened_at = clock.now()
    complaint.version += 1
    await complaint.save()
    await note_step(actor, complaint, "reopen", words)
    await note_complaint(complaint.customer_id, await quiet_until())
    await record(
        ComplaintReopened(
            actor=str(actor),
            customer_id=complaint.customer_id,
            store_id=complaint.store_id,
            complaint_id=complaint.id,
        )
    )
    await _tell_staff(complaint, f"还不满意：{words}")


async def add(actor: Actor, complaint: Complaint, words: str, photos: Sequence[str] = ()) -> None:
    """The owner says more about the same matter. What was thought resolved is opened again. The caller has locked the
    complaint in the running transaction.

    Raises:
        ComplaintIsClosed.
    """
    if complaint.state is ComplaintState.CLOSED:
        raise ComplaintIsClosed
    complaint.photos = [*complaint.photos, *photos][: rules.MAX_PHOTOS]
    if complaint.state in rules.UNRESOLVED:
        await keep_step(actor, complaint, "add", words)
    else:
        await reopen(actor, complaint, words)


async def note_amends(actor: Actor, complaint_id: int, words: str, *, expected_version: int) -> Complaint:
    """Note in the running transaction what the owner was given for what went wrong, for example a coupon.

    Raises:
        ComplaintNotFound, NotAllowed, SameHands, StaleVersion, ComplaintIsClosed.
    """
    complaint = await locked(actor, complaint_id, "complaints.resolve", expected_version)
    if complaint.state is ComplaintState.CLOSED:
        raise ComplaintIsClosed
    await keep_step(actor, complaint, "amends", words)
    return complaint


async def keep_step(actor: Actor, complaint: Complaint, action: str, words: str) -> None:
    """Save a locked complaint with one more step in its history."""
    complaint.version += 1
    await complaint.save()
    await note_step(actor, complaint, action, words)
    await record(
        ComplaintStepped(
            actor=str(actor),
            customer_id=complaint.customer_id,
            store_id=complaint.store_id,
            complaint_id=complaint.id,
            action=action,
            by=actor.name or "车主",
        )
    )


async def locked(actor: Actor, complaint_id: int, action: str, expected_version: int) -> Complaint:
    """The complaint under its lock, if it is as the actor saw it and not about their own work.

    Raises:
        ComplaintNotFound, NotAllowed, SameHands, StaleVersion.
    """
    complaint = await Complaint.select_for_update().get_or_none(id=complaint_id)
    if complaint is None:
        raise ComplaintNotFound
    authorise(actor, action, subject(store_id=complaint.store_id), not_by=complaint.advisor_id)
    if complaint.version != expected_version:
        raise StaleVersion(current_version=complaint.version, current_state=complaint.state.value)
    return complaint


async def quiet_until() -> date:
    """The last day on which somebody who complains today gets no marketing."""
    return clock.today() + timedelta(days=(await group_policy(ContactPolicy)).complaint_days)


async def note_step(actor: Actor, complaint: Complaint, action: str, words: str) -> None:
    """Add a step to the history of a complaint; words are cut at 300 characters."""
    await ComplaintStep.create(
        complaint_id=complaint.id,
        action=action,
        staff_id=actor.id if actor.kind == "staff" else None,
        note=words[:300],
        at=clock.now(),
    )


async def acknowledge(actor: Actor, complaint_id: int) -> Complaint:
    """我来处理: take up a complaint; the cards of the others then show who did.

    Raises:
        SameHands: the complaint is about the actor's own work.
        IllegalMove: somebody has taken it up already.
    """
    async with database.transaction():
        complaint = await Complaint.select_for_update().get_or_none(id=complaint_id)
        if complaint is None:
            raise ComplaintNotFound
        on = subject(store_id=complaint.store_id)
        authorise(actor, "complaints.acknowledge", on, not_by=complaint.advisor_id)
        complaint.state = next_state(rules.COMPLAINT_MOVES, complaint.state, "acknowledge")
        complaint.acknowledged_at, complaint.acknowledged_by_id = clock.now(), actor.id
        complaint.version += 1
        await complaint.save()
        await note_step(actor, complaint, "acknowledge", "")
        await record(
            ComplaintAcknowledged(
                actor=str(actor),
                customer_id=complaint.customer_id,
                store_id=complaint.store_id,
                complaint_id=complaint.id,
                by=actor.name,
            )
        )
        await close_card(Ref("complaint", complaint.id), "complaint_opened", "take", actor.name)
        await _tell_owner(complaint, actor.name)
        return complaint


async def _tell_owner(complaint: Complaint, handler: str) -> None:
    """Who looks after it now; told again when it was reopened and taken up anew."""
    facts = await card_facts(complaint, complaint.body)
    wanted = ("store_short", "model_short", "plate", "filed_at")
    await say(
        "complaint_taken",
        {name: facts[name] for name in wanted} | {"handler": handler},
        customer_id=complaint.customer_id,
        about=Ref("complaint", complaint.id),
        dedupe_key=f"complaint:{complaint.id}:{complaint.version}:taken",
        version=complaint.version,
    )


async def card_facts(complaint: Complaint, words: str) -> dict[str, FactValue]:
    """The facts that every card about a complaint shows."""
    customer = await Customer.get(id=complaint.customer_id)
    vehicle = await Vehicle.get(id=complaint.vehicle_id).prefetch_related("model")
    store = await Store.get(id=complaint.store_id)
    return {
        "store_short": store.short_name,
        "where": complaint.source,
        "filed_at": complaint.reopened_at or complaint.opened_at,
        "customer_name": customer.name,
        "phone": customer.phone,
        "model_short": vehicle.model.series,
        "plate": vehicle.plate or None,
        "complaint": words,
    }


async def _tell_staff(complaint: Complaint, words: str) -> None:
    policy = await policy_of(rules.ComplaintPolicy, complaint.store_id)
    facts = await card_facts(complaint, words) | {
        "answer_hours": policy.answer_within_hours,
        "plan_hours": policy.plan_within_hours,
        "resolve_hours": policy.resolve_within_hours,
    }
    managers = await staff_with_role(Role.SVM, complaint.store_id)
    care = await staff_with_role(Role.CRC, complaint.store_id)
    for staff_id in dict.fromkeys([*managers, *care]):
        if staff_id != complaint.advisor_id:
            await say(
                "complaint_opened",
                facts,
                staff_id=staff_id,
                about=Ref("complaint", complaint.id),
                dedupe_key=f"complaint:{complaint.id}:{complaint.version}:opened:{staff_id}",
                version=complaint.version,
            )

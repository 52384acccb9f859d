"""Sending surveys: planned at the hand-over, then sent and ended by jobs; staff cannot send or end one."""

from datetime import datetime, timedelta

from crm_core.dealerships.actors import system
from crm_core.dealerships.models import Store
from crm_core.messaging.service import say
from crm_core.policies.current import policy_of
from crm_core.surveys import rules
from crm_core.surveys.events import SurveyExpired, SurveyFacts, SurveySent
from crm_core.surveys.models import Survey
from crm_core.surveys.rules import SurveyState
from crm_core.vehicles.models import Vehicle
from foundation import clock, database
from foundation.events import record
from foundation.moves import next_state
from foundation.refs import Ref

BATCH = 200
"""The most surveys that are sent or ended at a time."""
ASKING = system("survey_due")


async def schedule(
    *,
    repair_order_id: int,
    store_id: int,
    customer_id: int,
    vehicle_id: int,
    advisor_id: int | None,
    delivered_at: datetime,
) -> Survey | None:
    """Plan the survey of a visit, in the transaction that confirms its hand-over.

    Returns None if the owner was asked recently about another visit and is therefore not asked again.
    """
    # Two simultaneous hand-overs of one owner must not both find that the owner was not asked recently.
    await database.advisory_lock(f"survey:{customer_id}")
    if await Survey.exists(repair_order_id=repair_order_id):
        return None
    policy = await policy_of(rules.SurveyPolicy, store_id)
    send_at = rules.send_at(delivered_at, policy)
    pause = timedelta(days=policy.owner_pause_days)
    if await Survey.exists(customer_id=customer_id, send_at__gt=send_at - pause):
        return None
    return await Survey.create(
        repair_order_id=repair_order_id,
        store_id=store_id,
        customer_id=customer_id,
        vehicle_id=vehicle_id,
        advisor_id=advisor_id,
        state=SurveyState.SCHEDULED,
        delivered_at=delivered_at,
        send_at=send_at,
    )


async def take_back(repair_order_id: int) -> None:
    """Delete a planned survey while the owner disputes the hand-over; it is planned again when the dispute is settled.
    A survey that was already sent stays.
    """
    await Survey.filter(repair_order_id=repair_order_id, state=SurveyState.SCHEDULED).delete()


async def send_due() -> int:
    """Send the surveys that are due and drop those that are too late. Returns how many were handled, at most BATCH."""
    due = await Survey.filter(state=SurveyState.SCHEDULED, send_at__lte=clock.now()).order_by("id").limit(BATCH)
    for survey in due:
        await send(survey.id)
    return len(due)


async def send(survey_id: int) -> None:
    """Invite the owner to a survey; does nothing if it was sent already."""
    async with database.transaction():
        survey = await Survey.select_for_update().get(id=survey_id)
        if survey.state is not SurveyState.SCHEDULED:
            return
        now, policy = clock.now(), await policy_of(rules.SurveyPolicy, survey.store_id)
        survey.state = next_state(rules.SURVEY_MOVES, survey.state, "send")
        survey.version += 1
        survey.sent_at, survey.expires_at = now, rules.expires_at(now, policy)
        if rules.is_too_late_to_send(survey.delivered_at, now, policy):
            survey.state = next_state(rules.SURVEY_MOVES, survey.state, "expire")
            await survey.save()
            return
        await survey.save()
        await record(SurveySent(**facts(str(ASKING), survey)))
        store = await Store.get(id=survey.store_id)
        vehicle = await Vehicle.get(id=survey.vehicle_id).prefetch_related("model")
        await say(
            "survey_invitation",
            {
                "store_short": store.short_name,
                "model_short": vehicle.model.series,
                "plate": vehicle.plate or None,
                "serviced_at": survey.delivered_at,
            },
            customer_id=survey.customer_id,
            about=Ref("survey", survey.id),
            dedupe_key=f"survey:{survey.id}:invitation",
            send_before=survey.expires_at,
        )


async def expire_due() -> int:
    """End surveys that were not answered in time; returns how many, at most BATCH."""
    due = await Survey.filter(
        state__in=(SurveyState.SENT, SurveyState.OPENED), expires_at__lte=clock.now() - timedelta(seconds=1)
    ).limit(BATCH)
    for survey in due:
        async with database.transaction():
            locked = await Survey.select_for_update().get(id=survey.id)
            if locked.state not in (SurveyState.SENT, SurveyState.OPENED):
                continue
            locked.state = next_state(rules.SURVEY_MOVES, locked.state, "expire")
            locked.version += 1
            await locked.save()
            await record(SurveyExpired(**facts(str(ASKING), locked)))
    return len(due)


def facts(actor: str, survey: Survey) -> SurveyFacts:
    """The facts that every event of this survey carries."""
    return SurveyFacts(
        actor=actor,
        customer_id=survey.customer_id,
        store_id=survey.store_id,
        survey_id=survey.id,
        repair_order_id=survey.repair_order_id,
    )

"""Making a request about one's data, withdrawing it, and reminding the officers."""

from crm_core.customers import consents, people
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, owners_own
from crm_core.privacy import notices, rules
from crm_core.privacy.errors import AlreadyAsked, PrivacyRequestNotFound, SayWhatIsWrong
from crm_core.privacy.events import PrivacyRequested, PrivacyRequestWithdrawn
from crm_core.privacy.models import PrivacyRequest
from crm_core.privacy.rules import MOVES, PrivacyRequestKind, PrivacyRequestState
from foundation import clock, database
from foundation.events import record
from foundation.moves import next_state


async def ask(actor: Actor, kind: PrivacyRequestKind, details: str = "") -> PrivacyRequest:
    """Write the request down with the day it has to be answered by, and tell the officer.

    A person who asks to be deleted gets no more marketing, however the request is answered.

    Raises:
        SayWhatIsWrong: a correction without details.
        AlreadyAsked: the person has an open request of the same kind.
    """
    authorise(actor, "privacy.ask", owners_own(actor.id))
    if rules.needs_words(kind) and not details:
        raise SayWhatIsWrong
    async with database.transaction():
        person = await people.lock(actor.id)
        waiting = PrivacyRequest.filter(customer_id=person.id, kind=kind, state__in=rules.WAITING)
        if await waiting.exists():
            raise AlreadyAsked
        now = clock.now()
        asked = await PrivacyRequest.create(
            customer_id=person.id,
            kind=kind,
            details=details,
            state=PrivacyRequestState.RECEIVED,
            asked_at=now,
            due_on=rules.due_on(now),
            is_phone_verified=person.phone_verified_at is not None,
        )
        if kind is PrivacyRequestKind.DELETION:
            await consents.stop_marketing(actor, person.id, how="deletion_request")
        await record(
            PrivacyRequested(
                actor=str(actor),
                customer_id=person.id,
                store_id=person.home_store_id,
                privacy_request_id=asked.id,
                kind=kind.value,
                due_on=asked.due_on.isoformat(),
            )
        )
        await notices.tell_officers(asked, "asked")
        return asked


async def withdraw(actor: Actor, privacy_request_id: int) -> PrivacyRequest:
    """Withdraw a request that is not answered yet, or an agreed deletion before it is carried out; repeating the call
    is harmless.

    Marketing that a deletion request stopped stays stopped until the person agrees to it again.

    Raises:
        PrivacyRequestNotFound: this person has no such request.
        IllegalMove: it has been answered.
    """
    authorise(actor, "privacy.ask", owners_own(actor.id))
    async with database.transaction():
        asked = await PrivacyRequest.select_for_update().get_or_none(id=privacy_request_id, customer_id=actor.id)
        if asked is None:
            raise PrivacyRequestNotFound
        if asked.state is PrivacyRequestState.WITHDRAWN:
            return asked
        asked.state = next_state(MOVES, asked.state, "withdraw")
        asked.ended_at = clock.now()
        asked.version += 1
        await asked.save()
        await record(
            PrivacyRequestWithdrawn(
                actor=str(actor), customer_id=asked.customer_id, privacy_request_id=asked.id, kind=asked.kind.value
            )
        )
        return asked


async def remind() -> None:
    """Remind the officers of each open request once, shortly before it has to be answered."""
    soon = clock.today() + rules.REMIND_BEFORE
    waiting = PrivacyRequest.filter(state=PrivacyRequestState.RECEIVED, due_on__lte=soon)
    for asked in await waiting.order_by("due_on", "id"):
        async with database.transaction():
            await notices.tell_officers(asked, "due_soon")

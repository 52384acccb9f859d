"""What a person asks of us about their data, and takes back."""

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

    Whoever asks to be deleted gets no marketing from now on, whatever comes of the request.

    Raises:
        SayWhatIsWrong: a correction that names nothing.
        AlreadyAsked: the same, not answered yet.
    """
    authorise(actor, "privacy.ask", owners_own(actor.id))
    if rules.needs_words(kind) and not details:
        raise SayWhatIsWrong
    async with database.transaction():
        person = await people.lock(actor.id)
        waiting = PrivacyRequest.filter(customer_id=person.id, kind=kind, state=PrivacyRequestState.RECEIVED)
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
    """Take a request back that is not answered yet; twice is as once. Marketing stays stopped until they say so.

    Raises:
        PrivacyRequestNotFound: none of theirs.
        IllegalMove: it is answered.
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
    """Tell the officers of what is still to be answered shortly before its day, once each."""
    soon = clock.today() + rules.REMIND_BEFORE
    waiting = PrivacyRequest.filter(state=PrivacyRequestState.RECEIVED, due_on__lte=soon)
    for asked in await waiting.order_by("due_on", "id"):
        async with database.transaction():
            await notices.tell_officers(asked, "due_soon")

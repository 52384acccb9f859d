"""Making a request about one's data, withdrawing it, and reminding the officers."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from crm_core.customers import consents, people
from crm_core.customers.people import Person
from crm_core.dealerships import audit
from crm_core.dealerships.actors import Actor, system
from crm_core.dealerships.audit_telling import Line, in_words, tells_of
from crm_core.dealerships.permissions import authorise, owners_own
from crm_core.privacy import notices, rules
from crm_core.privacy.errors import AlreadyAsked, NotThatDay, PrivacyRequestNotFound, SayWhatIsWrong
from crm_core.privacy.events import PrivacyRequested, PrivacyRequestWithdrawn
from crm_core.privacy.models import PrivacyRequest
from crm_core.privacy.rules import MOVES, PrivacyRequestKind, PrivacyRequestState
from foundation import clock, database
from foundation.errors import StaleVersion
from foundation.events import record
from foundation.moves import next_state
from foundation.refs import Ref


async def ask(actor: Actor, kind: PrivacyRequestKind, details: str = "") -> PrivacyRequest:
    """Write the request down with the day it has to be answered by, and tell the officer.

    A person who asks to be deleted gets no more marketing, however the request is answered.

    Raises:
        SayWhatIsWrong: a correction without details.
        AlreadyAsked: the person has an open request of the same kind.
    """
    authorise(actor, "privacy.ask", owners_own(actor.id))
    async with database.transaction():
        person = await people.lock(actor.id)
        asked = await _begin(
            actor, person, kind, details, clock.now(), knows_phone=person.phone_verified_at is not None
        )
        await notices.tell_officers(asked, "asked")
        return asked


async def write_down(
    actor: Actor, customer_id: int, kind: PrivacyRequestKind, details: str, *, asked_on: date
) -> PrivacyRequest:
    """An officer writes down what a person without an account asked by phone, at the desk or by letter.

    The time to answer counts from the day they asked. Who asks is always checked before anything is done.

    Raises:
        CustomerNotFound, NotAllowed.
        NotThatDay: `asked_on` is to come, or its answer was due by now.
        SayWhatIsWrong, AlreadyAsked: as `ask`.
    """
    async with database.transaction():
        person = await people.lock_for(actor, "privacy.work_off", customer_id)
        today = clock.today()
        if not today - timedelta(days=rules.DAYS_TO_ANSWER) <= asked_on <= today:
            raise NotThatDay
        asked_at = clock.now() if asked_on == today else clock.at(asked_on)
        asked = await _begin(actor, person, kind, details, asked_at, knows_phone=False)
        asked.recorded_by_id = actor.id
        await asked.save(update_fields=["recorded_by_id"])
        await audit.note(actor, "privacy.write_down", Ref("privacy_request", asked.id), kind=kind.value)
        return asked


async def _begin(
    actor: Actor, person: Person, kind: PrivacyRequestKind, details: str, asked_at: datetime, *, knows_phone: bool
) -> PrivacyRequest:
    if rules.needs_words(kind) and not details:
        raise SayWhatIsWrong
    waiting = PrivacyRequest.filter(customer_id=person.id, kind=kind, state__in=rules.WAITING)
    if await waiting.exists():
        raise AlreadyAsked
    asked = await PrivacyRequest.create(
        customer_id=person.id,
        kind=kind,
        details=details,
        state=PrivacyRequestState.RECEIVED,
        asked_at=asked_at,
        due_on=rules.due_on(asked_at),
        is_phone_verified=knows_phone,
    )
    if kind is PrivacyRequestKind.DELETION:
        # The officer writes down what the person said; that it ends marketing is a rule of the house.
        by = actor if actor.is_owner else system("privacy")
        await consents.stop_marketing(by, person.id, how="deletion_request")
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
        if asked.state is not PrivacyRequestState.WITHDRAWN:
            await _take_back(actor, asked)
        return asked


async def note_withdrawal(actor: Actor, privacy_request_id: int, *, expected_version: int) -> PrivacyRequest:
    """The person has told the officer that they withdraw what the officer wrote down for them.

    Raises:
        PrivacyRequestNotFound: there is none, or the person asked in the mini-program, where they withdraw themselves.
        NotAllowed, StaleVersion, IllegalMove.
    """
    async with database.transaction():
        asked = await PrivacyRequest.select_for_update().get_or_none(id=privacy_request_id)
        if asked is None:
            raise PrivacyRequestNotFound
        authorise(actor, "privacy.work_off", await people.scope_of(asked.customer_id))
        if asked.recorded_by_id is None:
            raise PrivacyRequestNotFound
        if asked.version != expected_version:
            raise StaleVersion(current_version=asked.version)
        await _take_back(actor, asked)
        return asked


async def _take_back(actor: Actor, asked: PrivacyRequest) -> None:
    asked.state = next_state(MOVES, asked.state, "withdraw")
    asked.ended_at = clock.now()
    asked.version += 1
    await asked.save()
    await record(
        PrivacyRequestWithdrawn(
            actor=str(actor), customer_id=asked.customer_id, privacy_request_id=asked.id, kind=asked.kind.value
        )
    )


async def remind() -> None:
    """Remind the officers of each open request once, shortly before it has to be answered."""
    soon = clock.today() + rules.REMIND_BEFORE
    waiting = PrivacyRequest.filter(state=PrivacyRequestState.RECEIVED, due_on__lte=soon)
    for asked in await waiting.order_by("due_on", "id"):
        async with database.transaction():
            await notices.tell_officers(asked, "due_soon")


@tells_of("privacy")
async def tell_kinds(lines: Sequence[Line]) -> list[dict[str, object]]:
    """What a person asked, as people read it."""
    return in_words(
        lines, kind=lambda kind: PrivacyRequestKind(kind).label if kind in set(PrivacyRequestKind) else kind
    )

"""What the officer does about a request: give a copy, correct, restrict, delete, or refuse with the reason.

A deletion is agreed to first and carried out some days later (`rules.erase_after`): what is gone does not come back,
and the person reads the reply, with what a law keeps, while their account still works.
"""

from datetime import timedelta

from crm_core.customers import consents, people
from crm_core.customers import service as customers
from crm_core.dealerships import audit
from crm_core.dealerships.actors import Actor, system
from crm_core.dealerships.permissions import authorise
from crm_core.privacy import notices, rules
from crm_core.privacy.erasing import erase
from crm_core.privacy.errors import (
    IdentityNotChecked,
    NothingToLift,
    NotThisKind,
    PrivacyRequestNotFound,
    SayWhatIsWrong,
    StillGoingOn,
)
from crm_core.privacy.events import PrivacyRequestAnswered
from crm_core.privacy.holds import holds_of, stored, unfinished_of
from crm_core.privacy.models import PrivacyRequest
from crm_core.privacy.rules import MOVES, PrivacyRequestKind, PrivacyRequestState
from crm_core.privacy.traces import hold, of_customer
from foundation import clock, database
from foundation.errors import StaleVersion
from foundation.events import record
from foundation.logging import logger
from foundation.moves import next_state
from foundation.refs import Ref

SYSTEM = system("privacy")


async def give_copy(
    actor: Actor, privacy_request_id: int, *, expected_version: int, identity_check: str = "", answer: str = ""
) -> PrivacyRequest:
    """Let the person fetch a copy of their data for DAYS_TO_READ days.

    Raises:
        PrivacyRequestNotFound, NotAllowed, StaleVersion, NotThisKind, IllegalMove.
        IdentityNotChecked: nobody knows who asks.
    """
    async with database.transaction():
        asked = await _taken(actor, privacy_request_id, expected_version, PrivacyRequestKind.EXPORT, identity_check)
        asked.readable_until = clock.now() + timedelta(days=rules.DAYS_TO_READ)
        await _end(actor, asked, "finish", answer or f"请在 {rules.DAYS_TO_READ} 天内查看。")
        return asked


async def correct(
    actor: Actor,
    privacy_request_id: int,
    *,
    expected_version: int,
    answer: str,
    name: str | None = None,
    phone: str | None = None,
    identity_check: str = "",
) -> PrivacyRequest:
    """Put right what is wrong; `answer` says what is so now. What is not a name or a phone (a plate, a mileage) is put
    right on its own page before.

    Raises:
        as `give_copy`, and
        SayWhatIsWrong: no answer.
        NameNotAccepted, PhoneNotAccepted: the text is not a name or phone number.
    """
    if not answer:
        raise SayWhatIsWrong("请写明更正了什么，提出人会看到。")
    async with database.transaction():
        asked = await _taken(actor, privacy_request_id, expected_version, PrivacyRequestKind.CORRECTION, identity_check)
        person = await people.lock(asked.customer_id)
        if name is not None or phone is not None:
            await customers.edit(actor, person.id, expected_version=person.version, name=name, phone=phone)
        await _end(actor, asked, "finish", answer)
        return asked


async def restrict(
    actor: Actor, privacy_request_id: int, *, expected_version: int, identity_check: str = "", answer: str = ""
) -> PrivacyRequest:
    """限制处理: from now on their data serves their own repairs and nothing else: no marketing, no segment.

    Raises:
        as `give_copy`.
    """
    async with database.transaction():
        asked = await _taken(
            actor, privacy_request_id, expected_version, PrivacyRequestKind.RESTRICTION, identity_check
        )
        person = await people.lock(asked.customer_id)
        await consents.stop_marketing(SYSTEM, person.id, how="restriction_request")
        await database.execute(
            "UPDATE customer SET restricted_at = coalesce(restricted_at, $2), version = version + 1 WHERE id = $1",
            person.id,
            clock.now(),
        )
        await _end(actor, asked, "finish", answer or "已限制处理：只用于您自己的维修保养。")
        return asked


async def lift(actor: Actor, customer_id: int, *, reason: str) -> None:
    """End a restriction, because the person wants it.

    Raises:
        CustomerNotFound, NotAllowed.
        NothingToLift: there is none, or they were erased.
    """
    async with database.transaction():
        person = await people.lock_for(actor, "privacy.work_off", customer_id)
        lifted = await database.execute(
            "UPDATE customer SET restricted_at = NULL, version = version + 1 "
            "WHERE id = $1 AND restricted_at IS NOT NULL AND erased_at IS NULL",
            person.id,
        )
        if lifted != "UPDATE 1":
            raise NothingToLift
        await audit.note(actor, "privacy.lift", Ref("customer", person.id), reason=reason)


async def agree_to_delete(
    actor: Actor, privacy_request_id: int, *, expected_version: int, identity_check: str = "", answer: str = ""
) -> PrivacyRequest:
    """Agree to delete them. The reply lists what a law keeps; the deletion itself follows at `erase_after`.

    Raises:
        as `give_copy`, and
        StillGoingOn: something of theirs has not ended.
    """
    async with database.transaction():
        asked = await _taken(actor, privacy_request_id, expected_version, PrivacyRequestKind.DELETION, identity_check)
        traces = await of_customer(asked.customer_id)
        if waiting := await unfinished_of(traces):
            raise StillGoingOn(headings=waiting)
        asked.holds = stored(await holds_of(traces))
        asked.agreed_at = clock.now()
        asked.erase_after = rules.erase_after(clock.now(), asked.due_on)
        asked.state = next_state(MOVES, asked.state, "agree")
        asked.answer = answer
        await _write(actor, asked)
        return asked


async def refuse(actor: Actor, privacy_request_id: int, *, expected_version: int, answer: str) -> PrivacyRequest:
    """Refuse, with the reason that the person reads (PIPL art. 50).

    Raises:
        PrivacyRequestNotFound, NotAllowed, StaleVersion, IllegalMove.
        SayWhatIsWrong: no reason.
    """
    if not answer:
        raise SayWhatIsWrong("请写明不能办理的理由，提出人会看到。")
    async with database.transaction():
        asked = await _locked(actor, privacy_request_id, expected_version)
        await _end(actor, asked, "refuse", answer)
        return asked


async def erase_due() -> None:
    """Carry out the deletions whose time has come. What has begun meanwhile, such as a new order, is waited for."""
    due = PrivacyRequest.filter(state=PrivacyRequestState.AGREED, erase_after__lte=clock.now())
    for request_id in await due.order_by("id").values_list("id", flat=True):
        async with database.transaction():
            # The person before their request: a merge, which moves requests, locks in this order too.
            await hold((await PrivacyRequest.get(id=request_id)).customer_id)
            asked = await PrivacyRequest.select_for_update().get(id=request_id)
            if asked.state is not PrivacyRequestState.AGREED:
                continue
            if waiting := await unfinished_of(await of_customer(asked.customer_id)):
                logger.warning("deletion_waits", privacy_request_id=asked.id, headings=waiting)
                continue
            erased = await erase(asked.customer_id)
            asked = await PrivacyRequest.get(id=request_id)
            asked.state = next_state(MOVES, asked.state, "finish")
            asked.ended_at = clock.now()
            touched = {table: rows for table, rows in erased.rows.items() if rows}
            await _write(SYSTEM, asked, rows=touched, pictures=erased.pictures)


async def _taken(
    actor: Actor, request_id: int, expected_version: int, kind: PrivacyRequestKind, identity_check: str
) -> PrivacyRequest:
    """The locked request, if it is of this kind and we know who asks."""
    asked = await _locked(actor, request_id, expected_version)
    if asked.kind is not kind:
        raise NotThisKind
    asked.identity_check = identity_check or asked.identity_check
    if not asked.is_phone_verified and not asked.identity_check:
        raise IdentityNotChecked
    return asked


async def _locked(actor: Actor, request_id: int, expected_version: int) -> PrivacyRequest:
    asked = await PrivacyRequest.select_for_update().get_or_none(id=request_id)
    if asked is None:
        raise PrivacyRequestNotFound
    authorise(actor, "privacy.work_off", await people.scope_of(asked.customer_id))
    if asked.version != expected_version:
        raise StaleVersion(current_version=asked.version)
    return asked


async def _end(actor: Actor, asked: PrivacyRequest, action: str, answer: str) -> None:
    asked.state = next_state(MOVES, asked.state, action)
    asked.ended_at = clock.now()
    asked.answer = answer
    await _write(actor, asked)


async def _write(actor: Actor, asked: PrivacyRequest, **details: object) -> None:
    """Store the answer with who gave it and note it in the audit log."""
    if actor.kind == "staff":
        asked.handled_by_id = actor.id
    asked.version += 1
    await asked.save()
    if actor.kind == "staff":  # Whoever was erased is told nothing any more.
        await notices.tell_person(asked)
    about = Ref("privacy_request", asked.id)
    await audit.note(
        actor,
        f"privacy.{asked.state.value.lower()}",
        about,
        reason=asked.identity_check,
        kind=asked.kind.value,
        did=details,
    )
    await record(
        PrivacyRequestAnswered(
            actor=str(actor),
            customer_id=asked.customer_id,
            privacy_request_id=asked.id,
            kind=asked.kind.value,
            state=asked.state.value,
        )
    )

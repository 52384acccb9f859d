"""The consent ledger (PIPL art. 13–16): one purpose at a time, with the text they saw; withdrawn as easily as given.

Buying a car is no consent to marketing, and being a WeCom friend is none either. Stopping marketing acts at once, on
every channel, in every store, also on what is already queued, because every send asks again.
"""

from datetime import date
from typing import Final

from crm_core.customers import people
from crm_core.customers.errors import NoConsent
from crm_core.customers.events import ConsentGiven, ConsentWithdrawn, MarketingResumed, MarketingStopped
from crm_core.customers.models import Purpose
from crm_core.dealerships import audit
from crm_core.dealerships.actors import Actor
from foundation import clock, database
from foundation.events import record
from foundation.reading import Query, read_model
from foundation.refs import Ref


@read_model
class Consent:
    """A consent that holds."""

    id: int
    purpose: Purpose
    text_version: str


_LIVE: Final = Query(
    Consent,
    "SELECT id, purpose, text_version FROM consent "
    "WHERE customer_id = $1 AND purpose = $2 AND withdrawn_at IS NULL FOR UPDATE",
)
MARKETING = frozenset({Purpose.MARKETING_SMS, Purpose.MARKETING_WECOM, Purpose.MARKETING_CALL})


async def give_consent(
    actor: Actor,
    customer_id: int,
    purpose: Purpose,
    *,
    text_version: str,
    how: str,
) -> None:
    """They ticked the box of exactly this purpose under the text `text_version`; `how` says where (`mini_program`).

    Given again under the same text nothing changes; under a new text the old line ends and a new one begins. Consent to
    marketing after having stopped it means they may be written to again.
    """
    async with database.transaction():
        row = await people.lock_for(actor, "customers.consent", customer_id)
        live = await _live(row.id, purpose)
        if live is not None and live.text_version == text_version:
            return
        if live is not None:
            await _end(live.id, "superseded")
        await database.execute(
            "INSERT INTO consent (customer_id, purpose, text_version, given_at, how, evidence, withdrawn_how) "
            "VALUES ($1, $2, $3, $4, $5, '{}', '')",
            row.id,
            purpose.value,
            text_version,
            clock.now(),
            how,
        )
        if purpose in MARKETING and row.marketing_stopped_at is not None:
            await _resume(actor, row)
        await record(
            ConsentGiven(
                actor=str(actor),
                customer_id=row.id,
                store_id=row.home_store_id,
                purpose=purpose.value,
                text_version=text_version,
            )
        )


async def withdraw_consent(actor: Actor, customer_id: int, purpose: Purpose, *, how: str) -> None:
    """End the live consent for one purpose; what was done under it stays lawful.

    Raises:
        NoConsent: there is none.
    """
    async with database.transaction():
        row = await people.lock_for(actor, "customers.consent", customer_id)
        live = await _live(row.id, purpose)
        if live is None:
            raise NoConsent
        await _withdraw(actor, row, live, how)


async def stop_marketing(actor: Actor, customer_id: int, *, how: str) -> None:
    """No more marketing at all: every marketing consent ends and nothing is sent from now on. Twice is fine."""
    async with database.transaction():
        row = await people.lock_for(actor, "customers.consent", customer_id)
        for purpose in sorted(MARKETING):
            live = await _live(row.id, purpose)
            if live is not None:
                await _withdraw(actor, row, live, how)
        if row.marketing_stopped_at is not None:
            return
        await database.execute(
            "UPDATE customer SET marketing_stopped_at = $2, version = version + 1 WHERE id = $1", row.id, clock.now()
        )
        if not actor.is_owner:
            await audit.note(actor, "customers.stop_marketing", Ref("customer", row.id), reason=how)
        await record(MarketingStopped(actor=str(actor), customer_id=row.id, store_id=row.home_store_id))


async def resume_marketing(actor: Actor, customer_id: int) -> None:
    """Lift the stop; they still have to consent to each purpose anew. Only they themselves may want this."""
    async with database.transaction():
        row = await people.lock_for(actor, "customers.consent", customer_id)
        if row.marketing_stopped_at is not None:
            await _resume(actor, row)


async def note_complaint(customer_id: int, quiet_until: date) -> None:
    """They complained: no marketing to them until that day. Called in the transaction that opens the complaint."""
    row = await people.lock(customer_id)
    await database.execute(
        "UPDATE customer SET complaint_until = greatest(complaint_until, $2), version = version + 1 WHERE id = $1",
        row.id,
        quiet_until,
    )


async def live_purposes(customer_id: int) -> frozenset[Purpose]:
    """What they agree to now."""
    rows = await database.fetch(
        "SELECT purpose FROM consent WHERE customer_id = $1 AND withdrawn_at IS NULL", customer_id
    )
    return frozenset(Purpose(row["purpose"]) for row in rows)


async def _live(customer_id: int, purpose: Purpose) -> Consent | None:
    return await _LIVE.first(customer_id, purpose.value)


async def _end(consent_id: int, how: str) -> None:
    await database.execute(
        "UPDATE consent SET withdrawn_at = $2, withdrawn_how = $3 WHERE id = $1", consent_id, clock.now(), how
    )


async def _withdraw(actor: Actor, row: people.Person, live: Consent, how: str) -> None:
    await _end(live.id, how)
    await record(
        ConsentWithdrawn(actor=str(actor), customer_id=row.id, store_id=row.home_store_id, purpose=live.purpose.value)
    )


async def _resume(actor: Actor, row: people.Person) -> None:
    await database.execute(
        "UPDATE customer SET marketing_stopped_at = NULL, version = version + 1 WHERE id = $1", row.id
    )
    await record(MarketingResumed(actor=str(actor), customer_id=row.id, store_id=row.home_store_id))

"""The person's own page, and the officers' list."""

from dataclasses import replace
from datetime import date, datetime
from typing import Final

from crm_core.customers.consent_texts.reading import texts_of_group
from crm_core.customers.models import Purpose
from crm_core.customers.queries import seen_name
from crm_core.dealerships import audit
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, owners_own, stores_within, subject
from crm_core.privacy.errors import CopyNotReadable, PrivacyRequestNotFound
from crm_core.privacy.giving import Copy, copy_of, counts_of
from crm_core.privacy.held import Held, held_of
from crm_core.privacy.holds import Hold, holds_of, unfinished_of
from crm_core.privacy.rules import WAITING, PrivacyRequestKind, PrivacyRequestState
from crm_core.privacy.traces import of_customer
from foundation import clock, database
from foundation.errors import NotAllowed
from foundation.reading import Query, derive, literals, read_model
from foundation.refs import Ref


@read_model
class OwnConsent:
    """A consent with the text that the person read; `text` is empty if they agreed outside the mini-program."""

    purpose: Purpose
    title: str
    text: str
    text_version: str
    given_at: datetime
    how: str
    withdrawn_at: datetime | None
    withdrawn_how: str


@read_model
class OwnPrivacyRequest:
    """A request of the person; `days_left` is negative when the answer is overdue."""

    id: int
    kind: PrivacyRequestKind
    details: str
    state: PrivacyRequestState
    asked_at: datetime
    due_on: date
    days_left: int
    ended_at: datetime | None
    answer: str
    readable_until: datetime | None
    """Until when the copy can be fetched."""
    erase_after: datetime | None
    """When an agreed deletion is carried out; until then it can be taken back."""
    holds: list[Hold]
    """What stays because a law demands it."""


@read_model
class StaffPrivacyRequest(OwnPrivacyRequest):
    """A request in the officers' list; the person's name is masked as the reader's roles demand."""

    customer_id: int
    customer_name: str
    store: str | None
    is_phone_verified: bool
    recorded_by: str | None
    """The officer who wrote it down for somebody who asked outside the mini-program."""
    version: int


@read_model
class _Line:
    """A line of the consent ledger as it is stored."""

    purpose: Purpose
    text_version: str
    given_at: datetime
    how: str
    withdrawn_at: datetime | None
    withdrawn_how: str


_COLUMNS: Final = (
    "q.id, q.kind, q.details, q.state, q.asked_at, q.due_on, q.due_on - $2::date AS days_left, q.ended_at, q.answer, "
    "q.readable_until, q.erase_after, q.holds"
)
_LEDGER = Query(
    _Line,
    "SELECT purpose, text_version, given_at, how, withdrawn_at, withdrawn_how FROM consent WHERE customer_id = $1 "
    "ORDER BY given_at DESC, id DESC",
)
_OWN = Query(
    OwnPrivacyRequest, f"SELECT {_COLUMNS} FROM privacy_request q WHERE q.customer_id = $1 ORDER BY q.id DESC LIMIT 100"
)
_WAITING = Query(
    StaffPrivacyRequest,
    f"""
    SELECT {_COLUMNS}, q.customer_id, c.name AS customer_name, s.short_name AS store, q.is_phone_verified,
      w.name AS recorded_by, q.version
    FROM privacy_request q JOIN customer c ON c.id = q.customer_id LEFT JOIN store s ON s.id = c.home_store_id
    LEFT JOIN staff w ON w.id = q.recorded_by_id
    WHERE ($1::bigint[] IS NULL OR c.home_store_id = ANY($1))
    ORDER BY q.state NOT IN ({literals(PrivacyRequestState.RECEIVED)}), q.due_on, q.id DESC LIMIT 200
    """,
)


async def ledger(actor: Actor) -> list[OwnConsent]:
    """Every consent the person ever gave, with the text they read, the newest first."""
    authorise(actor, "privacy.ask", owners_own(actor.id))
    texts = {(text.purpose, text.version): text for text in await texts_of_group()}
    lines = []
    for line in await _LEDGER.all(actor.id):
        read = texts.get((line.purpose, line.text_version))
        lines.append(derive(OwnConsent, line, title=read.title if read else "", text=read.text if read else ""))
    return lines


async def held(actor: Actor) -> list[Held]:
    """What we hold of the person."""
    authorise(actor, "privacy.ask", owners_own(actor.id))
    return await held_of(actor.id)


async def own_requests(actor: Actor) -> list[OwnPrivacyRequest]:
    """What the person asked, the newest first."""
    authorise(actor, "privacy.ask", owners_own(actor.id))
    return await _OWN.all(actor.id, clock.today())


async def of_reader(actor: Actor) -> list[StaffPrivacyRequest]:
    """The requests of customers of the officer's stores: open ones first, by the day they have to be answered.

    Raises:
        NotAllowed: the actor may not read requests in any store.
    """
    stores = stores_within(actor, "privacy.read")
    if stores is not None and not stores:
        raise NotAllowed(action="privacy.read")
    rows = await _WAITING.all(None if stores is None else sorted(stores), clock.today())
    return [replace(row, customer_name=seen_name(actor, row.customer_name)) for row in rows]


@read_model
class _Asked(StaffPrivacyRequest):
    """A request with what its page shows beside the list's line."""

    identity_check: str
    handled_by: str | None
    agreed_at: datetime | None
    home_store_id: int | None
    restricted_at: datetime | None
    erased_at: datetime | None
    same_phone: int
    """Other records with their phone, which the answer does not cover; they may be the same person's."""


@read_model
class HeldRecords:
    """How many records of one kind there are."""

    heading: str
    records: int


@read_model
class PrivacyRequestCard(StaffPrivacyRequest):
    """A request on its own page: what is held, what has not ended, what a law keeps, who is still a WeCom friend."""

    identity_check: str
    handled_by: str | None
    agreed_at: datetime | None
    restricted_at: datetime | None
    erased_at: datetime | None
    same_phone: int
    held: list[HeldRecords]
    unfinished: list[str]
    friends: list[str]
    """Colleagues who have them as a friend in WeCom: only they themselves can delete the friend there."""


_ONE = Query(
    _Asked,
    f"""
    SELECT {_COLUMNS}, q.customer_id, c.name AS customer_name, s.short_name AS store, q.is_phone_verified,
      w.name AS recorded_by, q.version,
      q.identity_check, h.name AS handled_by, q.agreed_at, c.home_store_id, c.restricted_at, c.erased_at,
      (SELECT count(*) FROM customer o WHERE o.phone = c.phone AND o.id <> c.id AND o.merged_into_id IS NULL)
        AS same_phone
    FROM privacy_request q JOIN customer c ON c.id = q.customer_id LEFT JOIN store s ON s.id = c.home_store_id
    LEFT JOIN staff h ON h.id = q.handled_by_id LEFT JOIN staff w ON w.id = q.recorded_by_id
    WHERE q.id = $1
    """,
)


async def one(actor: Actor, privacy_request_id: int) -> PrivacyRequestCard:
    """A request for the officer.

    Raises:
        PrivacyRequestNotFound, NotAllowed.
    """
    asked = await _ONE.first(privacy_request_id, clock.today())
    if asked is None:
        raise PrivacyRequestNotFound
    authorise(actor, "privacy.read", subject(store_id=asked.home_store_id))
    traces = await of_customer(asked.customer_id)
    friends = await database.fetch(
        "SELECT DISTINCT s.name FROM friendship f JOIN staff s ON s.id = f.staff_id "
        "WHERE f.customer_id = ANY($1) AND f.ended_at IS NULL ORDER BY s.name",
        traces.customers,
    )
    is_waiting = asked.state in WAITING
    return derive(
        PrivacyRequestCard,
        asked,
        customer_name=seen_name(actor, asked.customer_name),
        held=[HeldRecords(heading, records) for heading, records in await counts_of(asked.customer_id)],
        unfinished=await unfinished_of(traces) if is_waiting else [],
        holds=await holds_of(traces) if asked.state is PrivacyRequestState.RECEIVED else asked.holds,
        friends=[row["name"] for row in friends],
    )


@read_model
class _CopyAsked:
    """A request of a person, and until when they may read their copy; None if there is none to read."""

    readable_until: datetime | None


_COPY_ASKED = Query(_CopyAsked, "SELECT readable_until FROM privacy_request WHERE id = $1 AND customer_id = $2")


async def own_copy(actor: Actor, privacy_request_id: int) -> Copy:
    """The copy of their data that the person asked for. Each reading is noted in the audit log.

    Raises:
        PrivacyRequestNotFound: this person has no such request.
        CopyNotReadable: the request was for something else, is not answered, or its days are over.
    """
    authorise(actor, "privacy.ask", owners_own(actor.id))
    async with database.transaction():
        asked = await _COPY_ASKED.first(privacy_request_id, actor.id)
        if asked is None:
            raise PrivacyRequestNotFound
        if asked.readable_until is None or asked.readable_until <= clock.now():
            raise CopyNotReadable
        await audit.note(actor, "privacy.read_copy", Ref("privacy_request", privacy_request_id))
        return await copy_of(actor.id)


@read_model
class _CopyToHandOver:
    """The same of a request that an officer wrote down."""

    customer_id: int
    home_store_id: int | None
    readable_until: datetime | None


_COPY_TO_HAND_OVER = Query(
    _CopyToHandOver,
    "SELECT q.customer_id, c.home_store_id, q.readable_until FROM privacy_request q "
    "JOIN customer c ON c.id = q.customer_id WHERE q.id = $1 AND q.recorded_by_id IS NOT NULL",
)


async def copy_to_hand_over(actor: Actor, privacy_request_id: int) -> Copy:
    """The copy for a person who has no account to read it in: the officer prints it or sends it where they said. Each
    fetching is noted in the audit log.

    Raises:
        PrivacyRequestNotFound: there is none, or the person asked in the mini-program and reads it there.
        NotAllowed.
        CopyNotReadable: as `own_copy`.
    """
    async with database.transaction():
        asked = await _COPY_TO_HAND_OVER.first(privacy_request_id)
        if asked is None:
            raise PrivacyRequestNotFound
        authorise(actor, "privacy.work_off", subject(store_id=asked.home_store_id))
        if asked.readable_until is None or asked.readable_until <= clock.now():
            raise CopyNotReadable
        await audit.note(actor, "privacy.hand_over_copy", Ref("privacy_request", privacy_request_id))
        return await copy_of(asked.customer_id)

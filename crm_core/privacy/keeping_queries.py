"""Reads of the officer's pages about keeping and consent: what was cleaned, and who agreed to which text when."""

from datetime import date, datetime
from typing import Final

from crm_core.customers.consent_texts.reading import current_texts, texts_of_group
from crm_core.customers.models import Purpose
from crm_core.customers.queries import seen_name
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, stores_within, subject
from crm_core.privacy.retention import CleanedKind
from foundation.errors import NotAllowed
from foundation.reading import Query, derive, read_model

PAGE: Final = 50


@read_model
class RetentionResult:
    """One run: what it found by kind; a run that is not dry removed it."""

    id: int
    at: datetime
    is_dry: bool
    found: list[CleanedKind]


@read_model
class RetentionStanding:
    """The last night, and the last dry run."""

    last: RetentionResult | None
    last_dry: RetentionResult | None


@read_model
class PublishedText:
    """A text people agree to, with how many agree to it now and how many no longer do. `effective_on` is None for a
    text that was there from the beginning, or was agreed to elsewhere; one that is still to come is not current.
    """

    purpose: Purpose
    version: str
    title: str
    text: str
    effective_on: date | None
    is_current: bool
    agreeing: int
    ended: int


@read_model
class _Counted:
    """How many lines of the ledger name a text."""

    purpose: Purpose
    text_version: str
    agreeing: int
    ended: int


@read_model
class ConsentRow:
    """A line of the ledger: who agreed to which text, when and how, and when they took it back."""

    id: int
    customer_id: int
    customer_name: str
    store: str | None
    purpose: Purpose
    text_version: str
    given_at: datetime
    how: str
    withdrawn_at: datetime | None
    withdrawn_how: str


@read_model
class ConsentPage:
    """A page of the ledger, the newest first."""

    items: list[ConsentRow]
    next_cursor: str | None


_RUN: Final = Query(
    RetentionResult,
    "SELECT id, at, is_dry, found FROM retention_run WHERE is_dry = $1 ORDER BY id DESC LIMIT 1",
)
_COUNTED: Final = Query(
    _Counted,
    "SELECT purpose, text_version, count(*) FILTER (WHERE withdrawn_at IS NULL) AS agreeing, "
    "count(*) FILTER (WHERE withdrawn_at IS NOT NULL) AS ended FROM consent GROUP BY purpose, text_version",
)
_LEDGER: Final = Query(
    ConsentRow,
    """
    SELECT l.id, l.customer_id, c.name AS customer_name, s.short_name AS store, l.purpose, l.text_version, l.given_at,
      l.how, l.withdrawn_at, l.withdrawn_how
    FROM consent l JOIN customer c ON c.id = l.customer_id LEFT JOIN store s ON s.id = c.home_store_id
    WHERE ($1::bigint[] IS NULL OR c.home_store_id IS NULL OR c.home_store_id = ANY($1))
      AND ($2::bigint IS NULL OR l.id < $2) AND ($3::text IS NULL OR l.purpose = $3)
    ORDER BY l.id DESC LIMIT $4
    """,
)


async def standing(actor: Actor) -> RetentionStanding:
    """What the nightly cleaning did last, and what the last dry run found.

    Raises:
        NotAllowed: the actor is no officer.
    """
    authorise(actor, "privacy.read", subject())
    return RetentionStanding(await _RUN.first(False), await _RUN.first(True))


async def texts(actor: Actor) -> list[PublishedText]:
    """Every text that was ever published, those in force first, then the newest; the ledger's other versions are of
    paper or other programs.

    Raises:
        NotAllowed: the actor is no officer.
    """
    authorise(actor, "privacy.read", subject())
    counted = {(row.purpose, row.text_version): row for row in await _COUNTED.all()}
    current = await current_texts()
    shown = [
        PublishedText(
            text.purpose,
            text.version,
            text.title,
            text.text,
            text.effective_on,
            current[text.purpose].version == text.version,
            *_counts(counted.pop((text.purpose, text.version), None)),
        )
        for text in reversed(await texts_of_group())
    ]
    others = [
        PublishedText(row.purpose, row.text_version, "", "", None, False, row.agreeing, row.ended)
        for row in counted.values()
    ]
    return sorted(shown, key=lambda text: not text.is_current) + others


def _counts(row: _Counted | None) -> tuple[int, int]:
    return (row.agreeing, row.ended) if row else (0, 0)


async def consents(
    actor: Actor, *, purpose: Purpose | None = None, cursor: str | None = None, limit: int = PAGE
) -> ConsentPage:
    """The ledger of the officer's stores, the newest line first.

    Raises:
        NotAllowed: the actor is an officer of no store.
    """
    stores = stores_within(actor, "privacy.read")
    if stores is not None and not stores:
        raise NotAllowed(action="privacy.read")
    before = int(cursor[:18]) if cursor is not None and cursor.isdigit() else None
    rows = await _LEDGER.all(None if stores is None else sorted(stores), before, purpose, limit + 1)
    items = [derive(ConsentRow, row, customer_name=seen_name(actor, row.customer_name)) for row in rows[:limit]]
    return ConsentPage(items, str(items[-1].id) if len(rows) > limit else None)

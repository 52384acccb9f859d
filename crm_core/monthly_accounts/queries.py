"""Monthly accounts for screens."""

from datetime import date, datetime

from crm_core.dealerships.access import shown_to
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, subject
from crm_core.monthly_accounts.errors import AccountNotFound
from crm_core.monthly_accounts.rules import AccountState, EntryKind
from foundation import clock
from foundation.reading import Query, read_model

_MOST = 500
_ENTRIES = 200


@read_model
class MonthlyAccountRow:
    """One account; `left_fen` is what may still be charged, `overdue_fen` stops it while it is not zero."""

    id: int
    store_id: int
    customer_id: int
    customer_name: str
    company: str
    state: AccountState
    limit_fen: int
    owed_fen: int
    left_fen: int
    overdue_fen: int
    overdue_since: date | None
    closing_day: int
    pay_within_days: int
    asked_by_id: int
    asked_by: str
    asked_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    version: int


@read_model
class AccountMonthRow:
    """One closed month."""

    id: int
    ends_on: date
    due_on: date
    charged_fen: int
    paid_fen: int
    due_fen: int
    is_overdue: bool


@read_model
class AccountEntryRow:
    """One movement; a charge names its bill and the closing day of its month."""

    id: int
    kind: EntryKind
    amount_fen: int
    about: str | None
    number: str | None
    month_ends_on: date | None
    reference: str
    by: str | None
    at: datetime


@read_model
class MonthlyAccountPage:
    """An account with its months and its newest movements."""

    account: MonthlyAccountRow
    months: list[AccountMonthRow]
    entries: list[AccountEntryRow]


_ROW = """
SELECT a.id, a.store_id, a.customer_id, c.name AS customer_name, a.company, a.state, a.limit_fen, a.owed_fen,
       greatest(0, a.limit_fen - a.owed_fen) AS left_fen, coalesce(late.fen, 0)::bigint AS overdue_fen,
       late.since AS overdue_since, a.closing_day, a.pay_within_days, a.asked_by_id, asker.name AS asked_by, a.asked_at,
       decider.name AS decided_by, a.decided_at, a.version
FROM monthly_account a JOIN customer c ON c.id = a.customer_id JOIN staff asker ON asker.id = a.asked_by_id
LEFT JOIN staff decider ON decider.id = a.decided_by_id
LEFT JOIN LATERAL (
    SELECT sum(m.charged_fen - m.paid_fen) AS fen, min(m.due_on) AS since FROM account_month m
    WHERE m.account_id = a.id AND m.due_on < $2::date AND m.paid_fen < m.charged_fen
) late ON true
"""
_OF_STORE = Query(
    MonthlyAccountRow,
    f"{_ROW} WHERE a.store_id = $1 ORDER BY coalesce(late.fen, 0) DESC, a.owed_fen DESC, a.id LIMIT {_MOST}",
)
_ONE = Query(MonthlyAccountRow, f"{_ROW} WHERE a.id = $1")
_MONTHS = Query(
    AccountMonthRow,
    """
    SELECT id, ends_on, due_on, charged_fen, paid_fen, charged_fen - paid_fen AS due_fen,
           (due_on < $2::date AND paid_fen < charged_fen) AS is_overdue
    FROM account_month WHERE account_id = $1 ORDER BY ends_on DESC
    """,
)
_MOVED = Query(
    AccountEntryRow,
    f"""
    SELECT e.id, e.kind, e.amount_fen, b.about, b.number, e.month_ends_on, e.reference, s.name AS by, e.at
    FROM account_entry e LEFT JOIN bill b ON b.id = e.bill_id LEFT JOIN staff s ON s.id = e.by_id
    WHERE e.account_id = $1 ORDER BY e.id DESC LIMIT {_ENTRIES}
    """,
)


async def of_store(actor: Actor, store_id: int) -> list[MonthlyAccountRow]:
    """A store's accounts: what is overdue first, then by what is owed."""
    authorise(actor, "monthly_accounts.read", subject(store_id=store_id))
    return await _OF_STORE.all(store_id, clock.today())


async def page(actor: Actor, account_id: int) -> MonthlyAccountPage:
    """One account.

    Raises:
        AccountNotFound.
    """
    row = shown_to(actor, "monthly_accounts.read", await _ONE.first(account_id, clock.today()), AccountNotFound)
    return MonthlyAccountPage(row, await _MONTHS.all(account_id, clock.today()), await _MOVED.all(account_id))

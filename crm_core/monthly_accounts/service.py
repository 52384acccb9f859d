"""Asking for an account and deciding about it, putting bills on it, booking what the company pays."""

from datetime import timedelta
from typing import Any

from crm_core.billing import paying
from crm_core.billing.errors import BillNotFound
from crm_core.billing.models import Bill
from crm_core.customers import people
from crm_core.dealerships import audit
from crm_core.dealerships.access import taken_by
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, subject
from crm_core.dealerships.stores import store_of
from crm_core.monthly_accounts import rules
from crm_core.monthly_accounts.errors import AccountNotFound, CreditRefused, HasAccount, RepaymentNotPossible
from crm_core.monthly_accounts.models import AccountEntry, AccountMonth, MonthlyAccount
from crm_core.monthly_accounts.rules import AccountState, EntryKind, MonthDue, Standing
from crm_core.payments.events import RefundSucceeded
from crm_core.payments.rules import Method
from foundation import clock, database
from foundation.money import format_yuan
from foundation.moves import next_state
from foundation.refs import Ref


async def ask(
    actor: Actor,
    store_id: int,
    customer_id: int,
    company: str,
    limit_fen: int,
    *,
    closing_day: int,
    pay_within_days: int,
) -> MonthlyAccount:
    """申请月结: somebody else decides.

    Raises:
        HasAccount, StoreNotFound, NotAllowed.
    """
    authorise(actor, "monthly_accounts.ask", subject(store_id=store_id))
    await store_of(store_id)
    async with database.transaction():
        kept_id = await people.current_id(customer_id)
        await database.advisory_lock(f"monthly-account:{store_id}:{kept_id}")
        existing = MonthlyAccount.filter(store_id=store_id, customer_id=kept_id)
        if await existing.exclude(state=AccountState.REFUSED).exists():
            raise HasAccount
        account = await MonthlyAccount.create(
            store_id=store_id,
            customer_id=kept_id,
            company=company,
            state=AccountState.REQUESTED,
            limit_fen=limit_fen,
            closing_day=closing_day,
            pay_within_days=pay_within_days,
            asked_by_id=actor.id,
            asked_at=clock.now(),
        )
        await audit.note(actor, "monthly_accounts.ask", Ref("monthly_account", account.id), fen=limit_fen)
        return account


async def decide(actor: Actor, account_id: int, act: str, *, expected_version: int) -> MonthlyAccount:
    """`agree`, `refuse`, `stop` or `resume`: by finance or the general manager, never by who asked for it.

    Raises:
        SameHands: the actor asked for it.
        AccountNotFound, StaleVersion, IllegalMove.
    """
    async with database.transaction():
        account = await _taken(actor, account_id, "monthly_accounts.decide", expected_version)
        on = subject(store_id=account.store_id)
        authorise(actor, "monthly_accounts.decide", on, not_by=account.asked_by_id)
        account.state = next_state(rules.ACCOUNT_MOVES, account.state, act)
        account.decided_by_id, account.decided_at = actor.id, clock.now()
        account.version += 1
        await account.save()
        about = Ref("monthly_account", account.id)
        await audit.note(actor, "monthly_accounts.decide", about, state=account.state.value, fen=account.limit_fen)
        return account


async def charge(actor: Actor, bill_id: int, amount_fen: int | None = None, *, expected_version: int) -> MonthlyAccount:
    """挂账: the company's account pays a part of what is due of a bill or, without an amount, all of it.

    The account is locked after the bill, so that however many bills come at once its limit holds.

    Raises:
        CreditRefused: the sentence says why.
        BillNotFound, BillNotPayable, AmountNotDue, PaymentInProgress, StaleVersion, NotAllowed.
    """
    async with database.transaction():
        bill = await Bill.get_or_none(id=bill_id)
        if bill is None:
            raise BillNotFound
        fen = paying.due_fen(bill) if amount_fen is None else amount_fen
        paid = await paying.receive_offline(actor, bill_id, fen, Method.ACCOUNT, expected_version=expected_version)
        account = await MonthlyAccount.select_for_update(no_key=True).get_or_none(
            store_id=paid.store_id, customer_id=paid.customer_id, state=AccountState.ACTIVE
        )
        if account is None:
            raise CreditRefused("这个客户没有启用的月结账户。")
        refusal = rules.charge_refusal(await _standing(account), fen)
        if refusal is not None:
            raise CreditRefused(refusal)
        ends_on = rules.month_ends_on(clock.today(), account.closing_day)
        await _enter(
            account, EntryKind.CHARGED, fen, actor.id, payment_id=paid.id, bill_id=bill_id, month_ends_on=ends_on
        )
        return account


async def repay(
    actor: Actor,
    account_id: int,
    amount_fen: int,
    reference: str,
    *,
    month_id: int | None = None,
    expected_version: int,
) -> MonthlyAccount:
    """还款: the company paid; the oldest months first, or first the one that is named.

    Raises:
        RepaymentNotPossible: more than is owed, a month of another account, or a number that was booked before.
        AccountNotFound, StaleVersion.
    """
    async with database.transaction():
        account = await _taken(actor, account_id, "monthly_accounts.repay", expected_version)
        if not 0 < amount_fen <= account.owed_fen:
            raise RepaymentNotPossible(f"欠款 {format_yuan(max(0, account.owed_fen))} 元，不能多登记。")
        if await AccountEntry.exists(account_id=account.id, kind=EntryKind.REPAID, reference=reference):
            raise RepaymentNotPossible("这个流水号已经登记过，没有再记一次。")
        if month_id is not None and not await AccountMonth.exists(id=month_id, account_id=account.id):
            raise RepaymentNotPossible("这个账期不是这个账户的。")
        await _enter(account, EntryKind.REPAID, -amount_fen, actor.id, reference=reference)
        await _pay_months(account, first=month_id)
        await audit.note(actor, "monthly_accounts.repay", Ref("monthly_account", account.id), fen=amount_fen)
        return account


async def on_refund_succeeded(event: RefundSucceeded) -> None:
    """Runs inside the transaction of the refund: what was charged goes back to the account, not into a hand."""
    charged = await AccountEntry.get_or_none(payment_id=event.payment_id, kind=EntryKind.CHARGED)
    if charged is None:
        return
    account = await MonthlyAccount.select_for_update(no_key=True).get(id=charged.account_id)
    await _enter(
        account, EntryKind.REFUNDED, -event.amount_fen, None, payment_id=event.payment_id, bill_id=charged.bill_id
    )
    await _pay_months(account)


async def close_months() -> None:
    """出账: the charges of each closing day that is over become an account month with its due day."""
    rows = await database.fetch(
        "SELECT DISTINCT e.account_id, e.month_ends_on FROM account_entry e WHERE e.month_ends_on < $1 "
        "AND NOT EXISTS (SELECT FROM account_month m "
        "WHERE m.account_id = e.account_id AND m.ends_on = e.month_ends_on) "
        "ORDER BY e.account_id, e.month_ends_on",
        clock.today(),
    )
    for row in rows:
        async with database.transaction():
            account = await MonthlyAccount.select_for_update(no_key=True).get(id=row["account_id"])
            ends_on = row["month_ends_on"]
            if await AccountMonth.exists(account_id=account.id, ends_on=ends_on):
                continue
            charged = await AccountEntry.filter(account_id=account.id, month_ends_on=ends_on)
            await AccountMonth.create(
                account_id=account.id,
                ends_on=ends_on,
                due_on=ends_on + timedelta(days=account.pay_within_days),
                charged_fen=sum(entry.amount_fen for entry in charged),
            )
            await _pay_months(account)


async def _taken(actor: Actor, account_id: int, action: str, expected_version: int) -> MonthlyAccount:
    account = await MonthlyAccount.select_for_update(no_key=True).get_or_none(id=account_id)
    return taken_by(actor, action, account, AccountNotFound, expected_version=expected_version)


async def _standing(account: MonthlyAccount) -> Standing:
    late = [
        month
        for month in await AccountMonth.filter(account_id=account.id, due_on__lt=clock.today()).order_by("due_on")
        if month.paid_fen < month.charged_fen
    ]
    return Standing(
        account.state,
        account.limit_fen,
        account.owed_fen,
        sum(month.charged_fen - month.paid_fen for month in late),
        late[0].due_on if late else None,
    )


async def _enter(account: MonthlyAccount, kind: EntryKind, amount_fen: int, by_id: int | None, **of: Any) -> None:
    """Write the entry; what is owed stays the sum of the entries."""
    await AccountEntry.create(
        account_id=account.id, kind=kind, amount_fen=amount_fen, by_id=by_id, at=clock.now(), **of
    )
    account.owed_fen += amount_fen
    account.version += 1
    await account.save()


async def _pay_months(account: MonthlyAccount, *, first: int | None = None) -> None:
    """Let what the company has paid and got back pay the months that are closed."""
    months = await AccountMonth.filter(account_id=account.id).order_by("ends_on")
    entries = await AccountEntry.filter(account_id=account.id).exclude(kind=EntryKind.CHARGED)
    free_fen = -sum(entry.amount_fen for entry in entries) - sum(month.paid_fen for month in months)
    dues = [MonthDue(month.id, month.ends_on, month.charged_fen - month.paid_fen) for month in months]
    shares = rules.allocate(dues, free_fen, first=first)
    for month in months:
        if month.id in shares:
            month.paid_fen += shares[month.id]
            await month.save()

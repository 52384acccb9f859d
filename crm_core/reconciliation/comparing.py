"""Fetching a day's statement from WeChat Pay and comparing it with our books.

What our books can still learn, they learn first: a payment whose notice never came, a refund made in the merchant
console. Only what disagrees after that is a difference.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final

from crm_core.payments import outside
from crm_core.payments.models import Payment, Refund
from crm_core.payments.platform import wechat_pay
from crm_core.payments.rules import OFFLINE, MovementKind, RefundState
from crm_core.policies.current import group_policy
from crm_core.reconciliation import notices, rules
from crm_core.reconciliation.models import ReconciliationDay, ReconciliationDifference, StatementLine
from crm_core.reconciliation.rules import DayState, Difference, DifferenceKind, Ours, ReconciliationPolicy, Theirs
from foundation import clock, database
from foundation.moves import next_state
from foundation.owed import Debt
from foundation.reading import literals
from integrations.wechat_pay import STATEMENT_CREATING, Statement, StatementRow, WeChatPayError

FETCH: Final = "reconciliation.fetch"
OWED: Final = Debt(
    "reconciliation_day",
    open_when=f"state = {literals(DayState.OWED)}",
    since="opened_at",
    job=FETCH,
    argument="day_id",
    among=f"state <> {literals(DayState.CLOSED)}",
)
KEPT_DAYS: Final = 89
"""WeChat Pay gives the statements of the last three months (pay.weixin.qq.com, bill/tradebill)."""
READY_AT_HOUR: Final = 10
NOT_READY_PAUSE: Final = timedelta(minutes=30)
_FAILED: Final = "FAIL"
_NONE: Final = frozenset({"", "0"})
"""How a statement writes that there is no number."""


async def open_days() -> None:
    """Owe the statement of every day that is over and has none yet, from the first payment by WeChat on, as far back as
    WeChat Pay keeps them.
    """
    now = clock.now()
    last = clock.today() - timedelta(days=1)
    if now < clock.at(clock.today(), READY_AT_HOUR):
        last -= timedelta(days=1)
    opened = await database.fetch(
        "INSERT INTO reconciliation_day (day, state, opened_at) "
        f"SELECT d::date, {literals(DayState.OWED)}, $1 FROM generate_series( "
        "  greatest($3::date, (SELECT min((succeeded_at AT TIME ZONE 'Asia/Shanghai')::date) FROM payment "
        f"    WHERE method NOT IN ({literals(*OFFLINE)}))), $2::date, '1 day') d "
        "ON CONFLICT (day) DO NOTHING RETURNING id",
        now,
        last,
        clock.today() - timedelta(days=KEPT_DAYS),
    )
    await OWED.hint([row["id"] for row in opened])


async def fetch(day_id: int) -> datetime | None:
    """Fetch the statement of an owed day, let our books learn from it, and store what differs. Harmless to repeat.

    It calls the platform, so it must not run in a transaction.

    Returns:
        When to look again, if the statement is not ready yet.

    Raises:
        WeChatPayError, PlatformError: the debt is tried again.
    """
    day = await ReconciliationDay.get_or_none(id=day_id)
    if day is None or day.state is not DayState.OWED:
        return None
    try:
        statement = await (await wechat_pay()).trade_statement(day.day)
    except WeChatPayError as error:
        if error.errcode == STATEMENT_CREATING:
            return clock.now() + NOT_READY_PAUSE
        raise
    await _learn(() if statement is None else statement.rows)
    async with database.transaction():
        day = await ReconciliationDay.select_for_update().get(id=day_id)
        if day.state is DayState.OWED:
            await _compare(day, statement)
    return None


async def _learn(rows: Sequence[StatementRow]) -> None:
    """Ask the platform about what we have not booked although we know the order; `outside` books what it answers."""
    client = await wechat_pay()
    orders = {row.out_trade_no for row in rows}
    payments = {each.out_trade_no: each for each in await Payment.filter(out_trade_no__in=orders)}
    numbers = [row.out_refund_no for row in rows if row.out_refund_no not in _NONE]
    refunds = {each.out_refund_no: each for each in await Refund.filter(out_refund_no__in=numbers)}
    for row in rows:
        payment = payments.get(row.out_trade_no)
        if payment is None:
            continue
        if payment.received_fen is None:
            transaction = await client.query_payment(payment.out_trade_no)
            if transaction is not None:
                await outside.take_transaction(transaction, found_by="question")
        refund = refunds.get(row.out_refund_no)
        is_known = refund is not None and refund.state is not RefundState.APPROVED
        if row.out_refund_no not in _NONE and not is_known:
            answer = await client.query_refund(row.out_refund_no)
            if answer is not None:
                await outside.take_refund(answer, found_by="question")


async def _compare(day: ReconciliationDay, statement: Statement | None) -> None:
    """Store the statement's lines and what differs, and tell finance. The caller holds the day's row."""
    rows = () if statement is None else statement.rows
    theirs = [_theirs(row) for row in rows]
    ours = await _ours(day.day, theirs)
    missing = [each.number for each in ours if each.is_of_the_day]
    seen = await StatementLine.filter(number__in=missing).values_list("number", flat=True)
    fee_percent = (await group_policy(ReconciliationPolicy)).fee_percent
    undone = _reversed(rows, ours)
    counted = [line for line in theirs if line.number not in undone]
    differences = rules.compare(ours, counted, fee_percent, seen_before=frozenset(map(str, seen)))
    await StatementLine.bulk_create(
        StatementLine(
            day_id=day.id,
            line_no=line_no,
            kind=line.kind,
            number=line.number,
            platform_number=line.platform_number,
            status=row.status[:16],
            amount_fen=line.amount_fen,
            fee_millifen=line.fee_millifen,
            moved_at=row.moved_at,
        )
        for line_no, (line, row) in enumerate(zip(theirs, rows, strict=True), start=1)
    )
    for difference in differences:
        await _keep(day, difference)
    await _settle_the_other_half(day, [line.number for line in theirs])
    paid = [line for line in theirs if line.kind is MovementKind.PAYMENT]
    back = [line for line in theirs if line.kind is MovementKind.REFUND]
    day.state = next_state(rules.DAY_MOVES, day.state, "compare")
    day.sha1 = "" if statement is None else statement.sha1
    day.payments, day.paid_fen = len(paid), sum(line.amount_fen for line in paid)
    day.refunds, day.refunded_fen = len(back), sum(line.amount_fen for line in back)
    day.fee_millifen = sum(line.fee_millifen for line in theirs)
    day.compared_at = clock.now()
    day.version += 1
    await day.save()
    await notices.tell_finance(day)


def _theirs(row: StatementRow) -> Theirs:
    kind = MovementKind.REFUND if row.is_refund else MovementKind.PAYMENT
    return Theirs(
        kind=kind,
        number=row.out_trade_no if row.out_refund_no in _NONE else row.out_refund_no,
        platform_number=row.transaction_id if row.refund_id in _NONE else row.refund_id,
        amount_fen=row.amount_fen,
        fee_millifen=row.fee_millifen,
        has_failed=row.status == _FAILED,
    )


def _reversed(rows: Sequence[StatementRow], ours: Sequence[Ours]) -> set[str]:
    """Orders by code that were paid and reversed before we counted them: their two lines are nothing together."""
    booked = {each.number for each in ours if each.has_moved}
    return {row.out_trade_no for row in rows if row.is_refund and row.out_refund_no in _NONE} - booked


async def _ours(day: date, theirs: Sequence[Theirs]) -> list[Ours]:
    """Our movements of the day, and those on the statement whatever their day."""
    numbers = [line.number for line in theirs]
    begins, ends = clock.at(day), clock.at(day + timedelta(days=1))
    payments = await database.fetch(
        "SELECT out_trade_no, coalesce(received_fen, amount_fen) AS fen, received_fen IS NOT NULL AS has_moved, "
        "  coalesce(succeeded_at >= $2 AND succeeded_at < $3, false) AS is_of_the_day FROM payment "
        f"WHERE method NOT IN ({literals(*OFFLINE)}) "
        "  AND (out_trade_no = ANY($1::text[]) OR succeeded_at >= $2 AND succeeded_at < $3)",
        numbers,
        begins,
        ends,
    )
    refunds = await database.fetch(
        "SELECT out_refund_no, amount_fen, "
        f"  state NOT IN ({literals(RefundState.REQUESTED, RefundState.CLOSED)}) AS has_moved, "
        "  coalesce(accepted_at >= $2 AND accepted_at < $3, false) AS is_of_the_day FROM refund "
        "WHERE out_refund_no = ANY($1::text[]) OR accepted_at >= $2 AND accepted_at < $3",
        numbers,
        begins,
        ends,
    )
    paid = [
        Ours(MovementKind.PAYMENT, row["out_trade_no"], row["fen"], row["has_moved"], row["is_of_the_day"])
        for row in payments
    ]
    return paid + [
        Ours(MovementKind.REFUND, row["out_refund_no"], row["amount_fen"], row["has_moved"], row["is_of_the_day"])
        for row in refunds
    ]


async def _keep(day: ReconciliationDay, found: Difference) -> None:
    payment, refund = None, None
    if found.movement is MovementKind.PAYMENT:
        payment = await Payment.get_or_none(out_trade_no=found.number)
    else:
        refund = await Refund.get_or_none(out_refund_no=found.number).prefetch_related("payment")
        payment = None if refund is None else refund.payment
    await ReconciliationDifference.get_or_create(
        day_id=day.id,
        kind=found.kind,
        movement=found.movement,
        number=found.number,
        defaults={
            "ours_fen": found.ours_fen,
            "theirs_fen": found.theirs_fen,
            "fee_millifen": found.fee_millifen,
            "payment_id": payment.id if payment else None,
            "refund_id": refund.id if refund else None,
            "store_id": payment.store_id if payment else None,
        },
    )


async def _settle_the_other_half(day: ReconciliationDay, numbers: Sequence[str]) -> None:
    """What an earlier statement lacked stands on this one: around midnight the two sides may name different days."""
    await database.execute(
        "UPDATE reconciliation_difference SET settled_at = $1, settled_reason = $2, version = version + 1 "
        f"WHERE kind = {literals(DifferenceKind.NOT_THERE)} AND number = ANY($3::text[]) AND settled_at IS NULL",
        clock.now(),
        f"在 {day.day:%Y-%m-%d} 的微信账单里",
        list(numbers),
    )

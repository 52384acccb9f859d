"""The tables of payments, refunds, notices and the ledger."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from crm_core.payments.rules import Method, MovementKind, PaymentState, Redirect, RefundState
from crm_core.payments.shift_rules import ShiftState
from foundation.keys import Key
from foundation.owed import Paced
from foundation.personal import ACCOUNTS, GONE, NO_TEXT, Emptied, Moved, Personal, Shown, Stays, Withheld
from foundation.table import Table


class CashierShift(Table):
    """收银班次: what one cashier takes and gives in a store from opening to counting."""

    id = fields.BigIntField(primary_key=True)
    store_id = Key("store")
    cashier_id = Key("staff")
    state = fields.CharEnumField(ShiftState, max_length=8)
    float_fen = fields.BigIntField()
    """备用金: what was in the drawer at the beginning."""
    opened_at = fields.DatetimeField()
    closed_at = fields.DatetimeField(null=True)
    difference_fen = fields.BigIntField(default=0)
    """All that was too much or missing, whichever method."""
    reason = fields.CharField(max_length=120, default="")
    closed_by_id = Key("staff", null=True)
    """Who counted instead of a cashier who left or works elsewhere now; null when the cashier did."""
    signed_by_id = Key("staff", null=True)
    signed_at = fields.DatetimeField(null=True)
    version = fields.IntField(default=1)

    class Meta:
        table = "cashier_shift"
        indexes = (Index(fields=("store_id", "opened_at")),)
        constraints = (
            UniqueConstraint(
                fields=("store_id", "cashier_id"), name="cashier_shift_one_open", condition="state = 'OPEN'"
            ),
            CheckConstraint(check="float_fen >= 0 AND difference_fen >= 0", name="cashier_shift_sums"),
            CheckConstraint(check="(state = 'OPEN') = (closed_at IS NULL)", name="cashier_shift_closed"),
            CheckConstraint(check="difference_fen = 0 OR reason <> ''", name="cashier_shift_explained"),
            CheckConstraint(
                check="signed_by_id IS NULL OR (signed_by_id <> cashier_id AND state = 'CLOSED')",
                name="cashier_shift_four_eyes",
            ),
            CheckConstraint(
                check="closed_by_id IS NULL OR (closed_by_id <> cashier_id AND state <> 'OPEN' AND reason <> '')",
                name="cashier_shift_closed_for_another",
            ),
            CheckConstraint(
                check="closed_by_id IS NULL OR signed_by_id IS NULL OR signed_by_id <> closed_by_id",
                name="cashier_shift_counter_does_not_sign",
            ),
        )


class CashierShiftCount(Table):
    """What a cashier counted of one method at the end, beside what there ought to have been."""

    id = fields.BigIntField(primary_key=True)
    shift_id = Key("cashier_shift")
    method = fields.CharEnumField(Method, max_length=12)
    expected_fen = fields.BigIntField()
    counted_fen = fields.BigIntField()

    class Meta:
        table = "cashier_shift_count"
        unique_together = (("shift_id", "method"),)


class Payment(Table):
    """One attempt to pay one sum for one thing. `problem` is set when money arrived that does not fit."""

    id = fields.BigIntField(primary_key=True)
    out_trade_no = fields.CharField(max_length=32, unique=True)
    about = fields.CharField(max_length=40)
    """What it pays: `bill:12`."""
    customer_id = Key("customer")
    store_id = Key("store")
    method = fields.CharEnumField(Method, max_length=12)
    state = fields.CharEnumField(PaymentState, max_length=8)
    amount_fen = fields.BigIntField()
    description = fields.CharField(max_length=127, default="")
    openid = fields.CharField(max_length=64, default="")
    prepay_id = fields.CharField(max_length=64, default="")
    transaction_id = fields.CharField(max_length=64, null=True, unique=True)
    received_fen = fields.BigIntField(null=True)
    """What was really received; it differs from `amount_fen` only if there is a problem."""
    problem = fields.CharField(max_length=20, default="")
    received_by_id = Key("staff", null=True)
    """The cashier who received it or scanned the payer's code; null for what is paid on the owner's phone."""
    shift_id = Key("cashier_shift", null=True)
    """The shift of the cashier in which it was taken; null for what is paid on the owner's phone, or without one."""
    receipt_number = fields.CharField(max_length=40, default="")
    """The terminal's or bank's own number, for cards and transfers."""
    created_at = fields.DatetimeField()
    expires_at = fields.DatetimeField()
    reversing_since = fields.DatetimeField(null=True)
    """Since when an order by code is being reversed: from then on money that the platform shows for it does not count,
    since it goes back."""
    failed_with = fields.CharField(max_length=40, default="", db_default="")
    """Why an order by code was not paid: the platform's code, or TIMED_OUT or CANCELLED."""
    succeeded_at = fields.DatetimeField(null=True)
    closed_at = fields.DatetimeField(null=True)
    asked = fields.IntField(default=0)
    next_question_at = fields.DatetimeField(null=True)

    personal = Personal(
        Moved(),
        Shown(
            "付款",
            {
                "created_at": "时间",
                "description": "名目",
                "method": "方式",
                "amount_fen": "金额",
                "state": "状态",
                "transaction_id": "微信支付单号",
            },
        ),
        ACCOUNTS,
        erase=Emptied({"openid": NO_TEXT}),
        over="coalesce(t.succeeded_at, t.closed_at)",
        unfinished="t.state IN ('CREATED', 'PAYING')",
    )

    class Meta:
        table = "payment"
        indexes = (
            Index(fields=("about",)),
            Index(fields=("store_id", "created_at")),
            Index(fields=("state", "next_question_at")),
        )
        constraints = (
            UniqueConstraint(
                fields=("about",), name="payment_one_live_per_thing", condition="state IN ('CREATED', 'PAYING')"
            ),
            CheckConstraint(check="amount_fen > 0", name="payment_amount"),
            CheckConstraint(check="state <> 'SUCCESS' OR received_fen IS NOT NULL", name="payment_success_has_money"),
            CheckConstraint(
                check="state <> 'SUCCESS' OR problem <> '' OR received_fen = amount_fen",
                name="payment_success_is_exact",
            ),
            CheckConstraint(
                check="(method = 'WECHAT_JSAPI') = (received_by_id IS NULL)", name="payment_offline_has_cashier"
            ),
            CheckConstraint(
                check="reversing_since IS NULL OR (method = 'WECHAT_CODE' AND state <> 'SUCCESS')",
                name="payment_reversed_is_not_paid",
            ),
        )


class PaymentNotice(Paced):
    """A notification by the platform, stored once under its id, which is the same when it is delivered again."""

    id = fields.BigIntField(primary_key=True)
    notice_id = fields.CharField(max_length=64, unique=True)
    event_type = fields.CharField(max_length=40)
    number = fields.CharField(max_length=64, default="")
    """Our number in it: out_trade_no or out_refund_no."""
    resource: dict[str, object] = fields.JSONField()
    received_at = fields.DatetimeField()
    handled_at = fields.DatetimeField(null=True)
    outcome = fields.CharField(max_length=24, default="")

    personal = Personal(
        Stays("it is what the platform said of a number of ours"),
        Withheld("raw calls of a platform; the payment is shown"),
        ACCOUNTS,
        column="",
        erase=Emptied({"resource": "t.resource - 'payer'"}),
        over="t.received_at",
        rows="t.number IN (SELECT p.out_trade_no FROM payment p WHERE p.customer_id = ANY({customers}))",
    )

    class Meta:
        table = "payment_notice"
        indexes = (Index(fields=("number",)),)


class Refund(Table):
    """A refund from one payment; its number stays the same for every retry."""

    id = fields.BigIntField(primary_key=True)
    out_refund_no = fields.CharField(max_length=64, unique=True)
    payment: fields.ForeignKeyRelation[Payment] = fields.ForeignKeyField("wedealer.Payment", related_name=False)
    payment_id: int
    about = fields.CharField(max_length=40)
    store_id = Key("store")
    customer_id = Key("customer")
    amount_fen = fields.BigIntField()
    reason = fields.CharField(max_length=80)
    state = fields.CharEnumField(RefundState, max_length=10)
    requested_by = fields.CharField(max_length=80)
    requested_at = fields.DatetimeField()
    hands: list[int] = fields.JSONField(default=list)
    """The staff who made the bill, took the money or requested the refund; none of them may approve it."""
    content_hash = fields.CharField(max_length=64, default="")
    """A hash of exactly what approvers see; empty for an automatic refund, which needs no approval."""
    approved_by_id = Key("staff", null=True)
    approved_at = fields.DatetimeField(null=True)
    paid_out_by_id = Key("staff", null=True)
    """Who gave the money back at the desk, which is never who approved it; null for a refund by the platform."""
    paid_out_method: Method | None = fields.CharEnumField(Method, max_length=12, null=True)  # type: ignore[assignment]
    """How it was given back, which may differ from how it came."""
    paid_out_reference = fields.CharField(max_length=40, default="", db_default="")
    """The terminal's or bank's number of the movement; empty for cash."""
    shift_id = Key("cashier_shift", null=True)
    """The shift in which it was paid out."""
    redirected_to: Redirect | None = fields.CharEnumField(Redirect, max_length=20, null=True)  # type: ignore[assignment]
    """Where it was sent after the bank refused it; the account itself is kept nowhere."""
    redirected_at = fields.DatetimeField(null=True)
    platform_refund_id = fields.CharField(max_length=64, default="")
    accepted_at = fields.DatetimeField(null=True)
    """When the platform accepted it, by its own clock: on that day's statement it stands. Null for money a cashier gave
    back, and for a refund that was made at the platform."""
    problem = fields.CharField(max_length=40, default="")
    """The platform's error when the refund failed."""
    ended_at = fields.DatetimeField(null=True)
    asked = fields.IntField(default=0)
    next_question_at = fields.DatetimeField(null=True)

    personal = Personal(
        Moved(),
        Shown("退款", {"requested_at": "时间", "amount_fen": "金额", "reason": "原因", "state": "状态"}),
        ACCOUNTS,
        erase=Emptied(),
        later={"reason": GONE},
        over="t.ended_at",
        unfinished="t.state NOT IN ('SUCCESS', 'CLOSED')",
    )

    class Meta:
        table = "refund"
        indexes = (
            Index(fields=("payment_id",)),
            Index(fields=("about",)),
            Index(fields=("store_id", "state")),
            Index(fields=("state", "next_question_at")),
        )
        constraints = (
            CheckConstraint(check="amount_fen > 0", name="refund_amount"),
            CheckConstraint(
                check="approved_by_id IS NULL OR NOT hands @> to_jsonb(approved_by_id)", name="refund_four_eyes"
            ),
            CheckConstraint(
                check="paid_out_by_id IS NULL OR paid_out_by_id IS DISTINCT FROM approved_by_id",
                name="refund_paid_out_by_another",
            ),
            CheckConstraint(
                check="(paid_out_by_id IS NULL) = (paid_out_method IS NULL) "
                "AND (paid_out_by_id IS NULL OR state = 'SUCCESS')",
                name="refund_paid_out_is_done",
            ),
            CheckConstraint(
                check="content_hash = '' OR state IN ('REQUESTED', 'CLOSED') OR approved_by_id IS NOT NULL",
                name="refund_has_approver",
            ),
        )


class OutsideMovement(Table):
    """Money that moved at the platform without us: a refund made in the merchant console, an order we do not know.

    A refund of one of our payments is also booked here (`refund_id`). Each movement is a case that finance settles
    with a reason.
    """

    id = fields.BigIntField(primary_key=True)
    kind = fields.CharEnumField(MovementKind, max_length=8)
    platform_number = fields.CharField(max_length=80)
    """The platform's number: transaction_id or refund_id; `untold:…` if only the order's state shows a refund."""
    out_trade_no = fields.CharField(max_length=64)
    out_refund_no = fields.CharField(max_length=64, default="")
    status = fields.CharField(max_length=16)
    """The platform's status; a refund counts once it is SUCCESS."""
    amount_fen = fields.BigIntField(null=True)
    """None where the platform did not say."""
    payment_id = Key("payment", null=True)
    """Our payment, if it belongs to one."""
    refund_id = Key("refund", null=True, unique=True)
    """Our refund row, once it was booked here."""
    store_id = Key("store", null=True)
    customer_id = Key("customer", null=True)
    found_by = fields.CharField(max_length=8)
    """How we learned of it: `notice`, or `question` for our own query."""
    found_at = fields.DatetimeField()
    moved_at = fields.DatetimeField(null=True)
    settled_at = fields.DatetimeField(null=True)
    settled_by_id = Key("staff", null=True)
    """None if it was settled automatically."""
    settled_reason = fields.CharField(max_length=200, default="")
    version = fields.IntField(default=1)

    personal = Personal(
        Moved(),
        Shown("不经本系统的收退款", {"found_at": "时间", "kind": "种类", "amount_fen": "金额"}),
        ACCOUNTS,
        erase=Emptied(),
        over="t.settled_at",
    )

    class Meta:
        table = "outside_movement"
        unique_together = (("kind", "platform_number"),)
        indexes = (Index(fields=("settled_at", "store_id")), Index(fields=("payment_id",)))
        constraints = (
            CheckConstraint(check="amount_fen IS NULL OR amount_fen > 0", name="outside_movement_amount"),
            CheckConstraint(
                check="(settled_at IS NULL) = (settled_reason = '')", name="outside_movement_settled_with_reason"
            ),
            CheckConstraint(
                check="refund_id IS NULL OR (kind = 'REFUND' AND payment_id IS NOT NULL)",
                name="outside_movement_follows_a_payment",
            ),
        )


class LedgerEntry(Table):
    """One movement of money; written once and never changed."""

    id = fields.BigIntField(primary_key=True)
    at = fields.DatetimeField()
    store_id = Key("store")
    about = fields.CharField(max_length=40)
    payment_id = Key("payment")
    refund_id = Key("refund", null=True)
    method = fields.CharEnumField(Method, max_length=12)
    amount_fen = fields.BigIntField()
    """Positive for money received, negative for refunds."""

    class Meta:
        table = "ledger_entry"
        indexes = (Index(fields=("store_id", "at")), Index(fields=("about",)))
        constraints = (
            UniqueConstraint(fields=("payment_id",), name="ledger_payment_once", condition="refund_id IS NULL"),
            UniqueConstraint(fields=("refund_id",), name="ledger_refund_once", condition="refund_id IS NOT NULL"),
            CheckConstraint(
                check="amount_fen <> 0 AND (amount_fen < 0) = (refund_id IS NOT NULL)", name="ledger_direction"
            ),
        )

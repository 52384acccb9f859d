"""The tables of reconciliation. Triggers keep a closed day, and the money booked on it, as they are."""

from datetime import date

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint

from crm_core.payments.rules import MovementKind
from crm_core.reconciliation.rules import DayState, DifferenceKind
from foundation.keys import Key
from foundation.owed import Paced
from foundation.table import Table


class ReconciliationDay(Paced):
    """One Shanghai day of the group's merchant account. Sums are the statement's, 0 until it was fetched."""

    id = fields.BigIntField(primary_key=True)
    day: date = fields.DateField(unique=True)
    state = fields.CharEnumField(DayState, max_length=8)
    opened_at = fields.DatetimeField()
    sha1 = fields.CharField(max_length=40, default="", db_default="")
    """Of the statement's file; empty while it is owed, and on a day on which nothing moved."""
    payments = fields.IntField(default=0, db_default=0)
    paid_fen = fields.BigIntField(default=0, db_default=0)
    refunds = fields.IntField(default=0, db_default=0)
    refunded_fen = fields.BigIntField(default=0, db_default=0)
    fee_millifen = fields.BigIntField(default=0, db_default=0)
    """Thousandths of a fen, as the statement counts fees."""
    compared_at = fields.DatetimeField(null=True)
    closed_at = fields.DatetimeField(null=True)
    closed_by_id = Key("staff", null=True)
    version = fields.IntField(default=1, db_default=1)

    class Meta:
        table = "reconciliation_day"
        constraints = (
            CheckConstraint(check="(state = 'OWED') = (compared_at IS NULL)", name="reconciliation_day_compared"),
            CheckConstraint(
                check="(state = 'CLOSED') = (closed_at IS NOT NULL) AND (closed_at IS NULL) = (closed_by_id IS NULL)",
                name="reconciliation_day_closed_by_somebody",
            ),
        )


class StatementLine(Table):
    """One line of a statement, without what it says about the payer; written once."""

    id = fields.BigIntField(primary_key=True)
    day_id = Key("reconciliation_day")
    line_no = fields.IntField()
    kind = fields.CharEnumField(MovementKind, max_length=8)
    number = fields.CharField(max_length=64)
    """Our number: out_trade_no of a payment, out_refund_no of a refund."""
    platform_number = fields.CharField(max_length=64)
    status = fields.CharField(max_length=16)
    amount_fen = fields.BigIntField()
    fee_millifen = fields.BigIntField()
    moved_at = fields.DatetimeField()

    class Meta:
        table = "statement_line"
        unique_together = (("day_id", "line_no"),)
        indexes = (Index(fields=("number",)),)


class ReconciliationDifference(Table):
    """Something in which a day's statement and our books differ, until somebody says why."""

    id = fields.BigIntField(primary_key=True)
    day_id = Key("reconciliation_day")
    kind = fields.CharEnumField(DifferenceKind, max_length=9)
    movement = fields.CharEnumField(MovementKind, max_length=8)
    number = fields.CharField(max_length=64)
    ours_fen = fields.BigIntField(null=True)
    theirs_fen = fields.BigIntField(null=True)
    fee_millifen = fields.BigIntField(null=True)
    payment_id = Key("payment", null=True)
    refund_id = Key("refund", null=True)
    store_id = Key("store", null=True)
    """The store of our payment; none where we know nothing of it."""
    settled_at = fields.DatetimeField(null=True)
    settled_by_id = Key("staff", null=True)
    """None if the other half turned up on a later statement."""
    settled_reason = fields.CharField(max_length=200, default="", db_default="")
    version = fields.IntField(default=1, db_default=1)

    class Meta:
        table = "reconciliation_difference"
        unique_together = (("day_id", "kind", "movement", "number"),)
        indexes = (
            Index(fields=("number",)),
            Index(fields=("store_id",)),
            Index(fields=("payment_id",)),
            Index(fields=("refund_id",)),
        )
        constraints = (
            CheckConstraint(
                check="(settled_at IS NULL) = (settled_reason = '')", name="reconciliation_difference_settled_why"
            ),
            CheckConstraint(
                check="settled_by_id IS NULL OR settled_at IS NOT NULL", name="reconciliation_difference_settled_by"
            ),
        )

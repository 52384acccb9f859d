"""The tables of deposits and their movements."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from crm_core.deposits.rules import DepositMove
from foundation.keys import Key
from foundation.personal import ACCOUNTS, Emptied, Moved, Part, Personal, Shown
from foundation.table import Table


class Deposit(Table):
    """What one customer has paid ahead in one store. After a merge of two records a customer has the deposits of both:
    each keeps its movements, and together they are the balance.
    """

    id = fields.BigIntField(primary_key=True)
    store_id = Key("store")
    customer_id = Key("customer")
    balance_fen = fields.BigIntField()
    opened_at = fields.DatetimeField()
    version = fields.IntField()

    personal = Personal(
        Moved(),
        Shown("预存款", {"opened_at": "开始时间", "balance_fen": "余额"}),
        ACCOUNTS,
        erase=Emptied(),
        over="CASE WHEN t.balance_fen = 0 THEN t.opened_at END",
        unfinished="t.balance_fen > 0",
        parts=(
            Part("deposit_movement", "deposit_id", Shown("预存款流水", {"at": "时间", "amount_fen": "金额"})),
            Part("deposit_charge", "deposit_id"),
        ),
    )

    class Meta:
        table = "deposit"
        indexes = (Index(fields=("customer_id",)), Index(fields=("store_id", "customer_id")))
        constraints = (CheckConstraint(check="balance_fen >= 0", name="deposit_never_below_zero"),)


class DepositMovement(Table):
    """One movement; what is used or held is below zero."""

    id = fields.BigIntField(primary_key=True)
    deposit_id = Key("deposit")
    kind = fields.CharEnumField(DepositMove, max_length=8)
    amount_fen = fields.BigIntField()
    payment_id = Key("payment")
    """What paid in, or the payment of the bill it was used on."""
    refund_id = Key("refund", null=True)
    bill_id = Key("bill", null=True)
    about = fields.CharField(max_length=40)
    """What it was paid ahead for, `repair_order:12`; empty for visits to come."""
    about_number = fields.CharField(max_length=40)
    """The number of that for people, as it was then."""
    by_id = Key("staff", null=True)
    at = fields.DatetimeField()

    class Meta:
        table = "deposit_movement"
        indexes = (Index(fields=("deposit_id",)),)
        constraints = (
            UniqueConstraint(
                fields=("payment_id",), name="deposit_movement_once", condition="kind IN ('PAID_IN', 'USED')"
            ),
            UniqueConstraint(
                fields=("refund_id", "kind"), name="deposit_movement_refunded_once", condition="refund_id IS NOT NULL"
            ),
            CheckConstraint(
                check="amount_fen <> 0 AND (kind IN ('PAID_IN', 'RETURNED', 'RELEASED')) = (amount_fen > 0)",
                name="deposit_movement_sign",
            ),
            CheckConstraint(
                check="(kind IN ('USED', 'RETURNED')) = (bill_id IS NOT NULL)", name="deposit_movement_of_a_bill"
            ),
        )


class DepositCharge(Table):
    """What a payment by code pays ahead for, written before the code is handed over: whether money comes is known only
    afterwards, and then the movement says the same.
    """

    id = fields.BigIntField(primary_key=True)
    payment_id = Key("payment", unique=True)
    deposit_id = Key("deposit")
    about = fields.CharField(max_length=40)
    about_number = fields.CharField(max_length=40)
    by_id = Key("staff")

    class Meta:
        table = "deposit_charge"
        indexes = (Index(fields=("deposit_id",)),)

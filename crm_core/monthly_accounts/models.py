"""The tables of monthly accounts, their months and their entries."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from crm_core.monthly_accounts.rules import AccountState, EntryKind
from foundation.keys import Key
from foundation.personal import ACCOUNTS, Emptied, Moved, Personal, Shown
from foundation.table import Table


class MonthlyAccount(Table):
    """月结账户: what one customer may owe one store, and what they owe now (the sum of the entries)."""

    id = fields.BigIntField(primary_key=True)
    store_id = Key("store")
    customer_id = Key("customer")
    company = fields.CharField(max_length=60)
    state = fields.CharEnumField(AccountState, max_length=10)
    limit_fen = fields.BigIntField()
    closing_day = fields.IntField()
    pay_within_days = fields.IntField()
    owed_fen = fields.BigIntField(default=0)
    asked_by_id = Key("staff")
    asked_at = fields.DatetimeField()
    decided_by_id = Key("staff", null=True)
    decided_at = fields.DatetimeField(null=True)
    version = fields.IntField(default=1)

    personal = Personal(
        Moved(),
        Shown("月结账户", {"company": "公司", "asked_at": "申请时间", "limit_fen": "额度", "owed_fen": "欠款"}),
        ACCOUNTS,
        erase=Emptied(),
        over="CASE WHEN t.owed_fen = 0 THEN t.decided_at END",
        unfinished="t.owed_fen <> 0",
    )

    class Meta:
        table = "monthly_account"
        indexes = (Index(fields=("customer_id",)), Index(fields=("store_id", "state")))
        constraints = (
            UniqueConstraint(
                fields=("store_id", "customer_id"),
                name="monthly_account_one_of_each_customer",
                condition="state <> 'REFUSED'",
            ),
            CheckConstraint(check="limit_fen > 0", name="monthly_account_limit"),
            CheckConstraint(check="closing_day BETWEEN 1 AND 28", name="monthly_account_closing_day"),
            CheckConstraint(check="pay_within_days BETWEEN 1 AND 90", name="monthly_account_pays_within"),
            CheckConstraint(
                check="(state = 'REQUESTED') = (decided_by_id IS NULL) "
                "AND (decided_by_id IS NULL) = (decided_at IS NULL)",
                name="monthly_account_decided",
            ),
            CheckConstraint(check="decided_by_id <> asked_by_id", name="monthly_account_decided_by_another"),
        )


class AccountMonth(Table):
    """账期: what was charged up to one closing day, and what of it is paid."""

    id = fields.BigIntField(primary_key=True)
    account_id = Key("monthly_account")
    ends_on = fields.DateField()
    due_on = fields.DateField()
    charged_fen = fields.BigIntField()
    paid_fen = fields.BigIntField(default=0)
    reminded_on = fields.DateField(null=True)

    class Meta:
        table = "account_month"
        unique_together = (("account_id", "ends_on"),)
        constraints = (
            CheckConstraint(check="charged_fen > 0 AND paid_fen BETWEEN 0 AND charged_fen", name="account_month_paid"),
        )


class AccountEntry(Table):
    """One movement of an account."""

    id = fields.BigIntField(primary_key=True)
    account_id = Key("monthly_account")
    kind = fields.CharEnumField(EntryKind, max_length=8)
    amount_fen = fields.BigIntField()
    payment_id = Key("payment", null=True)
    """Of a charge or its refund: the payment of the bill."""
    bill_id = Key("bill", null=True)
    month_ends_on = fields.DateField(null=True)
    """Of a charge: the closing day of its month."""
    reference = fields.CharField(max_length=40, default="")
    """The bank's number of a repayment."""
    by_id = Key("staff", null=True)
    at = fields.DatetimeField()

    class Meta:
        table = "account_entry"
        indexes = (Index(fields=("account_id",)),)
        constraints = (
            UniqueConstraint(
                fields=("account_id", "reference"), name="account_entry_repaid_once", condition="kind = 'REPAID'"
            ),
            UniqueConstraint(fields=("payment_id",), name="account_entry_charged_once", condition="kind = 'CHARGED'"),
            CheckConstraint(check="(kind = 'CHARGED') = (amount_fen > 0)", name="account_entry_sign"),
            CheckConstraint(
                check="(kind = 'REPAID') = (payment_id IS NULL) AND (kind = 'REPAID') = (reference <> '')",
                name="account_entry_of_what",
            ),
            CheckConstraint(check="(kind = 'CHARGED') = (month_ends_on IS NOT NULL)", name="account_entry_month"),
        )

"""The tables of receivables and their steps."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from crm_core.billing.rules import Payer
from crm_core.receivables.rules import CostCentre, ReceivableState, StepKind
from foundation.keys import Key
from foundation.personal import ACCOUNTS, Emptied, Moved, Personal, Withheld
from foundation.table import Table


class Receivable(Table):
    """What one payer other than the owner owes for one thing: the life of their bill after its lines are fixed."""

    id = fields.BigIntField(primary_key=True)
    bill_id = Key("bill", unique=True)
    store_id = Key("store")
    customer_id = Key("customer")
    payer = fields.CharEnumField(Payer, max_length=2)
    state = fields.CharEnumField(ReceivableState, max_length=16)
    amount_fen = fields.BigIntField()
    accepted_fen = fields.BigIntField(null=True)
    """What maker or insurer accepted; NULL while they have not answered."""
    received_fen = fields.BigIntField(default=0, db_default=0)
    borne_fen = fields.BigIntField(default=0, db_default=0)
    """What the house bears itself."""
    party = fields.CharField(max_length=40, default="", db_default="")
    """The maker or insurer."""
    approval_number = fields.CharField(max_length=40, default="", db_default="")
    """索赔授权号 of the maker, or 定损单号 of the insurer."""
    case_number = fields.CharField(max_length=40, default="", db_default="")
    """报案号 of the insurer."""
    old_parts_place = fields.CharField(max_length=40, default="", db_default="")
    old_parts_until = fields.DateField(null=True)
    due_on = fields.DateField()
    """By when the next step is expected."""
    reminded_on = fields.DateField(null=True)
    opened_at = fields.DatetimeField()
    settled_at = fields.DatetimeField(null=True)
    version = fields.IntField(default=1, db_default=1)

    personal = Personal(
        Moved(),
        Withheld("what a maker, an insurer or the house owes; the customer's own bill is shown"),
        ACCOUNTS,
        erase=Emptied(),
        over="t.settled_at",
        unfinished="t.settled_at IS NULL",
    )

    class Meta:
        table = "receivable"
        indexes = (
            Index(fields=("store_id", "state", "due_on")),
            Index(fields=("customer_id",)),
        )
        constraints = (
            CheckConstraint(check="payer <> 'CP'", name="receivable_is_not_the_owners"),
            CheckConstraint(
                check="amount_fen > 0 AND received_fen >= 0 AND borne_fen >= 0 "
                "AND received_fen + borne_fen <= amount_fen",
                name="receivable_sums",
            ),
            CheckConstraint(
                check="accepted_fen IS NULL OR accepted_fen BETWEEN received_fen AND amount_fen",
                name="receivable_accepted",
            ),
            CheckConstraint(
                check="(state = 'SETTLED') = (settled_at IS NOT NULL AND received_fen + borne_fen = amount_fen)",
                name="receivable_settled_is_exactly_settled",
            ),
            CheckConstraint(
                check="payer IN ('W', 'I') OR (state IN ('OPEN', 'SETTLED') AND received_fen = 0)",
                name="receivable_house_is_not_submitted",
            ),
            CheckConstraint(
                check="state = 'OPEN' OR payer IN ('N', 'G') OR (approval_number <> '' AND party <> '')",
                name="receivable_submitted_with_number",
            ),
        )


class ReceivableStep(Table):
    """One act, who did it, and the money it moved."""

    id = fields.BigIntField(primary_key=True)
    receivable: fields.ForeignKeyRelation[Receivable] = fields.ForeignKeyField(
        "wedealer.Receivable", related_name=False
    )
    receivable_id: int
    kind = fields.CharEnumField(StepKind, max_length=12)
    amount_fen = fields.BigIntField(null=True)
    reference = fields.CharField(max_length=40, default="", db_default="")
    """The bank's number of money that came."""
    received_on = fields.DateField(null=True)
    cost_centre = fields.CharEnumField(CostCentre, max_length=8, null=True)
    words = fields.CharField(max_length=200, default="", db_default="")
    by_id = Key("staff", null=True)
    at = fields.DatetimeField()

    class Meta:
        table = "receivable_step"
        indexes = (Index(fields=("receivable_id",)),)
        constraints = (
            UniqueConstraint(
                fields=("receivable_id", "reference"),
                name="receivable_step_money_once",
                condition="kind = 'RECEIVED'",
            ),
            CheckConstraint(
                check="(kind = 'RECEIVED') = (reference <> '' AND received_on IS NOT NULL)",
                name="receivable_step_received_by_number",
            ),
            CheckConstraint(
                check="(kind = 'BORNE') = (cost_centre IS NOT NULL)", name="receivable_step_borne_by_somebody"
            ),
            CheckConstraint(check="kind NOT IN ('RECEIVED', 'BORNE') OR amount_fen > 0", name="receivable_step_amount"),
        )

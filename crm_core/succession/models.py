"""Tables of successions and their items."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from crm_core.dealerships.belongings import BelongingKind
from crm_core.succession.rules import ItemState, SuccessionState, Why
from foundation.keys import Key
from foundation.owed import Paced
from foundation.personal import Emptied, Moved, Personal, WhileCustomer, Withheld
from foundation.table import Table


class Succession(Paced):
    """The plan by which one member's things go to colleagues, and its work."""

    id = fields.BigIntField(primary_key=True)
    staff_id = Key("staff")
    store_id = Key("store", null=True)
    """The member's own store."""
    is_leaving = fields.BooleanField()
    """False for one who moves to other work and stays."""
    state = fields.CharEnumField(SuccessionState, max_length=10)
    prepared_by_id = Key("staff")
    prepared_at = fields.DatetimeField()
    started_at = fields.DatetimeField(null=True)
    ended_at = fields.DatetimeField(null=True)
    version = fields.IntField(default=1)

    class Meta:
        table = "succession"
        constraints = (
            UniqueConstraint(
                fields=("staff_id",), name="succession_one_open", condition="state IN ('PREPARED', 'RUNNING')"
            ),
            CheckConstraint(
                check="(ended_at IS NULL) = (state IN ('PREPARED', 'RUNNING')) "
                "AND (state NOT IN ('RUNNING', 'DONE') OR started_at IS NOT NULL)",
                name="succession_times",
            ),
        )


class SuccessionItem(Table):
    """One thing of the member: who gets it and why, and what became of it."""

    id = fields.BigIntField(primary_key=True)
    succession: fields.ForeignKeyRelation[Succession] = fields.ForeignKeyField(
        "wedealer.Succession", related_name=False
    )
    succession_id: int
    kind = fields.CharEnumField(BelongingKind, max_length=12)
    thing_id = fields.BigIntField()
    role = fields.CharField(max_length=10)
    store_id = Key("store", null=True)
    customer_id = Key("customer", null=True)
    words = fields.CharField(max_length=60)
    to_id = Key("staff", null=True)
    why = fields.CharEnumField(Why, max_length=14)
    state = fields.CharEnumField(ItemState, max_length=16)
    refusal = fields.CharField(max_length=40, default="")
    """The code of the refusal that left it to a person; empty otherwise."""
    ended_at = fields.DatetimeField(null=True)

    personal = Personal(
        Moved(), Withheld("says who of the staff took over what"), WhileCustomer(), erase=Emptied({"words": "''"})
    )

    class Meta:
        table = "succession_item"
        unique_together = (("succession", "kind", "thing_id", "role"),)
        indexes = (Index(fields=("succession_id", "state")), Index(fields=("customer_id",)))
        constraints = (
            CheckConstraint(check="(ended_at IS NULL) = (state = 'PLANNED')", name="succession_item_end"),
            CheckConstraint(check="state NOT IN ('DONE', 'ASKED') OR to_id IS NOT NULL", name="succession_item_taker"),
        )

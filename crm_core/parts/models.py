"""Tables of the store room."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from crm_core.parts.rules import RequestState
from foundation.keys import Key, Upward
from foundation.table import Table


class Part(Table):
    """配件: a part in the catalogue."""

    id = fields.BigIntField(primary_key=True)
    number = fields.CharField(max_length=40, unique=True)
    name = fields.CharField(max_length=60)
    is_active = fields.BooleanField(default=True, db_default=True)

    class Meta:
        table = "part"


class Stock(Table):
    """How many pieces of a part a store has. A constraint keeps it from falling below zero when several jobs take the
    last.
    """

    id = fields.BigIntField(primary_key=True)
    part: fields.ForeignKeyRelation[Part] = fields.ForeignKeyField("wedealer.Part", related_name=False)
    part_id: int
    store_id = Key("store")
    on_hand = fields.IntField(default=0)
    reserved = fields.IntField(default=0)

    class Meta:
        table = "part_stock"
        unique_together = (("part", "store_id"),)
        constraints = (
            CheckConstraint(check="on_hand >= 0", name="stock_not_below_zero"),
            CheckConstraint(check="reserved BETWEEN 0 AND on_hand", name="stock_reserved_is_there"),
        )


class PartRequest(Table):
    """A part wanted for one line of a repair order."""

    id = fields.BigIntField(primary_key=True)
    store_id = Key("store")
    repair_order_id = Upward("repair_order")
    line_id = Upward("repair_line")
    part: fields.ForeignKeyRelation[Part] = fields.ForeignKeyField("wedealer.Part", related_name=False)
    part_id: int
    quantity = fields.IntField(default=1)
    state = fields.CharEnumField(RequestState, max_length=12)
    expected_at = fields.DatetimeField(null=True)
    """When a back-ordered part is expected."""
    requested_at = fields.DatetimeField()
    issued_at = fields.DatetimeField(null=True)
    issued_by = Key("staff", null=True)
    ended_at = fields.DatetimeField(null=True)

    class Meta:
        table = "part_request"
        indexes = (Index(fields=("repair_order_id",)), Index(fields=("store_id", "state")))
        constraints = (
            CheckConstraint(check="quantity > 0", name="part_request_quantity"),
            UniqueConstraint(
                fields=("line_id", "part_id"),
                name="part_request_one_live",
                condition="state NOT IN ('RETURNED', 'CANCELLED')",
            ),
        )

"""Tables of the store room. Stock is the sum of its movements: triggers keep the balances of a bin and of a store."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from crm_core.parts.rules import RequestState, StockMoveKind
from foundation.keys import Key, Upward
from foundation.table import Table


class Part(Table):
    """配件: a part in the catalogue."""

    id = fields.BigIntField(primary_key=True)
    number = fields.CharField(max_length=40, unique=True)
    name = fields.CharField(max_length=60)
    is_active = fields.BooleanField(default=True, db_default=True)
    for_line_id = Upward("repair_line", null=True)
    """外购件: the only job it is bought for, under a number of its own; nothing proposes to buy it for the shelf."""

    class Meta:
        table = "part"


class Stock(Table):
    """How many pieces of a part a store has: the sum of its movements. A constraint keeps it from falling below zero
    when several jobs take the last.
    """

    id = fields.BigIntField(primary_key=True)
    part: fields.ForeignKeyRelation[Part] = fields.ForeignKeyField("wedealer.Part", related_name=False)
    part_id: int
    store_id = Key("store")
    on_hand = fields.IntField(default=0)
    reserved = fields.IntField(default=0)
    average_fen = fields.BigIntField(null=True)
    """What a piece costs on average (`cost_rules`); NULL until somebody said."""

    class Meta:
        table = "part_stock"
        unique_together = (("part", "store_id"),)
        constraints = (
            CheckConstraint(check="on_hand >= 0", name="stock_not_below_zero"),
            CheckConstraint(check="reserved BETWEEN 0 AND on_hand", name="stock_reserved_is_there"),
            CheckConstraint(check="average_fen >= 0", name="stock_average"),
        )


class StockBin(Table):
    """How many of these pieces lie in one bin 货位; the bin without a name is for pieces nobody has placed yet."""

    id = fields.BigIntField(primary_key=True)
    stock: fields.ForeignKeyRelation[Stock] = fields.ForeignKeyField("wedealer.Stock", related_name=False)
    stock_id: int
    bin = fields.CharField(max_length=20)
    on_hand = fields.IntField()

    class Meta:
        table = "part_bin"
        constraints = (
            UniqueConstraint(fields=("stock_id", "bin"), name="part_bin_once"),
            CheckConstraint(check="on_hand >= 0", name="part_bin_not_below_zero"),
        )


class StockMovement(Table):
    """库存流水: pieces that came into a bin (positive) or left it. Written once; writing it changes both balances."""

    id = fields.BigIntField(primary_key=True)
    stock: fields.ForeignKeyRelation[Stock] = fields.ForeignKeyField("wedealer.Stock", related_name=False)
    stock_id: int
    bin = fields.CharField(max_length=20)
    kind = fields.CharEnumField(StockMoveKind, max_length=12)
    quantity = fields.IntField()
    about = fields.CharField(max_length=60, default="", db_default="")
    """What moved them, `part_request:7`; empty for opening stock and for a change of bin."""
    by_id = Key("staff", null=True)
    at = fields.DatetimeField()
    cost_fen = fields.BigIntField(null=True)
    """What one of the pieces cost; NULL where nobody said."""

    class Meta:
        table = "stock_movement"
        indexes = (Index(fields=("stock_id", "id")),)
        constraints = (
            CheckConstraint(check="quantity <> 0", name="stock_movement_moves"),
            CheckConstraint(check="cost_fen >= 0", name="stock_movement_cost"),
        )


class PartHold(Table):
    """留件: pieces promised to a booking, or to an order whose job nobody has dispatched yet. They count as reserved;
    a request of the job takes them over.
    """

    id = fields.BigIntField(primary_key=True)
    store_id = Key("store")
    part: fields.ForeignKeyRelation[Part] = fields.ForeignKeyField("wedealer.Part", related_name=False)
    part_id: int
    about = fields.CharField(max_length=60)
    """`appointment:5` or `repair_order:12`."""
    quantity = fields.IntField()
    held_at = fields.DatetimeField()

    class Meta:
        table = "part_hold"
        indexes = (Index(fields=("part_id", "store_id")),)
        constraints = (
            UniqueConstraint(fields=("about", "part_id"), name="part_hold_once"),
            CheckConstraint(check="quantity > 0", name="part_hold_quantity"),
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
    is_asked = fields.BooleanField(default=False, db_default=False)
    """A technician asked for it, beyond what the job is planned with: several such may be of one part."""
    state = fields.CharEnumField(RequestState, max_length=12)
    expected_at = fields.DatetimeField(null=True)
    """When a back-ordered part is expected."""
    not_found_at = fields.DatetimeField(null=True)
    """When somebody looked for pieces that are free by the ledger, and found none. Until pieces come in or the ledger
    is put right, nobody is served from those."""
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
                condition="state NOT IN ('RETURNED', 'CANCELLED') AND NOT is_asked",
            ),
        )

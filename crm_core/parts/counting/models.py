"""Tables of stock takes."""

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from crm_core.parts.counting.rules import CountState
from foundation.keys import Key
from foundation.table import Table


class StockTake(Table):
    """盘点单: the bins of a zone, counted once. A zone is how the names of its bins begin; empty is the whole store."""

    id = fields.BigIntField(primary_key=True)
    store_id = Key("store")
    zone = fields.CharField(max_length=20, default="", db_default="")
    state = fields.CharEnumField(CountState, max_length=10)
    made_by = Key("staff")
    made_at = fields.DatetimeField()
    finished_at = fields.DatetimeField(null=True)
    booked_by = Key("staff", null=True)
    ended_at = fields.DatetimeField(null=True)
    version = fields.IntField(default=1, db_default=1)

    class Meta:
        table = "stock_take"
        constraints = (
            UniqueConstraint(
                fields=("store_id", "zone"),
                name="stock_take_one_under_way",
                condition="state IN ('COUNTING', 'COUNTED')",
            ),
            CheckConstraint(
                check="(state IN ('BOOKED', 'CANCELLED')) = (ended_at IS NOT NULL)", name="stock_take_ended"
            ),
            CheckConstraint(check="(state = 'BOOKED') = (booked_by IS NOT NULL)", name="stock_take_booked"),
        )


class StockTakeLine(Table):
    """One part in one bin: what was counted, and what the ledger said at that moment."""

    id = fields.BigIntField(primary_key=True)
    stock_take_id = Key("stock_take")
    stock_id = Key("part_stock")
    bin = fields.CharField(max_length=20)
    counted = fields.IntField(null=True)
    expected = fields.IntField(null=True)
    counted_by = Key("staff", null=True)
    counted_at = fields.DatetimeField(null=True)
    reason = fields.CharField(max_length=80, default="", db_default="")

    class Meta:
        table = "stock_take_line"
        constraints = (
            UniqueConstraint(fields=("stock_take_id", "stock_id", "bin"), name="stock_take_line_once"),
            CheckConstraint(check="counted >= 0", name="stock_take_line_counted"),
            CheckConstraint(
                check="(counted IS NULL) = (expected IS NULL) AND (counted IS NULL) = (counted_by IS NULL)",
                name="stock_take_line_whole",
            ),
        )

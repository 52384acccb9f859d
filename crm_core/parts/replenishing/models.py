"""Tables of what a store keeps in stock, and of parts that stand in for others."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from foundation.keys import Key
from foundation.table import Table


class PartMinimum(Table):
    """最低库存: below how many free pieces a part is ordered again, and up to how many."""

    id = fields.BigIntField(primary_key=True)
    store_id = Key("store")
    part_id = Key("part")
    minimum = fields.IntField()
    maximum = fields.IntField()
    is_active = fields.BooleanField(default=True, db_default=True)

    class Meta:
        table = "part_minimum"
        constraints = (
            UniqueConstraint(fields=("store_id", "part_id"), name="part_minimum_once"),
            CheckConstraint(check="minimum BETWEEN 0 AND maximum", name="part_minimum_below_maximum"),
        )


class PartAlternative(Table):
    """替代件: `other` may be fitted in place of `part`, on one model or on all; `both_ways` says the reverse, too."""

    id = fields.BigIntField(primary_key=True)
    part_id = Key("part")
    other_id = Key("part")
    both_ways = fields.BooleanField(default=False, db_default=False)
    series = fields.CharField(max_length=20, default="", db_default="")
    is_active = fields.BooleanField(default=True, db_default=True)

    class Meta:
        table = "part_alternative"
        indexes = (Index(fields=("other_id",)),)
        constraints = (
            UniqueConstraint(fields=("part_id", "other_id", "series"), name="part_alternative_once"),
            CheckConstraint(check="part_id <> other_id", name="part_alternative_is_another"),
        )

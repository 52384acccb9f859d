"""The table of 三包 alerts."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import UniqueConstraint

from crm_core.repair_orders.three_guarantees.rules import Counted, Level
from foundation.keys import Key
from foundation.table import Table


class ThreeGuaranteesAlert(Table):
    """三包预警: a counter of a car came near its limit or beyond it, and the managers were told."""

    id = fields.BigIntField(primary_key=True)
    vehicle_id = Key("vehicle")
    store_id = Key("store")
    """Whose managers were told: the store of the repair that moved the counter."""
    repair_order_id = Key("repair_order", null=True)
    """The repair that takes so long; empty for what is counted over all repairs."""
    counted = fields.CharEnumField(Counted, max_length=12)
    level = fields.CharEnumField(Level, max_length=8)
    used = fields.IntField()
    at = fields.DatetimeField()

    class Meta:
        table = "three_guarantees_alert"
        indexes = (Index(fields=("vehicle_id",)),)
        constraints = (
            UniqueConstraint(
                fields=("vehicle_id", "counted", "level"),
                name="three_guarantees_alert_once",
                condition="repair_order_id IS NULL",
            ),
            UniqueConstraint(
                fields=("repair_order_id", "counted", "level"),
                name="three_guarantees_alert_once_per_repair",
                condition="repair_order_id IS NOT NULL",
            ),
        )

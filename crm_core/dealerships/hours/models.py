"""The table of weekdays; exceptions by date are `StoreClosure`."""

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from crm_core.dealerships.models import Store
from foundation.table import Table


class StoreWeekday(Table):
    """A day of the week on which a store is shut or has other hours than usual; 0 is Monday."""

    id = fields.BigIntField(primary_key=True)
    store: fields.ForeignKeyRelation[Store] = fields.ForeignKeyField("wedealer.Store", related_name=False)
    store_id: int
    weekday = fields.SmallIntField()
    is_open = fields.BooleanField()
    opens_minute = fields.IntField()
    last_slot_minute = fields.IntField()
    closes_minute = fields.IntField()
    is_active = fields.BooleanField(default=True, db_default=True)

    class Meta:
        table = "store_weekday"
        constraints = (
            UniqueConstraint(fields=("store_id", "weekday"), name="store_weekday_once"),
            CheckConstraint(check="weekday BETWEEN 0 AND 6", name="store_weekday_is_one"),
            CheckConstraint(
                check="0 <= opens_minute AND opens_minute <= last_slot_minute AND last_slot_minute < closes_minute "
                "AND closes_minute <= 1440",
                name="store_weekday_hours",
            ),
        )

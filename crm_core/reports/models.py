"""The table of targets."""

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint

from crm_core.reports.definitions import Kpi
from foundation.keys import Key
from foundation.table import Table


class KpiTarget(Table):
    """What a store wants to reach of an indicator from a month on, until another row begins; without a store, every
    store that has no row of its own. An index of the database allows one row for each beginning.
    """

    id = fields.BigIntField(primary_key=True)
    store_id = Key("store", null=True)
    kpi = fields.CharEnumField(Kpi, max_length=12)
    valid_from = fields.DateField()
    """The first day of the month."""
    target = fields.IntField()
    """Percent, points, yuan or visits, as the indicator is counted."""
    is_active = fields.BooleanField(default=True, db_default=True)

    class Meta:
        table = "kpi_target"
        constraints = (
            CheckConstraint(check="target >= 0", name="kpi_target_amount"),
            CheckConstraint(check="extract(day FROM valid_from) = 1", name="kpi_target_from_a_month"),
        )

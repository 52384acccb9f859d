"""Tables of due dates, and of the cars whose dates are to be computed again."""

from datetime import date

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import UniqueConstraint

from crm_core.due_dates.rules import DueKind
from foundation.keys import Key
from foundation.table import Table


class DueDate(Table):
    """One date of a car, as `rules.due_dates` computed it. Only `counting` writes it."""

    id = fields.BigIntField(primary_key=True)
    vehicle_id: int = Key("vehicle")
    kind = fields.CharEnumField(DueKind, max_length=16)
    due_on = fields.DateField()
    cycle_on = fields.DateField()
    near_on: date | None = fields.DateField(null=True)
    words = fields.CharField(max_length=400)
    is_inferred = fields.BooleanField(default=False, db_default=False)

    class Meta:
        table = "due_date"
        indexes = (Index(fields=("kind", "due_on")),)
        constraints = (UniqueConstraint(fields=("vehicle_id", "kind"), name="due_date_one_of_a_kind"),)


class DueRecount(Table):
    """A car of which something changed. Written by triggers of the tables that due dates rest on."""

    id = fields.BigIntField(primary_key=True)
    vehicle_id: int = Key("vehicle")

    class Meta:
        table = "due_recount"
        indexes = (Index(fields=("vehicle_id",)),)

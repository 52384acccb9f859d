"""Table of jobs passed on."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint

from foundation.keys import Key
from foundation.table import Table

NOTE_MAX_CHARS = 200


class PassedJob(Table):
    """交给同事: a technician gave a begun job to another, and what the other has to know."""

    id = fields.BigIntField(primary_key=True)
    repair_order_id = Key("repair_order")
    line_id = Key("repair_line")
    from_id = Key("staff")
    to_id = Key("staff")
    note = fields.CharField(max_length=NOTE_MAX_CHARS)
    at = fields.DatetimeField()

    class Meta:
        table = "passed_job"
        indexes = (Index(fields=("line_id", "id")), Index(fields=("repair_order_id",)))
        constraints = (CheckConstraint(check="from_id <> to_id", name="passed_job_to_another"),)

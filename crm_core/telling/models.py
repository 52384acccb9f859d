"""Table of the calls that stand in for messages."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint
from tortoise.models import Model


class PhoneCall(Model):
    """Somebody told a person by phone what a message could not."""

    id = fields.BigIntField(primary_key=True)
    message_id = fields.BigIntField(unique=True)
    customer_id = fields.BigIntField()
    store_id = fields.BigIntField()
    staff_id = fields.BigIntField()
    """Who phoned."""
    called_at = fields.DatetimeField()
    note = fields.CharField(max_length=200)
    """What came of it."""

    class Meta:
        table = "phone_call"
        indexes = (Index(fields=("customer_id",)),)
        constraints = (CheckConstraint(check="note <> ''", name="phone_call_says_what_came_of_it"),)

"""The table of phone calls made instead of messages."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint

from foundation.keys import Key
from foundation.personal import EVIDENCE_OF_TELLING, GONE, Emptied, Moved, Personal, Shown
from foundation.table import Table


class PhoneCall(Table):
    """A member of staff told a customer by phone what a message could not."""

    id = fields.BigIntField(primary_key=True)
    message_id = Key("message", unique=True)
    customer_id = Key("customer")
    store_id = Key("store")
    staff_id = Key("staff")
    """Who phoned."""
    called_at = fields.DatetimeField()
    note = fields.CharField(max_length=200)
    """The result of the call."""

    personal = Personal(
        Moved(),
        Shown("电话通知", {"called_at": "时间", "note": "结果"}),
        EVIDENCE_OF_TELLING,
        erase=Emptied({"note": GONE}),
        over="t.called_at",
    )

    class Meta:
        table = "phone_call"
        indexes = (Index(fields=("customer_id",)),)
        constraints = (CheckConstraint(check="note <> ''", name="phone_call_says_what_came_of_it"),)

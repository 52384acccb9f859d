"""The table of reworded parts of notices."""

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint

from foundation.keys import Key
from foundation.table import Table


class WordingChange(Table):
    """What a part of a notice says from `changed_at` on, in the group or one store. Rows are only added."""

    id = fields.BigIntField(primary_key=True)
    message = fields.CharField(max_length=40)
    """The message's folder under templates/messages."""
    part = fields.CharField(max_length=60)
    """`Part.key`."""
    store_id = Key("store", null=True)
    """None for the group."""
    number = fields.IntField()
    """Counts the changes of this part in this store from 1. It is unique, so of two people at once only one wins."""
    words: str | None = fields.TextField(null=True)
    """As they were typed. None: from then on the store follows the group again, the group the shipped text."""
    reason = fields.CharField(max_length=200)
    changed_by_id = Key("staff")
    changed_at = fields.DatetimeField()

    class Meta:
        table = "wording_change"
        constraints = (
            CheckConstraint(check="reason <> ''", name="wording_change_says_why"),
            CheckConstraint(check="words <> ''", name="wording_change_says_something"),
        )

"""Tables of fixed lists."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from campaigns.segments.lists.rules import Unmatched
from foundation.keys import Key
from foundation.personal import Deleted, Moved, Personal, WhileCustomer, Withheld
from foundation.table import Table


class FixedList(Table):
    """固定名单: who was in a group at one moment, or whom a file names."""

    id = fields.BigIntField(primary_key=True)
    name = fields.CharField(max_length=30)
    origin = fields.CharField(max_length=500)
    """The sentence of the group it was frozen from, or the name of the file."""
    is_from_file = fields.BooleanField()
    store_ids: list[int] | None = fields.JSONField(null=True)
    """The stores whose customers it was made of; null means the whole group."""
    people = fields.IntField()
    """How many it began with."""
    file_rows = fields.IntField(default=0, db_default=0)
    """Rows of the file that hold something, without its head."""
    made_by_id = Key("staff")
    made_at = fields.DatetimeField()

    class Meta:
        table = "fixed_list"
        constraints = (CheckConstraint(check="name <> '' AND people >= 0", name="fixed_list_has_name"),)


class FixedListMember(Table):
    """One customer of a fixed list."""

    id = fields.BigIntField(primary_key=True)
    fixed_list_id = Key("fixed_list")
    customer_id = Key("customer")

    personal = Personal(
        Moved(unique_on=("fixed_list_id",)),
        Withheld("says whom we meant to reach; what they were sent is shown there"),
        WhileCustomer(),
        erase=Deleted(),
    )

    class Meta:
        table = "fixed_list_member"
        indexes = (Index(fields=("customer_id",)),)
        constraints = (UniqueConstraint(fields=("fixed_list_id", "customer_id"), name="fixed_list_member_once"),)


class FixedListRow(Table):
    """A row of a file that led to no customer. What it said is kept masked: enough to find it in the file again."""

    id = fields.BigIntField(primary_key=True)
    fixed_list_id = Key("fixed_list")
    sheet = fields.CharField(max_length=40)
    row_number = fields.IntField()
    masked = fields.CharField(max_length=60)
    reason = fields.CharEnumField(Unmatched, max_length=8)

    class Meta:
        table = "fixed_list_row"
        indexes = (Index(fields=("fixed_list_id", "id")),)

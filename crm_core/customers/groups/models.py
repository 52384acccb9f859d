"""Tables of customer groups."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint

from foundation.keys import Key
from foundation.personal import Deleted, Moved, Personal, Shown, WhileCustomer
from foundation.table import Table


class CustomerGroup(Table):
    """客户群."""

    id = fields.BigIntField(primary_key=True)
    chat_id = fields.CharField(max_length=64, unique=True)
    """WeCom's id."""
    name = fields.CharField(max_length=100, default="")
    """As last read; empty for a group that was given none."""
    owner_id = Key("staff", null=True)
    """群主; null if we do not know them."""
    colleagues = fields.IntField(default=0)
    customers = fields.IntField(default=0)
    """How many customers are in it, whether or not we know them."""
    made_at = fields.DatetimeField()
    changed_at = fields.DatetimeField()
    """When somebody last joined or left, as far as we learned."""
    read_at = fields.DatetimeField()
    ended_at = fields.DatetimeField(null=True)
    """When we learned that it was dissolved."""

    class Meta:
        table = "customer_group"
        indexes = (Index(fields=("owner_id",)),)
        constraints = (CheckConstraint(check="colleagues >= 0 AND customers >= 0", name="customer_group_sizes"),)


class GroupPerson(Table):
    """A customer of ours who is, or was, in a group."""

    id = fields.BigIntField(primary_key=True)
    customer_group_id = Key("customer_group")
    customer_id = Key("customer")
    external_userid = fields.CharField(max_length=64)
    joined_at = fields.DatetimeField()
    left_at = fields.DatetimeField(null=True)
    """When we learned that they are not in it any more."""

    personal = Personal(
        Moved(),
        Shown("所在的客户群", {"joined_at": "进群时间", "left_at": "离群时间"}),
        WhileCustomer(),
        erase=Deleted(),
    )

    class Meta:
        table = "group_person"
        unique_together = (("customer_group_id", "external_userid"),)
        indexes = (Index(fields=("customer_id",)),)

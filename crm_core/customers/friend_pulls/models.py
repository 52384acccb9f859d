"""Tables of the readings of WeCom's lists of friends, and what was found."""

from tortoise import fields
from tortoise.indexes import Index

from crm_core.customers.friend_pulls.rules import DriftKind, WalkState
from foundation.keys import Key
from foundation.owed import Paced
from foundation.personal import Deleted, Moved, Personal, WhileCustomer, Withheld
from foundation.table import Table


class FriendPull(Paced):
    """One reading of everybody's list; running until its members are listed and their walks have ended."""

    id = fields.BigIntField(primary_key=True)
    by_id = Key("staff", null=True)
    """Who asked for it; null for the nightly one."""
    started_at = fields.DatetimeField()
    listed_at = fields.DatetimeField(null=True)
    """When WeCom had told which members have lists."""
    ended_at = fields.DatetimeField(null=True)
    kept_out = fields.IntField(default=0, db_default=0)
    """Friends of members who left who were erased, and so not taken."""

    class Meta:
        table = "friend_pull"


class FriendWalk(Paced):
    """One member's list within a pull; `cursor` is WeCom's place in it."""

    id = fields.BigIntField(primary_key=True)
    pull: fields.ForeignKeyRelation[FriendPull] = fields.ForeignKeyField("wedealer.FriendPull", related_name=False)
    pull_id: int
    staff_id = Key("staff")
    state = fields.CharEnumField(WalkState, max_length=8)
    cursor = fields.CharField(max_length=200, default="")
    started_at = fields.DatetimeField()
    friends = fields.IntField(default=0)
    """Met so far."""
    missing = fields.IntField(default=0)
    """Known to us and not met."""
    kept_out = fields.IntField(default=0, db_default=0)
    """Met and not taken, since they asked to be deleted."""

    class Meta:
        table = "friend_walk"
        unique_together = (("pull", "staff_id"),)
        indexes = (Index(fields=("state",)),)


class FriendDrift(Table):
    """One difference that a pull found."""

    id = fields.BigIntField(primary_key=True)
    pull: fields.ForeignKeyRelation[FriendPull] = fields.ForeignKeyField("wedealer.FriendPull", related_name=False)
    pull_id: int
    staff_id = Key("staff")
    customer_id = Key("customer")
    kind = fields.CharEnumField(DriftKind, max_length=6)
    at = fields.DatetimeField()

    personal = Personal(
        Moved(),
        Withheld("says what of our own list of friends was wrong, nothing more of the person"),
        WhileCustomer(),
        erase=Deleted(),
    )

    class Meta:
        table = "friend_drift"
        indexes = (Index(fields=("pull_id", "id")), Index(fields=("customer_id",)))

"""The table of friends on their way to a colleague."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from crm_core.customers.friend_transfers.rules import TransferState
from crm_core.customers.models import Customer, Friendship
from foundation.keys import Key
from foundation.owed import Paced
from foundation.personal import Deleted, Moved, Personal, Shown, WhileCustomer


class FriendTransfer(Paced):
    """A WeCom friend that one member hands over to another; owed until the platform has answered."""

    id = fields.BigIntField(primary_key=True)
    friendship: fields.ForeignKeyRelation[Friendship] = fields.ForeignKeyField(
        "wedealer.Friendship", related_name=False
    )
    friendship_id: int
    customer: fields.ForeignKeyRelation[Customer] = fields.ForeignKeyField("wedealer.Customer", related_name=False)
    customer_id: int
    external_userid = fields.CharField(max_length=64)
    from_id = Key("staff")
    to_id = Key("staff")
    pair = fields.CharField(max_length=44)
    """`from_id:to_id`: WeCom is asked pair by pair."""
    is_resigned = fields.BooleanField()
    """Whether WeCom is asked by the calls for members who left the corp."""
    state = fields.CharEnumField(TransferState, max_length=12)
    errcode = fields.IntField(default=0)
    """With what WeCom refused to begin; 0 otherwise."""
    wanted_at = fields.DatetimeField()
    asked_at = fields.DatetimeField(null=True)
    ended_at = fields.DatetimeField(null=True)

    personal = Personal(
        Moved(),
        Shown("企业微信好友的交接", {"wanted_at": "时间", "state": "结果", "ended_at": "结束时间"}),
        WhileCustomer(),
        erase=Deleted(),
    )

    class Meta:
        table = "friend_transfer"
        indexes = (Index(fields=("pair", "state")), Index(fields=("customer_id",)))
        constraints = (
            UniqueConstraint(
                fields=("friendship_id",), name="friend_transfer_one_open", condition="state IN ('WANTED', 'ASKED')"
            ),
            CheckConstraint(check="from_id <> to_id", name="friend_transfer_two_people"),
            CheckConstraint(
                check="(ended_at IS NULL) = (state IN ('WANTED', 'ASKED')) "
                "AND (state <> 'ASKED' OR asked_at IS NOT NULL)",
                name="friend_transfer_times",
            ),
        )

"""Tables of tags, of who carries them, and of what WeCom is still to be told."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from crm_core.customers.tags.rules import LONGEST_NAME, TagState
from foundation.keys import Key
from foundation.owed import Paced
from foundation.personal import Deleted, Moved, Personal, WhileCustomer, Withheld
from foundation.table import Table


class TagGroup(Table):
    """标签组: WeCom has no empty one, so it comes to be with its first tag."""

    id = fields.BigIntField(primary_key=True)
    name = fields.CharField(max_length=LONGEST_NAME)
    wecom_id = fields.CharField(max_length=64, null=True, unique=True)
    created_at = fields.DatetimeField()

    class Meta:
        table = "tag_group"
        constraints = (
            CheckConstraint(check="name <> ''", name="tag_group_has_a_name"),
            UniqueConstraint(fields=("name",), name="tag_group_once_until_it_is_there", condition="wecom_id IS NULL"),
        )


class Tag(Paced):
    """标签."""

    id = fields.BigIntField(primary_key=True)
    group_id = Key("tag_group", null=True)
    """Null for one that a friend was seen with before the corp's list was read."""
    name = fields.CharField(max_length=LONGEST_NAME)
    wecom_id = fields.CharField(max_length=64, null=True, unique=True)
    state = fields.CharEnumField(TagState, max_length=8)
    is_ours = fields.BooleanField()
    """Made here. WeCom lets an app change only what it made (doc 92117)."""
    since = fields.DatetimeField()
    """When its state began."""
    told_at_turn = fields.BigIntField(default=0, db_default=0)
    """The turn after which WeCom's list knows what we last told of it."""

    class Meta:
        table = "tag"
        indexes = (Index(fields=("group_id",)), Index(fields=("name",)))
        constraints = (
            CheckConstraint(check="name <> ''", name="tag_has_a_name"),
            CheckConstraint(
                check="state NOT IN ('KEPT', 'RENAMING') OR wecom_id IS NOT NULL", name="tag_kept_is_there"
            ),
            CheckConstraint(check="state <> 'WANTED' OR wecom_id IS NULL", name="tag_wanted_is_not_there"),
            CheckConstraint(check="is_ours OR state = 'KEPT'", name="tag_of_wecom_is_not_ours_to_change"),
            UniqueConstraint(fields=("group_id", "name"), name="tag_wanted_once", condition="state = 'WANTED'"),
        )


class CustomerTag(Table):
    """A tag a customer carries, with its reasons. The customer's own list of names is made from these rows."""

    id = fields.BigIntField(primary_key=True)
    customer_id = Key("customer")
    tag: fields.ForeignKeyRelation[Tag] = fields.ForeignKeyField("wedealer.Tag", related_name=False)
    tag_id: int
    by_hand = fields.BooleanField(default=False, db_default=False)
    by_rule = fields.BooleanField(default=False, db_default=False)
    by_member = fields.BooleanField(default=False, db_default=False)
    since = fields.DatetimeField()

    personal = Personal(
        Moved(unique_on=("tag_id",)),
        Withheld("the names of the tags are given with the person's record"),
        WhileCustomer(),
        erase=Deleted(),
    )

    class Meta:
        table = "customer_tag"
        indexes = (Index(fields=("tag_id", "customer_id")),)
        constraints = (
            UniqueConstraint(fields=("customer_id", "tag_id"), name="customer_tag_once"),
            CheckConstraint(check="by_hand OR by_rule OR by_member", name="customer_tag_has_a_reason"),
        )


class TagMark(Paced):
    """What WeCom is to be told, or was told last, of one tag on one pair of member and friend."""

    id = fields.BigIntField(primary_key=True)
    friendship_id = Key("friendship")
    tag: fields.ForeignKeyRelation[Tag] = fields.ForeignKeyField("wedealer.Tag", related_name=False)
    tag_id: int
    is_wanted = fields.BooleanField()
    since = fields.DatetimeField()
    done_at_turn = fields.BigIntField(null=True)
    """The turn after WeCom took it; null while it is owed."""

    class Meta:
        table = "tag_mark"
        indexes = (Index(fields=("tag_id",)),)
        constraints = (UniqueConstraint(fields=("friendship_id", "tag_id"), name="tag_mark_once"),)

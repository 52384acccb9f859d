"""Tables of posts in customer groups: each, its owners' tasks, and what became of each group."""

from typing import Final

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from campaigns.group_posts.rules import OwnerTaskState, PostState, TargetState
from foundation.keys import Key
from foundation.owed import Paced
from foundation.table import Table

_ASKED: Final = "state = 'ASKED'"


class GroupPost(Paced):
    """客户群群发."""

    id = fields.BigIntField(primary_key=True)
    name = fields.CharField(max_length=30)
    store_ids: list[int] | None = fields.JSONField(null=True)
    """The stores of the chosen groups' owners; null means the whole group."""
    content_id = Key("campaign_content")
    state = fields.CharEnumField(PostState, max_length=9)
    reason = fields.CharField(max_length=80, default="")
    """Why it could not be sent, as Chinese words."""
    content_hash = fields.CharField(max_length=64)
    """Of what it says, and in which groups."""
    approved_hash = fields.CharField(max_length=64, default="")
    approved_by = Key("staff", null=True)
    author_id = Key("staff")
    starts_at = fields.DatetimeField()
    started_at = fields.DatetimeField(null=True)
    ends_at = fields.DatetimeField(null=True)
    """When it is stopped for who has not confirmed it."""
    cancelled_at = fields.DatetimeField(null=True)
    created_at = fields.DatetimeField()
    version = fields.IntField(default=1)

    class Meta:
        table = "group_post"
        indexes = (Index(fields=("author_id",)), Index(fields=("content_id",)))
        constraints = (
            CheckConstraint(check="name <> ''", name="group_post_has_a_name"),
            CheckConstraint(check="approved_by <> author_id", name="group_post_four_eyes"),
            CheckConstraint(
                check="state IN ('DRAFT', 'PENDING', 'CANCELLED') "
                "OR (approved_hash = content_hash AND approved_by IS NOT NULL)",
                name="group_post_says_what_was_approved",
            ),
            CheckConstraint(check="(state = 'FAILED') = (reason <> '')", name="group_post_says_why"),
            CheckConstraint(
                check="state NOT IN ('RUNNING', 'STOPPING', 'FINISHED') "
                "OR (started_at IS NOT NULL AND ends_at IS NOT NULL)",
                name="group_post_runs_until",
            ),
        )


class GroupPostTask(Paced):
    """What one owner is to send into their groups."""

    id = fields.BigIntField(primary_key=True)
    group_post_id = Key("group_post")
    staff_id = Key("staff")
    store_short = fields.CharField(max_length=10, default="")
    """The owner's store as the words name it."""
    state = fields.CharEnumField(OwnerTaskState, max_length=9, default=OwnerTaskState.TO_MAKE)
    reason = fields.CharField(max_length=80, default="")
    words_hash = fields.CharField(max_length=64)
    """Of its text, by which WeCom's list is searched."""
    asked_on = fields.DateField(null=True)
    """The day on which it is one of its owner's posts; null before, and if WeCom refused it."""
    turn = fields.IntField(null=True)
    """Which of the posts that an owner may get on a day it is."""
    first_asked_at = fields.DatetimeField(null=True)
    """Since when WeCom may have made it."""
    asked_at = fields.DatetimeField(null=True)
    """When WeCom was asked last."""
    platform_id = fields.CharField(max_length=64, default="")
    made_at = fields.DatetimeField(null=True)
    confirmed_at = fields.DatetimeField(null=True)
    read_at = fields.DatetimeField(null=True)
    reminded_at: list[str] = fields.JSONField(default=list, db_default=[])
    reminder_owed_at = fields.DatetimeField(null=True)
    """When somebody asked for a reminder that WeCom has not accepted yet."""
    created_at = fields.DatetimeField()

    class Meta:
        table = "group_post_task"
        indexes = (Index(fields=("staff_id",)),)
        constraints = (
            UniqueConstraint(fields=("group_post_id", "staff_id"), name="group_post_task_once"),
            UniqueConstraint(fields=("staff_id", "asked_on", "turn"), name="group_post_task_turn_once"),
            UniqueConstraint(
                fields=("platform_id",), name="group_post_task_platform_once", condition="platform_id <> ''"
            ),
            UniqueConstraint(
                fields=("staff_id", "words_hash"), name="group_post_task_words_asked_once", condition=_ASKED
            ),
            CheckConstraint(check="(asked_on IS NULL) = (turn IS NULL)", name="group_post_task_takes_a_turn"),
            CheckConstraint(
                check="state NOT IN ('MADE', 'CONFIRMED') OR (platform_id <> '' AND made_at IS NOT NULL)",
                name="group_post_task_made_at_the_platform",
            ),
            CheckConstraint(
                check="state <> 'CONFIRMED' OR confirmed_at IS NOT NULL", name="group_post_task_confirmed_since"
            ),
            CheckConstraint(check="(state = 'FAILED') = (reason <> '')", name="group_post_task_says_why"),
        )


class GroupPostTarget(Table):
    """A chosen group, and what became of it."""

    id = fields.BigIntField(primary_key=True)
    group_post_id = Key("group_post")
    customer_group_id = Key("customer_group")
    group_post_task_id = Key("group_post_task", null=True)
    """The task of its owner, once the post has begun."""
    state = fields.CharEnumField(TargetState, max_length=7, default=TargetState.WAITING)
    reason = fields.CharField(max_length=80, default="")
    """Why nothing was sent into it, as Chinese words."""
    sent_at = fields.DatetimeField(null=True)

    class Meta:
        table = "group_post_target"
        indexes = (Index(fields=("customer_group_id",)), Index(fields=("group_post_task_id",)))
        constraints = (
            UniqueConstraint(fields=("group_post_id", "customer_group_id"), name="group_post_target_once"),
            CheckConstraint(check="(state = 'FAILED') = (reason <> '')", name="group_post_target_says_why"),
            CheckConstraint(check="(state = 'SENT') = (sent_at IS NOT NULL)", name="group_post_target_sent_at"),
        )

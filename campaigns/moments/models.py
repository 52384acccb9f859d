"""Tables of Moments: each, its members' parts, and what customers did below them."""

from typing import Final

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from campaigns.moments.rules import BEING_MADE, MomentState, PartState, ReactionKind
from foundation.keys import Key
from foundation.owed import Paced
from foundation.personal import Deleted, Moved, Personal, Shown, WhileCustomer
from foundation.reading import literals
from foundation.table import Table

_BEING_MADE: Final = f"state IN ({literals(*BEING_MADE)})"


class CorpMoment(Paced):
    """企业朋友圈."""

    id = fields.BigIntField(primary_key=True)
    name = fields.CharField(max_length=30)
    store_ids: list[int] | None = fields.JSONField(null=True)
    """Whose members publish it; null means the whole group."""
    tags: dict[str, str] = fields.JSONField(default=dict, db_default={})
    """Only customers with one of these corp tags see it: names by WeCom's ids; empty for all customers."""
    content_id = Key("campaign_content")
    words_hash = fields.CharField(max_length=64)
    """Of its text, by which WeCom's list is searched."""
    state = fields.CharEnumField(MomentState, max_length=10)
    reason = fields.CharField(max_length=80, default="")
    """Why it could not be made, as a Chinese sentence."""
    content_hash = fields.CharField(max_length=64)
    approved_hash = fields.CharField(max_length=64, default="")
    approved_by = Key("staff", null=True)
    author_id = Key("staff")
    starts_at = fields.DatetimeField()
    first_asked_at = fields.DatetimeField(null=True)
    """Since when WeCom may have made it."""
    asked_at = fields.DatetimeField(null=True)
    """When WeCom was asked last."""
    job_id = fields.CharField(max_length=64, default="")
    platform_id = fields.CharField(max_length=64, default="")
    """WeCom's id, once it is made."""
    started_at = fields.DatetimeField(null=True)
    ends_at = fields.DatetimeField(null=True)
    """When it is stopped for who has not published it."""
    read_until = fields.DatetimeField(null=True)
    read_at = fields.DatetimeField(null=True)
    cancelled_at = fields.DatetimeField(null=True)
    created_at = fields.DatetimeField()
    version = fields.IntField(default=1)

    class Meta:
        table = "moment"
        indexes = (Index(fields=("author_id",)), Index(fields=("content_id",)))
        constraints = (
            CheckConstraint(check="name <> ''", name="moment_has_a_name"),
            CheckConstraint(check="approved_by <> author_id", name="moment_four_eyes"),
            CheckConstraint(
                check="state IN ('DRAFT', 'PENDING', 'CANCELLED') "
                "OR (approved_hash = content_hash AND approved_by IS NOT NULL)",
                name="moment_says_what_was_approved",
            ),
            CheckConstraint(check="(state = 'FAILED') = (reason <> '')", name="moment_says_why"),
            CheckConstraint(
                check="state NOT IN ('RUNNING', 'WATCHED', 'FINISHED') "
                "OR (platform_id <> '' AND started_at IS NOT NULL AND ends_at IS NOT NULL)",
                name="moment_runs_at_the_platform",
            ),
            UniqueConstraint(fields=("platform_id",), name="moment_platform_once", condition="platform_id <> ''"),
            UniqueConstraint(fields=("words_hash",), name="moment_words_made_once_at_a_time", condition=_BEING_MADE),
        )


class MomentPart(Table):
    """What one member does about a Moment."""

    id = fields.BigIntField(primary_key=True)
    moment_id = Key("moment")
    staff_id = Key("staff")
    state = fields.CharEnumField(PartState, max_length=9, default=PartState.WAITING)
    published_at = fields.DatetimeField(null=True)
    """When we learned of it; WeCom does not say when."""
    chosen = fields.IntField(default=0)
    """For how many customers it was published."""
    seen_by = fields.IntField(default=0)
    """In how many of their Moments it stands; the others had as many this month as they may see."""
    likes = fields.IntField(default=0)
    comments = fields.IntField(default=0)
    reminded_at: list[str] = fields.JSONField(default=list, db_default=[])

    class Meta:
        table = "moment_part"
        indexes = (Index(fields=("staff_id",)),)
        constraints = (
            UniqueConstraint(fields=("moment_id", "staff_id"), name="moment_part_once"),
            CheckConstraint(check="(state = 'PUBLISHED') = (published_at IS NOT NULL)", name="moment_part_published"),
        )


class MomentReaction(Table):
    """A like or a comment of a customer whom we know."""

    id = fields.BigIntField(primary_key=True)
    moment_part_id = Key("moment_part")
    customer_id = Key("customer")
    kind = fields.CharEnumField(ReactionKind, max_length=7)
    at = fields.DatetimeField()

    personal = Personal(
        Moved(unique_on=("moment_part_id", "kind", "at")),
        Shown("朋友圈互动", {"at": "时间", "kind": "做了什么"}),
        WhileCustomer(),
        erase=Deleted(),
    )

    class Meta:
        table = "moment_reaction"
        indexes = (Index(fields=("customer_id",)),)
        constraints = (
            UniqueConstraint(fields=("moment_part_id", "customer_id", "kind", "at"), name="moment_reaction_once"),
        )

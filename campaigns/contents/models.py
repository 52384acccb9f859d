"""Tables of what campaigns say. A trigger keeps their rows as they were written."""

from enum import StrEnum

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint

from campaigns.own_words import AttachmentKind
from foundation.keys import Key
from foundation.owed import Paced
from foundation.table import Table


class CampaignContent(Table):
    """The words for one channel."""

    id = fields.BigIntField(primary_key=True)
    channel = fields.CharField(max_length=20)
    """The name of a `MassChannel`."""
    text = fields.CharField(max_length=4000)
    """With variables such as `{门店}`."""
    content_hash = fields.CharField(max_length=64)
    """Of the words and what hangs below them; part of what an approver approves."""
    written_by = Key("staff")
    written_at = fields.DatetimeField()

    class Meta:
        table = "campaign_content"
        indexes = (Index(fields=("written_by",)), Index(fields=("content_hash",)))


class CampaignAttachment(Table):
    """What hangs below the words, at most nine things."""

    id = fields.BigIntField(primary_key=True)
    content_id = Key("campaign_content")
    position = fields.IntField()
    kind = fields.CharEnumField(AttachmentKind, max_length=12)
    title = fields.CharField(max_length=128, default="")
    target = fields.CharField(max_length=2048, default="")
    """A page of the mini program, or an address."""
    description = fields.CharField(max_length=512, default="")
    picture = fields.CharField(max_length=80, default="")
    """The key of a stored file."""

    class Meta:
        table = "campaign_attachment"
        unique_together = (("content_id", "position"),)
        constraints = (
            CheckConstraint(check="position BETWEEN 1 AND 9", name="campaign_attachment_at_most_nine"),
            CheckConstraint(
                check="(kind = 'PICTURE') = (target = '')", name="campaign_attachment_picture_leads_nowhere"
            ),
            CheckConstraint(check="kind <> 'PICTURE' OR picture <> ''", name="campaign_attachment_picture_is_there"),
        )


class ForbiddenWord(Table):
    """A word that the group does not use in campaigns."""

    id = fields.BigIntField(primary_key=True)
    word = fields.CharField(max_length=20, unique=True)
    reason = fields.CharField(max_length=80)
    is_active = fields.BooleanField(default=True, db_default=True)

    class Meta:
        table = "forbidden_word"


class SampleState(StrEnum):
    """What became of a sample."""

    PENDING = "PENDING"
    SENT = "SENT"
    FAILED = "FAILED"
    UNKNOWN = "UNKNOWN"
    """The platform did not answer; the sample may have arrived."""


class ContentSample(Paced):
    """样张: a content that a marketer had sent to themselves."""

    id = fields.BigIntField(primary_key=True)
    content_id = Key("campaign_content")
    broadcast_id = Key("broadcast")
    staff_id = Key("staff")
    state = fields.CharEnumField(SampleState, max_length=8, default=SampleState.PENDING)
    problem = fields.CharField(max_length=80, default="")
    """Why it was not sent, as a Chinese sentence."""
    asked_at = fields.DatetimeField()
    ended_at = fields.DatetimeField(null=True)

    class Meta:
        table = "content_sample"
        indexes = (
            Index(fields=("staff_id", "asked_at")),
            Index(fields=("content_id",)),
            Index(fields=("broadcast_id",)),
        )
        constraints = (
            CheckConstraint(check="(state = 'PENDING') = (ended_at IS NULL)", name="content_sample_ended"),
            CheckConstraint(check="(state = 'FAILED') = (problem <> '')", name="content_sample_says_why"),
        )


class LibraryEntry(Table):
    """An entry of 内容库: a content that was approved, under a name by which it is found and used again."""

    id = fields.BigIntField(primary_key=True)
    content_id = Key("campaign_content", unique=True)
    name = fields.CharField(max_length=30)
    store_ids: list[int] | None = fields.JSONField(null=True)
    """The stores of the broadcast for which it was approved; null for the whole group."""
    has_coupon = fields.BooleanField()
    """Whether the broadcast gave a coupon, so that the words may speak of one."""
    approved_by = Key("staff")
    approved_at = fields.DatetimeField()
    retired_at = fields.DatetimeField(null=True)
    """When it was taken out of use; broadcasts that say it go on saying it."""
    retired_by = Key("staff", null=True)
    version = fields.IntField(default=1)

    class Meta:
        table = "library_entry"
        constraints = (
            CheckConstraint(check="(retired_at IS NULL) = (retired_by IS NULL)", name="library_entry_retired"),
        )

"""Tables of what campaigns say. A trigger keeps their rows as they were written."""

from enum import StrEnum

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint

from campaigns.own_words import AttachmentKind
from foundation.keys import Key
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
        indexes = (Index(fields=("written_by",)),)


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


class ContentSample(Table):
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

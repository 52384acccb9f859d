"""The tables of SMS."""

from enum import StrEnum

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint

from foundation.keys import Key
from foundation.owed import Paced
from foundation.personal import (
    EVIDENCE_OF_TELLING,
    NO_TEXT,
    Deleted,
    Emptied,
    Moved,
    Personal,
    Shown,
    Stays,
    WhileCustomer,
)
from foundation.table import Table


class SmsTemplateState(StrEnum):
    """How far the platform's review is. ASKED: we handed it in and know of no answer yet."""

    WANTED = "WANTED"
    ASKED = "ASKED"
    IN_REVIEW = "IN_REVIEW"
    APPROVED = "APPROVED"
    """The carriers do not know it yet, so it may not be sent."""
    USABLE = "USABLE"
    REFUSED = "REFUSED"


class SmsTemplate(Paced):
    """A message's SMS as the platform reviews it: values stand as `{1}`, without the signature. Words that an
    upgrade changes are another template.
    """

    id = fields.BigIntField(primary_key=True)
    message = fields.CharField(max_length=40)
    """Folder under templates/messages, or `campaign` for words of a campaign."""
    is_marketing = fields.BooleanField(default=False, db_default=False)
    """As what it is reviewed; carriers take marketing by day only."""
    content = fields.CharField(max_length=500)
    state = fields.CharEnumField(SmsTemplateState, max_length=10)
    platform_id = fields.CharField(max_length=32, default="", db_default="")
    refusal = fields.CharField(max_length=200, default="", db_default="")
    """What the review said against it."""
    wanted_at = fields.DatetimeField()
    asked_at = fields.DatetimeField(null=True)
    decided_at = fields.DatetimeField(null=True)

    class Meta:
        table = "sms_template"
        unique_together = (("message", "content"),)
        constraints = (
            CheckConstraint(
                check="(platform_id = '') = (state IN ('WANTED', 'ASKED'))", name="sms_template_has_its_number"
            ),
            CheckConstraint(check="(state = 'REFUSED') = (refusal <> '')", name="sms_template_refusal_has_words"),
        )


class SmsState(StrEnum):
    """The state of one SMS. CALLING: the platform is being asked, or did not answer."""

    CALLING = "CALLING"
    SENT = "SENT"
    REACHED = "REACHED"
    FAILED = "FAILED"


class Sms(Table):
    """One SMS of a message, or of a send task of a broadcast, written before the platform is called."""

    id = fields.BigIntField(primary_key=True)
    message_id = Key("message", null=True)
    task_token = fields.CharField(max_length=40, default="", db_default="")
    """Of the send task; empty for the SMS of a message."""
    customer_id = Key("customer")
    template_id = Key("sms_template")
    phone = fields.CharField(max_length=20)
    state = fields.CharEnumField(SmsState, max_length=8)
    serial = fields.CharField(max_length=64, default="", db_default="")
    """The platform's name for it; reports use it."""
    segments = fields.IntField(default=0, db_default=0)
    """For how many it is charged."""
    carrier_code = fields.CharField(max_length=40, default="", db_default="")
    called_at = fields.DatetimeField()
    reported_at = fields.DatetimeField(null=True)

    personal = Personal(
        Moved(),
        Shown("发给您的短信", {"called_at": "时间", "state": "结果"}),
        EVIDENCE_OF_TELLING,
        erase=Emptied({"phone": NO_TEXT, "serial": NO_TEXT}),
        over="t.called_at",
    )

    class Meta:
        table = "sms"
        indexes = (
            Index(fields=("customer_id",)),
            Index(fields=("message_id",)),
            Index(fields=("phone",)),
            Index(fields=("task_token",)),
        )
        constraints = (
            CheckConstraint(check="(message_id IS NULL) = (task_token <> '')", name="sms_is_of_one_thing"),
            CheckConstraint(check="segments >= 0", name="sms_segments_not_below_zero"),
            CheckConstraint(
                check="(state IN ('REACHED', 'FAILED')) = (reported_at IS NOT NULL)", name="sms_ended_when_reported"
            ),
        )


class SmsReply(Table):
    """What somebody answered. The platform names no message, so it belongs to the number."""

    id = fields.BigIntField(primary_key=True)
    phone = fields.CharField(max_length=20)
    text = fields.CharField(max_length=500)
    is_opt_out = fields.BooleanField()
    replied_at = fields.DatetimeField()
    taken_at = fields.DatetimeField()

    personal = Personal(
        Stays("it is the number's"),
        Shown("您回复的短信", {"replied_at": "时间", "text": "内容"}),
        WhileCustomer(),
        column="",
        erase=Deleted(),
        rows="t.phone = ANY({phones})",
    )

    class Meta:
        table = "sms_reply"
        unique_together = (("phone", "replied_at", "text"),)


class SmsBlock(Table):
    """A number that gets no SMS: whoever has it opted out, or the platform takes none for it."""

    id = fields.BigIntField(primary_key=True)
    phone = fields.CharField(max_length=20, unique=True)
    why = fields.CharField(max_length=60)
    """`reply`, or the platform's code."""
    since = fields.DatetimeField()

    personal = Personal(
        Stays("it is the number's"),
        Shown("不收短信的号码", {"phone": "号码", "since": "时间"}),
        WhileCustomer(),
        column="",
        erase=Deleted(),
        rows="t.phone = ANY({phones})",
    )

    class Meta:
        table = "sms_block"

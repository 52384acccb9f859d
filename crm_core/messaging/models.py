"""The tables of messages, channels' allowances and pushes."""

from enum import StrEnum

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint

from crm_core.messaging.ways import NO_CHANNEL, ReasonCode
from crm_core.wording.facts import KeptFact
from foundation.keys import Key
from foundation.owed import Paced
from foundation.personal import (
    CALLBACKS,
    EVIDENCE_OF_TELLING,
    NO_TEXT,
    NOTHING,
    Deleted,
    Emptied,
    Moved,
    Personal,
    Shown,
    Stays,
    WhileCustomer,
    Withheld,
)
from foundation.table import Table


class MessageState(StrEnum):
    """The state of a message.

    UNKNOWN: the platform was called and did not answer, and the call must not be repeated. STALE: what the message says
    was no longer true when it was about to be sent, so it was not sent.
    """

    PENDING = "PENDING"
    SENDING = "SENDING"
    SENT = "SENT"
    FAILED = "FAILED"
    SKIPPED = "SKIPPED"
    UNKNOWN = "UNKNOWN"
    STALE = "STALE"


class Message(Paced):
    """One message to one person, from the verb that said it to the platform's answer.

    A row uses one way at a time. It moves on to the next only after a `MessageWay` row says that the current one
    certainly reached nobody; the trigger `message_takes_one_way` enforces this.
    """

    id = fields.BigIntField(primary_key=True)
    template = fields.CharField(max_length=40)
    """Folder under templates/messages."""
    variant = fields.CharField(max_length=20, default="")
    customer_id = Key("customer", null=True)
    staff_id = Key("staff", null=True)
    facts: dict[str, KeptFact] = fields.JSONField()
    """What the template needs; never a full phone, plate or VIN."""
    about = fields.CharField(max_length=40)
    """`appointment:12`; a card's buttons act on it."""
    about_version = fields.IntField(default=0)
    """The version of it the buttons decide on."""
    address = fields.CharField(max_length=200, default="")
    """The address where the receiver alone does not say it: a welcome's code, or the openid whose accept is used."""
    dedupe_key = fields.CharField(max_length=120, unique=True)
    state = fields.CharEnumField(MessageState, max_length=8)
    way = fields.IntField(default=0, db_default=0)
    """The index of its current channel in its chain, counted from 0."""
    channel = fields.CharField(max_length=10, default=NO_CHANNEL)
    """The name of the channel for which a worker leased the row; NONE before."""
    unanswered = fields.BooleanField(default=False, db_default=False)
    """A call by this way got no answer, so the message may have arrived, whatever later calls answered."""
    reason = fields.CharField(max_length=80, default="")
    """Why it failed or was skipped, in words for staff."""
    reason_code = fields.CharEnumField(ReasonCode, max_length=20, default=ReasonCode.NONE, db_default="")
    """The same for programs, where one asks."""
    created_at = fields.DatetimeField()
    send_before = fields.DatetimeField(null=True)
    """After this time it is not sent any more: the 20 seconds of a welcome, or the beginning of the slot it reminds
    of."""
    attempts = fields.IntField(default=0)
    """How often a worker has taken it up."""
    leased_at = fields.DatetimeField(null=True)
    """When a worker last leased it, in real time; tells when the lease of a dead worker is over."""
    sent_at = fields.DatetimeField(null=True)
    platform_id = fields.CharField(max_length=128, default="")
    response_code = fields.CharField(max_length=512, default="")
    """Updates the card once within 72 hours (WeCom doc 94888)."""
    card_after: dict[str, str] | None = fields.JSONField(null=True)
    """How the card is to be updated once its question is settled: `outcome`, `who`, `at`."""
    card_updated_at = fields.DatetimeField(null=True)
    errcode = fields.CharField(max_length=20, default="")

    personal = Personal(
        Moved(),
        Shown("发给您的消息", {"created_at": "时间", "template": "种类", "channel": "渠道", "state": "结果"}),
        EVIDENCE_OF_TELLING,
        erase=Emptied(
            {
                "facts": NOTHING,
                "address": NO_TEXT,
                "card_after": "NULL",
                "platform_id": NO_TEXT,
                "response_code": NO_TEXT,
                "dedupe_key": "'erased:' || t.id",
                "state": "CASE WHEN t.state = 'PENDING' THEN 'STALE' ELSE t.state END",
            }
        ),
        # Also what colleagues were told about something of theirs.
        rows="t.customer_id = ANY({customers}) OR (t.staff_id IS NOT NULL AND t.about = ANY({refs}))",
        over="t.created_at",
    )

    class Meta:
        table = "message"
        indexes = (
            Index(fields=("customer_id", "id")),
            Index(fields=("staff_id", "id")),
            Index(fields=("about",)),
            Index(fields=("state", "created_at")),
            Index(fields=("platform_id",)),
        )
        constraints = (
            CheckConstraint(check="(customer_id IS NULL) <> (staff_id IS NULL)", name="message_one_receiver"),
        )


class WayEnd(StrEnum):
    """Why a way certainly reached nobody. A missing answer is no such reason."""

    CLOSED = "CLOSED"
    """It was not open to this person, so no platform was called."""
    NOT_TAKEN = "NOT_TAKEN"
    """The platform refused the message."""
    REPORTED = "REPORTED"
    """The platform accepted it and reported later that it did not arrive."""


class MessageWay(Table):
    """A way of a message that reached nobody, so that the message moved on to the next way of its chain."""

    id = fields.BigIntField(primary_key=True)
    message_id = Key("message")
    number = fields.IntField()
    channel = fields.CharField(max_length=10)
    ended_as = fields.CharEnumField(WayEnd, max_length=10)
    reason = fields.CharField(max_length=80)
    errcode = fields.CharField(max_length=20)
    platform_id = fields.CharField(max_length=128)
    ended_at = fields.DatetimeField()

    class Meta:
        table = "message_way"
        unique_together = (("message_id", "number"),)
        constraints = (
            CheckConstraint(check="ended_as IN ('CLOSED', 'NOT_TAKEN', 'REPORTED')", name="message_way_surely_ended"),
        )


class SubscribeAllowance(Table):
    """How many subscribe messages an owner still allows per template; WeChat has no way to ask."""

    id = fields.BigIntField(primary_key=True)
    openid = fields.CharField(max_length=64)
    template = fields.CharField(max_length=40)
    remaining = fields.IntField(default=0)
    always_declines = fields.BooleanField(default=False)

    personal = Personal(
        Stays("an allowance is the account's, and the account moves"),
        Shown("订阅消息授权", {"template": "模板", "remaining": "还可发几次"}),
        WhileCustomer(),
        column="",
        erase=Deleted(),
        rows="t.openid = ANY({accounts})",
    )

    class Meta:
        table = "subscribe_allowance"
        unique_together = (("openid", "template"),)
        constraints = (CheckConstraint(check="remaining >= 0", name="subscribe_allowance_not_below_zero"),)


class PlatformMedia(Table):
    """A picture uploaded to the platform beforehand; media ids live three days (WeCom doc 90253)."""

    id = fields.BigIntField(primary_key=True)
    name = fields.CharField(max_length=80, unique=True)
    """One of the group's own pictures, or the key of a stored file."""
    media_id = fields.CharField(max_length=256)
    expires_at = fields.DatetimeField()

    class Meta:
        table = "platform_media"


class PushOutcome(StrEnum):
    """What became of a push."""

    DONE = "done"
    IGNORED = "ignored"
    """There was nothing to do."""
    UNKNOWN = "unknown"
    """It is of a kind we do not know."""


class MiniProgramPush(Table):
    """A push of the mini program that was handled; its key makes the same push harmless when it comes again."""

    id = fields.BigIntField(primary_key=True)
    dedupe_key = fields.CharField(max_length=120, unique=True)
    event = fields.CharField(max_length=60)
    """The event in lower case, or the kind of a message."""
    body = fields.TextField()
    """The whole push as JSON; kept to replay, purged with the retention rule."""
    outcome = fields.CharEnumField(PushOutcome, max_length=10)
    taken_at = fields.DatetimeField()

    personal = Personal(
        Stays("it is what the platform said"),
        Withheld("raw calls of a platform, kept to replay; what they brought about is shown"),
        CALLBACKS,
        column="",
        erase=Deleted(),
        rows="EXISTS (SELECT FROM unnest({accounts}) a WHERE position(a IN t.body) > 0)",
    )

    class Meta:
        table = "mini_program_push"
        indexes = (Index(fields=("taken_at",)),)


class NoticeOff(Table):
    """A kind of notice that a person does without."""

    id = fields.BigIntField(primary_key=True)
    customer_id = Key("customer")
    notice = fields.CharField(max_length=40)
    """Folder under templates/messages."""
    since = fields.DatetimeField()

    personal = Personal(
        Moved(unique_on=("notice",)),
        Shown("关掉的通知", {"notice": "通知", "since": "时间"}),
        WhileCustomer(),
        erase=Deleted(),
    )

    class Meta:
        table = "notice_off"
        unique_together = (("customer_id", "notice"),)

"""Tables of what is said to people."""

from enum import StrEnum

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint

from foundation.keys import Key
from foundation.owed import Paced
from foundation.personal import CALLBACKS, EVIDENCE_OF_TELLING, Moved, Personal, Shown, Stays, WhileCustomer, Withheld
from foundation.table import Table


class Channel(StrEnum):
    """By which way a message goes out."""

    SUBSCRIBE = "SUBSCRIBE"
    CARD = "CARD"
    WELCOME = "WELCOME"
    TEXT = "TEXT"
    """A WeCom app text to staff."""
    NONE = "NONE"
    """No way was open; the owner sees it in the mini program and staff get a task."""


class MessageState(StrEnum):
    """UNKNOWN: the platform was called and did not answer; it is asked before anything is repeated.

    STALE: what it says was no longer true when it was about to leave, so nobody was told.
    """

    PENDING = "PENDING"
    SENDING = "SENDING"
    SENT = "SENT"
    FAILED = "FAILED"
    SKIPPED = "SKIPPED"
    UNKNOWN = "UNKNOWN"
    STALE = "STALE"


class Message(Paced):
    """One thing said to one person, from the wish to the platform's answer."""

    id = fields.BigIntField(primary_key=True)
    template = fields.CharField(max_length=40)
    """Folder under templates/messages."""
    variant = fields.CharField(max_length=20, default="")
    customer_id = Key("customer", null=True)
    staff_id = Key("staff", null=True)
    facts: dict[str, object] = fields.JSONField()
    """What the template needs; never a full phone, plate or VIN."""
    about = fields.CharField(max_length=40)
    """`appointment:12`; a card's buttons act on it."""
    about_version = fields.IntField(default=0)
    """The version of it the buttons decide on."""
    address = fields.CharField(max_length=200, default="")
    """Where it goes when the receiver is not enough: the welcome code of one event, the openid whose allowance paid."""
    dedupe_key = fields.CharField(max_length=120, unique=True)
    state = fields.CharEnumField(MessageState, max_length=8)
    channel = fields.CharEnumField(Channel, max_length=10, default=Channel.NONE)
    reason = fields.CharField(max_length=80, default="")
    """Why it failed or was skipped, in words for staff."""
    created_at = fields.DatetimeField()
    send_before = fields.DatetimeField(null=True)
    """Worthless after this: the 20 seconds of a welcome, a reminder of a slot that has begun."""
    attempts = fields.IntField(default=0)
    """How often a worker has taken it up."""
    claimed_at = fields.DatetimeField(null=True)
    """When the last worker took it up, on the real clock: a claim outlived by its owner is found by it."""
    sent_at = fields.DatetimeField(null=True)
    platform_id = fields.CharField(max_length=128, default="")
    response_code = fields.CharField(max_length=512, default="")
    """Updates the card once within 72 hours (WeCom doc 94888)."""
    card_after: dict[str, str] | None = fields.JSONField(null=True)
    """What the card is to become, once it is settled: `outcome`, `who`, `at`."""
    card_updated_at = fields.DatetimeField(null=True)
    errcode = fields.CharField(max_length=20, default="")

    personal = Personal(
        Moved(),
        Shown("发给您的消息"),
        EVIDENCE_OF_TELLING,
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


class SubscribeAllowance(Table):
    """How many subscribe messages an owner still allows per template; WeChat has no way to ask."""

    id = fields.BigIntField(primary_key=True)
    openid = fields.CharField(max_length=64)
    template = fields.CharField(max_length=40)
    remaining = fields.IntField(default=0)
    always_rejects = fields.BooleanField(default=False)

    personal = Personal(
        Stays("an allowance is the account's, and the account moves"), Shown("订阅消息授权"), WhileCustomer(), column=""
    )

    class Meta:
        table = "subscribe_allowance"
        unique_together = (("openid", "template"),)
        constraints = (CheckConstraint(check="remaining >= 0", name="subscribe_allowance_not_below_zero"),)


class PlatformMedia(Table):
    """A picture uploaded to the platform beforehand; media ids live three days (WeCom doc 90253)."""

    id = fields.BigIntField(primary_key=True)
    name = fields.CharField(max_length=60, unique=True)
    media_id = fields.CharField(max_length=256)
    expires_at = fields.DatetimeField()

    class Meta:
        table = "platform_media"


class MiniProgramPush(Table):
    """A push of the mini-program that was taken; the same one again changes nothing."""

    id = fields.BigIntField(primary_key=True)
    dedupe_key = fields.CharField(max_length=120, unique=True)
    event = fields.CharField(max_length=60)
    """The event in lower case, or the kind of a message."""
    body = fields.TextField()
    """The whole push as JSON; kept to replay, purged with the retention rule."""
    outcome = fields.CharField(max_length=10)
    """`done`, `ignored` (nothing to do), `unknown` (a kind we do not know)."""
    taken_at = fields.DatetimeField()

    personal = Personal(
        Stays("it is what the platform said"),
        Withheld("raw calls of a platform, kept to replay; what they brought about is shown"),
        CALLBACKS,
        column="",
    )

    class Meta:
        table = "mini_program_push"
        indexes = (Index(fields=("taken_at",)),)

"""The inbox: every callback that was accepted, once."""

from tortoise import fields
from tortoise.indexes import Index

from foundation.owed import Paced
from foundation.personal import CALLBACKS, Personal, Stays, Withheld


class InboxMessage(Paced):
    """A verified, decrypted callback under its dedupe key; the work on it happens in a job."""

    id = fields.BigIntField(primary_key=True)
    source = fields.CharField(max_length=10)
    dedupe_key = fields.CharField(max_length=200)
    event = fields.CharField(max_length=60)
    body = fields.TextField()
    """The plain XML; kept to replay, purged with the retention rule."""
    received_at = fields.DatetimeField()
    handled_at = fields.DatetimeField(null=True)
    outcome = fields.CharField(max_length=20, default="")
    """`done`, `ignored`, `unknown`, `refused`; `waiting` for a member, and not handled yet."""
    waits_for = fields.CharField(max_length=64, default="")
    """The userid of the member it is about, as long as we do not know them."""

    personal = Personal(
        Stays("it is what the platform said"),
        Withheld("raw calls of a platform, kept to replay; what they brought about is shown"),
        CALLBACKS,
        column="",
    )

    class Meta:
        table = "inbox_message"
        unique_together = (("source", "dedupe_key"),)
        indexes = (Index(fields=("received_at",)), Index(fields=("waits_for",)))

"""The inbox: every callback that was accepted, once."""

from enum import StrEnum

from tortoise import fields
from tortoise.indexes import Index

from foundation.owed import Paced
from foundation.personal import CALLBACKS, Deleted, Personal, Stays, Withheld


class Outcome(StrEnum):
    """The outcome of a callback."""

    OPEN = ""
    """It is not handled yet."""
    WAITING = "waiting"
    """It is about a member of staff we do not know yet."""
    DONE = "done"
    IGNORED = "ignored"
    """There was nothing to do."""
    UNKNOWN = "unknown"
    """It is of a kind we do not know."""
    REFUSED = "refused"
    """A rule of the dealership refused what it asked for."""


class InboxMessage(Paced):
    """A verified and decrypted callback under its dedupe key; a job handles it."""

    id = fields.BigIntField(primary_key=True)
    source = fields.CharField(max_length=10)
    dedupe_key = fields.CharField(max_length=200)
    event = fields.CharField(max_length=60)
    body = fields.TextField()
    """The decrypted XML, from which the callback is handled; deleted by the retention rule."""
    received_at = fields.DatetimeField()
    handled_at = fields.DatetimeField(null=True)
    outcome = fields.CharEnumField(Outcome, max_length=20, default=Outcome.OPEN)
    waits_for = fields.CharField(max_length=64, default="")
    """The userid of the member it is about, while we do not know them; else empty."""

    personal = Personal(
        Stays("it is what the platform said"),
        Withheld("raw calls of a platform, kept to replay; what they brought about is shown"),
        CALLBACKS,
        column="",
        erase=Deleted(),
        rows="EXISTS (SELECT FROM unnest({accounts}) a WHERE position(a IN t.body) > 0)",
    )

    class Meta:
        table = "inbox_message"
        unique_together = (("source", "dedupe_key"),)
        indexes = (Index(fields=("received_at",)), Index(fields=("waits_for",)))

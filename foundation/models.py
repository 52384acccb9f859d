"""The tables of `foundation`."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint

from foundation.keys import Upward
from foundation.personal import GONE, HOUSE_RECORD, NOTHING, Emptied, Personal, Shown, Stays
from foundation.table import Table


class ClockOffset(Table):
    """How far business time is ahead of real time; one row, demo and tests only."""

    id = fields.IntField(primary_key=True)
    offset_seconds = fields.FloatField()

    class Meta:
        table = "clock_offset"
        constraints = (CheckConstraint(check="id = 1", name="clock_offset_one_row"),)


class EventRecord(Table):
    """A fact, written in the transaction that made it true; never changed."""

    id = fields.BigIntField(primary_key=True)
    name = fields.CharField(max_length=80)
    at = fields.DatetimeField()
    actor = fields.CharField(max_length=80)
    customer_id = Upward("customer", null=True)
    store_id = Upward("store", null=True)
    subject = fields.CharField(max_length=80)
    """What it is about, `repair_order:12`."""
    sentence = fields.TextField()
    """The same fact as a Chinese sentence for the timeline, without phone, plate or VIN."""
    payload: dict[str, object] = fields.JSONField()

    personal = Personal(
        Stays("a fact is never changed; a timeline reads those of both records"),
        Shown("时间线", {"at": "时间", "sentence": "内容"}),
        HOUSE_RECORD,
        erase=Emptied({"sentence": GONE, "payload": NOTHING}),
        rows="t.customer_id = ANY({customers}) OR t.subject = ANY({refs})",
        over="t.at",
    )

    class Meta:
        table = "event"
        indexes = (Index(fields=("customer_id", "id")), Index(fields=("subject", "id")))


class IdempotentAnswer(Table):
    """The answer to a POST with an `Idempotency-Key`; the same actor gets it again when they repeat the request."""

    id = fields.BigIntField(primary_key=True)
    actor = fields.CharField(max_length=80)
    key = fields.CharField(max_length=80)
    fingerprint = fields.CharField(max_length=64)
    status = fields.IntField(default=0)
    body = fields.TextField(default="")
    created_at = fields.DatetimeField()

    class Meta:
        table = "idempotent_answer"
        unique_together = (("actor", "key"),)
        indexes = (Index(fields=("created_at",)),)


class Tick(Table):
    """An entry of the timetable that was started for one due time. Its unique key lets only one of two schedulers start
    it.
    """

    id = fields.BigIntField(primary_key=True)
    name = fields.CharField(max_length=80)
    due_at = fields.DatetimeField()
    started_at = fields.DatetimeField()

    class Meta:
        table = "tick"
        unique_together = (("name", "due_at"),)

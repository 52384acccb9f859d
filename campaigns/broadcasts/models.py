"""Tables of broadcasts: who receives one and why not, and the tasks the platform was given."""

from enum import StrEnum
from typing import Final

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint

from campaigns.broadcasts.rules import BroadcastState
from crm_core.wording.facts import KeptFact
from foundation.keys import Key
from foundation.owed import Paced
from foundation.personal import EVIDENCE_OF_TELLING, Moved, Personal, Shown
from foundation.table import Table


class Cohort(StrEnum):
    """Where the freeze put a person, for good: lift compares PLANNED with CONTROL."""

    EXCLUDED = "EXCLUDED"
    CONTROL = "CONTROL"
    PLANNED = "PLANNED"


class RecipientState(StrEnum):
    """What became of the sending; what they then did stands in the instants beside it."""

    EXCLUDED = "EXCLUDED"
    """By the freeze, or by the second look right before sending."""
    CONTROL = "CONTROL"
    QUEUED = "QUEUED"
    TASKED = "TASKED"
    """待员工确认: nothing is sent before the salesperson confirms in WeCom."""
    SENT = "SENT"
    NOT_FRIEND = "NOT_FRIEND"
    QUOTA = "QUOTA"
    """平台次数已满: WeCom's own limit of the month."""
    FAILED = "FAILED"
    DROPPED = "DROPPED"
    """Cancelled or over before it was sent."""


class SendTaskState(StrEnum):
    """UNKNOWN: WeCom was asked and did not answer; its list is read before anything is asked again."""

    PENDING = "PENDING"
    CREATING = "CREATING"
    UNKNOWN = "UNKNOWN"
    CREATED = "CREATED"
    SENT = "SENT"
    """The salesperson confirmed."""
    EMPTY = "EMPTY"
    """Nobody was left to send to."""
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"


OPEN_SEND_TASKS: Final = (SendTaskState.PENDING, SendTaskState.CREATING, SendTaskState.UNKNOWN, SendTaskState.CREATED)
"""Not over: the platform or a salesperson still has something to do."""


class Broadcast(Table):
    """群发计划."""

    id = fields.BigIntField(primary_key=True)
    name = fields.CharField(max_length=30)
    segment_id = Key("segment", null=True)
    segment_name = fields.CharField(max_length=30, default="")
    definition: dict[str, object] = fields.JSONField()
    """The segment's definition as it was when the broadcast was made: later changes of the segment do not reach it."""
    store_ids: list[int] | None = fields.JSONField(null=True)
    template = fields.CharField(max_length=40)
    """Folder of templates/messages with a `group_send.json`."""
    content: dict[str, KeptFact] = fields.JSONField()
    """season_line, coupon, rule, valid_days: what the message says and the marketer may choose."""
    coupon_template_id = Key("coupon_template", null=True)
    control_percent = fields.IntField(default=5)
    budget_fen = fields.BigIntField()
    content_hash = fields.CharField(max_length=64)
    approved_hash = fields.CharField(max_length=64, default="")
    approved_by = Key("staff", null=True)
    starts_at = fields.DatetimeField(null=True)
    ends_at = fields.DatetimeField(null=True)
    """Tasks nobody has confirmed by then are taken back."""
    state = fields.CharEnumField(BroadcastState, max_length=16)
    author_id = Key("staff")
    created_at = fields.DatetimeField()
    started_at = fields.DatetimeField(null=True)
    frozen_at = fields.DatetimeField(null=True)
    finished_at = fields.DatetimeField(null=True)
    pause_reason = fields.CharField(max_length=80, default="")
    """Why it is paused, or was not begun."""
    stopped_at = fields.DatetimeField(null=True)
    """When a stop line paused it: what no salesperson has confirmed is taken back. Null again when it goes on."""
    synced_at = fields.DatetimeField(null=True)
    version = fields.IntField(default=1)

    class Meta:
        table = "broadcast"
        indexes = (Index(fields=("state", "starts_at")), Index(fields=("author_id",)))
        constraints = (
            CheckConstraint(check="control_percent BETWEEN 5 AND 50", name="broadcast_control"),
            CheckConstraint(check="budget_fen >= 0", name="broadcast_budget"),
            CheckConstraint(check="approved_by <> author_id", name="broadcast_four_eyes"),
            CheckConstraint(
                check="state NOT IN ('APPROVED', 'SCHEDULED', 'RUNNING', 'PAUSED', 'FINISHED') "
                "OR approved_hash = content_hash",
                name="broadcast_runs_what_was_approved",
            ),
        )


class Recipient(Table):
    """One person of one broadcast, whether they are sent anything or not."""

    id = fields.BigIntField(primary_key=True)
    broadcast_id = Key("broadcast")
    customer_id = Key("customer")
    cohort = fields.CharEnumField(Cohort, max_length=8)
    state = fields.CharEnumField(RecipientState, max_length=10)
    reason = fields.CharField(max_length=16, default="")
    """Why not, of `exclusions.Exclusion`, or the platform's errcode."""
    staff_id = Key("staff", null=True)
    task_number = fields.IntField(default=0)
    external_userid = fields.CharField(max_length=64, default="")
    contacted_on = fields.DateField(null=True)
    """The day that counts against their weekly and monthly limits; null again when nothing was sent."""
    sent_at = fields.DatetimeField(null=True)
    opened_at = fields.DatetimeField(null=True)
    claimed_at = fields.DatetimeField(null=True)
    booked_at = fields.DatetimeField(null=True)
    arrived_at = fields.DatetimeField(null=True)
    converted_at = fields.DatetimeField(null=True)
    given_back_at = fields.DatetimeField(null=True)
    """All that was paid for the visit went back: it is neither a sale nor a return."""
    opted_out_at = fields.DatetimeField(null=True)
    """They opted out or withdrew their consent."""
    complained_at = fields.DatetimeField(null=True)
    unfriended_at = fields.DatetimeField(null=True)
    """They ended the friendship with whom the message came from."""
    is_last_touch = fields.BooleanField(default=False)
    """Whether the arrival is credited to this broadcast and not to a later touch."""

    personal = Personal(
        Moved(unique_on=("broadcast_id",)),
        Shown("收到的活动消息"),
        EVIDENCE_OF_TELLING,
    )

    class Meta:
        table = "broadcast_recipient"
        unique_together = (("broadcast_id", "customer_id"),)
        indexes = (
            Index(fields=("broadcast_id", "staff_id", "task_number")),
            Index(fields=("customer_id", "contacted_on")),
        )
        constraints = (
            CheckConstraint(
                check="cohort = 'PLANNED' OR state IN ('EXCLUDED', 'CONTROL')", name="recipient_only_planned_are_sent"
            ),
            CheckConstraint(check="(state = 'SENT') = (sent_at IS NOT NULL)", name="recipient_sent"),
            CheckConstraint(
                check="given_back_at IS NULL OR converted_at IS NULL", name="recipient_given_back_is_no_sale"
            ),
        )


class SendTask(Paced):
    """One task of one salesperson: at most 10,000 customers (WeCom doc 92135)."""

    id = fields.BigIntField(primary_key=True)
    broadcast_id = Key("broadcast")
    staff_id = Key("staff")
    number = fields.IntField()
    token = fields.CharField(max_length=40, unique=True)
    """In the page of the mini-program card: tells which send brought a visitor, and finds the task in WeCom's list."""
    customers = fields.IntField()
    state = fields.CharEnumField(SendTaskState, max_length=10)
    leased_at = fields.DatetimeField(null=True)
    """When a worker took it up, on the real clock: a lease that outlives its worker is found by it."""
    asked_at = fields.DatetimeField(null=True)
    """The business instant of the call, by which WeCom's list is searched."""
    message_id = fields.CharField(max_length=128, default="")
    reason = fields.CharField(max_length=80, default="")
    created_at = fields.DatetimeField()
    tasked_at = fields.DatetimeField(null=True)
    confirmed_at = fields.DatetimeField(null=True)
    declined_at = fields.DatetimeField(null=True)
    """The salesperson pressed 「我不方便发」."""
    reminded_at: list[str] = fields.JSONField(default=list)
    """Instants of the last day's reminders."""
    reminder_owed_at = fields.DatetimeField(null=True)
    """Somebody asked for a reminder that WeCom has not taken yet."""
    cancelled_at = fields.DatetimeField(null=True)
    """When WeCom took the rest of the task back."""
    synced_at = fields.DatetimeField(null=True)

    class Meta:
        table = "send_task"
        unique_together = (("broadcast_id", "staff_id", "number"),)
        indexes = (Index(fields=("state", "broadcast_id")),)
        constraints = (
            CheckConstraint(check="customers BETWEEN 1 AND 10000", name="send_task_size"),
            CheckConstraint(check="state NOT IN ('CREATED', 'SENT') OR message_id <> ''", name="send_task_has_message"),
        )


class LostCall(Paced):
    """A call for a send task that was given up, or a task of it that does not count: found, stopped, struck out."""

    id = fields.BigIntField(primary_key=True)
    send_task_id = Key("send_task")
    message_id = fields.CharField(max_length=128, default="")
    """The task; empty for a call that may have made one."""
    asked_at = fields.DatetimeField()
    """The business instant of the call, from which WeCom's list is searched."""
    created_at = fields.DatetimeField()
    ended_at = fields.DatetimeField(null=True)
    """Stopped, or not found for a week."""

    class Meta:
        table = "lost_call"
        unique_together = (("send_task_id", "message_id"),)
        indexes = (Index(fields=("ended_at",)),)

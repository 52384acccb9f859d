"""Tables of broadcasts: who receives one and why not, and the tasks the platform was given."""

from enum import StrEnum
from typing import Final

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from campaigns.broadcasts.rules import BroadcastState
from campaigns.mass_channels import USUAL
from campaigns.measuring import Cohort
from crm_core.wording.facts import KeptFact
from foundation.keys import Key
from foundation.owed import Paced
from foundation.personal import EVIDENCE_OF_TELLING, NO_TEXT, Emptied, Moved, Personal, Shown
from foundation.table import Table


class RecipientState(StrEnum):
    """The outcome of sending to one person. What the person did afterwards is recorded in the time columns."""

    EXCLUDED = "EXCLUDED"
    """Excluded at the freeze, or by the second check right before sending."""
    CONTROL = "CONTROL"
    QUEUED = "QUEUED"
    TASKED = "TASKED"
    """待员工确认: nothing is sent before the salesperson confirms in WeCom."""
    SENT = "SENT"
    UNREACHED = "UNREACHED"
    """The platform says that the channel no longer reaches them."""
    QUOTA = "QUOTA"
    """平台次数已满: WeCom's own limit of the month."""
    FAILED = "FAILED"
    DROPPED = "DROPPED"
    """The broadcast was cancelled or over before the person was sent to."""


class SendTaskState(StrEnum):
    """States of a send task. UNKNOWN: WeCom was called and did not answer; its list is read before it is called
    again.
    """

    PENDING = "PENDING"
    CREATING = "CREATING"
    UNKNOWN = "UNKNOWN"
    CREATED = "CREATED"
    SENT = "SENT"
    """The salesperson confirmed the task."""
    EMPTY = "EMPTY"
    """Everybody in it was excluded, so no task was made."""
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"


OPEN_SEND_TASKS: Final = (SendTaskState.PENDING, SendTaskState.CREATING, SendTaskState.UNKNOWN, SendTaskState.CREATED)
"""The states in which the platform or a salesperson still has something to do."""


class Broadcast(Table):
    """群发计划."""

    id = fields.BigIntField(primary_key=True)
    name = fields.CharField(max_length=30)
    segment_id = Key("segment", null=True)
    segment_name = fields.CharField(max_length=30, default="")
    definition: dict[str, object] = fields.JSONField()
    """A copy of the segment's definition when the broadcast was made; later changes of the segment have no effect."""
    store_ids: list[int] | None = fields.JSONField(null=True)
    channel = fields.CharField(max_length=20, default=USUAL, db_default=USUAL)
    """The name of a `MassChannel`."""
    content_id = Key("campaign_content", null=True)
    """What it says; null for those of the time before contents were kept, which say what `template` says now."""
    content_b_id = Key("campaign_content", null=True)
    """What version B says by the first way (`versions`); null if there is only one."""
    template = fields.CharField(max_length=40)
    """The shipped message of which the content was made; empty for a marketer's own words."""
    content: dict[str, KeptFact] = fields.JSONField()
    """season_line, and with a coupon also coupon, rule and valid_days: what the marketer may choose of the message."""
    coupon_template_id = Key("coupon_template", null=True)
    """Null if the broadcast gives no coupon."""
    control_percent = fields.IntField(default=5)
    budget_fen = fields.BigIntField()
    content_hash = fields.CharField(max_length=64)
    approved_hash = fields.CharField(max_length=64, default="")
    approved_by = Key("staff", null=True)
    starts_at = fields.DatetimeField(null=True)
    ends_at = fields.DatetimeField(null=True)
    """When tasks that are not confirmed yet are taken back."""
    state = fields.CharEnumField(BroadcastState, max_length=16)
    author_id = Key("staff")
    created_at = fields.DatetimeField()
    started_at = fields.DatetimeField(null=True)
    frozen_at = fields.DatetimeField(null=True)
    finished_at = fields.DatetimeField(null=True)
    pause_reason = fields.CharField(max_length=80, default="")
    """Why it is paused, or could not begin."""
    stopped_at = fields.DatetimeField(null=True)
    """When a stop line paused it, upon which unconfirmed tasks are taken back. Null again when it is resumed."""
    synced_at = fields.DatetimeField(null=True)
    version = fields.IntField(default=1)

    class Meta:
        table = "broadcast"
        indexes = (
            Index(fields=("state", "starts_at")),
            Index(fields=("author_id",)),
            Index(fields=("content_id",)),
            Index(fields=("content_b_id",)),
        )
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


class BroadcastWay(Table):
    """A way of a broadcast after its first (`ways`)."""

    id = fields.BigIntField(primary_key=True)
    broadcast_id = Key("broadcast")
    number = fields.IntField()
    channel = fields.CharField(max_length=20)
    """The name of a `MassChannel`."""
    content_id = Key("campaign_content")
    after_days = fields.IntField()
    """How many days after the way before it begins for those who were not sent to by then."""

    class Meta:
        table = "broadcast_way"
        unique_together = (("broadcast_id", "number"), ("broadcast_id", "channel"))
        indexes = (Index(fields=("content_id",)),)
        constraints = (
            CheckConstraint(check="number BETWEEN 1 AND 4", name="broadcast_way_number"),
            CheckConstraint(check="after_days BETWEEN 1 AND 14", name="broadcast_way_after_days"),
        )


class WayLeft(Table):
    """How many people went on from one way of a broadcast to a later one, by the reason: an `Exclusion`, an `Unsent`, a
    `RecipientState`, or `LATE`.
    """

    id = fields.BigIntField(primary_key=True)
    broadcast_id = Key("broadcast")
    way = fields.IntField()
    why = fields.CharField(max_length=16)
    people = fields.IntField()

    class Meta:
        table = "broadcast_way_left"
        constraints = (
            UniqueConstraint(fields=("broadcast_id", "way", "why"), name="broadcast_way_left_once"),
            CheckConstraint(check="people > 0 AND way BETWEEN 0 AND 3", name="broadcast_way_left_people"),
        )


LATE: Final = "LATE"
"""Nobody had sent to them when the next way began."""


class Unsent(StrEnum):
    """Why the platform sent a person nothing, as far as it tells."""

    REFUSED = "REFUSED"
    """It refused to make the send task."""
    FAIL_LIST = "FAIL_LIST"
    """It made the task without this person."""
    NOT_LISTED = "NOT_LISTED"
    """The task's results do not name this person."""
    NOT_KNOWN = "NOT_KNOWN"
    """It never answered, and cannot be asked: they may have got it, so nothing else is sent to them."""


class Recipient(Table):
    """One person of one broadcast, whether they are sent anything or not."""

    id = fields.BigIntField(primary_key=True)
    broadcast_id = Key("broadcast")
    customer_id = Key("customer")
    cohort = fields.CharEnumField(Cohort, max_length=8)
    state = fields.CharEnumField(RecipientState, max_length=10)
    reason = fields.CharField(max_length=16, default="")
    """Why the person was not sent to: a value of `exclusions.Exclusion` or of `Unsent`."""
    staff_id = Key("staff", null=True)
    way = fields.IntField(default=0, db_default=0)
    """By which way of the broadcast they are sent to, or were tried last: 0 is its own channel."""
    is_b = fields.BooleanField(default=False, db_default=False)
    """Whether they were drawn for version B."""
    task_number = fields.IntField(default=0)
    """The number of their task; below 0 for who is in none from the start."""
    address = fields.CharField(max_length=64, default="")
    """Where the channel of their way reaches them."""
    contacted_on = fields.DateField(null=True)
    """The day that counts against the person's weekly and monthly limits; null again if nothing was sent."""
    sent_at = fields.DatetimeField(null=True)
    opened_at = fields.DatetimeField(null=True)
    claimed_at = fields.DatetimeField(null=True)
    booked_at = fields.DatetimeField(null=True)
    arrived_at = fields.DatetimeField(null=True)
    converted_at = fields.DatetimeField(null=True)
    given_back_at = fields.DatetimeField(null=True)
    """When all that was paid for the visit was refunded; it then counts neither as a sale nor as a return."""
    opted_out_at = fields.DatetimeField(null=True)
    """When they opted out or withdrew their consent."""
    complained_at = fields.DatetimeField(null=True)
    unfriended_at = fields.DatetimeField(null=True)
    """When they ended the friendship with the member who had sent the message."""
    is_last_touch = fields.BooleanField(default=False)
    """Whether the arrival is credited to this broadcast and not to a later touch."""

    personal = Personal(
        Moved(unique_on=("broadcast_id",)),
        Shown("收到的活动消息", {"sent_at": "发送时间", "opened_at": "打开时间", "state": "状态"}),
        EVIDENCE_OF_TELLING,
        erase=Emptied({"address": NO_TEXT}),
        over="t.sent_at",
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
            CheckConstraint(check="NOT is_b OR way = 0", name="recipient_b_is_of_the_first_way"),
        )


class SendTask(Paced):
    """One task of one salesperson, or of a platform that sends in nobody's name: at most 10,000 customers (WeCom doc
    92135).
    """

    id = fields.BigIntField(primary_key=True)
    broadcast_id = Key("broadcast")
    staff_id = Key("staff", null=True)
    """Null in a task of a `DirectChannel`."""
    way = fields.IntField(default=0, db_default=0)
    """Of which way of the broadcast it is: 0 is the broadcast's own channel."""
    is_b = fields.BooleanField(default=False, db_default=False)
    """Whether it says version B."""
    number = fields.IntField()
    token = fields.CharField(max_length=40, unique=True)
    """Part of the page address in the mini-program card: it tells which send brought a visitor, and by it the task is
    found in WeCom's list.
    """
    customers = fields.IntField()
    state = fields.CharEnumField(SendTaskState, max_length=10)
    leased_at = fields.DatetimeField(null=True)
    """When a worker leased it, by the real clock. From this, a lease whose worker has died is recognised."""
    asked_at = fields.DatetimeField(null=True)
    """When WeCom was called, by the business clock; WeCom's list is searched around it."""
    message_id = fields.CharField(max_length=128, default="")
    stopping_at = fields.DatetimeField(null=True)
    """When we began to stop the task on the platform, by the business clock; it is renewed or ended after that."""
    reason = fields.CharField(max_length=80, default="")
    created_at = fields.DatetimeField()
    tasked_at = fields.DatetimeField(null=True)
    confirmed_at = fields.DatetimeField(null=True)
    declined_at = fields.DatetimeField(null=True)
    """When the salesperson pressed 「我不方便发」."""
    reminded_at: list[str] = fields.JSONField(default=list)
    """The times of the reminders of the last 24 hours."""
    reminder_owed_at = fields.DatetimeField(null=True)
    """When somebody asked for a reminder that WeCom has not accepted yet."""
    not_before = fields.DatetimeField(null=True)
    """When its people's own quiet hours are over; null if it need not wait for that."""
    cancelled_at = fields.DatetimeField(null=True)
    """When WeCom stopped the task."""
    synced_at = fields.DatetimeField(null=True)

    class Meta:
        table = "send_task"
        unique_together = (("broadcast_id", "staff_id", "number"),)
        indexes = (Index(fields=("state", "broadcast_id")),)
        constraints = (
            CheckConstraint(check="customers BETWEEN 1 AND 10000", name="send_task_size"),
            CheckConstraint(check="NOT is_b OR way = 0", name="send_task_b_is_of_the_first_way"),
            CheckConstraint(check="state NOT IN ('CREATED', 'SENT') OR message_id <> ''", name="send_task_has_message"),
            CheckConstraint(
                check="staff_id IS NOT NULL "
                "OR (declined_at IS NULL AND reminder_owed_at IS NULL AND reminded_at = '[]')",
                name="send_task_of_nobody_asks_nobody",
            ),
        )


class Substitute(Table):
    """A colleague who was asked to send to the people of a task who are also their friends, in place of its member."""

    id = fields.BigIntField(primary_key=True)
    send_task_id = Key("send_task")
    staff_id = Key("staff")
    asked_by_id = Key("staff")
    asked_at = fields.DatetimeField()
    ended_at = fields.DatetimeField(null=True)
    """When the people passed to them; it may have been nobody."""
    people = fields.IntField()
    """How many passed to them."""

    class Meta:
        table = "send_substitute"
        indexes = (Index(fields=("staff_id",)),)
        constraints = (
            UniqueConstraint(fields=("send_task_id", "staff_id"), name="send_substitute_once"),
            CheckConstraint(check="people >= 0", name="send_substitute_people"),
        )


class LostCall(Paced):
    """A call for a send task that was given up, or a task of it that does not count and has to be stopped
    (`lost_calls`).
    """

    id = fields.BigIntField(primary_key=True)
    send_task_id = Key("send_task")
    message_id = fields.CharField(max_length=128, default="")
    """The task's id at WeCom; empty for a call that may have made one."""
    asked_at = fields.DatetimeField()
    """When WeCom was called, by the business clock; WeCom's list is searched from then on."""
    created_at = fields.DatetimeField()
    ended_at = fields.DatetimeField(null=True)
    """When the task was stopped, or the search was given up after a week."""

    class Meta:
        table = "lost_call"
        unique_together = (("send_task_id", "message_id"),)
        indexes = (Index(fields=("ended_at",)),)

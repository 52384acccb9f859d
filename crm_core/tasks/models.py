"""Tables of tasks and of the contacts made for them."""

from datetime import date, datetime

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from crm_core.tasks.rules import OPEN, Channel, ContactOutcome, TaskKind, TaskState
from foundation.keys import Key
from foundation.personal import HOUSE_RECORD, NO_TEXT, Emptied, Moved, Part, Personal, Shown
from foundation.table import Table

_OPEN = ", ".join(f"'{state}'" for state in OPEN)


class Task(Table):
    """One reason to contact one customer about one car."""

    id = fields.BigIntField(primary_key=True)
    kind = fields.CharEnumField(TaskKind, max_length=16)
    state = fields.CharEnumField(TaskState, max_length=12)
    vehicle_id: int | None = Key("vehicle", null=True)
    """Null for a visitor whose car nobody filed."""
    customer_id: int = Key("customer")
    store_id: int = Key("store")
    assignee_id: int | None = Key("staff", null=True)
    due_on = fields.DateField()
    cycle_on = fields.DateField()
    """What the date belongs to; there is one task for it, however it ends."""
    reason = fields.CharField(max_length=400)
    """Why, with the calculation, as it was when the task opened."""
    next_on: date | None = fields.DateField(null=True)
    """The day on which the customer is to be contacted next; null when nobody has to."""
    opened_at = fields.DatetimeField()
    ended_at: datetime | None = fields.DatetimeField(null=True)
    ended_because = fields.CharField(max_length=120, default="", db_default="")
    appointment_id: int | None = Key("appointment", null=True)
    """The booking it led to."""
    booked_by_id: int | None = Key("staff", null=True)
    """Who made that booking, and has the credit once the car comes."""
    repair_order_id: int | None = Key("repair_order", null=True)
    """The order that proves it."""
    call_list = fields.CharField(max_length=40, default="", db_default="")
    """The token of the campaign's list that it is of (`calling`)."""
    was_taken_back = fields.BooleanField(default=False, db_default=False)
    """The campaign ended or went another way before anybody talked with them."""
    version = fields.IntField(default=1, db_default=1)

    personal = Personal(
        Moved(unique_on=("vehicle_id", "kind", "cycle_on")),
        Shown(
            "回访任务",
            {"kind": "种类", "due_on": "日期", "reason": "原因", "state": "状态"},
            {"state": f"CASE t.state WHEN '{TaskState.REFUSED}' THEN '您说不需要' ELSE t.state END"},
        ),
        HOUSE_RECORD,
        erase=Emptied(
            {
                "reason": NO_TEXT,
                "ended_because": NO_TEXT,
                "state": f"CASE WHEN t.state IN ({_OPEN}) THEN 'CANCELLED' ELSE t.state END",
                "ended_at": "coalesce(t.ended_at, {now})",
                "next_on": "NULL",
            }
        ),
        over="t.ended_at",
        parts=(
            Part(
                "task_contact",
                "task_id",
                Shown("联系记录", {"at": "时间", "outcome": "结果", "note": "说明"}),
                emptied={"note": NO_TEXT},
            ),
        ),
    )

    class Meta:
        table = "task"
        indexes = (
            Index(fields=("store_id", "state", "next_on")),
            Index(fields=("assignee_id", "state", "next_on")),
            Index(fields=("customer_id", "state")),
            Index(fields=("appointment_id",)),
            Index(fields=("call_list",)),
        )
        constraints = (
            UniqueConstraint(fields=("vehicle_id", "kind"), name="task_one_open", condition=f"state IN ({_OPEN})"),
            UniqueConstraint(fields=("vehicle_id", "kind", "cycle_on", "customer_id"), name="task_one_of_a_cycle"),
            CheckConstraint(check=f"(state IN ({_OPEN})) = (ended_at IS NULL)", name="task_ended"),
            CheckConstraint(
                check="state <> 'ARRIVED' OR (repair_order_id IS NOT NULL AND booked_by_id IS NOT NULL)",
                name="task_arrived_with_an_order",
            ),
            CheckConstraint(check="state <> 'BOOKED' OR appointment_id IS NOT NULL", name="task_booked_has_a_booking"),
            CheckConstraint(
                check="state = 'CREATED' OR assignee_id IS NOT NULL OR ended_at IS NOT NULL", name="task_assigned"
            ),
        )


class TaskContact(Table):
    """A call or message about a task that took place. Rows never change."""

    id = fields.BigIntField(primary_key=True)
    task_id: int = Key("task")
    staff_id: int = Key("staff")
    at = fields.DatetimeField()
    channel = fields.CharEnumField(Channel, max_length=8)
    outcome = fields.CharEnumField(ContactOutcome, max_length=16)
    note = fields.CharField(max_length=200, default="", db_default="")
    next_on: date | None = fields.DateField(null=True)

    class Meta:
        table = "task_contact"
        indexes = (Index(fields=("task_id", "id")),)
        constraints = (
            CheckConstraint(check="outcome <> 'SENT' OR channel = 'WECOM'", name="task_contact_sent_in_wecom"),
        )

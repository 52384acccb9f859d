"""Tables of the nightly classes of owners, and of how they moved from state to state."""

from datetime import date
from decimal import Decimal
from typing import Final

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from campaigns.waking.rules import Path
from crm_core.customers.dormancy import Dormancy
from foundation.keys import Key
from foundation.personal import Deleted, Moved, Personal, Shown, Stays, WhileCustomer
from foundation.table import Table

_STATES: Final[dict[str, str]] = {state.value: state.label for state in Dormancy}
_STATE_WORD: Final = "CASE {} " + " ".join(f"WHEN '{code}' THEN '{word}'" for code, word in _STATES.items()) + " END"


class WakingClass(Table):
    """What the last night decided about an owner. Only `counting` writes it."""

    id = fields.BigIntField(primary_key=True)
    customer_id: int = Key("customer")
    state = fields.CharEnumField(Dormancy, max_length=8)
    since_on: date | None = fields.DateField(null=True)
    """The first day on which the state held; null for 失效, which no day decides."""
    previous = fields.CharEnumField(Dormancy, max_length=8, null=True)
    """The state before, as a night found it; null when they have had one only."""
    last_seen_on = fields.DateField()
    due_on = fields.DateField()
    value: Decimal = fields.DecimalField(max_digits=2, decimal_places=1)
    is_lost_value = fields.BooleanField()
    path = fields.CharEnumField(Path, max_length=6)
    """The best one."""
    paths: list[str] = fields.JSONField(default=list, db_default=[])
    """All that are open, in the order in which they are tried."""
    rank: Decimal = fields.DecimalField(max_digits=4, decimal_places=3, default=Decimal(0), db_default=Decimal(0))
    """By what they are ordered: the value, times the share that reacts at the least once that was measured."""
    weekday = fields.SmallIntField()
    """The ISO weekday on which a message suits them."""

    personal = Personal(
        Stays("the night classes whoever is kept, and removes the row of the other"),
        Shown(
            "客户活跃度",
            {
                "state": "状态",
                "since_on": "从哪天起",
                "value": "价值",
                "last_seen_on": "上次到店",
                "due_on": "应保养日",
            },
            {"state": _STATE_WORD.format("t.state")},
        ),
        WhileCustomer(),
        erase=Deleted(),
    )

    class Meta:
        table = "waking_class"
        indexes = (Index(fields=("state", "value", "customer_id")), Index(fields=("state", "rank", "customer_id")))
        constraints = (
            UniqueConstraint(fields=("customer_id",), name="waking_class_one_of_an_owner"),
            CheckConstraint(check="weekday BETWEEN 1 AND 7", name="waking_class_weekday"),
            CheckConstraint(check="(state = 'GONE') = (since_on IS NULL)", name="waking_class_since"),
            CheckConstraint(check="previous <> state", name="waking_class_moved"),
        )


class WakingMove(Table):
    """An owner whose state was another one the night before. Rows never change."""

    id = fields.BigIntField(primary_key=True)
    customer_id: int = Key("customer")
    moved_on = fields.DateField()
    """The first day of the new state by its rule, the day of the night for 失效."""
    before = fields.CharEnumField(Dormancy, max_length=8)
    after = fields.CharEnumField(Dormancy, max_length=8)

    personal = Personal(
        Moved(),
        Shown(
            "活跃度变化",
            {"moved_on": "日期", "before": "之前", "after": "之后"},
            {"before": _STATE_WORD.format("t.before"), "after": _STATE_WORD.format("t.after")},
        ),
        WhileCustomer(),
        erase=Deleted(),
    )

    class Meta:
        table = "waking_move"
        indexes = (Index(fields=("customer_id",)), Index(fields=("moved_on",)))
        constraints = (CheckConstraint(check="before <> after", name="waking_move_moves"),)

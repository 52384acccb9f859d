"""Tables of the loop: which stores work on their sleeping owners, and every try."""

from datetime import date, datetime
from decimal import Decimal
from typing import Final

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from campaigns.waking.loop.rules import AttemptState, Reaction
from campaigns.waking.rules import Path
from crm_core.customers.dormancy import Dormancy
from foundation.keys import Key
from foundation.personal import Deleted, Personal, Shown, Stays, WhileCustomer
from foundation.table import Table

_PATH_WORD: Final = "CASE t.path " + " ".join(f"WHEN '{path.value}' THEN '{path.label}'" for path in Path) + " END"
_STATE_WORD: Final = (
    "CASE t.state " + " ".join(f"WHEN '{state.value}' THEN '{state.label}'" for state in AttemptState) + " END"
)


class WakingLoop(Table):
    """Whether a store works on its sleeping owners. A store without a row never started."""

    id = fields.BigIntField(primary_key=True)
    store_id: int = Key("store")
    is_running = fields.BooleanField()
    changed_by: int = Key("staff")
    changed_at = fields.DatetimeField()
    version = fields.IntField(default=1)

    class Meta:
        table = "waking_loop"
        constraints = (UniqueConstraint(fields=("store_id",), name="waking_loop_one_of_a_store"),)


class WakingAttempt(Table):
    """One try of one owner by one path."""

    id = fields.BigIntField(primary_key=True)
    customer_id: int = Key("customer")
    store_id: int = Key("store")
    path = fields.CharEnumField(Path, max_length=6)
    state = fields.CharEnumField(AttemptState, max_length=8)
    asleep_as = fields.CharEnumField(Dormancy, max_length=8)
    """How deep they slept when it was opened."""
    value: Decimal = fields.DecimalField(max_digits=2, decimal_places=1)
    opened_at = fields.DatetimeField()
    from_on = fields.DateField()
    """The day from which on they are contacted: the weekday that suits them."""
    sent_at: datetime | None = fields.DatetimeField(null=True)
    """When they were reached."""
    window_ends_on: date | None = fields.DateField(null=True)
    """The last day whose reactions are measured."""
    answer_by: date | None = fields.DateField(null=True)
    """The last day before the next path is tried: that of the window, later once they did something."""
    reaction = fields.CharEnumField(Reaction, max_length=7, null=True)
    """The strongest one."""
    reacted_at: datetime | None = fields.DatetimeField(null=True)
    """When they first did something."""
    ended_at: datetime | None = fields.DatetimeField(null=True)
    ended_because = fields.CharField(max_length=40, default="")

    personal = Personal(
        Stays("who is one with somebody else leaves the loop; the kept customer has tries of their own"),
        Shown(
            "请您回来的联系",
            {"opened_at": "时间", "path": "方式", "sent_at": "联系时间", "state": "结果"},
            {"path": _PATH_WORD, "state": _STATE_WORD},
        ),
        WhileCustomer(),
        erase=Deleted(),
    )

    class Meta:
        table = "waking_attempt"
        indexes = (
            Index(fields=("customer_id", "opened_at")),
            Index(fields=("store_id", "state", "path")),
            Index(fields=("window_ends_on",)),
        )
        constraints = (
            UniqueConstraint(fields=("customer_id",), name="waking_attempt_one_open", condition="state = 'OPEN'"),
            CheckConstraint(check="(state = 'OPEN') = (ended_at IS NULL)", name="waking_attempt_ended"),
            CheckConstraint(check="path <> 'ASK'", name="waking_attempt_by_a_way"),
            CheckConstraint(
                check="(sent_at IS NULL) = (answer_by IS NULL) AND (sent_at IS NULL) = (window_ends_on IS NULL)",
                name="waking_attempt_waits_once_sent",
            ),
            CheckConstraint(
                check="(reaction IS NULL) = (reacted_at IS NULL) AND (reaction IS NULL OR sent_at IS NOT NULL)",
                name="waking_attempt_reacted_after_it_was_sent",
            ),
            CheckConstraint(
                check="(state <> 'WOKE' OR reaction IN ('BOOKED', 'CAME')) "
                "AND (state <> 'REACTED' OR reaction IS NOT NULL) AND (state <> 'SILENT' OR reaction IS NULL) "
                "AND (state <> 'UNSENT' OR sent_at IS NULL)",
                name="waking_attempt_says_what_came",
            ),
        )

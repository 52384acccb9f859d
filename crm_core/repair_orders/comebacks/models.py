"""The table of comebacks."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint

from crm_core.repair_orders.comebacks.rules import REASON_MAX_CHARS, ComebackState
from foundation.keys import Key
from foundation.table import Table


class Comeback(Table):
    """返修: what is known of a visit coming back for an earlier one."""

    id = fields.BigIntField(primary_key=True)
    repair_order_id = Key("repair_order", unique=True)
    """The visit that came back."""
    origin_repair_order_id = Key("repair_order")
    """The visit it comes back for."""
    origin_line_id = Key("repair_line", null=True)
    """The job it seems to be about; empty where nobody can tell."""
    state = fields.CharEnumField(ComebackState, max_length=8)
    reason = fields.CharField(max_length=REASON_MAX_CHARS, default="")
    """Why it is none, or what the advisor noted beside the declaration."""
    proposed_at = fields.DatetimeField(null=True)
    """When the system proposed it; empty where an advisor thought of it."""
    decided_by_id = Key("staff", null=True)
    decided_at = fields.DatetimeField(null=True)

    class Meta:
        table = "comeback"
        indexes = (Index(fields=("origin_repair_order_id",)),)
        constraints = (
            CheckConstraint(check="repair_order_id <> origin_repair_order_id", name="comeback_is_another_visit"),
            CheckConstraint(check="state <> 'DENIED' OR reason <> ''", name="comeback_denied_with_a_reason"),
            CheckConstraint(
                check="(state = 'PROPOSED') = (decided_by_id IS NULL) "
                "AND (decided_by_id IS NULL) = (decided_at IS NULL)",
                name="comeback_decided_by_somebody",
            ),
        )

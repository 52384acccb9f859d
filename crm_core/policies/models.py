"""The table of changed rules."""

import orjson
from tortoise import fields
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint

from crm_core.dealerships.models import Staff, Store
from crm_core.policies.kinds import Kept
from foundation.table import Table


class PolicyChange(Table):
    """A rule's new value and from when it holds. Rows are only added; the one later change is to withdraw a planned
    one.
    """

    id = fields.BigIntField(primary_key=True)
    policy = fields.CharField(max_length=40)
    field = fields.CharField(max_length=60)
    store: fields.ForeignKeyNullableRelation[Store] = fields.ForeignKeyField(
        "wedealer.Store", related_name=False, null=True, on_delete=OnDelete.RESTRICT
    )
    store_id: int | None
    """None for the group."""
    number = fields.IntField()
    """Counts the changes of this rule in this store from 1. It is unique, so two simultaneous changes cannot both
    succeed."""
    value: str | None = fields.TextField(null=True)
    """JSON. None: from then on the store (or the group) has no value of its own."""
    effective_from = fields.DatetimeField()
    reason = fields.CharField(max_length=200)
    changed_by: fields.ForeignKeyRelation[Staff] = fields.ForeignKeyField(
        "wedealer.Staff", related_name=False, on_delete=OnDelete.RESTRICT
    )
    changed_by_id: int
    changed_at = fields.DatetimeField()
    withdrawn_at = fields.DatetimeField(null=True)
    withdrawn_by: fields.ForeignKeyNullableRelation[Staff] = fields.ForeignKeyField(
        "wedealer.Staff", related_name=False, null=True, on_delete=OnDelete.RESTRICT
    )
    withdrawn_by_id: int | None
    withdrawn_reason = fields.CharField(max_length=200, default="")

    @property
    def kept(self) -> Kept | None:
        """The value as `kinds.read` takes it."""
        return None if self.value is None else orjson.loads(self.value)

    class Meta:
        table = "policy_change"
        indexes = (Index(fields=["policy", "field", "store_id"]),)
        constraints = (
            CheckConstraint(check="effective_from >= changed_at", name="policy_change_not_backdated"),
            CheckConstraint(check="reason <> ''", name="policy_change_says_why"),
            CheckConstraint(
                check="(withdrawn_at IS NULL) = (withdrawn_by_id IS NULL) AND (withdrawn_at IS NULL) = "
                "(withdrawn_reason = '') AND (withdrawn_at IS NULL OR withdrawn_at < effective_from)",
                name="policy_change_withdrawn_before_its_moment",
            ),
        )

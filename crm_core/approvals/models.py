"""Tables of approvals."""

from typing import Any, cast

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from crm_core.approvals.rules import ApprovalKind, ApprovalState, KeptFacts
from foundation.keys import Key
from foundation.table import Table


class Approval(Table):
    """One request: what is asked for, who may agree, and its state."""

    id = fields.BigIntField(primary_key=True)
    kind = fields.CharEnumField(ApprovalKind, max_length=20)
    about = fields.CharField(max_length=40)
    """The thing to be approved, for example `broadcast:12`."""
    content_hash = fields.CharField(max_length=64)
    """Hash of exactly what was shown. If the thing changes, its hash differs and the request is invalidated."""
    title = fields.CharField(max_length=40)
    store_id = Key("store", null=True)
    """The store the request belongs to; null if it touches several stores or the group."""
    requester_id = Key("staff")
    hands: list[int] = fields.JSONField(default=list)
    """Ids of staff who made what is asked for; like the requester, they may not decide."""
    note = fields.CharField(max_length=200, default="")
    facts: dict[str, object] = fields.JSONField(default=dict)
    """`KeptFacts`: what the card shows beside the title, and the stores that the request touches."""
    levels: list[dict[str, Any]] = fields.JSONField()
    """For example [{"approver_ids": [3], "mode": "ANY"}]; the levels decide one after another."""
    level = fields.IntField(default=0)
    passed_by: list[int] = fields.JSONField(default=list)
    """Ids of the approvers of the current level who have agreed."""
    level_since = fields.DatetimeField()
    reminded_at = fields.DatetimeField(null=True)
    escalated_at = fields.DatetimeField(null=True)
    state = fields.CharEnumField(ApprovalState, max_length=12)
    requested_at = fields.DatetimeField()
    ended_at = fields.DatetimeField(null=True)
    ended_by = Key("staff", null=True)
    end_note = fields.CharField(max_length=200, default="")
    version = fields.IntField(default=1)
    """Increases with each level and at the end. It does not change when one of several approvers of a level agrees, so
    that the cards of the others stay valid.
    """

    @property
    def kept_facts(self) -> KeptFacts:
        """`facts` with their types."""
        return cast(KeptFacts, self.facts)

    class Meta:
        table = "approval"
        indexes = (Index(fields=("state", "level_since")), Index(fields=("kind", "about")))
        constraints = (
            UniqueConstraint(fields=("kind", "about"), name="approval_one_waiting", condition="state = 'PENDING'"),
            CheckConstraint(check="(ended_at IS NULL) = (state IN ('DRAFT', 'PENDING'))", name="approval_end"),
            CheckConstraint(
                check="state NOT IN ('APPROVED', 'REFUSED') "
                "OR (ended_by <> requester_id AND NOT hands @> to_jsonb(ended_by))",
                name="approval_four_eyes",
            ),
        )


class ApprovalDecision(Table):
    """One person's decision on one level. `requester_id` is repeated here so that a constraint can refuse a requester
    who decides their own request.
    """

    id = fields.BigIntField(primary_key=True)
    approval: fields.ForeignKeyRelation[Approval] = fields.ForeignKeyField("wedealer.Approval", related_name=False)
    approval_id: int
    requester_id = Key("staff")
    staff_id = Key("staff")
    level = fields.IntField()
    is_agreed = fields.BooleanField()
    seats: list[int] = fields.JSONField(default=list)
    """Ids of the approvers in whose seats they decided: their own, or those who delegated to them."""
    note = fields.CharField(max_length=200, default="")
    at = fields.DatetimeField()

    class Meta:
        table = "approval_decision"
        unique_together = (("approval", "level", "staff_id"),)
        constraints = (CheckConstraint(check="staff_id <> requester_id", name="approval_decision_four_eyes"),)


class ApprovalDelegation(Table):
    """代理: `delegate_id` decides for `approver_id` from one day to another, both included."""

    id = fields.BigIntField(primary_key=True)
    approver_id = Key("staff")
    delegate_id = Key("staff")
    from_on = fields.DateField()
    until_on = fields.DateField()
    created_at = fields.DatetimeField()

    class Meta:
        table = "approval_delegation"
        indexes = (Index(fields=("delegate_id", "until_on")), Index(fields=("approver_id", "until_on")))
        constraints = (
            CheckConstraint(check="approver_id <> delegate_id", name="approval_delegation_two_people"),
            CheckConstraint(check="from_on <= until_on", name="approval_delegation_days"),
        )

"""Tables of transfers between stores."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from crm_core.parts.transfers.rules import PartTransferState
from foundation.keys import Key
from foundation.table import Table


class PartTransfer(Table):
    """调拨单: pieces that one store gives to another."""

    id = fields.BigIntField(primary_key=True)
    from_store_id = Key("store")
    to_store_id = Key("store")
    state = fields.CharEnumField(PartTransferState, max_length=10)
    note = fields.CharField(max_length=120, default="", db_default="")
    """What the asking store says about it."""
    answer = fields.CharField(max_length=120, default="", db_default="")
    """Why it was refused, or why its pieces come later."""
    eta = fields.DatetimeField(null=True)
    """预计到店; NULL until the giving store agrees."""
    made_by = Key("staff")
    made_at = fields.DatetimeField()
    decided_by = Key("staff", null=True)
    sent_by = Key("staff", null=True)
    sent_at = fields.DatetimeField(null=True)
    received_by = Key("staff", null=True)
    ended_at = fields.DatetimeField(null=True)
    version = fields.IntField(default=1, db_default=1)

    class Meta:
        table = "part_transfer"
        indexes = (Index(fields=("from_store_id", "state")), Index(fields=("to_store_id", "state")))
        constraints = (
            CheckConstraint(check="from_store_id <> to_store_id", name="part_transfer_between_two"),
            CheckConstraint(
                check="(state IN ('RECEIVED', 'REFUSED', 'CANCELLED')) = (ended_at IS NOT NULL)",
                name="part_transfer_ended",
            ),
            CheckConstraint(
                check="(state IN ('SENT', 'RECEIVED')) = (sent_at IS NOT NULL AND sent_by IS NOT NULL)",
                name="part_transfer_sent",
            ),
            CheckConstraint(check="(state = 'RECEIVED') = (received_by IS NOT NULL)", name="part_transfer_received"),
            CheckConstraint(
                check="state IN ('ASKED', 'REFUSED', 'CANCELLED') OR eta IS NOT NULL", name="part_transfer_expected"
            ),
        )


class PartTransferLine(Table):
    """One part of a transfer: how many were asked for, given, and counted on arrival."""

    id = fields.BigIntField(primary_key=True)
    transfer_id = Key("part_transfer")
    part_id = Key("part")
    quantity = fields.IntField()
    given = fields.IntField(null=True)
    """How many the giving store agreed to; they are sent."""
    received = fields.IntField(null=True)
    cost_fen = fields.BigIntField(null=True)
    """What one piece cost the giving store; NULL where nobody knows."""
    reason = fields.CharField(max_length=80, default="", db_default="")
    """Why other than what was sent arrived."""

    class Meta:
        table = "part_transfer_line"
        indexes = (Index(fields=("part_id",)),)
        constraints = (
            UniqueConstraint(fields=("transfer_id", "part_id"), name="part_transfer_line_once"),
            CheckConstraint(check="quantity > 0", name="part_transfer_line_quantity"),
            CheckConstraint(check="given BETWEEN 0 AND quantity", name="part_transfer_line_given"),
            CheckConstraint(check="received >= 0", name="part_transfer_line_counted"),
            CheckConstraint(
                check="received IS NULL OR received = given OR reason <> ''", name="part_transfer_line_explained"
            ),
            CheckConstraint(check="cost_fen >= 0", name="part_transfer_line_cost"),
        )

"""Table of exports."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint

from crm_core.exports.rules import ExportFormat, ExportState
from foundation.keys import Key
from foundation.owed import Paced

LONGEST_REASON = 200


class ListExport(Paced):
    """One file, from the request to its deletion. The file lies on disk under its digest."""

    id = fields.BigIntField(primary_key=True)
    list_name = fields.CharField(max_length=40)
    title = fields.CharField(max_length=40)
    by_id = Key("staff")
    store_ids: list[int] | None = fields.JSONField(null=True)
    """The stores whose rows the reader sees; null: the group."""
    columns: "list[str]" = fields.JSONField()
    question: dict[str, str] = fields.JSONField()
    format = fields.CharEnumField(ExportFormat, max_length=4)
    reason = fields.CharField(max_length=LONGEST_REASON)
    state = fields.CharEnumField(ExportState, max_length=10)
    refusal = fields.CharField(max_length=120, default="")
    """Why it was refused or failed, in words."""
    row_count = fields.IntField(null=True)
    sha256 = fields.CharField(max_length=64, default="")
    size_bytes = fields.BigIntField(default=0)
    asked_at = fields.DatetimeField()
    made_at = fields.DatetimeField(null=True)
    ready_at = fields.DatetimeField(null=True)
    expires_at = fields.DatetimeField(null=True)
    ended_at = fields.DatetimeField(null=True)
    downloads = fields.IntField(default=0)
    version = fields.IntField(default=1)

    class Meta:
        table = "list_export"
        indexes = (Index(fields=("by_id", "id")), Index(fields=("state", "expires_at")))
        constraints = (
            CheckConstraint(check="reason <> ''", name="list_export_has_reason"),
            CheckConstraint(
                check="state IN ('QUEUED', 'FAILED') OR (row_count IS NOT NULL AND sha256 <> '')",
                name="list_export_made_whole",
            ),
            CheckConstraint(
                check="(ready_at IS NULL) = (expires_at IS NULL) AND (state <> 'READY' OR ready_at IS NOT NULL)",
                name="list_export_ready_ends",
            ),
            CheckConstraint(
                check="(state IN ('REFUSED', 'EXPIRED', 'FAILED')) = (ended_at IS NOT NULL)", name="list_export_ended"
            ),
        )

"""Table of links."""

from datetime import timedelta
from typing import Final

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint

from foundation.keys import Key
from foundation.personal import Deleted, Kept, Moved, Personal, Shown
from foundation.table import Table

FINGERPRINT: Final = 64
"""Hexadecimal digits of a SHA-256."""


class ProgressShare(Table):
    """分享: one link to one order, given away by its owner."""

    id = fields.BigIntField(primary_key=True)
    repair_order_id = Key("repair_order")
    customer_id = Key("customer")
    """The owner who made the link."""
    label = fields.CharField(max_length=20, default="")
    """Whom the link is for, in the owner's words, for example 给妈妈."""
    token_hash = fields.CharField(max_length=FINGERPRINT, unique=True)
    """The secret itself is shown once and never stored."""
    created_at = fields.DatetimeField()
    expires_at = fields.DatetimeField()
    revoked_at = fields.DatetimeField(null=True)
    first_opened_at = fields.DatetimeField(null=True)

    personal = Personal(
        Moved(),
        Shown("分享的维修进度", {"created_at": "时间", "label": "给谁", "expires_at": "有效至"}),
        Kept(timedelta(days=366), "its end", "to answer who could look at a visit (house rule)"),
        erase=Deleted(),
        over="least(t.expires_at, t.revoked_at)",
    )

    class Meta:
        table = "progress_share"
        indexes = (Index(fields=("repair_order_id",)), Index(fields=("customer_id",)))
        constraints = (
            CheckConstraint(check="expires_at > created_at", name="progress_share_lasts"),
            CheckConstraint(check=f"length(token_hash) = {FINGERPRINT}", name="progress_share_fingerprint"),
        )

"""Table of screens on the wall."""

from typing import Final

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint

from foundation.keys import Key
from foundation.table import Table

FINGERPRINT: Final = 64
"""Hexadecimal digits of a SHA-256."""


class WallScreen(Table):
    """大屏: one screen of a store and the secret of its link."""

    id = fields.BigIntField(primary_key=True)
    store_id = Key("store")
    name = fields.CharField(max_length=20)
    """Where it hangs: 车间东墙."""
    token_hash = fields.CharField(max_length=FINGERPRINT, unique=True)
    """The secret itself is shown once and never stored."""
    made_by = Key("staff")
    made_at = fields.DatetimeField()
    ended_at = fields.DatetimeField(null=True)

    class Meta:
        table = "wall_screen"
        indexes = (Index(fields=("store_id",)),)
        constraints = (
            CheckConstraint(check=f"length(token_hash) = {FINGERPRINT}", name="wall_screen_fingerprint"),
            CheckConstraint(check="ended_at IS NULL OR ended_at >= made_at", name="wall_screen_forward"),
        )

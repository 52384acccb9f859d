"""Table of discounts given after the estimate."""

from enum import StrEnum

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from crm_core.repair_orders.declining import LONGEST_REASON
from foundation.keys import Key
from foundation.owed import Paced


class LaterDiscountState(StrEnum):
    """再优惠."""

    WAITING = "WAITING"
    AGREED = "AGREED"  # Somebody agreed; it is given as soon as the order can be locked.
    GIVEN = "GIVEN"
    REFUSED = "REFUSED"
    WITHDRAWN = "WITHDRAWN"


class LaterDiscount(Paced):
    """再优惠: what somebody takes, or wants to take, off some jobs of an order."""

    id = fields.BigIntField(primary_key=True)
    repair_order_id = Key("repair_order")
    off: dict[str, int] = fields.JSONField()
    """Fen by the id of the job."""
    off_fen = fields.BigIntField()
    reason = fields.CharField(max_length=LONGEST_REASON)
    state = fields.CharEnumField(LaterDiscountState, max_length=9)
    content_hash = fields.CharField(max_length=64)
    """Of the jobs and their prices when it was asked for; at other prices it is not given."""
    asked_by = Key("staff")
    asked_at = fields.DatetimeField()
    decided_by_id = Key("staff", null=True)
    """Who agreed or refused; nobody where the role's limit sufficed."""
    decided_at = fields.DatetimeField(null=True)

    class Meta:
        table = "later_discount"
        indexes = (Index(fields=("repair_order_id", "id")),)
        constraints = (
            CheckConstraint(check="off_fen > 0 AND reason <> ''", name="later_discount_says_why"),
            CheckConstraint(
                check="decided_by_id IS NULL OR decided_by_id <> asked_by", name="later_discount_four_eyes"
            ),
            CheckConstraint(check="(state = 'WAITING') = (decided_at IS NULL)", name="later_discount_decided"),
            UniqueConstraint(
                fields=("repair_order_id",), name="later_discount_one_waits", condition="state = 'WAITING'"
            ),
        )

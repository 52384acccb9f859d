"""Tables of what was found about coupons."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from crm_core.coupon_checks.rules import FindingKind, FindingState
from foundation.keys import Key
from foundation.table import Table


class CouponFinding(Table):
    """Coupons that were found together, and what somebody decided."""

    id = fields.BigIntField(primary_key=True)
    kind = fields.CharEnumField(FindingKind, max_length=16)
    store_id = Key("store", null=True)
    """The store of all their owners; none if they belong to several."""
    words = fields.CharField(max_length=80)
    state = fields.CharEnumField(FindingState, max_length=10)
    found_at = fields.DatetimeField()
    decided_by_id = Key("staff", null=True)
    decided_at = fields.DatetimeField(null=True)
    note = fields.CharField(max_length=80, default="")
    version = fields.IntField(default=1)

    class Meta:
        table = "coupon_finding"
        indexes = (Index(fields=("state", "store_id")),)
        constraints = (
            CheckConstraint(
                check="(state = 'OPEN') = (decided_at IS NULL) AND (decided_at IS NULL) = (decided_by_id IS NULL)",
                name="coupon_finding_decided",
            ),
        )


class FoundCoupon(Table):
    """One coupon of a finding. It is found once for each kind, so that what was cleared does not come back."""

    id = fields.BigIntField(primary_key=True)
    finding_id = Key("coupon_finding")
    kind = fields.CharEnumField(FindingKind, max_length=16)
    coupon_id = Key("coupon")

    class Meta:
        table = "found_coupon"
        indexes = (Index(fields=("finding_id",)), Index(fields=("coupon_id",)))
        constraints = (UniqueConstraint(fields=("kind", "coupon_id"), name="found_coupon_once"),)

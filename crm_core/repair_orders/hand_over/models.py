"""The table of hand-overs."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint

from crm_core.repair_orders.hand_over.rules import HandOverState, HowLeft
from foundation.keys import Key
from foundation.personal import NO_TEXT, WORKSHOP_RECORD, Emptied, Moved, Personal, Shown, gone
from foundation.table import Table


class HandOver(Table):
    """维修交车: the car goes back to its owner, confirmed once."""

    id = fields.BigIntField(primary_key=True)
    repair_order_id = Key("repair_order", unique=True)
    store_id = Key("store")
    customer_id = Key("customer")
    vehicle_id = Key("vehicle")
    advisor_id = Key("staff")
    state = fields.CharEnumField(HandOverState, max_length=16)
    handed_over = fields.CharField(max_length=60, default="")
    """What was given back, in words: 钥匙 1 把、旧件、结算单."""
    offered_at = fields.DatetimeField(null=True)
    left_at = fields.DatetimeField(null=True)
    """When the car left; if the owner does not confirm, the hand-over confirms itself two days later."""
    how_left: HowLeft | None = fields.CharEnumField(HowLeft, max_length=10, null=True)  # type: ignore[assignment]
    confirmed_at = fields.DatetimeField(null=True)
    openid = fields.CharField(max_length=64, default="")
    disputed_at = fields.DatetimeField(null=True)
    dispute_reason = fields.CharField(max_length=200, default="")
    settled_at = fields.DatetimeField(null=True)
    settled_by_id = Key("staff", null=True)
    resolution = fields.CharField(max_length=200, default="")
    """How the objection was settled, as agreed with the owner, who can read it too."""
    version = fields.IntField(default=1)

    personal = Personal(
        Moved(),
        Shown(
            "交车",
            {"left_at": "离店时间", "confirmed_at": "确认时间", "dispute_reason": "您的异议", "resolution": "处理结果"},
        ),
        WORKSHOP_RECORD,
        erase=Emptied({"openid": NO_TEXT}),
        later={"dispute_reason": NO_TEXT, "resolution": gone("resolution")},
        over="coalesce(t.settled_at, t.confirmed_at)",
        unfinished="t.state IN ('AWAITING_OWNER', 'DISPUTED')",
    )

    class Meta:
        table = "hand_over"
        indexes = (Index(fields=("state", "left_at")), Index(fields=("customer_id",)))
        constraints = (
            CheckConstraint(
                check="state NOT IN ('CONFIRMED', 'AUTO_CONFIRMED') OR confirmed_at IS NOT NULL",
                name="hand_over_confirmed_has_time",
            ),
            CheckConstraint(
                check="(state = 'SETTLED') = (settled_at IS NOT NULL) "
                "AND (state <> 'SETTLED' OR (resolution <> '' AND settled_by_id <> advisor_id))",
                name="hand_over_settled_by_another_with_words",
            ),
            CheckConstraint(
                check="(left_at IS NULL) = (how_left IS NULL) AND (state = 'NOT_READY' OR left_at IS NOT NULL)",
                name="hand_over_clock_runs",
            ),
        )

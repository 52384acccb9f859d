"""Tables of the papers an owner decides on."""

from enum import StrEnum

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from crm_core.repair_orders.additional_work_rules import AdditionalWorkState, Urgency
from crm_core.repair_orders.declining import LONGEST_REASON
from crm_core.repair_orders.models import RepairOrder
from foundation.keys import Key
from foundation.personal import WORKSHOP_RECORD, Emptied, Moved, Personal, Shown
from foundation.table import Table


class EstimateState(StrEnum):
    """One version of what was offered."""

    DRAFT = "DRAFT"
    SENT = "SENT"
    AUTHORISED = "AUTHORISED"
    DECLINED = "DECLINED"
    SUPERSEDED = "SUPERSEDED"


class PreInspection(Table):
    """环车检查: what the car looked like when it came, signed by the owner."""

    id = fields.BigIntField(primary_key=True)
    repair_order: fields.ForeignKeyRelation[RepairOrder] = fields.ForeignKeyField(
        "wedealer.RepairOrder", related_name=False
    )
    repair_order_id: int
    energy_percent = fields.IntField()
    """Fuel or state of charge."""
    valuables_reminded = fields.BooleanField(default=False)
    covers_on = fields.BooleanField(default=False)
    belongings = fields.CharField(max_length=200, default="")
    damages: list[dict[str, str | int]] = fields.JSONField(default=list)
    """`[{"part", "damage", "key", "size", "view", "x", "y"}]`; without a place where it was only named."""
    photos: list[dict[str, str]] = fields.JSONField(default=list)
    """`[{"position", "key"}]`."""
    inspected_at = fields.DatetimeField()
    inspected_by = Key("staff")
    signed_at = fields.DatetimeField(null=True)
    signed_by = fields.CharField(max_length=80, default="")
    signature = fields.CharField(max_length=80, default="")

    class Meta:
        table = "pre_inspection"
        constraints = (
            CheckConstraint(check="energy_percent BETWEEN 0 AND 100", name="pre_inspection_energy"),
            UniqueConstraint(fields=("repair_order_id",), name="pre_inspection_one_per_order"),
        )


class Estimate(Table):
    """One version of the price and time offered before work; what was authorised is kept as it was."""

    id = fields.BigIntField(primary_key=True)
    repair_order: fields.ForeignKeyRelation[RepairOrder] = fields.ForeignKeyField(
        "wedealer.RepairOrder", related_name=False
    )
    repair_order_id: int
    version = fields.IntField()
    hash = fields.CharField(max_length=64)
    lines: list[dict[str, object]] = fields.JSONField()
    owner_total_fen = fields.BigIntField()
    """What the owner themselves would pay."""
    allowed_fen = fields.BigIntField(null=True)
    """What the owner allowed of it, once they have; the jobs they declined are not in it."""
    promised_finish_at = fields.DatetimeField()
    state = fields.CharEnumField(EstimateState, max_length=12)
    made_by = Key("staff")
    made_at = fields.DatetimeField()
    goodwill_fen = fields.BigIntField(default=0)
    """What the house would pay of it."""
    goodwill_hash = fields.CharField(max_length=64, default="")
    """Of that part, where somebody else has to agree to it before it is sent; empty where nobody has to."""
    approved_by_id = Key("staff", null=True)
    discount_fen = fields.BigIntField(default=0, db_default=0)
    """What was taken off the jobs that the owner pays."""
    discount_reason = fields.CharField(max_length=LONGEST_REASON, default="", db_default="")
    discount_hash = fields.CharField(max_length=64, default="", db_default="")
    """Of the discounted prices, where somebody else has to agree before it is sent; empty where nobody has to."""
    discount_approved_by_id = Key("staff", null=True)
    sent_at = fields.DatetimeField(null=True)
    decided_at = fields.DatetimeField(null=True)
    decided_by = fields.CharField(max_length=80, default="")
    decided_how = fields.CharField(max_length=16, default="")
    evidence = fields.CharField(max_length=80, default="")
    """Media key of the signature or the signed paper."""
    evidence_note = fields.CharField(max_length=200, default="")
    """Of a recorded call: when it was and what they said. Of an authorised person: who, and their limit then."""
    decided_under_id = Key("authorised_person", null=True)
    decline_reason = fields.CharField(max_length=LONGEST_REASON, default="")
    """Why nothing is to be done, where they said so."""

    class Meta:
        table = "estimate"
        unique_together = (("repair_order", "version"),)
        constraints = (
            UniqueConstraint(
                fields=("repair_order_id",), name="estimate_one_authorised", condition="state = 'AUTHORISED'"
            ),
            CheckConstraint(
                check="state IN ('DRAFT', 'SUPERSEDED') OR goodwill_hash = '' OR approved_by_id IS NOT NULL",
                name="estimate_goodwill_is_approved",
            ),
            CheckConstraint(
                check="allowed_fen IS NULL OR (state = 'AUTHORISED' AND allowed_fen BETWEEN 0 AND owner_total_fen)",
                name="estimate_allowed_within_offer",
            ),
            CheckConstraint(
                check="approved_by_id IS NULL OR approved_by_id <> made_by", name="estimate_goodwill_four_eyes"
            ),
            CheckConstraint(
                check="state IN ('DRAFT', 'SUPERSEDED') OR discount_hash = '' OR discount_approved_by_id IS NOT NULL",
                name="estimate_discount_is_approved",
            ),
            CheckConstraint(
                check="discount_approved_by_id IS NULL OR discount_approved_by_id <> made_by",
                name="estimate_discount_four_eyes",
            ),
            CheckConstraint(
                check="discount_fen = 0 OR (discount_fen > 0 AND discount_reason <> '')",
                name="estimate_discount_has_reason",
            ),
            CheckConstraint(
                check="decline_reason = '' OR state = 'DECLINED'", name="estimate_decline_reason_of_a_declined"
            ),
        )


class AdditionalWork(Table):
    """增项: a sheet of what was found, offered together and decided item by item; its items are lines."""

    id = fields.BigIntField(primary_key=True)
    repair_order: fields.ForeignKeyRelation[RepairOrder] = fields.ForeignKeyField(
        "wedealer.RepairOrder", related_name=False
    )
    repair_order_id: int
    state = fields.CharEnumField(AdditionalWorkState, max_length=12)
    version = fields.IntField(default=1)
    """Of the offer: counted up by each pricing, so that an older link is no longer valid."""
    hash = fields.CharField(max_length=64, default="")
    found_by = Key("staff")
    found_at = fields.DatetimeField()
    priced_by = Key("staff", null=True)
    sent_at = fields.DatetimeField(null=True)
    expires_at = fields.DatetimeField(null=True)
    decided_at = fields.DatetimeField(null=True)
    ended_at = fields.DatetimeField(null=True)

    class Meta:
        table = "additional_work"
        indexes = (Index(fields=("repair_order_id",)), Index(fields=("state", "expires_at")))


class DeclinedWork(Table):
    """What an owner did not want now; somebody asks again when it is due."""

    id = fields.BigIntField(primary_key=True)
    repair_order_id = Key("repair_order")
    line_id = Key("repair_line", unique=True)
    store_id = Key("store")
    customer_id = Key("customer")
    vehicle_id = Key("vehicle")
    name = fields.CharField(max_length=40)
    finding = fields.CharField(max_length=200, default="")
    urgency = fields.CharEnumField(Urgency, max_length=8)
    price_fen = fields.BigIntField()
    declined_at = fields.DatetimeField()
    follow_up_on = fields.DateField(null=True)

    personal = Personal(
        Moved(),
        Shown("暂未做的项目", {"name": "项目", "finding": "检查结果", "price_fen": "报价", "declined_at": "时间"}),
        WORKSHOP_RECORD,
        erase=Emptied(),
        over="t.declined_at",
    )

    class Meta:
        table = "declined_work"
        indexes = (Index(fields=("customer_id",)), Index(fields=("store_id", "follow_up_on")))

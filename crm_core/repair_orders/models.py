"""Tables of the workshop."""

from enum import StrEnum

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from crm_core.billing.rules import Payer
from crm_core.dealerships.models import BayKind
from crm_core.pricing.work_kinds import WorkKind
from crm_core.repair_orders.additional_work_rules import Urgency
from crm_core.repair_orders.deductible_rules import owners_fen
from crm_core.repair_orders.rules import HeaderState, LineState, PauseReason
from foundation.json_types import Json
from foundation.keys import Key
from foundation.personal import NO_LIST, NO_TEXT, WORKSHOP_RECORD, Emptied, Moved, Part, Personal, Shown, gone
from foundation.table import Table


class LineSource(StrEnum):
    """Where a line came from."""

    ESTIMATE = "estimate"
    ADDITIONAL_WORK = "additional_work"


class RepairOrder(Table):
    """维修工单: the contract for one visit. `state`, `owner_title` and `standing` are derived at every step."""

    id = fields.BigIntField(primary_key=True)
    number = fields.CharField(max_length=24, unique=True)
    """`RO-S01-261123-0231`; the last four digits are what people say."""
    sequence_no = fields.IntField()
    store_id = Key("store")
    customer_id = Key("customer")
    vehicle_id = Key("vehicle")
    appointment_id = Key("appointment", null=True, unique=True)
    origin_repair_order_id = Key("repair_order", null=True)
    """外返: the order this visit comes back for."""
    advisor_id = Key("staff")
    sender_name = fields.CharField(max_length=20, default="")
    """送修人, when it is not the owner."""
    complaint = fields.CharField(max_length=300)
    """In the owner's words."""
    mileage_km = fields.IntField()
    mileage_reason = fields.CharField(max_length=80, default="")
    waits_on_site = fields.BooleanField(default=False)
    wants_wash = fields.BooleanField(default=True)
    keeps_old_parts = fields.BooleanField(null=True)
    state = fields.CharEnumField(HeaderState, max_length=16)
    owner_title = fields.CharField(max_length=20)
    standing = fields.CharField(max_length=40, default="")
    """Why nothing is being done just now, in words for the owner."""
    promised_finish_at = fields.DatetimeField(null=True)
    first_promised_at = fields.DatetimeField(null=True)
    promise_reason = fields.CharField(max_length=20, default="")
    promise_kept_by = Key("staff", null=True)
    """The staff member who answered the risk card with 能按时."""
    prechecked_at = fields.DatetimeField(null=True)
    estimated_at = fields.DatetimeField(null=True)
    authorised_at = fields.DatetimeField(null=True)
    checks_ticked_at = fields.DatetimeField(null=True)
    quality_passed_at = fields.DatetimeField(null=True)
    wash_started_at = fields.DatetimeField(null=True)
    ready_at = fields.DatetimeField(null=True)
    stopped_at = fields.DatetimeField(null=True)
    made_safe_at = fields.DatetimeField(null=True)
    """When an inspector said that a car whose work was stopped half-way can be driven."""
    billed_at = fields.DatetimeField(null=True)
    bill_confirmed_at = fields.DatetimeField(null=True)
    paid_at = fields.DatetimeField(null=True)
    paid_fen = fields.BigIntField(default=0)
    delivered_at = fields.DatetimeField(null=True)
    closed_at = fields.DatetimeField(null=True)
    voided_at = fields.DatetimeField(null=True)
    void_reason = fields.CharField(max_length=80, default="")
    rework_count = fields.IntField(default=0)
    """内返: how often the final inspection sent it back."""
    last_event_no = fields.IntField(default=0)
    opened_at = fields.DatetimeField()
    version = fields.IntField(default=1)

    personal = Personal(
        Moved(),
        Shown(
            "维修工单",
            {
                "number": "工单号",
                "opened_at": "开单时间",
                "complaint": "您说的情况",
                "sender_name": "送修人",
                "mileage_km": "里程（公里）",
                "owner_title": "进度",
                "paid_fen": "实付",
                "closed_at": "结束时间",
            },
        ),
        WORKSHOP_RECORD,
        erase=Emptied(),
        later={"complaint": NO_TEXT, "sender_name": NO_TEXT},
        over="coalesce(t.closed_at, t.voided_at)",
        unfinished="t.closed_at IS NULL AND t.voided_at IS NULL AND t.stopped_at IS NULL",
        parts=(
            Part(
                "repair_line",
                "repair_order_id",
                Shown(
                    "维修项目",
                    {"name": "项目", "labour_fen": "工时费", "parts_fen": "配件费", "decided_at": "您决定的时间"},
                ),
                emptied={"photos": NO_LIST},
                later={
                    "evidence": gone("evidence"),
                    "evidence_note": gone("evidence_note"),
                    "decline_signature": NO_TEXT,
                },
            ),
            Part(
                "repair_event",
                "repair_order_id",
                Shown("维修进度", {"at": "时间", "owner_text": "内容"}),
                emptied={"media": NO_LIST},
            ),
            Part(
                "pre_inspection",
                "repair_order_id",
                Shown(
                    "环车检查", {"inspected_at": "时间", "energy_percent": "油量电量（%）", "belongings": "随车物品"}
                ),
                emptied={"photos": NO_LIST, "damages": NO_LIST, "belongings": NO_TEXT},
                later={"signature": NO_TEXT, "signed_by": NO_TEXT},
            ),
            Part(
                "estimate",
                "repair_order_id",
                later={"evidence": NO_TEXT, "evidence_note": NO_TEXT, "decline_reason": NO_TEXT},
            ),
            Part("quality_check", "repair_order_id", emptied={"photos": NO_LIST}),
            Part("comeback", "repair_order_id", later={"reason": NO_TEXT}),
            Part("passed_job", "repair_order_id", later={"note": NO_TEXT}),
            Part(
                "part_ask", "repair_order_id", emptied={"photo": NO_TEXT}, later={"words": NO_TEXT, "answer": NO_TEXT}
            ),
        ),
    )

    class Meta:
        table = "repair_order"
        indexes = (
            Index(fields=("store_id", "state")),
            Index(fields=("store_id", "opened_at")),
            Index(fields=("customer_id", "opened_at")),
            Index(fields=("vehicle_id", "opened_at")),
            Index(fields=("state", "promised_finish_at")),
            Index(fields=("opened_at",)),
            Index(fields=("delivered_at",)),
        )
        constraints = (
            UniqueConstraint(
                fields=("store_id", "vehicle_id"),
                name="repair_order_one_open_per_car",
                condition="state NOT IN ('LEFT', 'DELIVERED', 'CLOSED', 'VOID')",
            ),
            CheckConstraint(check="mileage_km BETWEEN 0 AND 999999", name="repair_order_mileage"),
            CheckConstraint(check="paid_fen >= 0", name="repair_order_paid"),
        )


class RepairLine(Table):
    """One job. It cannot leave PROPOSED for work without the decision it rests on, nor cost more than was allowed."""

    id = fields.BigIntField(primary_key=True)
    repair_order: fields.ForeignKeyRelation[RepairOrder] = fields.ForeignKeyField(
        "wedealer.RepairOrder", related_name=False
    )
    repair_order_id: int
    item_id = Key("service_item", null=True)
    package_id = Key("service_package", null=True)
    """The package it was estimated in; then labour and parts are its share of the package's price."""
    name = fields.CharField(max_length=40)
    payer = fields.CharEnumField(Payer, max_length=2, default=Payer.CP)
    payer_approval_number = fields.CharField(max_length=40, default="")
    """The maker's approval (W) or the insurer's 定损单 (I)."""
    labour_centihours = fields.IntField(default=0)
    labour_fen = fields.BigIntField(default=0)
    parts_fen = fields.BigIntField(default=0)
    deductible_fen = fields.BigIntField(default=0, db_default=0)
    """自付部分: what the owner pays of a job that an insurer pays otherwise."""
    labour_off_fen = fields.BigIntField(default=0, db_default=0)
    parts_off_fen = fields.BigIntField(default=0, db_default=0)
    """What a discount took off before the owner allowed the price."""
    minutes = fields.IntField(default=0)
    is_priced = fields.BooleanField(default=True)
    bay_kind = fields.CharEnumField(BayKind, max_length=10)
    is_maintenance = fields.BooleanField(default=False)
    needs_road_test = fields.BooleanField(default=False)
    is_required = fields.BooleanField(default=False, db_default=False)
    """必做: the owner allows or declines all such jobs of an estimate together."""
    work_kind = fields.CharEnumField(WorkKind, max_length=8, default=WorkKind.SMALL, db_default=WorkKind.SMALL)
    guarantee_of_id = Key("repair_line", null=True)
    """质保返修: the earlier job that this one does again under the repair guarantee; the house pays it."""
    diagnosis_waived_percent = fields.IntField(null=True)
    """Of a diagnosis, how much is waived once a repair was ordered, as the owner was told; None of any other job."""
    diagnosis_waived_at = fields.DatetimeField(null=True)
    part_number = fields.CharField(max_length=40, default="")
    outside_parts: list[dict[str, Json]] = fields.JSONField(default=list, db_default=[])
    """外购件 `[{"name", "quantity", "price_fen"}]` of a job that the catalogue does not have; the store room buys them
    once the owner has allowed it."""
    source = fields.CharEnumField(LineSource, max_length=16)
    additional_work_id = Key("additional_work", null=True)
    urgency: Urgency | None = fields.CharEnumField(Urgency, max_length=8, null=True)  # type: ignore[assignment]
    finding = fields.CharField(max_length=200, default="")
    """Why it is needed, as measured: 前刹车片剩 2.1 毫米."""
    photos: list[dict[str, str]] = fields.JSONField(default=list)
    """`[{"key", "label"}]` of the finding."""
    state = fields.CharEnumField(LineState, max_length=12)
    pause_reason: PauseReason | None = fields.CharEnumField(PauseReason, max_length=12, null=True)  # type: ignore[assignment]
    parts_expected_at = fields.DatetimeField(null=True)
    decided_at = fields.DatetimeField(null=True)
    decided_by = fields.CharField(max_length=80, default="")
    decided_how = fields.CharField(max_length=16, default="")
    """`mini_program`, `paper`, `phone`."""
    evidence = fields.CharField(max_length=80, default="")
    """Media key of the signature or the signed paper their decision rests on."""
    evidence_note = fields.CharField(max_length=200, default="")
    """Of a recorded call: when it was and what they said. Of an authorised person: who, and their limit then."""
    decided_under_id = Key("authorised_person", null=True)
    """The authority it rests on, where somebody other than an owner decided."""
    authorised_version = fields.CharField(max_length=64, default="")
    """The fingerprint of the offer that was authorised."""
    authorised_fen = fields.BigIntField(null=True)
    decline_signature = fields.CharField(max_length=80, default="")
    """Media key of the signed 拒绝维修告知."""
    technician_id = Key("staff", null=True)
    bay_id = Key("bay", null=True)
    planned_starts_at = fields.DatetimeField(null=True)
    planned_ends_at = fields.DatetimeField(null=True)
    started_at = fields.DatetimeField(null=True)
    finished_at = fields.DatetimeField(null=True)
    fail_count = fields.IntField(default=0)

    class Meta:
        table = "repair_line"
        indexes = (Index(fields=("repair_order_id", "id")), Index(fields=("technician_id", "state")))
        constraints = (
            CheckConstraint(check="labour_fen >= 0 AND parts_fen >= 0 AND minutes >= 0", name="repair_line_amounts"),
            CheckConstraint(
                check="outside_parts = '[]' OR (jsonb_typeof(outside_parts) = 'array' AND item_id IS NULL)",
                name="repair_line_outside_parts",
            ),
            CheckConstraint(
                check="deductible_fen = 0 OR (deductible_fen > 0 AND payer = 'I')", name="repair_line_deductible"
            ),
            CheckConstraint(
                check="labour_off_fen >= 0 AND parts_off_fen >= 0 "
                "AND (payer = 'CP' OR labour_off_fen + parts_off_fen = 0)",
                name="repair_line_discount_is_the_owners",
            ),
            CheckConstraint(
                check="state IN ('PROPOSED', 'CANCELLED') OR decided_at IS NOT NULL", name="repair_line_decided_first"
            ),
            CheckConstraint(
                check="state IN ('PROPOSED', 'DECLINED', 'CANCELLED') OR authorised_version <> ''",
                name="repair_line_no_work_before_authorisation",
            ),
            CheckConstraint(
                check="state = 'DECLINED' OR ((decided_how <> 'paper' OR evidence <> '') "
                "AND (decided_how <> 'phone' OR evidence_note <> ''))",
                name="repair_line_allowed_for_the_owner_is_shown",
            ),
            CheckConstraint(
                check="decided_under_id IS NULL OR decided_how = 'mini_program'",
                name="repair_line_authority_is_own_tap",
            ),
            CheckConstraint(
                check="authorised_fen IS NULL OR labour_fen + parts_fen <= authorised_fen",
                name="repair_line_not_above_authorised",
            ),
            CheckConstraint(
                check="state NOT IN ('ASSIGNED', 'WORKING', 'PAUSED', 'DONE', 'QC_OK', 'QC_FAIL') "
                "OR technician_id IS NOT NULL",
                name="repair_line_has_technician",
            ),
            CheckConstraint(
                check="(diagnosis_waived_percent IS NULL "
                "OR (diagnosis_waived_percent BETWEEN 0 AND 100 AND payer = 'CP')) "
                "AND (diagnosis_waived_at IS NULL OR diagnosis_waived_percent IS NOT NULL)",
                name="repair_line_diagnosis",
            ),
            UniqueConstraint(
                fields=("repair_order_id",),
                name="repair_line_one_diagnosis",
                condition="diagnosis_waived_percent IS NOT NULL AND state NOT IN ('DECLINED', 'CANCELLED')",
            ),
            UniqueConstraint(
                fields=("repair_order_id", "guarantee_of_id"),
                name="repair_line_guarantee_once",
                condition="guarantee_of_id IS NOT NULL AND state NOT IN ('DECLINED', 'CANCELLED')",
            ),
            CheckConstraint(
                check="guarantee_of_id IS NULL OR (payer = 'N' AND guarantee_of_id <> id)",
                name="repair_line_guarantee_is_on_the_house",
            ),
        )

    @property
    def total_fen(self) -> int:
        """Labour and parts."""
        return int(self.labour_fen) + int(self.parts_fen)

    @property
    def owners_fen(self) -> int:
        """What of them the owner pays."""
        return owners_fen(self.payer, self.total_fen, int(self.deductible_fen))

    @property
    def off_fen(self) -> int:
        """What a discount took off them."""
        return int(self.labour_off_fen) + int(self.parts_off_fen)


class RepairEvent(Table):
    """What happened to an order, in its own numbers; `changes` holds what a replay needs."""

    id = fields.BigIntField(primary_key=True)
    repair_order: fields.ForeignKeyRelation[RepairOrder] = fields.ForeignKeyField(
        "wedealer.RepairOrder", related_name=False
    )
    repair_order_id: int
    number = fields.IntField()
    node = fields.CharField(max_length=4, default="")
    """N1 … N11 on the owner's page; empty is for staff only."""
    kind = fields.CharField(max_length=40)
    text = fields.CharField(max_length=200)
    """For staff; sums stand in `amount_fen`, since not every reader sees money."""
    amount_fen = fields.BigIntField(null=True)
    owner_text = fields.CharField(max_length=200, default="")
    """For the owner; empty when it is not for them."""
    media: list[dict[str, str]] = fields.JSONField(default=list)
    changes: dict[str, object] = fields.JSONField(default=dict)
    at = fields.DatetimeField()
    actor = fields.CharField(max_length=80)
    actor_name = fields.CharField(max_length=20, default="")

    class Meta:
        table = "repair_event"
        unique_together = (("repair_order", "number"),)


class TimeEntry(Table):
    """打卡: one technician on one line. They are on one job at a time; a job may have several at once."""

    id = fields.BigIntField(primary_key=True)
    repair_order_id = Key("repair_order")
    line_id = Key("repair_line")
    technician_id = Key("staff")
    started_at = fields.DatetimeField()
    ended_at = fields.DatetimeField(null=True)
    is_rework = fields.BooleanField(default=False)
    """Rework minutes are measured, never billed."""

    class Meta:
        table = "time_entry"
        indexes = (Index(fields=("line_id",)), Index(fields=("technician_id", "started_at")))
        constraints = (
            UniqueConstraint(
                fields=("technician_id",), name="time_entry_one_job_at_once", condition="ended_at IS NULL"
            ),
            CheckConstraint(check="ended_at IS NULL OR ended_at >= started_at", name="time_entry_forward"),
        )


class QualityCheck(Table):
    """终检 of one line; nobody inspects their own work."""

    id = fields.BigIntField(primary_key=True)
    repair_order_id = Key("repair_order")
    line_id = Key("repair_line")
    inspector_id = Key("staff")
    technician_id = Key("staff")
    has_passed = fields.BooleanField()
    reason = fields.CharField(max_length=100, default="")
    checklist: list[str] = fields.JSONField(default=list)
    was_road_tested = fields.BooleanField(default=False)
    photos: list[dict[str, str]] = fields.JSONField(default=list)
    at = fields.DatetimeField()

    class Meta:
        table = "quality_check"
        indexes = (Index(fields=("repair_order_id",)),)
        constraints = (
            CheckConstraint(check="inspector_id <> technician_id", name="quality_check_four_eyes"),
            CheckConstraint(check="has_passed OR reason <> ''", name="quality_check_failure_has_reason"),
        )


class PromiseChange(Table):
    """改承诺: each move of the promised time, with its reason."""

    id = fields.BigIntField(primary_key=True)
    repair_order_id = Key("repair_order")
    old_at = fields.DatetimeField()
    new_at = fields.DatetimeField()
    reason = fields.CharField(max_length=20)
    at = fields.DatetimeField()
    actor = fields.CharField(max_length=80)

    class Meta:
        table = "promise_change"
        indexes = (Index(fields=("repair_order_id",)),)

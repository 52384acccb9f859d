"""The read models of an order, its lines and its papers for staff; `staff_queries` fills them."""

from datetime import datetime

from crm_core.billing.rules import Payer
from crm_core.parts.rules import RequestState
from crm_core.repair_orders.additional_work_rules import AdditionalWorkState, Urgency
from crm_core.repair_orders.event_log import LogEntry
from crm_core.repair_orders.inspection_rules import CarView
from crm_core.repair_orders.models import LineSource
from crm_core.repair_orders.papers.models import EstimateState
from crm_core.repair_orders.part_asks.rules import PartAskState
from crm_core.repair_orders.photos import DamageMark, PositionPhoto, StoredPhoto
from crm_core.repair_orders.rules import HeaderState, LineState, PauseReason
from foundation.reading import read_model


@read_model
class StaffPhoto:
    """A photo with its signed URL."""

    url: str
    label: str


@read_model
class AlternativeRow:
    """替代件: a part that may be fitted in place of another, on one model or on all: its free pieces here and in the
    group's other stores, how many come, and when the first of them do.
    """

    number: str
    name: str
    free: int
    series: str
    elsewhere: int
    coming: int
    coming_at: datetime | None


@read_model
class WantedPart:
    """A part that a line needs."""

    id: int
    part: str
    number: str
    quantity: int
    state: RequestState
    expected_at: datetime | None
    alternatives: list[AlternativeRow]
    brought_by: str | None
    """What brings it at the time told, if it is missing: `purchase_order:5` or `part_transfer:7`."""


@read_model
class _Line:
    """A job without its photos. Amounts are null for readers who see no money."""

    id: int
    name: str
    package: str
    """The package it was estimated in, or nothing."""
    payer: Payer
    payer_approval_number: str
    guarantee_of: str | None
    """The order because of whose repair guarantee it is free."""
    is_required: bool
    """必做: the owner allows or declines all such jobs of an estimate together."""
    state: LineState
    pause_reason: PauseReason | None
    parts_expected_at: datetime | None
    urgency: Urgency | None
    finding: str
    outside: str
    """外购件: the parts that are bought for it, `冷凝器 ×2`."""
    source: LineSource
    additional_work_id: int | None
    is_priced: bool
    minutes: int
    labour_centihours: int
    labour_fen: int | None
    parts_fen: int | None
    deductible_fen: int | None
    """What the owner pays of a job that an insurer pays otherwise."""
    off_fen: int | None
    """What a discount took off its price."""
    decided_at: datetime | None
    decided_how: str
    evidence_note: str | None
    technician_id: int | None
    technician: str | None
    helpers: list[str]
    """Who else clocked on to it."""
    bay: str | None
    planned_starts_at: datetime | None
    planned_ends_at: datetime | None
    started_at: datetime | None
    finished_at: datetime | None
    clocked_minutes: int
    fail_count: int
    needs_road_test: bool
    parts: list[WantedPart]


@read_model
class LineRow(_Line):
    """A job as the database holds it, with the media keys of its photos."""

    package_id: int | None
    photos: list[StoredPhoto]
    evidence_key: str


@read_model
class StaffLine(_Line):
    """A job with its photos. Amounts and the proof of the decision are null for readers who see no money."""

    group: str
    """Jobs of one group are decided together; one without a group by itself."""
    photos: list[StaffPhoto]
    evidence: StaffPhoto | None


@read_model
class Sheet:
    """A sheet of additional work; its items are the lines that name it."""

    id: int
    state: AdditionalWorkState
    version: int
    found_by: str
    found_at: datetime
    sent_at: datetime | None
    expires_at: datetime | None
    decided_at: datetime | None


@read_model
class Check:
    """A final inspection of a line."""

    line_id: int
    has_passed: bool
    reason: str
    inspector: str
    at: datetime


@read_model
class StaffEstimate:
    """The newest version of the estimate.

    `waits_for_approval`: what the house would pay needs an approval that nobody has given yet;
    `discount_waits_for_approval`: what is taken off does.
    """

    version: int
    state: EstimateState
    owner_total_fen: int | None
    allowed_fen: int | None
    """What the owner allowed of it, once they have."""
    goodwill_fen: int | None
    waits_for_approval: bool
    discount_fen: int | None
    discount_reason: str
    discount_waits_for_approval: bool
    promised_finish_at: datetime
    sent_at: datetime | None
    decided_at: datetime | None
    decided_how: str


@read_model
class MarkOnCar:
    """A damage on the drawn car."""

    part: str
    damage: str
    size: str
    view: CarView
    x: int
    y: int
    url: str


@read_model
class StaffInspection:
    """The walk-around report."""

    inspected_at: datetime
    signed_at: datetime | None
    energy_percent: int
    belongings: str
    photos: list[StaffPhoto]
    damages: list[StaffPhoto]
    marks: list[MarkOnCar]
    """The damages that have a place on the drawn car."""


@read_model
class WalkAround:
    """The walk-around report as the database holds it."""

    inspected_at: datetime
    signed_at: datetime | None
    energy_percent: int
    belongings: str
    photos: list[PositionPhoto]
    damages: list[DamageMark]


@read_model
class PlannedItem:
    """A booked item, with which the estimate begins."""

    item_id: int
    name: str


@read_model
class NextStep:
    """The main button of the page: the next possible step, and what is missing for it."""

    action: str | None
    label: str | None
    missing: str | None


@read_model
class OrderRow:
    """The order itself, its owner and its car."""

    id: int
    number: str
    version: int
    state: HeaderState
    title: str
    standing: str
    store_id: int
    store: str
    customer_id: int
    customer_name: str
    customer_phone: str | None
    vehicle_id: int
    plate: str
    vin: str
    series: str
    trim: str
    appointment_id: int | None
    origin_repair_order_id: int | None
    advisor_id: int
    advisor: str
    sender_name: str
    complaint: str
    mileage_km: int
    waits_on_site: bool
    keeps_old_parts: bool | None
    opened_at: datetime
    promised_finish_at: datetime | None
    first_promised_at: datetime | None
    promise_reason: str
    promise_changes: int
    rework_count: int
    ready_at: datetime | None
    delivered_at: datetime | None
    last_number: int
    """The event a live page goes on from: read with the state, since what is read after it may be newer."""
    planned_items: list[PlannedItem]


@read_model
class StaffRepairOrder(OrderRow):
    """A repair order with its papers; `totals_fen` is by payer, null for readers who see no money."""

    inspection: StaffInspection | None
    estimate: StaffEstimate | None
    lines: list[StaffLine]
    sheets: list[Sheet]
    checks: list[Check]
    totals_fen: dict[str, int] | None
    next_step: NextStep
    log: list[LogEntry]


@read_model
class MyPart:
    """A part of the job and whether it is handed out."""

    part: str
    quantity: int
    state: RequestState
    expected_at: datetime | None


@read_model
class AskedPart:
    """申领: what was asked for on the job, and what became of it; `decision` is where the owner's stands."""

    id: int
    words: str
    quantity: int
    state: PartAskState
    answer: str
    decision: AdditionalWorkState | None
    is_mine: bool
    """Asked for by the reader."""


@read_model
class Beside:
    """Somebody else who is working on the job just now."""

    name: str
    since: datetime


@read_model
class PassedNote:
    """What a colleague noted when they passed the job on."""

    note: str
    by: str
    at: datetime


@read_model
class MyJob:
    """A technician's job, without any amounts and without the owner's name or phone. Also one they only help with, or
    worked on today and passed on.
    """

    line_id: int
    repair_order_id: int
    order_version: int
    order_state: HeaderState
    number: str
    name: str
    state: LineState
    pause_reason: PauseReason | None
    parts_expected_at: datetime | None
    plate: str
    series: str
    bay: str | None
    promised_at: datetime | None
    waits_on_site: bool
    planned_starts_at: datetime | None
    standard_minutes: int
    clocked_minutes: int
    clocked_seconds: int
    """What all have clocked; running clocks are not in it."""
    own_seconds: int
    """What the technician has clocked."""
    own_today_seconds: int
    own_since: datetime | None
    """Since when their own clock runs."""
    is_own: bool
    """Whether it is theirs to pause and finish."""
    technician: str | None
    beside: list[Beside]
    notes: list[PassedNote]
    finished_at: datetime | None
    fail_count: int
    finding: str
    parts: list[MyPart]
    asks: list[AskedPart]


@read_model
class PointToCheck:
    """A point of the final inspection; with a unit, what was measured may be noted."""

    name: str
    unit: str


@read_model
class ToInspect:
    """An order before the final inspection, with its done lines and their doers."""

    id: int
    number: str
    version: int
    plate: str
    series: str
    promised_at: datetime | None
    rework_count: int
    needs_road_test: bool
    lines: list[StaffLine]
    points: list[PointToCheck]


@read_model
class BinRow:
    """How many pieces lie in a bin 货位; one without a name is for pieces nobody has placed yet."""

    bin: str
    on_hand: int


@read_model
class PartRequestRow:
    """A part that is requested, and the bins where its pieces lie.

    `may_be_used`: its job was stopped after it began, so it may be in the car already.
    """

    id: int
    repair_order_id: int
    order_version: int
    number: str
    line_id: int
    line: str
    part: str
    part_number: str
    quantity: int
    state: RequestState
    expected_at: datetime | None
    not_found_at: datetime | None
    """When somebody looked in vain for pieces that are free by the ledger."""
    requested_at: datetime
    needed_at: datetime | None
    bay: str | None
    plate: str
    series: str
    free: int | None
    bins: list[BinRow]
    alternatives: list[AlternativeRow]
    """Parts that fit this car, lie here or elsewhere or are coming, if the part itself is missing."""
    brought_by: str | None
    """What brings a missing part at the time told: `purchase_order:5` or `part_transfer:7`."""
    may_be_used: bool

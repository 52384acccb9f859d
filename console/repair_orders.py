"""One repair order for staff (S4, S5): everything about it under the reader's masks, and the advisor's verbs."""

from datetime import datetime
from typing import Any, Literal

import orjson
from pydantic import Field

from console import masked
from console.sign_in import api
from console.workshop import EvidenceIn, MediaKey, evidence_of
from crm_core.dealerships.actors import Actor
from crm_core.repair_orders import estimating, inspection, opening, promises, staff_queries
from crm_core.repair_orders.errors import WalkInIncomplete
from crm_core.repair_orders.estimating import WantedLine
from crm_core.repair_orders.inspection import Damage, InspectionPhoto
from crm_core.repair_orders.models import Payer
from crm_core.repair_orders.rules import INSPECTION_POSITIONS
from foundation import media
from foundation.media_links import signed
from foundation.web import Moment, Schema, Version

Id = Field(gt=0, lt=2**63)


OPENING_FACTS = {"mileage_km", "mileage_reason", "is_mileage_confirmed", "complaint", "sender_name"}


class OpenIn(Schema):
    """接车: of an appointment that has arrived, or of a walk-in with store, customer and car."""

    appointment_id: int | None = Field(default=None, gt=0, lt=2**63)
    store_id: int | None = Field(default=None, gt=0, lt=2**63)
    customer_id: int | None = Field(default=None, gt=0, lt=2**63)
    vehicle_id: int | None = Field(default=None, gt=0, lt=2**63)
    mileage_km: int = Field(ge=0, le=999_999)
    mileage_reason: str = Field(default="", max_length=80)
    is_mileage_confirmed: bool = False
    complaint: str = Field(default="", max_length=300)
    waits_on_site: bool = False
    sender_name: str = Field(default="", max_length=20)
    origin_repair_order_id: int | None = Field(default=None, gt=0, lt=2**63)


class InspectionPhotoIn(Schema):
    """A stored photo and what it shows."""

    position: str = Field(min_length=1, max_length=20)
    key: str = MediaKey


class DamageIn(Schema):
    """A mark on the body with its photo."""

    part: str = Field(min_length=1, max_length=20)
    damage: str = Field(min_length=1, max_length=40)
    key: str = MediaKey


class InspectIn(Schema):
    """The walk-around."""

    energy_percent: int = Field(ge=0, le=100)
    photos: list[InspectionPhotoIn] = Field(max_length=60)
    damages: list[DamageIn] = Field(default=[], max_length=60)
    belongings: str = Field(default="", max_length=200)
    valuables_reminded: bool = False
    covers_on: bool = False
    version: Version


class StaffSignatureIn(Schema):
    """The owner's drawing on the advisor's screen."""

    signature: str = Field(max_length=400_000, pattern=r"^data:image/png;base64,[A-Za-z0-9+/=]+$")
    version: Version


class EstimateLineIn(Schema):
    """A job and who pays it."""

    item_id: int = Id
    payer: Literal["CP", "W", "I", "N", "G"] = "CP"
    claim_number: str = Field(default="", max_length=40)


class EstimateIn(Schema):
    """The lines of the next version and when the car is to be ready."""

    lines: list[EstimateLineIn] = Field(min_length=1, max_length=50)
    promised_finish_at: Moment
    version: Version


class OrderVersionIn(Schema):
    """The version of the order the actor saw."""

    version: Version


class RecordAuthorisationIn(EvidenceIn):
    """What the owner allowed on paper or in a recorded call, and what shows it."""

    estimate_version: Version
    keeps_old_parts: bool = False


class RecordRefusalIn(Schema):
    """The owner wants nothing done."""

    estimate_version: Version
    how: Literal["paper", "phone"]


class PromiseIn(OrderVersionIn):
    """Another promised time; the owner is told with the reason."""

    promised_finish_at: Moment
    reason: str = Field(min_length=1, max_length=6)


class ReasonIn(OrderVersionIn):
    """Why."""

    reason: str = Field(min_length=1, max_length=80)


class StaffPhotoOut(Schema):
    """A photo under a signed address."""

    url: str
    label: str


class PartOut(Schema):
    """A part a line wants."""

    id: int
    part: str
    number: str
    quantity: int
    state: str
    expected_at: datetime | None


class StaffLineOut(Schema):
    """A job; amounts, and what the decision rests on, are null for readers who see no money."""

    id: int
    name: str
    payer: str
    claim_number: str
    state: str
    pause_reason: str | None
    parts_expected_at: datetime | None
    urgency: str | None
    finding: str
    photos: list[StaffPhotoOut]
    source: str
    additional_work_id: int | None
    is_priced: bool
    minutes: int
    labour_centihours: int
    labour_fen: int | None
    parts_fen: int | None
    decided_at: datetime | None
    decided_how: str
    evidence: StaffPhotoOut | None
    evidence_note: str | None
    technician_id: int | None
    technician: str | None
    bay: str | None
    planned_starts_at: datetime | None
    planned_ends_at: datetime | None
    started_at: datetime | None
    finished_at: datetime | None
    clocked_minutes: int
    fail_count: int
    needs_road_test: bool
    parts: list[PartOut]


class SheetOut(Schema):
    """A sheet of additional work; its items are the lines that name it."""

    id: int
    state: str
    version: int
    found_by: str
    found_at: datetime
    sent_at: datetime | None
    expires_at: datetime | None
    decided_at: datetime | None


class CheckOut(Schema):
    """A final inspection of a line."""

    line_id: int
    has_passed: bool
    reason: str
    inspector: str
    at: datetime


class StaffEstimateOut(Schema):
    """The newest version of the estimate."""

    version: int
    state: str
    owner_total_fen: int | None
    goodwill_fen: int | None
    waits_for_approval: bool
    """The house would pay more than the manager may give alone, and nobody agreed yet."""
    promised_finish_at: datetime
    sent_at: datetime | None
    decided_at: datetime | None
    decided_how: str


class StaffInspectionOut(Schema):
    """The walk-around report."""

    inspected_at: datetime
    signed_at: datetime | None
    energy_percent: int
    belongings: str
    photos: list[StaffPhotoOut]
    damages: list[StaffPhotoOut]


class LogEntryOut(Schema):
    """A numbered event; the sum it names is null for readers who see no money."""

    number: int
    node: str
    kind: str
    at: datetime
    by: str
    sentence: str
    amount_fen: int | None
    photos: list[StaffPhotoOut]
    is_told_to_owner: bool


class PlannedItemOut(Schema):
    """What was booked, to begin the estimate with."""

    item_id: int
    name: str


class NextStepOut(Schema):
    """The main button: the next legal move, or what is missing for it."""

    action: str | None
    label: str | None
    missing: str | None


class StaffRepairOrderOut(Schema):
    """A repair order; `totals_fen` is by payer, null for readers who see no money."""

    id: int
    number: str
    version: int
    state: str
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
    planned_items: list[PlannedItemOut]
    inspection: StaffInspectionOut | None
    estimate: StaffEstimateOut | None
    lines: list[StaffLineOut]
    sheets: list[SheetOut]
    checks: list[CheckOut]
    totals_fen: dict[str, int] | None
    next_step: NextStepOut
    log: list[LogEntryOut]


@api.post("/repair-orders", status=201, summary="接车: open a repair order")
async def open_repair_order(actor: Actor, body: OpenIn) -> StaffRepairOrderOut:
    common = body.model_dump(include=OPENING_FACTS)
    if body.appointment_id is not None:
        order = await opening.open_from_appointment(actor, body.appointment_id, **common)
        return await staff_repair_order(actor, order.id)
    if body.store_id is None or body.customer_id is None or body.vehicle_id is None or not body.complaint:
        raise WalkInIncomplete
    order = await opening.open_walk_in(
        actor,
        store_id=body.store_id,
        customer_id=body.customer_id,
        vehicle_id=body.vehicle_id,
        waits_on_site=body.waits_on_site,
        origin_repair_order_id=body.origin_repair_order_id,
        **common,
    )
    return await staff_repair_order(actor, order.id)


@api.get("/repair-orders/{repair_order_id}", summary="One repair order, under the reader's masks")
async def staff_repair_order(actor: Actor, repair_order_id: int) -> StaffRepairOrderOut:
    return _order(actor, await staff_queries.one(actor, repair_order_id))


@api.post("/repair-orders/{repair_order_id}/inspection", summary="Keep the walk-around report")
async def inspect(actor: Actor, repair_order_id: int, body: InspectIn) -> StaffRepairOrderOut:
    await media.require_stored([photo.key for photo in body.photos] + [mark.key for mark in body.damages])
    await inspection.pre_inspect(
        actor,
        repair_order_id,
        energy_percent=body.energy_percent,
        photos=[InspectionPhoto(photo.position, photo.key) for photo in body.photos],
        damages=[Damage(mark.part, mark.damage, mark.key) for mark in body.damages],
        belongings=body.belongings,
        valuables_reminded=body.valuables_reminded,
        covers_on=body.covers_on,
        expected_version=body.version,
    )
    return await staff_repair_order(actor, repair_order_id)


@api.post("/repair-orders/{repair_order_id}/inspection/signature", summary="The owner signs on this screen")
async def sign_on_screen(actor: Actor, repair_order_id: int, body: StaffSignatureIn) -> StaffRepairOrderOut:
    stored = await media.store_signature(body.signature)
    await inspection.sign_on_advisors_screen(actor, repair_order_id, stored.key, expected_version=body.version)
    return await staff_repair_order(actor, repair_order_id)


@api.post("/repair-orders/{repair_order_id}/estimate", summary="Price the jobs as the next version")
async def make_estimate(actor: Actor, repair_order_id: int, body: EstimateIn) -> StaffRepairOrderOut:
    wanted = [WantedLine(line.item_id, Payer(line.payer), line.claim_number) for line in body.lines]
    await estimating.make_estimate(
        actor, repair_order_id, wanted, body.promised_finish_at, expected_version=body.version
    )
    return await staff_repair_order(actor, repair_order_id)


@api.post("/repair-orders/{repair_order_id}/estimate/sending", summary="Show the newest version to the owner")
async def send_estimate(actor: Actor, repair_order_id: int, body: OrderVersionIn) -> StaffRepairOrderOut:
    await estimating.send_estimate(actor, repair_order_id, expected_version=body.version)
    return await staff_repair_order(actor, repair_order_id)


@api.post("/repair-orders/{repair_order_id}/estimate/authorisation", summary="Record an approval on paper or phone")
async def record_authorisation(actor: Actor, repair_order_id: int, body: RecordAuthorisationIn) -> StaffRepairOrderOut:
    await estimating.record_authorisation(
        actor,
        repair_order_id,
        body.estimate_version,
        await evidence_of(body),
        keeps_old_parts=body.keeps_old_parts,
    )
    return await staff_repair_order(actor, repair_order_id)


@api.post("/repair-orders/{repair_order_id}/estimate/refusal", summary="未修离店: the owner wants nothing done")
async def record_refusal(actor: Actor, repair_order_id: int, body: RecordRefusalIn) -> StaffRepairOrderOut:
    await estimating.decline_estimate(actor, repair_order_id, body.estimate_version, how=body.how)
    return await staff_repair_order(actor, repair_order_id)


@api.post("/repair-orders/{repair_order_id}/promise", summary="改承诺: the owner is told with the reason")
async def change_promise(actor: Actor, repair_order_id: int, body: PromiseIn) -> StaffRepairOrderOut:
    await promises.change_promise(
        actor, repair_order_id, body.promised_finish_at, body.reason, expected_version=body.version
    )
    return await staff_repair_order(actor, repair_order_id)


@api.post("/repair-orders/{repair_order_id}/promise/kept", summary="能按时: the promise holds")
async def keep_promise(actor: Actor, repair_order_id: int, body: OrderVersionIn) -> StaffRepairOrderOut:
    await promises.keep_promise(actor, repair_order_id, expected_version=body.version)
    return await staff_repair_order(actor, repair_order_id)


@api.post("/repair-orders/{repair_order_id}/void", summary="作废")
async def void_repair_order(actor: Actor, repair_order_id: int, body: ReasonIn) -> StaffRepairOrderOut:
    await opening.void(actor, repair_order_id, body.reason, expected_version=body.version)
    return await staff_repair_order(actor, repair_order_id)


@api.post("/repair-orders/{repair_order_id}/stop", summary="中止 at the owner's wish")
async def stop_repair_order(actor: Actor, repair_order_id: int, body: ReasonIn) -> StaffRepairOrderOut:
    await opening.stop(actor, repair_order_id, body.reason, expected_version=body.version)
    return await staff_repair_order(actor, repair_order_id)


def _order(actor: Actor, row: dict[str, Any]) -> StaffRepairOrderOut:
    derived = {
        "title",
        "customer_name",
        "customer_phone",
        "plate",
        "vin",
        "inspection",
        "estimate",
        "lines",
        "totals_fen",
        "log",
    }
    estimate = row["estimate"]
    if estimate is not None:
        sums = {name: masked.fen(actor, estimate[name]) for name in ("owner_total_fen", "goodwill_fen")}
        estimate = estimate | sums
    sees = masked.sees_amounts(actor)
    return StaffRepairOrderOut(
        **{name: row[name] for name in StaffRepairOrderOut.model_fields if name not in derived},
        title=row["owner_title"],
        customer_name=masked.name(actor, row["customer_name"]),
        customer_phone=masked.phone(actor, row["customer_phone"]),
        plate=masked.plate(actor, row["plate"]),
        vin=masked.vin(actor, row["vin"]),
        inspection=_inspection(row["inspection"]),
        estimate=estimate,
        lines=[staff_line(actor, line) for line in row["lines"]],
        totals_fen=_totals(row["lines"]) if sees else None,
        log=[_entry(actor, entry) for entry in row["log"]],
    )


def staff_line(actor: Actor, row: dict[str, Any]) -> StaffLineOut:
    """A line under the reader's masks."""
    derived = {"photos", "labour_fen", "parts_fen", "evidence", "evidence_note"}
    # The signed paper and the owner's words may name sums.
    sees = masked.sees_amounts(actor)
    has_photo = sees and bool(row["evidence"])
    return StaffLineOut(
        **{name: row[name] for name in StaffLineOut.model_fields if name not in derived},
        photos=[StaffPhotoOut(url=signed(photo["key"]), label=photo["label"]) for photo in row["photos"]],
        evidence=StaffPhotoOut(url=signed(row["evidence"]), label="凭证") if has_photo else None,
        evidence_note=row["evidence_note"] if sees else None,
        labour_fen=masked.fen(actor, row["labour_fen"]),
        parts_fen=masked.fen(actor, row["parts_fen"]),
    )


def _entry(actor: Actor, entry: dict[str, Any]) -> LogEntryOut:
    known = {name: entry[name] for name in LogEntryOut.model_fields if name != "amount_fen"}
    return LogEntryOut(**known, amount_fen=masked.fen(actor, entry["amount_fen"]))


def _totals(lines: list[dict[str, Any]]) -> dict[str, int]:
    ended = {"PROPOSED", "DECLINED", "CANCELLED"}
    totals = dict.fromkeys([payer.value for payer in Payer], 0)
    for line in lines:
        if line["state"] not in ended:
            totals[line["payer"]] += line["labour_fen"] + line["parts_fen"]
    return totals


def _inspection(row: dict[str, Any] | None) -> StaffInspectionOut | None:
    if row is None:
        return None
    photos, damages = orjson.loads(row["photos"]), orjson.loads(row["damages"])
    return StaffInspectionOut(
        inspected_at=row["inspected_at"],
        signed_at=row["signed_at"],
        energy_percent=row["energy_percent"],
        belongings=row["belongings"],
        photos=[
            StaffPhotoOut(url=signed(photo["key"]), label=INSPECTION_POSITIONS.get(photo["position"], "其他"))
            for photo in photos
        ],
        damages=[StaffPhotoOut(url=signed(mark["key"]), label=f"{mark['part']}{mark['damage']}") for mark in damages],
    )

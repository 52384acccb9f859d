"""One repair order for staff (S4, S5): everything about it under the reader's masks, and the advisor's verbs."""

from dataclasses import replace
from typing import Literal

from pydantic import Field

from console import masked
from console.free_jobs import FreeJobIn, free_job_of
from console.sign_in import api
from console.workshop import EvidenceIn, MediaKey, evidence_of
from crm_core.billing.rules import Payer
from crm_core.dealerships.actors import Actor
from crm_core.repair_orders import (
    authorising,
    discounting,
    earlier_damages,
    estimating,
    inspection,
    opening,
    promises,
    staff_queries,
)
from crm_core.repair_orders.declining import LONGEST_REASON
from crm_core.repair_orders.diagnosis import queries as diagnosis
from crm_core.repair_orders.diagnosis.queries import DiagnosisTerms
from crm_core.repair_orders.discounting import Discount, DiscountLimits
from crm_core.repair_orders.earlier_damages import EarlierDamages
from crm_core.repair_orders.errors import WalkInIncomplete
from crm_core.repair_orders.estimating import WantedLine
from crm_core.repair_orders.inspection import Damage, InspectionPhoto
from crm_core.repair_orders.inspection_rules import FULL_WIDTH, CarView
from crm_core.repair_orders.later_discounts import giving
from crm_core.repair_orders.later_discounts import queries as later_discount_queries
from crm_core.repair_orders.later_discounts.queries import LaterDiscounts
from crm_core.repair_orders.staff_models import StaffLine, StaffRepairOrder
from foundation import media
from foundation.web import Id, Moment, Schema, Version

OPENING_FACTS = {"mileage_km", "mileage_reason", "is_mileage_confirmed", "complaint", "sender_name"}


class OpenIn(Schema):
    """接车: of an appointment that has arrived, or of a walk-in with store, customer and car."""

    appointment_id: Id | None = None
    store_id: Id | None = None
    customer_id: Id | None = None
    vehicle_id: Id | None = None
    mileage_km: int = Field(ge=0, le=999_999)
    mileage_reason: str = Field(default="", max_length=80)
    is_mileage_confirmed: bool = False
    complaint: str = Field(default="", max_length=300)
    waits_on_site: bool = False
    sender_name: str = Field(default="", max_length=20)
    origin_repair_order_id: Id | None = None


class InspectionPhotoIn(Schema):
    """A stored photo and what it shows."""

    position: str = Field(min_length=1, max_length=20)
    key: str = MediaKey


class DamageIn(Schema):
    """A mark on the body with its photo."""

    part: str = Field(min_length=1, max_length=20)
    damage: str = Field(min_length=1, max_length=40)
    key: str = MediaKey
    size: str = Field(default="", max_length=12)
    view: CarView | None = None
    x: int | None = Field(default=None, ge=0, le=FULL_WIDTH)
    """Where it is on the drawn car, in thousandths of the view."""
    y: int | None = Field(default=None, ge=0, le=FULL_WIDTH)


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
    """A job of the catalogue or one in words, and who pays it."""

    item_id: Id | None = None
    free: FreeJobIn | None = None
    payer: Literal["CP", "W", "I", "N", "G"] = "CP"
    payer_approval_number: str = Field(default="", max_length=40)
    is_guarantee: bool = False
    is_required: bool = False
    discount_fen: int = Field(default=0, ge=0, le=10**9)
    deductible_fen: int = Field(default=0, ge=0, le=10**9)
    """自付部分: what the owner pays of a job that an insurer pays otherwise."""


class EstimateIn(Schema):
    """The lines of the next version and when the car is to be ready."""

    lines: list[EstimateLineIn] = Field(max_length=50)
    with_diagnosis: bool = False
    """先诊断: with the store's fee for finding a fault; then there may be no other job."""
    promised_finish_at: Moment
    discount_fen: int = Field(default=0, ge=0, le=10**9)
    """Taken off the whole, beside what is taken off single lines."""
    discount_reason: str = Field(default="", max_length=LONGEST_REASON)
    version: Version


class OrderVersionIn(Schema):
    """The version of the order the actor saw."""

    version: Version


class JobOffIn(Schema):
    """What is taken off a job."""

    line_id: Id
    off_fen: int = Field(ge=1, le=10**9)


class LaterDiscountIn(OrderVersionIn):
    """再优惠: off which jobs how much, and why."""

    lines: list[JobOffIn] = Field(min_length=1, max_length=50)
    reason: str = Field(min_length=1, max_length=LONGEST_REASON)


class RecordAuthorisationIn(EvidenceIn):
    """What the owner authorised on paper or in a recorded call, with the evidence."""

    estimate_version: Version
    declined_line_ids: list[Id] = Field(default_factory=list, max_length=50)
    keeps_old_parts: bool = False


class RecordDeclineIn(Schema):
    """The owner wants nothing done."""

    estimate_version: Version
    how: Literal["paper", "phone"]


class PromiseIn(OrderVersionIn):
    """Another promised time; the owner is told with the reason."""

    promised_finish_at: Moment
    reason: str = Field(min_length=1, max_length=6)


class ReasonIn(OrderVersionIn):
    """The reason for the step."""

    reason: str = Field(min_length=1, max_length=80)


@api.post("/repair-orders", status=201, summary="接车: open a repair order")
async def open_repair_order(actor: Actor, body: OpenIn) -> StaffRepairOrder:
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
async def staff_repair_order(actor: Actor, repair_order_id: int) -> StaffRepairOrder:
    return _order(actor, await staff_queries.one(actor, repair_order_id))


@api.post("/repair-orders/{repair_order_id}/inspection", summary="Keep the walk-around report")
async def inspect(actor: Actor, repair_order_id: int, body: InspectIn) -> StaffRepairOrder:
    await media.require_stored([photo.key for photo in body.photos] + [mark.key for mark in body.damages])
    await inspection.pre_inspect(
        actor,
        repair_order_id,
        energy_percent=body.energy_percent,
        photos=[InspectionPhoto(photo.position, photo.key) for photo in body.photos],
        damages=[Damage(**mark.model_dump()) for mark in body.damages],
        belongings=body.belongings,
        valuables_reminded=body.valuables_reminded,
        covers_on=body.covers_on,
        expected_version=body.version,
    )
    return await staff_repair_order(actor, repair_order_id)


@api.post("/repair-orders/{repair_order_id}/inspection/signature", summary="The owner signs on this screen")
async def sign_on_screen(actor: Actor, repair_order_id: int, body: StaffSignatureIn) -> StaffRepairOrder:
    stored = await media.store_signature(body.signature)
    await inspection.sign_on_advisors_screen(actor, repair_order_id, stored.key, expected_version=body.version)
    return await staff_repair_order(actor, repair_order_id)


@api.post("/repair-orders/{repair_order_id}/estimate", summary="Price the jobs as the next version")
async def make_estimate(actor: Actor, repair_order_id: int, body: EstimateIn) -> StaffRepairOrder:
    wanted = [
        WantedLine(
            line.item_id,
            Payer(line.payer),
            line.payer_approval_number,
            line.is_guarantee,
            line.is_required,
            line.discount_fen,
            line.deductible_fen,
            free_job_of(line.free) if line.free else None,
        )
        for line in body.lines
    ]
    await estimating.make_estimate(
        actor,
        repair_order_id,
        wanted,
        body.promised_finish_at,
        discount=Discount(body.discount_fen, body.discount_reason),
        with_diagnosis=body.with_diagnosis,
        expected_version=body.version,
    )
    return await staff_repair_order(actor, repair_order_id)


@api.get("/repair-orders/{repair_order_id}/diagnosis-terms", summary="What finding a fault costs in its store")
async def diagnosis_terms(actor: Actor, repair_order_id: int) -> DiagnosisTerms:
    return await diagnosis.terms_of((await staff_queries.one(actor, repair_order_id)).store_id)


@api.get("/repair-orders/{repair_order_id}/discount-limits", summary="What the reader may take off its jobs")
async def discount_limits(actor: Actor, repair_order_id: int) -> DiscountLimits:
    return await discounting.limits_of(actor, (await staff_queries.one(actor, repair_order_id)).store_id)


@api.get("/repair-orders/{repair_order_id}/discounts", summary="再优惠: what was and can be taken off afterwards")
async def later_discounts(actor: Actor, repair_order_id: int) -> LaterDiscounts:
    return await later_discount_queries.of_order(actor, repair_order_id)


@api.post("/repair-orders/{repair_order_id}/discounts", summary="再优惠: take something off, or ask for it")
async def give_later_discount(actor: Actor, repair_order_id: int, body: LaterDiscountIn) -> LaterDiscounts:
    off = {line.line_id: line.off_fen for line in body.lines}
    await giving.give(actor, repair_order_id, off, body.reason, expected_version=body.version)
    return await later_discount_queries.of_order(actor, repair_order_id)


@api.post("/repair-orders/{repair_order_id}/estimate/sending", summary="Show the newest version to the owner")
async def send_estimate(actor: Actor, repair_order_id: int, body: OrderVersionIn) -> StaffRepairOrder:
    await estimating.send_estimate(actor, repair_order_id, expected_version=body.version)
    return await staff_repair_order(actor, repair_order_id)


@api.post("/repair-orders/{repair_order_id}/estimate/authorisation", summary="Record an approval on paper or phone")
async def record_authorisation(actor: Actor, repair_order_id: int, body: RecordAuthorisationIn) -> StaffRepairOrder:
    await authorising.record_authorisation(
        actor,
        repair_order_id,
        body.estimate_version,
        await evidence_of(body),
        declined=frozenset(body.declined_line_ids),
        keeps_old_parts=body.keeps_old_parts,
    )
    return await staff_repair_order(actor, repair_order_id)


@api.post("/repair-orders/{repair_order_id}/estimate/decline", summary="未修离店: the owner wants nothing done")
async def record_decline(actor: Actor, repair_order_id: int, body: RecordDeclineIn) -> StaffRepairOrder:
    await authorising.decline_estimate(actor, repair_order_id, body.estimate_version, how=body.how)
    return await staff_repair_order(actor, repair_order_id)


@api.post("/repair-orders/{repair_order_id}/promise", summary="改承诺: the owner is told with the reason")
async def change_promise(actor: Actor, repair_order_id: int, body: PromiseIn) -> StaffRepairOrder:
    await promises.change_promise(
        actor, repair_order_id, body.promised_finish_at, body.reason, expected_version=body.version
    )
    return await staff_repair_order(actor, repair_order_id)


@api.post("/repair-orders/{repair_order_id}/promise/kept", summary="能按时: the promise holds")
async def keep_promise(actor: Actor, repair_order_id: int, body: OrderVersionIn) -> StaffRepairOrder:
    await promises.keep_promise(actor, repair_order_id, expected_version=body.version)
    return await staff_repair_order(actor, repair_order_id)


@api.post("/repair-orders/{repair_order_id}/void", summary="作废")
async def void_repair_order(actor: Actor, repair_order_id: int, body: ReasonIn) -> StaffRepairOrder:
    await opening.void(actor, repair_order_id, body.reason, expected_version=body.version)
    return await staff_repair_order(actor, repair_order_id)


@api.post("/repair-orders/{repair_order_id}/stop", summary="中止 at the owner's wish")
async def stop_repair_order(actor: Actor, repair_order_id: int, body: ReasonIn) -> StaffRepairOrder:
    await opening.stop(actor, repair_order_id, body.reason, expected_version=body.version)
    return await staff_repair_order(actor, repair_order_id)


def _order(actor: Actor, order: StaffRepairOrder) -> StaffRepairOrder:
    estimate = order.estimate
    if estimate is not None:
        total, goodwill = masked.fen(actor, estimate.owner_total_fen), masked.fen(actor, estimate.goodwill_fen)
        allowed = masked.fen(actor, estimate.allowed_fen)
        off = masked.fen(actor, estimate.discount_fen)
        estimate = replace(
            estimate, owner_total_fen=total, allowed_fen=allowed, goodwill_fen=goodwill, discount_fen=off
        )
    return replace(
        order,
        customer_name=masked.name(actor, order.customer_name),
        customer_phone=masked.phone(actor, order.customer_phone),
        plate=masked.plate(actor, order.plate),
        vin=masked.vin(actor, order.vin),
        estimate=estimate,
        lines=[staff_line(actor, line) for line in order.lines],
        totals_fen=order.totals_fen if masked.sees_amounts(actor) else None,
        log=[replace(entry, amount_fen=masked.fen(actor, entry.amount_fen)) for entry in order.log],
    )


def staff_line(actor: Actor, line: StaffLine) -> StaffLine:
    """A line as this reader may see it. Readers who see no money do not get the evidence either, because the signed
    paper and the owner's words may name sums.
    """
    if masked.sees_amounts(actor):
        return line
    line = replace(line, labour_fen=None, parts_fen=None, deductible_fen=None, off_fen=None)
    return replace(line, evidence=None, evidence_note=None)


@api.get("/vehicles/{vehicle_id}/damages", summary="What was marked on a car at its earlier visits")
async def earlier_damages_of(actor: Actor, vehicle_id: int) -> list[EarlierDamages]:
    return await earlier_damages.of_vehicle(actor, vehicle_id)

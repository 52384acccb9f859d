"""The owner's repair orders: progress, the inspection they sign, the estimate they authorise."""

from datetime import datetime

from pydantic import Field

from crm_core.billing.rules import Payer
from crm_core.dealerships.actors import Actor
from crm_core.repair_orders import authorising, declining, inspection, inspection_rules, queries, signing
from crm_core.repair_orders.declining import DeclineCause, DeclineOffer
from crm_core.repair_orders.diagnosis import queries as diagnosis
from crm_core.repair_orders.diagnosis.queries import DiagnosisTerms
from crm_core.repair_orders.inspection_rules import CarView
from crm_core.repair_orders.papers import queries as papers
from crm_core.repair_orders.papers.models import EstimateState
from crm_core.repair_orders.papers.queries import EstimateLine
from crm_core.repair_orders.photos import OwnerPhoto, signed_photo
from crm_core.repair_orders.queries import OwnerVisitRow, Progress, ReadersPart
from foundation.media_links import signed
from foundation.reading import derive, read_model
from foundation.web import Id, Moment, RawJson, Schema, Version
from miniprogram_api.login import api

LONGEST_SIGNATURE = 400_000
"""The most characters of a signature as a data URL; a 600-pixel PNG with a few strokes has under 30,000."""


class RepairOrdersQuery(Schema):
    """Of one car, or of all."""

    vehicle_id: Id | None = None


@read_model
class OwnerDamageOut:
    """A mark on the body."""

    part: str
    damage: str
    size: str
    view: CarView | None
    """The side of the drawn car, and where on it in thousandths; older marks have none."""
    x: int | None
    y: int | None
    url: str


@read_model
class OwnerInspectionOut:
    """The walk-around report."""

    repair_order_id: int
    version: int
    inspected_at: datetime
    mileage_km: int
    energy_percent: int
    belongings: str
    photos: list[OwnerPhoto]
    damages: list[OwnerDamageOut]
    signed_at: datetime | None
    readers_part: ReadersPart


class SignatureIn(Schema):
    """A drawing from the signature pad, under the report as it was seen: `inspected_at` is its version."""

    inspected_at: Moment
    signature: str = Field(max_length=LONGEST_SIGNATURE, pattern=r"^data:image/png;base64,[A-Za-z0-9+/=]+$")


@read_model
class OwnerEstimateLineOut:
    """A job; what another payer pays has a price of 0 for the owner, but for what the insurer leaves to them."""

    line_id: int
    name: str
    payer: Payer
    labour_fen: int
    parts_fen: int
    minutes: int
    deductible_fen: int
    """What they pay of a job that an insurer pays otherwise."""
    off_fen: int
    """What a discount took off its price."""
    outside: str
    """外购件: the parts that are bought for it, `冷凝器 ×2`."""
    is_guarantee: bool
    """质保返修: done again free of charge."""
    group: str
    """Jobs of one group are allowed or declined together; one without a group by itself."""


@read_model
class OwnerEstimateOut:
    """One version of the estimate."""

    repair_order_id: int
    version: int
    state: EstimateState
    lines: list[OwnerEstimateLineOut]
    total_fen: int
    discount_fen: int
    """What was taken off, and is not in the sum any more."""
    allowed_fen: int | None
    """What was allowed of it, once it was."""
    declined_line_ids: list[int]
    """The jobs that were declined of an estimate that was allowed."""
    left_fen: int | None
    """How much this reader may agree to; null where nobody set them a limit."""
    promised_finish_at: datetime
    sent_at: datetime | None
    decided_at: datetime | None
    keeps_old_parts: bool | None
    decline_reason: str
    decline_terms: str
    """What declining means; the owner has to read it before they decline."""
    decline_causes: list[DeclineOffer]
    advisor: str
    phone: str | None
    """The number for questions: the advisor's number at work, or else the store's."""


class AuthoriseIn(Schema):
    """Allow the work at exactly the version that was seen, without the jobs that are declined."""

    version: Version
    declined_line_ids: list[Id] = Field(default_factory=list, max_length=50)
    keeps_old_parts: bool = False
    signature: str | None = Field(
        default=None, max_length=LONGEST_SIGNATURE, pattern=r"^data:image/png;base64,[A-Za-z0-9+/=]+$"
    )


class DeclineEstimateIn(Schema):
    """Decline the version of the estimate that was seen; a reason is optional."""

    version: Version
    cause: DeclineCause | None = None
    words: str = Field(default="", max_length=60)


@api.get("/stores/{store_id}/diagnosis-terms", summary="What finding a fault costs in a store, told before booking")
async def diagnosis_terms_of_store(actor: Actor, store_id: Id) -> DiagnosisTerms:
    return await diagnosis.terms_of(store_id)


@api.get("/repair-orders", summary="The owner's visits, newest first")
async def repair_orders(actor: Actor, query: RepairOrdersQuery) -> list[OwnerVisitRow]:
    return await queries.of_owner(actor, query.vehicle_id)


@api.get("/repair-orders/{repair_order_id}", summary="The progress page: promise, work, nodes newest first")
async def repair_order_progress(actor: Actor, repair_order_id: int) -> RawJson[Progress]:
    return RawJson(await queries.progress(actor, repair_order_id))


@api.get("/repair-orders/{repair_order_id}/inspection", summary="The walk-around report")
async def owner_inspection(actor: Actor, repair_order_id: int) -> OwnerInspectionOut:
    report = await papers.inspection_of(actor, repair_order_id)
    labels = inspection_rules.INSPECTION_POSITIONS
    return derive(
        OwnerInspectionOut,
        report,
        readers_part=await queries.readers_part(actor, repair_order_id),
        photos=[signed_photo(photo.key, labels.get(photo.position, "其他")) for photo in report.photos],
        damages=[derive(OwnerDamageOut, mark, url=signed(mark.key)) for mark in report.damages],
    )


@api.post("/repair-orders/{repair_order_id}/inspection/signature", summary="Sign the walk-around report")
async def sign_inspection(actor: Actor, repair_order_id: int, body: SignatureIn) -> OwnerInspectionOut:
    key = await signing.keep(actor, repair_order_id, body.signature)
    await inspection.sign_inspection(actor, repair_order_id, key, seen=body.inspected_at)
    return await owner_inspection(actor, repair_order_id)


@api.get("/repair-orders/{repair_order_id}/estimate", summary="The estimate before the owner")
async def owner_estimate(actor: Actor, repair_order_id: int) -> OwnerEstimateOut:
    estimate = await papers.estimate_of(actor, repair_order_id)
    part = await queries.readers_part(actor, repair_order_id)
    return derive(
        OwnerEstimateOut,
        estimate,
        left_fen=part.left_fen,
        decline_terms=declining.TERMS,
        decline_causes=declining.offers(),
        lines=[_line(line) for line in estimate.lines],
    )


@api.post("/repair-orders/{repair_order_id}/estimate/authorisation", summary="Allow the work")
async def authorise_estimate(actor: Actor, repair_order_id: int, body: AuthoriseIn) -> OwnerEstimateOut:
    signature = ""
    if body.signature:
        signature = await signing.keep(actor, repair_order_id, body.signature)
    await authorising.authorise_estimate(
        actor,
        repair_order_id,
        body.version,
        declined=frozenset(body.declined_line_ids),
        signature=signature,
        keeps_old_parts=body.keeps_old_parts,
    )
    return await owner_estimate(actor, repair_order_id)


@api.post("/repair-orders/{repair_order_id}/estimate/decline", summary="Have nothing done and leave")
async def decline_estimate(actor: Actor, repair_order_id: int, body: DeclineEstimateIn) -> OwnerEstimateOut:
    await authorising.decline_estimate(
        actor, repair_order_id, body.version, reason=declining.reason(body.cause, body.words)
    )
    return await owner_estimate(actor, repair_order_id)


def _line(line: EstimateLine) -> OwnerEstimateLineOut:
    """A job as the owner sees it; what another payer pays has a price of 0."""
    is_guarantee = line.guarantee_of != ""
    if line.payer is Payer.CP:
        return derive(OwnerEstimateLineOut, line, is_guarantee=is_guarantee)
    return derive(OwnerEstimateLineOut, line, labour_fen=0, parts_fen=0, is_guarantee=is_guarantee)

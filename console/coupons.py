"""Coupon templates as marketers make and submit them; gifts and a customer's coupons."""

from datetime import datetime

from pydantic import Field

from console.sign_in import api
from crm_core.coupons import catalogue, extending, issuing, queries, template_queries, templates
from crm_core.coupons.rules import CouponKind, RunAction, TemplateState
from crm_core.coupons.template_queries import TemplateRow
from crm_core.customers.queries import readable_id
from crm_core.dealerships.actors import Actor
from foundation.reading import derive, read_model
from foundation.web import Day, Id, Schema, Version

_LARGEST_FEN = 10**9
"""Ten million yuan: no coupon is worth more."""


class TemplateIn(Schema):
    """A draft; sums in fen, `pay_percent` 80 is 8 折."""

    name: str = Field(min_length=1, max_length=12)
    kind: CouponKind
    quota: int = Field(ge=1, le=10_000_000)
    valid_days: int = Field(ge=1, le=1000)
    value_fen: int = Field(default=0, ge=0, le=_LARGEST_FEN)
    pay_percent: int = Field(default=100, ge=0, le=100)
    cap_fen: int | None = Field(default=None, gt=0, le=_LARGEST_FEN)
    threshold_fen: int = Field(default=0, ge=0, le=_LARGEST_FEN)
    item_codes: list[str] = Field(default=[], max_length=50)
    store_ids: list[Id] = Field(default=[], max_length=100)
    per_person: int = Field(default=1, ge=1, le=100)
    per_vehicle: int = Field(default=1, ge=1, le=100)
    claim_days: int = Field(default=30, ge=1, le=1000)
    ends_on: Day | None = None
    is_vehicle_bound: bool = False
    restores_on_refund: bool = True
    is_new_friend_gift: bool = False
    is_transferable: bool = False
    budget_fen: int | None = Field(default=None, gt=0, le=10**12)
    after_visit_days: int | None = Field(default=None, ge=0, le=365)
    after_visit_least_fen: int = Field(default=0, ge=0, le=_LARGEST_FEN)
    is_birthday_gift: bool = False


class TemplateEditIn(TemplateIn):
    """Changed terms, and the version that the author saw."""

    version: Version


class TemplateSubmitIn(Schema):
    """The version that the author saw, and a note to the approver."""

    version: Version
    note: str = Field(default="", max_length=200)


class CouponItemOut(Schema):
    """A job of the catalogue."""

    code: str
    name: str


class TemplatesQuery(Schema):
    """Optionally one state."""

    state: TemplateState | None = None


class TemplateStepIn(Schema):
    """The next step, at the version the actor saw."""

    action: RunAction
    version: Version


class ExtendIn(Schema):
    """More stock, time or budget; nothing else of an active template can be raised."""

    more: int = Field(default=0, ge=0, le=10_000_000)
    ends_on: Day | None = None
    budget_fen: int | None = Field(default=None, gt=0, le=10**12)
    version: Version


class LowerIn(Schema):
    """Less stock or a lower budget; what is left out stays as it is."""

    quota: int | None = Field(default=None, ge=1, le=10_000_000)
    budget_fen: int | None = Field(default=None, gt=0, le=10**12)
    version: Version


class GiftIn(Schema):
    """The customer who is given a coupon."""

    customer_id: Id


@read_model
class StaffCoupon:
    """A customer's coupon as staff see it."""

    id: int
    group: str
    state: str
    name: str
    kind: str
    rule: str
    stores: str
    claim_by: datetime | None
    valid_to: datetime | None
    locked_for: str | None
    redeemed_at: datetime | None
    end_reason: str


@api.get("/coupon-templates", summary="Templates, newest first")
async def coupon_templates(actor: Actor, query: TemplatesQuery) -> list[TemplateRow]:
    return await template_queries.templates(actor, state=query.state)


@api.get("/coupon-items", summary="The jobs a coupon can be for")
async def coupon_items(actor: Actor) -> list[CouponItemOut]:
    return [CouponItemOut(code=code, name=name) for code, name in (await catalogue.items(actor)).items()]


@api.get("/coupon-templates/{template_id}", summary="One template")
async def coupon_template(actor: Actor, template_id: int) -> TemplateRow:
    return await template_queries.template(actor, template_id)


@api.post("/coupon-templates", status=201, summary="Write a draft")
async def draft_coupon_template(actor: Actor, body: TemplateIn) -> TemplateRow:
    made = await templates.draft(actor, _terms(body))
    return await coupon_template(actor, made.id)


@api.put("/coupon-templates/{template_id}", summary="Change what is not live yet; what waits for approval is void")
async def edit_coupon_template(actor: Actor, template_id: int, body: TemplateEditIn) -> TemplateRow:
    await templates.edit(actor, template_id, _terms(body), expected_version=body.version)
    return await coupon_template(actor, template_id)


@api.post("/coupon-templates/{template_id}/submission", summary="Ask somebody else for approval")
async def submit_coupon_template(actor: Actor, template_id: int, body: TemplateSubmitIn) -> TemplateRow:
    await templates.submit(actor, template_id, expected_version=body.version, note=body.note)
    return await coupon_template(actor, template_id)


@api.post("/coupon-templates/{template_id}/steps", summary="Pause, resume, end or archive what was approved")
async def move_coupon_template(actor: Actor, template_id: int, body: TemplateStepIn) -> TemplateRow:
    await templates.move(actor, template_id, body.action, expected_version=body.version)
    return await coupon_template(actor, template_id)


@api.post(
    "/coupon-templates/{template_id}/extension",
    summary="Ask for more stock, time or budget; others approve it",
)
async def extend_coupon_template(actor: Actor, template_id: int, body: ExtendIn) -> TemplateRow:
    await extending.ask(
        actor,
        template_id,
        more=body.more,
        ends_on=body.ends_on,
        budget_fen=body.budget_fen,
        expected_version=body.version,
    )
    return await coupon_template(actor, template_id)


@api.post(
    "/coupon-templates/{template_id}/reduction",
    summary="Lower the stock or the budget at once, down to what was issued",
)
async def reduce_coupon_template(actor: Actor, template_id: int, body: LowerIn) -> TemplateRow:
    await extending.lower(
        actor, template_id, quota=body.quota, budget_fen=body.budget_fen, expected_version=body.version
    )
    return await coupon_template(actor, template_id)


@api.post("/coupon-templates/{template_id}/gifts", status=201, summary="Give a customer one")
async def give_coupon(actor: Actor, template_id: int, body: GiftIn) -> StaffCoupon:
    given = await issuing.gift(actor, template_id, body.customer_id)
    return derive(StaffCoupon, await queries.one(actor, given.id))


@api.get("/customers/{customer_id}/coupons", summary="A customer's coupons")
async def customer_coupons(actor: Actor, customer_id: int) -> list[StaffCoupon]:
    kept_id = await readable_id(actor, customer_id)
    return [derive(StaffCoupon, card) for card in await queries.of_customer(actor, kept_id)]


def _terms(body: TemplateIn) -> templates.Terms:
    given = body.model_dump(exclude={"version"})
    return templates.Terms(**given | {"item_codes": tuple(body.item_codes), "store_ids": tuple(body.store_ids)})

"""Coupons one by one: voiding them with somebody else's agreement, freezing and unfreezing."""

from dataclasses import replace

from pydantic import Field

from console import masked
from console.sign_in import api
from crm_core.coupons import coupon_list, freezing, template_queries, voiding
from crm_core.coupons.coupon_list import CouponRows, VoidingFacts
from crm_core.coupons.rules import CouponState
from crm_core.coupons.template_queries import TemplateRow
from crm_core.dealerships.actors import Actor
from foundation.web import Cursor, Id, Schema, Version

_MOST = 200
"""As many as somebody picks by hand."""


class CouponsQuery(Schema):
    """Optionally of one template, state or source."""

    template_id: Id | None = None
    state: CouponState | None = None
    source: str | None = Field(default=None, max_length=20)
    cursor: Cursor | None = None


class VoidingIn(Schema):
    """The chosen coupons, none for all that nobody has used; the owners read the reason."""

    coupon_ids: list[Id] = Field(default=[], max_length=_MOST)
    reason: str = Field(min_length=2, max_length=20)


class FreezingIn(Schema):
    """The chosen coupons, and why; only staff read the reason."""

    coupon_ids: list[Id] = Field(min_length=1, max_length=_MOST)
    reason: str = Field(min_length=2, max_length=80)


class UnfreezingIn(Schema):
    """The version the reader saw."""

    version: Version


@api.get("/coupons", summary="Coupons with their holders, newest first")
async def coupon_rows(actor: Actor, query: CouponsQuery) -> CouponRows:
    page = await coupon_list.page(
        actor, template_id=query.template_id, state=query.state, source=query.source, cursor=query.cursor
    )
    return replace(
        page, items=[replace(row, customer_name=masked.name(actor, row.customer_name)) for row in page.items]
    )


@api.post("/coupon-templates/{template_id}/voidings", status=201, summary="Ask somebody else to agree to void coupons")
async def ask_to_void_coupons(actor: Actor, template_id: int, body: VoidingIn) -> TemplateRow:
    await voiding.ask(actor, template_id, chosen=body.coupon_ids, reason=body.reason.strip())
    return await template_queries.template(actor, template_id)


@api.get("/coupon-voidings/{voiding_id}", summary="What a request to void coupons is about")
async def coupon_voiding(actor: Actor, voiding_id: int) -> VoidingFacts:
    return await coupon_list.voiding(actor, voiding_id)


@api.post("/coupon-freezings", status=204, summary="Freeze claimed coupons while somebody looks into them")
async def freeze_coupons(actor: Actor, body: FreezingIn) -> None:
    await freezing.freeze(actor, body.coupon_ids, body.reason.strip())


@api.post("/coupons/{coupon_id}/unfreezing", status=204, summary="Give a frozen coupon back to its owner")
async def unfreeze_coupon(actor: Actor, coupon_id: int, body: UnfreezingIn) -> None:
    await freezing.unfreeze(actor, coupon_id, expected_version=body.version)

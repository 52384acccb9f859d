"""渠道活码 and 获客链接: what brings new friends, made, changed and ended by marketers."""

from dataclasses import replace

from pydantic import Field
from sanic import HTTPResponse

from campaigns.contact_ways import figures, keeping, queries, quota
from campaigns.contact_ways.duty_rules import MOST_AT_ONCE
from campaigns.contact_ways.figures import CameRow, StepRow
from campaigns.contact_ways.greeting_rules import Greeting
from campaigns.contact_ways.keeping import Purpose
from campaigns.contact_ways.queries import Asked, ContactWayRow
from campaigns.contact_ways.quota import QuotaRow
from campaigns.contact_ways.rules import LONGEST_MARK, ContactKind, ContactWayState, Step
from campaigns.contact_ways.spans import Span
from console.sign_in import api
from crm_core.customers.models import Source
from crm_core.dealerships.actors import Actor
from foundation.web import Cursor, Id, Page, Schema, Version


class ContactWaysQuery(Schema):
    """Which codes; without a state those in use."""

    q: str = Field(default="", max_length=40)
    state: ContactWayState | None = None
    store_id: Id | None = None
    staff_id: Id | None = None
    source: Source | None = None
    span: Span | None = None
    kind: ContactKind | None = None
    cursor: Cursor | None = None


class FiguresQuery(Schema):
    """Of those who came when."""

    span: Span | None = None


class StepsQuery(Schema):
    """The span of a chart."""

    span: Span = Span.MONTH


class CameQuery(Schema):
    """Which of those who came by a code."""

    step: Step = Step.ADDED
    span: Span | None = None
    cursor: Cursor | None = None


class ContactWayPurposeIn(Schema):
    """Whom a code leads to, to which store, for what, and what its welcome offers."""

    name: str = Field(min_length=1, max_length=30)
    occasion: str = Field(default="", max_length=30)
    staff_id: Id
    store_id: Id | None = None
    source: Source
    coupon_template_id: Id | None = None
    taker_ids: list[Id] = Field([], max_length=MOST_AT_ONCE)
    backup_id: Id | None = None
    greeting: Greeting = Greeting.USUAL

    @property
    def purpose(self) -> Purpose:
        """As the verbs take it."""
        return Purpose(
            self.name,
            self.staff_id,
            self.source,
            self.store_id,
            self.occasion,
            self.coupon_template_id,
            tuple(self.taker_ids),
            self.backup_id,
            self.greeting,
        )


class ContactWayIn(ContactWayPurposeIn):
    """A new code or link; without a mark it gets one."""

    kind: ContactKind = ContactKind.CODE
    mark: str = Field(default="", max_length=LONGEST_MARK)


class ContactWayUpdateIn(ContactWayPurposeIn):
    """A change, with the version it was made on."""

    version: Version


class QuotaOut(Schema):
    """The quota; none before a link was made."""

    quota: QuotaRow | None


class ContactWayVersionIn(Schema):
    """The version that was seen."""

    version: Version


@api.get("/contact-ways", summary="渠道活码, the newest first")
async def list_contact_ways(actor: Actor, query: ContactWaysQuery) -> Page[ContactWayRow]:
    asked = Asked(query.q, query.kind, query.state, query.store_id, query.staff_id, query.source, query.span)
    before = int(query.cursor) if query.cursor else None
    rows = await queries.of_reader(actor, asked, before=before, limit=queries.PAGE + 1)
    items = rows[: queries.PAGE]
    return Page[ContactWayRow](items=items, next_cursor=str(items[-1].id) if len(rows) > queries.PAGE else None)


@api.get("/contact-ways/{contact_way_id}", summary="One code")
async def get_contact_way(actor: Actor, contact_way_id: int, query: FiguresQuery) -> ContactWayRow:
    return await queries.one(actor, contact_way_id, query.span)


@api.get("/contact-ways/{contact_way_id}/steps", summary="One code by days, weeks or months, for a small chart")
async def steps_of_contact_way(actor: Actor, contact_way_id: int, query: StepsQuery) -> list[StepRow]:
    return await figures.steps_of(actor, contact_way_id, query.span)


@api.get("/contact-ways/{contact_way_id}/people", summary="Those behind one number of a code, the last to come first")
async def people_of_contact_way(actor: Actor, contact_way_id: int, query: CameQuery) -> Page[CameRow]:
    before = int(query.cursor) if query.cursor else None
    limit = figures.PAGE + 1
    rows = await figures.of_code(actor, contact_way_id, query.step, query.span, before=before, limit=limit)
    items = rows[: figures.PAGE]
    return Page[CameRow](items=items, next_cursor=str(items[-1].id) if len(rows) > figures.PAGE else None)


@api.post("/contact-ways", status=201, summary="Plan a code or link; WeCom makes it a moment later")
async def create_contact_way(actor: Actor, body: ContactWayIn) -> ContactWayRow:
    way = await keeping.create(actor, replace(body.purpose, kind=body.kind), mark=body.mark)
    return await queries.one(actor, way.id)


@api.put("/contact-ways/{contact_way_id}", summary="Change what a code is for; its picture stays")
async def update_contact_way(actor: Actor, contact_way_id: int, body: ContactWayUpdateIn) -> ContactWayRow:
    await keeping.edit(actor, contact_way_id, body.purpose, expected_version=body.version)
    return await queries.one(actor, contact_way_id)


@api.post("/contact-ways/{contact_way_id}/another-try", summary="Have WeCom make a code once more that it refused")
async def try_contact_way_again(actor: Actor, contact_way_id: int, body: ContactWayVersionIn) -> ContactWayRow:
    await keeping.try_again(actor, contact_way_id, expected_version=body.version)
    return await queries.one(actor, contact_way_id)


@api.post("/contact-ways/{contact_way_id}/end", summary="停用: WeCom deletes the code")
async def end_contact_way(actor: Actor, contact_way_id: int, body: ContactWayVersionIn) -> ContactWayRow:
    await keeping.end(actor, contact_way_id, expected_version=body.version)
    return await queries.one(actor, contact_way_id)


@api.get("/contact-ways/{contact_way_id}/picture", summary="The code's picture, for printing")
async def contact_way_picture(actor: Actor, contact_way_id: int) -> HTTPResponse:
    content = await queries.picture_of(actor, contact_way_id)
    return HTTPResponse(content, content_type="image/png", headers={"cache-control": "private, max-age=300"})


@api.get("/acquisition-quota", summary="获客额度: how many friends may still come by links, as last read from WeCom")
async def acquisition_quota(actor: Actor) -> QuotaOut:
    return QuotaOut(quota=await quota.of_reader(actor))

"""质检 S8, and the steps after it: washing, ready for the owner."""

from dataclasses import replace

from pydantic import Field

from console import masked
from console.repair_orders import OrderVersionIn, staff_line
from console.repair_orders import staff_repair_order as shown
from console.sign_in import api
from console.workshop import PhotoIn, WorkshopQuery, media_of
from crm_core.dealerships.actors import Actor
from crm_core.repair_orders import quality, staff_queries, work
from crm_core.repair_orders.quality_rules import MEASURED_MAX_CHARS, Checked
from crm_core.repair_orders.staff_models import StaffRepairOrder, ToInspect
from foundation.web import Id, Schema


class CheckedIn(Schema):
    """What the inspector said of a point of the inspection."""

    point: str = Field(min_length=1, max_length=20)
    is_applicable: bool = True
    measured: str = Field(default="", max_length=MEASURED_MAX_CHARS, pattern=r"^[0-9./ ]*$")
    """What was measured, in the unit of the point: one number, or one for each wheel."""


class PassIn(OrderVersionIn):
    """A passed inspection: something was said of each point."""

    checklist: list[CheckedIn] = Field(default=[], max_length=20)
    was_road_tested: bool = False
    photos: list[PhotoIn] = Field(default=[], max_length=20)


class FailIn(OrderVersionIn):
    """A failed inspection: which lines, why, and the photo that shows it."""

    line_ids: list[Id] = Field(min_length=1, max_length=50)
    reason: str = Field(min_length=1, max_length=100)
    photos: list[PhotoIn] = Field(min_length=1, max_length=20)
    checklist: list[CheckedIn] = Field(default=[], max_length=20)


@api.post("/repair-orders/{repair_order_id}/team-check", status=204, summary="互检: all jobs looked at")
async def team_check(actor: Actor, repair_order_id: int, body: OrderVersionIn) -> None:
    await work.tick_checks(actor, repair_order_id, expected_version=body.version)


@api.get("/quality-checks", summary="Orders before the final inspection, the earliest promise first")
async def quality_checks(actor: Actor, query: WorkshopQuery) -> list[ToInspect]:
    return [
        replace(
            order,
            plate=masked.plate(actor, order.plate),
            lines=[staff_line(actor, line) for line in order.lines],
        )
        for order in await staff_queries.to_inspect(actor, query.store_id)
    ]


@api.post("/repair-orders/{repair_order_id}/quality-check/pass", summary="终检通过")
async def pass_quality_check(actor: Actor, repair_order_id: int, body: PassIn) -> StaffRepairOrder:
    await quality.pass_check(
        actor,
        repair_order_id,
        checklist=_checked(body.checklist),
        was_road_tested=body.was_road_tested,
        photos=await media_of(body.photos),
        expected_version=body.version,
    )
    return await shown(actor, repair_order_id)


@api.post("/repair-orders/{repair_order_id}/quality-check/fail", summary="质检没过: back to the technician")
async def fail_quality_check(actor: Actor, repair_order_id: int, body: FailIn) -> StaffRepairOrder:
    await quality.fail_check(
        actor,
        repair_order_id,
        body.line_ids,
        body.reason,
        await media_of(body.photos),
        checklist=_checked(body.checklist),
        expected_version=body.version,
    )
    return await shown(actor, repair_order_id)


@api.post("/repair-orders/{repair_order_id}/wash", summary="洗车")
async def start_wash(actor: Actor, repair_order_id: int, body: OrderVersionIn) -> StaffRepairOrder:
    await quality.start_wash(actor, repair_order_id, expected_version=body.version)
    return await shown(actor, repair_order_id)


@api.post("/repair-orders/{repair_order_id}/ready", summary="完工: the owner is told")
async def mark_ready(actor: Actor, repair_order_id: int, body: OrderVersionIn) -> StaffRepairOrder:
    await quality.mark_ready(actor, repair_order_id, expected_version=body.version)
    return await shown(actor, repair_order_id)


def _checked(said: list[CheckedIn]) -> list[Checked]:
    return [Checked(each.point, each.is_applicable, each.measured) for each in said]

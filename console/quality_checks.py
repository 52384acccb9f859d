"""质检 S8, and the steps after it: washing, ready for the owner."""

from datetime import datetime
from typing import Any

from pydantic import Field

from console import masked
from console.repair_orders import OrderVersionIn, StaffLineOut, StaffRepairOrderOut, staff_line
from console.repair_orders import staff_repair_order as shown
from console.sign_in import api
from console.workshop import PhotoIn, WorkshopQuery, media_of
from crm_core.dealerships.actors import Actor
from crm_core.repair_orders import quality, staff_queries, work
from foundation.web import Id, Schema


class PassIn(OrderVersionIn):
    """A passed inspection."""

    checklist: list[str] = Field(default=[], max_length=50)
    was_road_tested: bool = False
    photos: list[PhotoIn] = Field(default=[], max_length=20)


class FailIn(OrderVersionIn):
    """A failed one: which lines, why, and the photo that shows it."""

    line_ids: list[Id] = Field(min_length=1, max_length=50)
    reason: str = Field(min_length=1, max_length=100)
    photos: list[PhotoIn] = Field(min_length=1, max_length=20)
    checklist: list[str] = Field(default=[], max_length=50)


class ToInspectOut(Schema):
    """An order before the final inspection, with its done lines and their doers."""

    id: int
    number: str
    version: int
    plate: str
    series: str
    promised_at: datetime | None
    rework_count: int
    needs_road_test: bool
    lines: list[StaffLineOut]


@api.post("/repair-orders/{repair_order_id}/team-check", status=204, summary="互检: all jobs looked at")
async def team_check(actor: Actor, repair_order_id: int, body: OrderVersionIn) -> None:
    await work.tick_checks(actor, repair_order_id, expected_version=body.version)


@api.get("/quality-checks", summary="Orders before the final inspection, the earliest promise first")
async def quality_checks(actor: Actor, query: WorkshopQuery) -> list[ToInspectOut]:
    return [_to_inspect(actor, row) for row in await staff_queries.to_inspect(actor, query.store_id)]


@api.post("/repair-orders/{repair_order_id}/quality-check/pass", summary="终检通过")
async def pass_quality_check(actor: Actor, repair_order_id: int, body: PassIn) -> StaffRepairOrderOut:
    await quality.pass_check(
        actor,
        repair_order_id,
        checklist=body.checklist,
        was_road_tested=body.was_road_tested,
        photos=await media_of(body.photos),
        expected_version=body.version,
    )
    return await shown(actor, repair_order_id)


@api.post("/repair-orders/{repair_order_id}/quality-check/fail", summary="质检没过: back to the technician")
async def fail_quality_check(actor: Actor, repair_order_id: int, body: FailIn) -> StaffRepairOrderOut:
    await quality.fail_check(
        actor,
        repair_order_id,
        body.line_ids,
        body.reason,
        await media_of(body.photos),
        checklist=body.checklist,
        expected_version=body.version,
    )
    return await shown(actor, repair_order_id)


@api.post("/repair-orders/{repair_order_id}/wash", summary="洗车")
async def start_wash(actor: Actor, repair_order_id: int, body: OrderVersionIn) -> StaffRepairOrderOut:
    await quality.start_wash(actor, repair_order_id, expected_version=body.version)
    return await shown(actor, repair_order_id)


@api.post("/repair-orders/{repair_order_id}/ready", summary="完工: the owner is told")
async def mark_ready(actor: Actor, repair_order_id: int, body: OrderVersionIn) -> StaffRepairOrderOut:
    await quality.mark_ready(actor, repair_order_id, expected_version=body.version)
    return await shown(actor, repair_order_id)


def _to_inspect(actor: Actor, row: dict[str, Any]) -> ToInspectOut:
    return ToInspectOut(
        id=row["id"],
        number=row["number"],
        version=row["version"],
        plate=masked.plate(actor, row["plate"]),
        series=row["series"],
        promised_at=row["promised_finish_at"],
        rework_count=row["rework_count"],
        needs_road_test=any(line["needs_road_test"] for line in row["lines"]),
        lines=[staff_line(actor, line) for line in row["lines"]],
    )

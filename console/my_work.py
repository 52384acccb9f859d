"""The technician's page S7: his jobs, clocking on and off, photos, 待料."""

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from console import masked
from console.sign_in import api
from console.workshop import PhotoIn, PhotosIn, media_of
from crm_core.dealerships.actors import Actor
from crm_core.repair_orders import material, staff_queries, work
from crm_core.repair_orders.rules import PauseReason
from foundation.web import Moment, Schema, Version


class StartIn(Schema):
    """Photos from before the work, if any."""

    photos: list[PhotoIn] = Field(default=[], max_length=20)


class PauseIn(Schema):
    """Why the job rests; waiting for parts has its own door."""

    reason: Literal["WAIT_OWNER", "OTHER"]


class FinishIn(PhotosIn):
    """A finished job: at least one photo, and the doer's own check."""

    is_self_checked: bool


class WaitForPartsIn(Schema):
    """When the part comes; the promise moves by itself unless a time is given."""

    expected_at: Moment
    promised_finish_at: Moment | None = None
    version: Version


class MyPartOut(Schema):
    """A part of the job and whether it is handed out."""

    part: str
    quantity: int
    state: str
    expected_at: datetime | None


class MyJobOut(Schema):
    """A technician's job. There is no money in it, nor the owner's name or phone."""

    line_id: int
    repair_order_id: int
    order_version: int
    order_state: str
    number: str
    name: str
    state: str
    pause_reason: str | None
    parts_expected_at: datetime | None
    plate: str
    series: str
    bay: str | None
    promised_at: datetime | None
    waits_on_site: bool
    planned_starts_at: datetime | None
    standard_minutes: int
    clocked_minutes: int
    finished_at: datetime | None
    fail_count: int
    finding: str
    parts: list["MyPartOut"]


@api.get("/my-work", summary="The technician's jobs: current, next, done today")
async def my_work(actor: Actor) -> list[MyJobOut]:
    return [_my_job(actor, row) for row in await staff_queries.my_work(actor)]


@api.post("/lines/{line_id}/start", summary="打卡: begin, begin rework, or go on")
async def start_job(actor: Actor, line_id: int, body: StartIn) -> list[MyJobOut]:
    await work.clock_on(actor, line_id, photos=await media_of(body.photos))
    return await my_work(actor)


@api.post("/lines/{line_id}/pause", summary="Rest a job")
async def pause_job(actor: Actor, line_id: int, body: PauseIn) -> list[MyJobOut]:
    await work.pause(actor, line_id, PauseReason(body.reason))
    return await my_work(actor)


@api.post("/lines/{line_id}/photos", summary="Add photos of the work")
async def add_job_photos(actor: Actor, line_id: int, body: PhotosIn) -> list[MyJobOut]:
    await work.add_photos(actor, line_id, await media_of(body.photos))
    return await my_work(actor)


@api.post("/lines/{line_id}/finish", summary="Finish a job with at least one photo")
async def finish_job(actor: Actor, line_id: int, body: FinishIn) -> list[MyJobOut]:
    await work.finish_line(actor, line_id, await media_of(body.photos), is_self_checked=body.is_self_checked)
    return await my_work(actor)


@api.post("/lines/{line_id}/parts-wait", status=204, summary="待料: the part comes then; the promise moves")
async def wait_for_parts(actor: Actor, line_id: int, body: WaitForPartsIn) -> None:
    await material.wait_for_parts(
        actor,
        line_id,
        body.expected_at,
        promised_finish_at=body.promised_finish_at,
        expected_version=body.version,
    )


def _my_job(actor: Actor, row: dict[str, Any]) -> MyJobOut:
    derived = {"line_id", "plate", "standard_minutes", "parts"}
    names = MyPartOut.model_fields
    return MyJobOut(
        **{name: row[name] for name in MyJobOut.model_fields if name not in derived},
        line_id=row["id"],
        plate=masked.plate(actor, row["plate"]),
        standard_minutes=row["labour_centihours"] * 60 // 100 or row["minutes"],
        parts=[MyPartOut(**{name: part[name] for name in names}) for part in row["parts"]],
    )

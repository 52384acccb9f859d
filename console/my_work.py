"""The technician's page S7: their jobs, clocking on and off, photos, 待料."""

from dataclasses import replace
from typing import Literal

from pydantic import Field

from console import masked
from console.sign_in import api
from console.workshop import PhotoIn, PhotosIn, WorkshopQuery, media_of
from crm_core.dealerships.actors import Actor
from crm_core.repair_orders import material, staff_queries, work
from crm_core.repair_orders.rules import PauseReason
from crm_core.repair_orders.staff_models import MyJob
from crm_core.repair_orders.together import joining, passing_on
from crm_core.repair_orders.together import queries as together
from crm_core.repair_orders.together.models import NOTE_MAX_CHARS
from crm_core.repair_orders.together.queries import ColleagueRow, JobToJoin
from foundation.web import Id, Moment, Schema, Version


class StartIn(Schema):
    """Photos from before the work, if any."""

    photos: list[PhotoIn] = Field(default=[], max_length=20)


class PauseIn(Schema):
    """Why the job rests; waiting for parts has an endpoint of its own."""

    reason: Literal["WAIT_OWNER", "OTHER"]


class FinishIn(PhotosIn):
    """A finished job: at least one photo, and the doer's own check."""

    is_self_checked: bool


class WaitForPartsIn(Schema):
    """When the part comes; the promised time moves automatically unless one is given."""

    expected_at: Moment
    promised_finish_at: Moment | None = None
    version: Version


class PassOnIn(Schema):
    """Who goes on with a job, and what they have to know."""

    technician_id: Id
    note: str = Field(min_length=1, max_length=NOTE_MAX_CHARS)
    version: Version


@api.get("/my-work", summary="The technician's jobs: current, next, done today, helped with")
async def my_work(actor: Actor) -> list[MyJob]:
    return [replace(job, plate=masked.plate(actor, job.plate)) for job in await staff_queries.my_work(actor)]


@api.post("/lines/{line_id}/start", summary="打卡: begin, begin rework, or go on")
async def start_job(actor: Actor, line_id: int, body: StartIn) -> list[MyJob]:
    await work.clock_on(actor, line_id, photos=await media_of(body.photos))
    return await my_work(actor)


@api.post("/lines/{line_id}/pause", summary="Rest a job")
async def pause_job(actor: Actor, line_id: int, body: PauseIn) -> list[MyJob]:
    await work.pause(actor, line_id, PauseReason(body.reason))
    return await my_work(actor)


@api.post("/lines/{line_id}/photos", summary="Add photos of the work")
async def add_job_photos(actor: Actor, line_id: int, body: PhotosIn) -> list[MyJob]:
    await work.add_photos(actor, line_id, await media_of(body.photos))
    return await my_work(actor)


@api.post("/lines/{line_id}/finish", summary="Finish a job with at least one photo")
async def finish_job(actor: Actor, line_id: int, body: FinishIn) -> list[MyJob]:
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


@api.get("/workshop/jobs-to-join", summary="一起做: what colleagues of a store are working on just now")
async def jobs_to_join(actor: Actor, query: WorkshopQuery) -> list[JobToJoin]:
    running = await together.to_join(actor, query.store_id)
    return [replace(job, plate=masked.plate(actor, job.plate)) for job in running]


@api.post("/lines/{line_id}/join", summary="一起做: clock on to a colleague's running job")
async def join_job(actor: Actor, line_id: int) -> list[MyJob]:
    await joining.join(actor, line_id)
    return await my_work(actor)


@api.post("/lines/{line_id}/leave", summary="Clock off a colleague's job, which goes on")
async def leave_job(actor: Actor, line_id: int) -> list[MyJob]:
    await joining.leave(actor, line_id)
    return await my_work(actor)


@api.get("/lines/{line_id}/colleagues", summary="To whom a technician could give their job, the best first")
async def colleagues(actor: Actor, line_id: int) -> list[ColleagueRow]:
    return await together.colleagues(actor, line_id)


@api.post("/lines/{line_id}/pass-on", summary="交给同事: give one's begun job to a colleague, with a note")
async def pass_job_on(actor: Actor, line_id: int, body: PassOnIn) -> list[MyJob]:
    await passing_on.pass_on(
        actor, line_id, technician_id=body.technician_id, note=body.note, expected_version=body.version
    )
    return await my_work(actor)

"""取送车: the day of the drivers at the desk, and the driver's own list on the phone."""

from dataclasses import replace
from datetime import datetime
from typing import Literal

from pydantic import Field

from console import masked
from console.sign_in import api
from crm_core.dealerships.actors import Actor
from crm_core.valet import asking, assigning, driving, queries, runs
from crm_core.valet.asking import Wish
from crm_core.valet.driving import Met
from crm_core.valet.queries import DriverRow, RunRow
from crm_core.valet.rules import RunKind, Window
from foundation import media
from foundation.media_links import signed
from foundation.reading import derive, read_model
from foundation.web import Day, Id, Moment, Schema, Version


class ValetDayQuery(Schema):
    """Which store and day."""

    store_id: Id
    day: Day


class PlaceIn(Schema):
    """Where a driver is wanted, when, and whom they call there."""

    address: str = Field(min_length=2, max_length=120)
    phone: str = Field(min_length=1, max_length=40)
    window_from: Moment
    window_to: Moment
    latitude: float | None = Field(default=None, ge=3, le=54)
    longitude: float | None = Field(default=None, ge=73, le=136)

    def wished(self, kind: RunKind) -> Wish:
        """As the verb takes it."""
        spot = runs.spot(self.latitude, self.longitude)
        return Wish(kind, self.address.strip(), self.phone, Window(self.window_from, self.window_to), spot)


class WishIn(PlaceIn):
    """The car of a booking fetched or brought."""

    kind: Literal[RunKind.PICK_UP, RunKind.RETURN]

    @property
    def wish(self) -> Wish:
        """As the verb takes it."""
        return self.wished(self.kind)


class RescueIn(PlaceIn):
    """Which car stands there."""

    store_id: Id
    customer_id: Id
    vehicle_id: Id


class RunVersionIn(Schema):
    """The version that was seen."""

    version: Version


class AssignmentIn(RunVersionIn):
    """Who drives, and when they set out."""

    driver_id: Id
    starts_at: Moment


class MetIn(RunVersionIn):
    """Whom the driver met, if not the owner, and their signature: a drawn picture."""

    met_name: str = Field(default="", max_length=20)
    met_phone: str = Field(default="", max_length=40)
    signature: str = Field(default="", max_length=400_000, pattern=r"^(|data:image/png;base64,[A-Za-z0-9+/=]+)$")

    async def met(self) -> Met:
        """As the verb takes it, with the signature stored."""
        stored = await media.store_signature(self.signature) if self.signature else None
        return Met(self.met_name.strip(), self.met_phone.strip(), stored.key if stored else "")


class TakingIn(MetIn):
    """How the driver got the car: by the owner's code, with a signature, or with photos."""

    mileage_km: int = Field(ge=0, le=2_000_000)
    code: str = Field(default="", max_length=4)
    photos: list[str] = Field([], max_length=12)


class CarDeliveryIn(MetIn):
    """Who received the car, and how it looked."""

    photos: list[str] = Field([], max_length=12)


class RunReasonIn(RunVersionIn):
    """Why it came to nothing."""

    reason: str = Field(min_length=1, max_length=80)


@read_model
class RunOut(RunRow):
    """A run with the photos of the car and the signature under signed addresses."""

    photos: list[str]
    signature: str | None


@read_model
class ValetDayOut:
    """取送车: a store's day, its drivers and its runs."""

    opens_at: datetime
    closes_at: datetime
    one_way_minutes: int
    drivers: list[DriverRow]
    runs: list[RunOut]


@read_model
class ProposalOut:
    """A driver who could take a run, when they would set out, and why they."""

    driver_id: int
    driver: str
    starts_at: datetime
    ends_at: datetime
    distance_km: float | None
    load: int
    reason: str


@api.get("/valet-runs", summary="取送车: a store's day, drivers against time")
async def valet_day(actor: Actor, query: ValetDayQuery) -> ValetDayOut:
    day = await queries.day_of_store(actor, query.store_id, query.day)
    return derive(ValetDayOut, day, runs=[_out(actor, run) for run in day.runs])


@api.get("/valet-runs/{valet_run_id}", summary="One run")
async def valet_run(actor: Actor, valet_run_id: int) -> RunOut:
    return _out(actor, await queries.one(actor, valet_run_id))


@api.get("/appointments/{appointment_id}/valet-runs", summary="The runs of a booking")
async def valet_runs_of_booking(actor: Actor, appointment_id: int) -> list[RunOut]:
    return [_out(actor, run) for run in await queries.of_booking(actor, appointment_id)]


@api.get("/my-valet-runs", summary="What a driver has to do, and what they did today")
async def my_valet_runs(actor: Actor) -> list[RunOut]:
    return [_shown(run) for run in await queries.of_driver(actor)]


@api.get("/valet-runs/{valet_run_id}/proposals", summary="Who could drive, the nearest first, and why they")
async def valet_proposals(actor: Actor, valet_run_id: int) -> list[ProposalOut]:
    return [derive(ProposalOut, each) for each in await assigning.proposals(actor, valet_run_id)]


@api.post("/appointments/{appointment_id}/valet-runs", status=201, summary="约取送车 for a booking")
async def ask_for_run(actor: Actor, appointment_id: int, body: WishIn) -> RunOut:
    return await valet_run(actor, (await asking.ask(actor, appointment_id, body.wish)).id)


@api.post("/rescues", status=201, summary="约救援: a car is brought in from the road")
async def ask_for_rescue(actor: Actor, body: RescueIn) -> RunOut:
    wish = body.wished(RunKind.RESCUE)
    run = await asking.ask_rescue(actor, body.store_id, body.customer_id, body.vehicle_id, wish)
    return await valet_run(actor, run.id)


@api.post("/valet-runs/{valet_run_id}/assignment", status=204, summary="派司机, 改时间 or 换人")
async def assign_run(actor: Actor, valet_run_id: int, body: AssignmentIn) -> None:
    await assigning.assign(actor, valet_run_id, body.driver_id, body.starts_at, expected_version=body.version)


@api.post("/valet-runs/{valet_run_id}/cancellation", status=204, summary="取消")
async def cancel_run(actor: Actor, valet_run_id: int, body: RunReasonIn) -> None:
    await asking.cancel(actor, valet_run_id, body.reason.strip(), expected_version=body.version)


@api.post("/valet-runs/{valet_run_id}/departure", status=204, summary="出发")
async def set_out(actor: Actor, valet_run_id: int, body: RunVersionIn) -> None:
    await driving.set_out(actor, valet_run_id, expected_version=body.version)


@api.post("/valet-runs/{valet_run_id}/taking", status=204, summary="接到车, by the owner's code or with photos")
async def take_car(actor: Actor, valet_run_id: int, body: TakingIn) -> None:
    await driving.take(
        actor,
        valet_run_id,
        mileage_km=body.mileage_km,
        code=body.code,
        photos=body.photos,
        met=await body.met(),
        expected_version=body.version,
    )


@api.post("/valet-runs/{valet_run_id}/delivery", status=204, summary="送到, signed for by whoever received the car")
async def deliver_car(actor: Actor, valet_run_id: int, body: CarDeliveryIn) -> None:
    met = await body.met()
    await driving.deliver(actor, valet_run_id, met=met, photos=body.photos, expected_version=body.version)


@api.post("/valet-runs/{valet_run_id}/failure", status=204, summary="没办成")
async def fail_run(actor: Actor, valet_run_id: int, body: RunReasonIn) -> None:
    await driving.fail(actor, valet_run_id, body.reason.strip(), expected_version=body.version)


def _out(actor: Actor, run: RunRow) -> RunOut:
    seen = replace(
        run,
        customer_name=masked.name(actor, run.customer_name),
        phone=masked.phone(actor, run.phone),
        met_name=run.met_name and masked.name(actor, run.met_name),
        met_phone=run.met_phone and masked.phone(actor, run.met_phone),
        plate=masked.plate(actor, run.plate),
    )
    return _shown(seen)


def _shown(run: RunRow) -> RunOut:
    """A driver sees the number of whoever waits at the address whole, and only on their own runs."""
    signature = signed(run.signature_key) if run.signature_key else None
    return derive(RunOut, run, photos=[signed(key) for key in run.photo_keys], signature=signature)

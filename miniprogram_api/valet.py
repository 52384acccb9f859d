"""上门取送车 for an owner's booking: who comes when, and asking for it."""

from typing import Literal

from pydantic import Field

from crm_core.dealerships.actors import Actor
from crm_core.valet import asking, queries, runs
from crm_core.valet.asking import Wish
from crm_core.valet.queries import OwnerValet
from crm_core.valet.rules import RunKind, Window
from foundation.web import Moment, Schema, Version
from miniprogram_api.login import api


class OwnerWishIn(Schema):
    """Where the car is fetched or brought, when, and whom the driver calls."""

    kind: Literal[RunKind.PICK_UP, RunKind.RETURN]
    address: str = Field(min_length=2, max_length=120)
    phone: str = Field(min_length=1, max_length=40)
    window_from: Moment
    window_to: Moment
    latitude: float | None = Field(default=None, ge=3, le=54)
    longitude: float | None = Field(default=None, ge=73, le=136)

    @property
    def wish(self) -> Wish:
        """For the verb."""
        spot = runs.spot(self.latitude, self.longitude)
        return Wish(self.kind, self.address.strip(), self.phone, Window(self.window_from, self.window_to), spot)


class OwnerRunCancelIn(Schema):
    """The version the owner saw."""

    version: Version


@api.get("/appointments/{appointment_id}/valet-runs", summary="取送车 of a booking, and what may still be asked for")
async def owner_valet(actor: Actor, appointment_id: int) -> OwnerValet:
    return await queries.of_owner(actor, appointment_id)


@api.post("/appointments/{appointment_id}/valet-runs", status=201, summary="约取送车")
async def owner_asks_for_run(actor: Actor, appointment_id: int, body: OwnerWishIn) -> OwnerValet:
    await asking.ask(actor, appointment_id, body.wish)
    return await queries.of_owner(actor, appointment_id)


@api.post("/valet-runs/{valet_run_id}/cancellation", status=204, summary="Do without the driver")
async def owner_cancels_run(actor: Actor, valet_run_id: int, body: OwnerRunCancelIn) -> None:
    await asking.cancel(actor, valet_run_id, expected_version=body.version)

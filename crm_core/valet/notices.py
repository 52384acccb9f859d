"""Who is told about a run: its driver by card, the owner by subscribe message, the desk by card what went wrong."""

from typing import Final

from crm_core.appointments.models import Appointment
from crm_core.dealerships.models import Role, Staff, Store
from crm_core.dealerships.staff import staff_with_role
from crm_core.messaging.service import say
from crm_core.valet.models import ValetRun
from crm_core.valet.rules import RunState
from crm_core.vehicles.models import Vehicle
from crm_core.wording.facts import FactValue
from foundation.refs import Ref

VARIANTS: Final = {
    RunState.ASSIGNED: "assigned",
    RunState.ON_THE_WAY: "on_the_way",
    RunState.CAR_TAKEN: "car_taken",
    RunState.DELIVERED: "delivered",
    RunState.FAILED: "failed",
}


_SAID: Final = {
    "assigned": ("valet_kind", "driver"),
    "on_the_way": ("driver",),
    "car_taken": ("driver",),
    "delivered": ("valet_kind",),
    "failed": ("store_short",),
}
"""What each variant says beside the car and the time."""


async def tell_driver(run: ValetRun, variant: str) -> None:
    """A run became theirs, or is theirs no longer; nobody is told of a run without a driver."""
    if run.driver_id is None:
        return
    await say(
        "valet_run",
        await _facts(run, "store_short", "model_short", "plate", "valet_kind", "window_from")
        | {"valet_address": run.address, "phone": run.phone},
        staff_id=run.driver_id,
        about=Ref("valet_run", run.id),
        dedupe_key=f"valet_run:{run.id}:{run.version}:{variant}:{run.driver_id}",
        variant=variant,
        version=run.version,
    )


async def tell_owner(run: ValetRun) -> None:
    """How far it is. About the booking, whose page shows it; a rescue is talked about on the phone."""
    if run.appointment_id is None or run.driver_id is None:
        return
    variant = VARIANTS[run.state]
    await say(
        "valet_progress",
        await _facts(run, "model_short", "plate", "window_from", *_SAID[variant]),
        customer_id=run.customer_id,
        about=Ref("appointment", run.appointment_id),
        dedupe_key=f"valet_run:{run.id}:{run.version}:owner",
        variant=variant,
    )


async def tell_desk(run: ValetRun, variant: str) -> None:
    """It failed, or is late: the advisor of its booking is told once; without one, whoever leads the service."""
    booked = await Appointment.get_or_none(id=run.appointment_id)
    advisor = None if booked is None else booked.advisor_id
    facts = await _facts(run, "model_short", "plate", "valet_kind", "window_from", "driver")
    facts |= {"valet_address": run.address, "phone": run.phone, "driver": facts["driver"] or "还没派"}
    if variant == "failed":
        facts["fault"] = run.end_reason
    for staff_id in await staff_with_role(Role.SVM, run.store_id) if advisor is None else [advisor]:
        await say(
            "valet_trouble",
            facts,
            staff_id=staff_id,
            about=Ref("valet_run", run.id),
            dedupe_key=f"valet_run:{run.id}:desk:{variant}:{staff_id}",
            variant=variant,
        )


async def _facts(run: ValetRun, *wanted: str) -> dict[str, FactValue]:
    """Only the facts a template declares, since `say` refuses any other."""
    vehicle = await Vehicle.get_or_none(id=run.vehicle_id).prefetch_related("model")
    driver = await Staff.get_or_none(id=run.driver_id)
    facts: dict[str, FactValue] = {
        "store_short": (await Store.get(id=run.store_id)).short_name,
        "model_short": vehicle.model.series if vehicle else "预约的车",
        "plate": (vehicle.plate or None) if vehicle else None,
        "valet_kind": run.kind.word,
        "window_from": run.window_from,
        "driver": driver.name if driver else None,
    }
    return {name: facts[name] for name in wanted}

"""What people are told about an appointment: the advisor by card, the owner by subscribe message."""

from datetime import datetime
from typing import Final

from crm_core.appointments.models import Appointment, AppointmentItem
from crm_core.appointments.rules import AppointmentPolicy, AppointmentState, ReminderKind
from crm_core.customers.models import Customer, Identity, IdentityKind
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.models import Role, Store
from crm_core.dealerships.staff import staff_with_role
from crm_core.messaging.service import close_card as update_cards
from crm_core.messaging.service import say
from crm_core.policies.current import policy_of
from crm_core.vehicles.models import Vehicle, VehicleModel
from crm_core.wording.facts import FactValue
from foundation import clock
from foundation.refs import Ref

REMINDER: Final = "appointment_reminder"
BY_PHONE: Final = "phone"
"""The source of a booking for somebody on the phone."""


async def ask_to_confirm(appointment: Appointment) -> None:
    """Send the store's advisors (the owner's own, if they have one) a card with a button."""
    customer = await Customer.get(id=appointment.customer_id)
    facts = await _facts(appointment, "starts_at", "model_short", "plate", "items") | {
        "confirm_by": appointment.confirm_by,
        "customer_name": customer.name,
        "visit_number": customer.visit_count + 1,
        "parts_note": "到店确认",
        "note": appointment.note or ("在店等" if appointment.waits_on_site else None),
    }
    for staff_id in await _advisors(appointment, customer):
        await say(
            "appointment_new",
            facts,
            staff_id=staff_id,
            about=Ref("appointment", appointment.id),
            dedupe_key=f"appointment:{appointment.id}:new:{appointment.version}:{staff_id}",
            version=appointment.version,
        )


async def ask_again(appointment: Appointment, actor: Actor) -> None:
    """After customer care moved a request: close the old card and send a new one that asks for the new slot."""
    await close_card(appointment, "rescheduled", actor)
    await ask_to_confirm(appointment)


async def tell_result(appointment: Appointment, variant: str) -> None:
    """Tell the owner: confirmed, rescheduled or cancelled."""
    facts = await _facts(appointment, "starts_at", "store_short", "model_short", "plate")
    if variant == "confirmed":
        facts["late_minutes"] = (await policy_of(AppointmentPolicy, appointment.store_id)).kept_when_late_minutes
    await say(
        "appointment_result",
        facts,
        customer_id=appointment.customer_id,
        about=Ref("appointment", appointment.id),
        dedupe_key=f"appointment:{appointment.id}:{variant}:{appointment.version}",
        variant=variant,
        send_before=appointment.starts_at if variant != "cancelled" else None,
    )


async def is_heard_on_the_phone(appointment: Appointment) -> bool:
    """Whether the owner hears the answer from whoever books, and could get it in no other way: then no message is
    written, and nobody is asked to phone again.
    """
    if appointment.source != BY_PHONE:
        return False
    return not await Identity.exists(customer_id=appointment.customer_id, kind=IdentityKind.OPENID)


async def tell_rescheduled(appointment: Appointment, old_starts_at: datetime, actor: Actor) -> None:
    """Tell the owner that their appointment was moved, and the advisors if the owner moved it; close an open card."""
    await tell_result(appointment, "rescheduled")
    await close_card(appointment, "rescheduled", actor)
    if actor.is_owner:
        await _tell_advisors(appointment, "rescheduled", actor, old_starts_at)


async def tell_cancelled(appointment: Appointment, actor: Actor) -> None:
    """Tell the side that did not cancel (the advisors or the owner), and close an open request card."""
    await close_card(appointment, "cancelled", actor)
    if actor.is_owner:
        await _tell_advisors(appointment, "cancelled", actor, appointment.starts_at)
    else:
        await tell_result(appointment, "cancelled")


async def tell_ended_by_clock(appointment: Appointment) -> None:
    """Tell the owner that their request expired. After a no-show they get no message; staff call them instead."""
    if appointment.state is AppointmentState.EXPIRED:
        await tell_result(appointment, "cancelled")


async def remind(appointment: Appointment, kind: ReminderKind) -> None:
    """Send a reminder before the slot, each kind at most once per slot."""
    await say(
        REMINDER,
        await _facts(appointment, "starts_at", "store_short", "model_short", "plate", "items"),
        customer_id=appointment.customer_id,
        about=Ref("appointment", appointment.id),
        dedupe_key=f"appointment:{appointment.id}:remind:{kind.value}:{appointment.starts_at.isoformat()}",
        send_before=appointment.starts_at,
    )


async def close_card(appointment: Appointment, action: str, actor: Actor) -> None:
    """Update the advisors' cards once: who did what and when."""
    await update_cards(Ref("appointment", appointment.id), "appointment_new", action, actor.name or "车主")


async def _tell_advisors(appointment: Appointment, variant: str, actor: Actor, old_starts_at: datetime) -> None:
    customer = await Customer.get(id=appointment.customer_id)
    wanted = ("model_short", "plate", "items", *(("starts_at",) if variant == "rescheduled" else ()))
    facts = await _facts(appointment, *wanted)
    facts |= {"actor": actor.name or "车主", "acted_at": clock.now(), "old_starts_at": old_starts_at}
    if variant == "cancelled":
        facts["cancel_reason"] = appointment.end_reason
    for staff_id in await _advisors(appointment, customer):
        await say(
            "appointment_changed",
            facts,
            staff_id=staff_id,
            about=Ref("appointment", appointment.id),
            dedupe_key=f"appointment:{appointment.id}:changed:{appointment.version}:{staff_id}",
            variant=variant,
        )


async def _advisors(appointment: Appointment, customer: Customer) -> list[int]:
    """The advisor in charge; without one, all advisors of the store."""
    if appointment.advisor_id is not None:
        return [appointment.advisor_id]
    team = await staff_with_role(Role.SA, appointment.store_id)
    if customer.advisor_id in team:
        return [customer.advisor_id] if customer.advisor_id is not None else team
    return team


async def _facts(appointment: Appointment, *wanted: str) -> dict[str, FactValue]:
    """Only the facts a template declares, since `say` refuses any other."""
    vehicle = await Vehicle.get_or_none(id=appointment.vehicle_id).prefetch_related("model")
    model = vehicle.model if vehicle else await VehicleModel.get(id=appointment.given_model_id)
    store = await Store.get(id=appointment.store_id)
    names = await AppointmentItem.filter(appointment_id=appointment.id).order_by("id").values_list("name", flat=True)
    facts: dict[str, FactValue] = {
        "starts_at": appointment.starts_at,
        "store_short": store.short_name,
        "model_short": model.series,
        "plate": (vehicle.plate if vehicle else appointment.given_plate) or None,
        "items": [str(name) for name in names],
    }
    return {name: facts[name] for name in wanted}

"""What people are told about a repair order: staff by card, the owner by subscribe message."""

from collections.abc import Sequence
from datetime import datetime

from crm_core.customers.models import Customer
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.models import Bay, Role, Staff
from crm_core.dealerships.staff import staff_with_role
from crm_core.messaging.service import close_card as update_cards
from crm_core.messaging.service import say
from crm_core.parts.models import PartRequest
from crm_core.parts.rules import RequestState
from crm_core.repair_orders.additional_work_rules import Urgency
from crm_core.repair_orders.models import RepairLine, RepairOrder
from crm_core.repair_orders.papers.models import AdditionalWork, Estimate
from crm_core.vehicles.models import Vehicle
from crm_core.wording.facts import Facts, FactValue
from foundation import clock
from foundation.refs import Ref

PHOTO_NEED = "施工前、施工后、旧件"


async def tell_progress(order: RepairOrder, variant: str, **facts: FactValue) -> None:
    """Send the owner a notice about a step of the work: estimate_ready, started, postponed or ready."""
    await say(
        "repair_progress",
        {**await car_facts(order), "ready_at": order.promised_finish_at or clock.now(), **facts},
        customer_id=order.customer_id,
        about=Ref("repair_order", order.id),
        dedupe_key=f"repair_order:{order.id}:{variant}:{order.version}",
        variant=variant,
    )


async def tell_declined(order: RepairOrder, estimate: Estimate, who: str) -> None:
    """Tell the advisor that nothing is to be done: the car waits to be given back."""
    await say(
        "estimate_declined",
        {
            **await car_facts(order),
            "declined_by": who,
            "decline_reason": estimate.decline_reason or "没有说",
            "decided_at": estimate.decided_at,
            "amount_fen": estimate.owner_total_fen,
        },
        staff_id=order.advisor_id,
        about=Ref("repair_order", order.id),
        dedupe_key=f"repair_order:{order.id}:declined:{estimate.version}",
    )


async def ask_owner(order: RepairOrder, sheet: AdditionalWork, lines: list[RepairLine]) -> None:
    """Ask the owner to decide a sheet item by item."""
    await say(
        "extra_work_decision",
        {
            **await car_facts(order),
            "line_count": len(lines),
            "amount_fen": sum(line.total_fen for line in lines),
            "decide_by": sheet.expires_at,
        },
        customer_id=order.customer_id,
        about=Ref("additional_work", sheet.id),
        dedupe_key=f"additional_work:{sheet.id}:ask:{sheet.version}",
        send_before=sheet.expires_at,
    )


async def ask_for_price(order: RepairOrder, sheet: AdditionalWork, lines: list[RepairLine], technician: str) -> None:
    """Ask the advisor to price what was found."""
    urgencies = [line.urgency for line in lines]
    await say(
        "extra_work_found",
        {
            **await car_facts(order),
            "red_count": urgencies.count(Urgency.RED),
            "yellow_count": urgencies.count(Urgency.YELLOW),
            "green_count": urgencies.count(Urgency.GREEN),
            "technician": technician,
            "extra_minutes": sum(line.minutes for line in lines),
        },
        staff_id=order.advisor_id,
        about=Ref("additional_work", sheet.id),
        dedupe_key=f"additional_work:{sheet.id}:price",
        version=sheet.version,
    )


async def tell_decided(
    order: RepairOrder, sheet: AdditionalWork, accepted: list[RepairLine], declined: list[RepairLine]
) -> None:
    """Tell the advisor and the technician what the owner decided; the technician gets no amounts, as they see no
    money.
    """
    facts = {
        **await car_facts(order),
        "accepted": [line.name for line in accepted] or ["无"],
        "declined": [line.name for line in declined] or ["无"],
        "decided_at": clock.now(),
        "promised_at": order.promised_finish_at,
    }
    about, key = Ref("additional_work", sheet.id), f"additional_work:{sheet.id}:answer:{order.version}"
    amount = sum(line.total_fen for line in accepted)
    await say(
        "extra_work_answered",
        {**facts, "amount_fen": amount},
        staff_id=order.advisor_id,
        about=about,
        dedupe_key=f"{key}:advisor",
        variant="advisor",
    )
    if sheet.found_by != order.advisor_id:
        await say(
            "extra_work_answered",
            facts,
            staff_id=sheet.found_by,
            about=about,
            dedupe_key=f"{key}:technician",
            variant="technician",
        )


async def tell_unanswered(
    order: RepairOrder, sheet: AdditionalWork, lines: list[RepairLine], waited_minutes: int
) -> None:
    """Ask the advisor to phone an owner who has not answered, since no answer is no consent."""
    customer = await Customer.get(id=order.customer_id)
    await say(
        "extra_work_timeout",
        {
            **await car_facts(order),
            "line_count": len(lines),
            "red_count": sum(line.urgency is Urgency.RED for line in lines),
            "amount_fen": sum(line.total_fen for line in lines),
            "customer_name": customer.name,
            "phone": customer.phone,
            "waited_minutes": waited_minutes,
        },
        staff_id=order.advisor_id,
        about=Ref("additional_work", sheet.id),
        dedupe_key=f"additional_work:{sheet.id}:timeout:{sheet.version}",
        version=sheet.version,
    )


async def tell_technician(order: RepairOrder, line: RepairLine, *, handed_by: str = "") -> None:
    """派工: tell the technician the job, its bay and the promised time, and which colleague passed it on."""
    bay = await Bay.get(id=line.bay_id)
    waited = await PartRequest.filter(line_id=line.id, state=RequestState.BACKORDERED).order_by("-expected_at").first()
    await say(
        "job_dispatched",
        {
            **await car_facts(order),
            "job": line.name,
            "bay": bay.name,
            "promised_at": order.promised_finish_at,
            "standard_minutes": line.labour_centihours * 60 // 100 or line.minutes,
            "photo_need": PHOTO_NEED,
            "parts_due_at": waited.expected_at if waited else None,
            "owner_waiting": order.waits_on_site,
            "handed_by": handed_by or None,
        },
        staff_id=line.technician_id,
        about=Ref("job", line.id),
        dedupe_key=f"job:{line.id}:{order.version}",
        version=order.version,
    )


async def tell_store_room(order: RepairOrder, lines: list[RepairLine]) -> None:
    """备料: tell the store room which parts to bring to the bay before the work starts."""
    requests = await PartRequest.filter(
        line_id__in=[line.id for line in lines], state=RequestState.RESERVED
    ).prefetch_related("part")
    if not requests:
        return
    bay = await Bay.get(id=lines[0].bay_id)
    for staff_id in await staff_with_role(Role.PRT, order.store_id):
        await say(
            "parts_pick",
            {
                **await car_facts(order),
                "bay": bay.name,
                "due_at": lines[0].planned_starts_at,
                "parts": [f"{wanted.part.name} ×{wanted.quantity}" for wanted in requests],
                "ro_number": order.number,
            },
            staff_id=staff_id,
            about=Ref("pick_list", order.id),
            dedupe_key=f"pick_list:{order.id}:{order.version}:{staff_id}",
            version=order.version,
        )


async def tell_of_parts(order: RepairOrder, variant: str, names: Sequence[str], **facts: FactValue) -> None:
    """缺料 and 到货: tell the advisor, who talks to the owner, and the controllers, who plan the work."""
    receivers = [order.advisor_id, *await staff_with_role(Role.WC, order.store_id)]
    for staff_id in dict.fromkeys(receivers):
        await say(
            "parts_shortage",
            {**await car_facts(order), "parts": list(names), "promised_at": order.promised_finish_at, **facts},
            staff_id=staff_id,
            about=Ref("repair_order", order.id),
            dedupe_key=f"repair_order:{order.id}:{variant}:{order.version}:{staff_id}",
            variant=variant,
        )


async def tell_to_buy(order: RepairOrder, names: Sequence[str]) -> None:
    """外购: tell the store room what it has to buy for a job that the owner allowed."""
    for staff_id in await staff_with_role(Role.PRT, order.store_id):
        await say(
            "parts_shortage",
            {**await car_facts(order), "parts": list(names), "promised_at": order.promised_finish_at},
            staff_id=staff_id,
            about=Ref("repair_order", order.id),
            dedupe_key=f"repair_order:{order.id}:to_buy:{order.version}:{staff_id}",
            variant="to_buy",
        )


async def tell_failed_check(
    order: RepairOrder, line: RepairLine, inspector: str, reason: str, photo_count: int
) -> None:
    """质检没过: tell the technician and the controller; from the second failure on also the service manager."""
    roles = [Role.WC, Role.SVM] if line.fail_count > 1 else [Role.WC]
    receivers = [
        line.technician_id,
        *[staff for role in roles for staff in await staff_with_role(role, order.store_id)],
    ]
    for staff_id in dict.fromkeys(receivers):
        await say(
            "quality_check_failed",
            {
                **await car_facts(order),
                "job": line.name,
                "fail_count": line.fail_count,
                "inspector": inspector,
                "fault": reason,
                "photo_count": photo_count,
                "promised_at": order.promised_finish_at,
            },
            staff_id=staff_id,
            about=Ref("repair_order", order.id),
            dedupe_key=f"repair_order:{order.id}:qc_failed:{line.id}:{line.fail_count}:{staff_id}",
        )


async def tell_stopped(order: RepairOrder, reason: str, parts_out: int, *, is_begun: bool) -> None:
    """中止: tell the controllers, who make the car safe, and the store room, which takes parts back."""
    receivers = [staff_id for role in (Role.WC, Role.PRT) for staff_id in await staff_with_role(role, order.store_id)]
    for staff_id in dict.fromkeys(receivers):
        await say(
            "work_stopped",
            {**await car_facts(order), "fault": reason, "part_count": parts_out},
            staff_id=staff_id,
            about=Ref("repair_order", order.id),
            dedupe_key=f"repair_order:{order.id}:stopped:{staff_id}",
            variant="begun" if is_begun else "unbegun",
        )


async def warn_of_promise(order: RepairOrder, blocking: str, technician: str, expected_at: datetime) -> None:
    """快到交车时间: warn the advisor and the controllers, once for each promised time."""
    promised_at = order.promised_finish_at
    assert promised_at is not None
    for staff_id in dict.fromkeys([order.advisor_id, *await staff_with_role(Role.WC, order.store_id)]):
        await say(
            "promise_at_risk",
            {
                **await car_facts(order),
                "promised_at": promised_at,
                "blocking": blocking,
                "technician": technician,
                "expected_at": expected_at,
            },
            staff_id=staff_id,
            about=Ref("repair_order", order.id),
            dedupe_key=f"repair_order:{order.id}:promise:{promised_at.isoformat()}:{staff_id}",
            version=order.version,
        )


async def close_card(about: str, template: str, outcome: str, actor: Actor) -> None:
    """What a card asked is settled, and by whom."""
    await update_cards(about, template, outcome, actor.name or "车主")


async def staff_name(staff_id: int | None) -> str:
    """A staff member's name, 「未派工」 for nobody."""
    staff = await Staff.get_or_none(id=staff_id) if staff_id is not None else None
    return staff.name if staff else "未派工"


async def car_facts(order: RepairOrder) -> Facts:
    vehicle = await Vehicle.get(id=order.vehicle_id).prefetch_related("model")
    return {"model_short": vehicle.model.series, "plate": vehicle.plate or None}

"""Before the work: the booking, 接车, the walk-around, the estimate, the owner's word."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from app.seed.living.visit import Visit
from app.seed.pictures import POSITIONS
from crm_core.appointments import booking
from crm_core.appointments.errors import SlotNotPossible, SlotTaken, VehicleHasAppointment
from crm_core.appointments.models import Appointment
from crm_core.approvals import service as approvals
from crm_core.approvals.models import Approval
from crm_core.approvals.rules import ApprovalState
from crm_core.billing.rules import Payer
from crm_core.dealerships.models import Role
from crm_core.parts.models import PartRequest
from crm_core.repair_orders import (
    authorising,
    estimating,
    inspection,
    material,
    opening,
)
from crm_core.repair_orders.discounting import Discount
from crm_core.repair_orders.estimating import WantedLine
from crm_core.repair_orders.inspection import Damage, InspectionPhoto
from crm_core.repair_orders.inspection_rules import CarView
from crm_core.repair_orders.papers.models import Estimate
from crm_core.repair_orders.rules import LineState
from foundation import clock
from foundation.refs import Ref

DEDUCTIBLE_FEN: Final = 200_00


def asked_at(visit: Visit) -> datetime:
    """One to five days before, in the evening or over lunch."""
    day = clock.local(visit.arrives).date() - timedelta(days=1 + visit.number % 5)
    return clock.at(day, (12, 20, 19, 21)[visit.number % 4], visit.number * 7 % 60)


async def book(visit: Visit) -> Appointment | None:
    """The slot of the arrival, or one close by; None when the house was full, and the owner comes without."""
    desk = visit.car.owner if visit.car.has_mini_program else visit.crew.next(Role.CRC)
    slot_at = _slot_before(visit.arrives)
    for step in (0, -30, 30):
        try:
            return await booking.book(
                desk,
                customer_id=visit.car.customer_id,
                vehicle_id=visit.car.vehicle_id,
                store_id=visit.crew.store.id,
                item_ids=visit.catalogue.ids(visit.jobs),
                starts_at=slot_at + timedelta(minutes=step),
                waits_on_site=visit.number % 2 == 0,
                campaign_token=visit.campaign_token,
                coupon_id=visit.coupon_id,
            )
        except (SlotTaken, SlotNotPossible, VehicleHasAppointment):
            continue
    return None


async def open(visit: Visit, appointment: Appointment | None) -> None:
    mileage = visit.car.mileage_km + 4_000 + visit.number * 137 % 5_000
    if appointment is not None:
        order = await opening.open_from_appointment(
            visit.advisor, appointment.id, mileage_km=mileage, complaint=visit.complaint
        )
    else:
        order = await opening.open_walk_in(
            visit.advisor,
            store_id=visit.crew.store.id,
            customer_id=visit.car.customer_id,
            vehicle_id=visit.car.vehicle_id,
            mileage_km=mileage,
            complaint=visit.complaint,
            waits_on_site=visit.number % 3 == 0,
        )
    visit.order_id = order.id


async def inspect(visit: Visit) -> None:
    photos = [InspectionPhoto(position, await visit.album.of_car(position, visit.number)) for position in POSITIONS]
    scratch = Damage(
        "右后门",
        "划痕",
        await visit.album.of("scratch", visit.number),
        size="2 厘米",
        view=CarView.RIGHT,
        x=360,
        y=560,
    )
    report = await inspection.pre_inspect(
        visit.advisor,
        visit.order_id,
        energy_percent=20 + visit.number * 13 % 75,
        photos=photos,
        damages=[scratch] if visit.number % 4 == 0 else [],
        belongings="行车记录仪" if visit.number % 3 == 0 else "",
        valuables_reminded=True,
        covers_on=True,
    )
    signature = await visit.album.signature(visit.number % 9)
    if visit.car.has_mini_program:
        await inspection.sign_inspection(visit.car.owner, visit.order_id, signature, seen=report.inspected_at)
    else:
        await inspection.sign_on_advisors_screen(visit.advisor, visit.order_id, signature)


async def estimate(visit: Visit) -> None:
    approval = {Payer.W: "W2611-08842", Payer.I: "DS-440305-771"}.get(visit.payer, "")
    lines = [WantedLine(item_id, visit.payer, approval) for item_id in visit.catalogue.ids(visit.jobs)]
    if visit.payer is Payer.I:  # The policy leaves this much of each case to the owner.
        lines[0] = replace(lines[0], deductible_fen=DEDUCTIBLE_FEN)
    lines += [WantedLine(free=job) for job in visit.offer.free]
    made = await estimating.make_estimate(visit.advisor, visit.order_id, lines, _promise(visit))
    if visit.offer.off_percent:
        made = await _with_discount(visit, lines, made)
    visit.estimate_version = made.version
    if not visit.offer.waits:
        await estimating.send_estimate(visit.advisor, visit.order_id)


async def _with_discount(visit: Visit, lines: list[WantedLine], plain: Estimate) -> Estimate:
    """The same jobs for less; above the advisor's limit the service manager agrees, or does not."""
    offer = visit.offer
    off_fen = plain.owner_total_fen * offer.off_percent // 10_000 * 100
    made = await estimating.make_estimate(
        visit.advisor, visit.order_id, lines, plain.promised_finish_at, discount=Discount(off_fen, offer.reason)
    )
    asked = await Approval.get_or_none(about=Ref("repair_order", visit.order_id), state=ApprovalState.PENDING)
    if asked is None or offer.waits:
        return made
    manager = visit.crew.people(Role.SVM)[-1]
    note = "这次不减了，下次送保养券" if offer.is_refused else "同意"
    await approvals.decide(manager, asked.id, agree=not offer.is_refused, note=note, version_seen=asked.version)
    if not offer.is_refused:
        return made
    return await estimating.make_estimate(visit.advisor, visit.order_id, lines, plain.promised_finish_at)


def _promise(visit: Visit) -> datetime:
    """Paint dries overnight; anything else is ready an hour after its own time."""
    if "PAINT" in visit.jobs:
        return clock.at(clock.today() + timedelta(days=1), 16)
    return _rounded(clock.now(), visit.catalogue.minutes(visit.jobs) + 70)


async def authorise(visit: Visit) -> None:
    keeps = visit.number % 5 == 0
    left_out = visit.catalogue.ids(visit.offer.without)
    without = [line.id for line in await visit.lines(LineState.PROPOSED) if line.item_id in left_out]
    if visit.car.has_mini_program:
        signature = await visit.album.signature(visit.number % 9)
        await authorising.authorise_estimate(
            visit.car.owner,
            visit.order_id,
            visit.estimate_version,
            signature=signature,
            declined=without,
            keeps_old_parts=keeps,
        )
    else:
        await authorising.record_authorisation(
            visit.advisor,
            visit.order_id,
            visit.estimate_version,
            await visit.on_paper(),
            declined=without,
            keeps_old_parts=keeps,
        )


async def buy_parts(visit: Visit) -> None:
    """外购: the store room fetches what the free jobs need from a dealer nearby."""
    if visit.offer.free and visit.offer.is_bought:
        wanted = PartRequest.filter(repair_order_id=visit.order_id, part__for_line_id__isnull=False)
        for each in await wanted.order_by("id"):
            await material.receive_part(visit.crew.next(Role.PRT), each.id)


def _slot_before(moment: datetime) -> datetime:
    local = clock.local(moment)
    return clock.at(local.date(), local.hour, local.minute // 30 * 30)


def _rounded(moment: datetime, minutes: int) -> datetime:
    """So many minutes later, on the quarter of an hour."""
    later = clock.local(moment + timedelta(minutes=minutes + 14))
    return clock.at(later.date(), later.hour, later.minute // 15 * 15)

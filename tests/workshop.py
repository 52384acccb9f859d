"""A workshop on a Monday morning: its people, a car that came, and shortcuts through the real verbs."""

from dataclasses import dataclass
from datetime import datetime

from crm_core.customers.models import Customer
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.models import Bay, BayKind, Role, Store
from crm_core.parts.models import Part, Stock
from crm_core.pricing.models import ServiceItem
from crm_core.repair_orders import (
    additional_work,
    authorising,
    dispatching,
    estimating,
    inspection,
    material,
    opening,
    quality,
    work,
)
from crm_core.repair_orders.additional_work import Finding, ItemPrice
from crm_core.repair_orders.additional_work_rules import Urgency
from crm_core.repair_orders.estimating import WantedLine
from crm_core.repair_orders.inspection import InspectionPhoto
from crm_core.repair_orders.models import RepairLine, RepairOrder
from crm_core.repair_orders.papers.models import AdditionalWork
from crm_core.repair_orders.quality_rules import POINTS, Checked
from crm_core.vehicles.models import Vehicle
from foundation import clock
from tests import factories as make

CHECKED = [Checked(point.name) for point in POINTS]
PHOTO = {"key": f"{'a' * 64}.jpg", "label": "施工后"}
POSITIONS = ("FRONT_LEFT", "FRONT_RIGHT", "REAR_LEFT", "REAR_RIGHT", "DASHBOARD", "INTERIOR")


@dataclass
class Workshop:
    """Everybody and everything one visit needs."""

    store: Store
    advisor: Actor
    manager: Actor
    controller: Actor
    technician: Actor
    inspector: Actor
    store_room: Actor
    customer: Customer
    owner: Actor
    vehicle: Vehicle
    service: ServiceItem
    pads: ServiceItem
    bay: Bay

    async def opened(self) -> RepairOrder:
        """接车 of a walk-in."""
        return await opening.open_walk_in(
            self.advisor,
            store_id=self.store.id,
            customer_id=self.customer.id,
            vehicle_id=self.vehicle.id,
            mileage_km=21_180,
            complaint="做个保养，刹车有点响",
            waits_on_site=True,
        )

    async def inspected(self) -> RepairOrder:
        """Walked around and signed."""
        order = await self.opened()
        report = await inspection.pre_inspect(
            self.advisor,
            order.id,
            energy_percent=60,
            photos=[InspectionPhoto(position, PHOTO["key"]) for position in POSITIONS],
            valuables_reminded=True,
            covers_on=True,
        )
        await inspection.sign_inspection(self.owner, order.id, PHOTO["key"], seen=report.inspected_at)
        return await self.now(order)

    async def estimated(self, *items: ServiceItem, promised_at: datetime | None = None) -> RepairOrder:
        """The owner has an estimate to decide about: by default the small service, promised for 11:30."""
        order = await self.inspected()
        wanted = [WantedLine(item.id) for item in items or (self.service,)]
        await estimating.make_estimate(self.advisor, order.id, wanted, promised_at or make.slot(11, 30))
        await estimating.send_estimate(self.advisor, order.id)
        return await self.now(order)

    async def authorised(self, *items: ServiceItem) -> RepairOrder:
        """The owner allowed it."""
        order = await self.estimated(*items)
        await authorising.authorise_estimate(self.owner, order.id, 1, keeps_old_parts=True)
        return await self.now(order)

    async def dispatched(self, *items: ServiceItem) -> RepairOrder:
        """Given to the technician, parts handed out."""
        order = await self.authorised(*items)
        await self.give_out(order)
        return await self.now(order)

    async def give_out(self, order: RepairOrder) -> None:
        """Dispatch what waits for it and hand out its parts."""
        lines = [line.id for line in await self.lines(order) if line.state == "AUTHORISED"]
        await dispatching.dispatch(
            self.controller, order.id, lines, technician_id=self.technician.id, bay_id=self.bay.id
        )
        await material.issue_parts(self.store_room, order.id)

    async def in_work(self, *items: ServiceItem) -> RepairOrder:
        """The technician has begun the first line."""
        order = await self.dispatched(*items)
        await work.clock_on(self.technician, (await self.lines(order))[0].id)
        return await self.now(order)

    async def to_inspect(self, *items: ServiceItem) -> RepairOrder:
        """All jobs done and checked by their technicians."""
        order = await self.dispatched(*items)
        await self.do_all(order)
        return await self.now(order)

    async def do_all(self, order: RepairOrder) -> None:
        """Work on whatever is to be done, one line after the other, and tick the team's check."""
        for line in await self.lines(order):
            if line.state in ("ASSIGNED", "PAUSED", "QC_FAIL"):
                await work.clock_on(self.technician, line.id)
            if line.state in ("ASSIGNED", "PAUSED", "QC_FAIL", "WORKING"):
                await work.finish_line(self.technician, line.id, [PHOTO])
        await work.tick_checks(self.controller, order.id)

    async def ready(self, *items: ServiceItem) -> RepairOrder:
        """Inspected and ready to be billed."""
        order = await self.to_inspect(*items)
        await quality.pass_check(self.inspector, order.id, was_road_tested=True, checklist=CHECKED)
        await quality.mark_ready(self.advisor, order.id)
        return await self.now(order)

    async def asked(self, order: RepairOrder, *urgencies: Urgency) -> AdditionalWork:
        """Additional work of pads (968.00 yuan, 72 minutes) in each urgency, before the owner."""
        findings = [Finding("剩 2.1 毫米", urgency, [PHOTO], item_id=self.pads.id) for urgency in urgencies]
        sheet = await additional_work.propose(self.technician, order.id, findings)
        found = [line for line in await self.lines(order) if line.additional_work_id == sheet.id]
        await additional_work.price(self.advisor, sheet.id, [ItemPrice(line.id) for line in found])
        return await additional_work.send(self.advisor, sheet.id)

    async def now(self, order: RepairOrder) -> RepairOrder:
        """The order as it is now."""
        return await RepairOrder.get(id=order.id)

    async def lines(self, order: RepairOrder) -> list[RepairLine]:
        """Its lines, oldest first."""
        return await RepairLine.filter(repair_order_id=order.id).order_by("id")


async def make_workshop(*, at: datetime | None = None) -> Workshop:
    """Monday 09:30, an ordinary store."""
    await clock.set_to(at or make.slot(9, 30))
    store = await make.make_store(advisors=0, bays={BayKind.QUICK: 1, BayKind.GENERAL: 2, BayKind.EV: 1})
    customer = await make.make_customer(store)
    vehicle = await make.make_vehicle(customer)
    for number in ("OIL-X6", "PAD-X6"):
        part = await Part.create(number=number, name={"OIL-X6": "机滤", "PAD-X6": "前刹车片"}[number])
        await Stock.create(part_id=part.id, store_id=store.id, on_hand=6)
    skills = ["QUICK", "GENERAL"]
    bay = await Bay.filter(store_id=store.id, kind=BayKind.GENERAL).order_by("id").first()
    assert bay is not None
    return Workshop(
        store=store,
        advisor=await make.acting(Role.SA, store, name="李敏"),
        manager=await make.acting(Role.SVM, store, name="周经理"),
        controller=await make.acting(Role.WC, store, name="周主管"),
        technician=await make.acting(Role.TEC, store, name="陈志强", skills=skills),
        inspector=await make.acting(Role.QC, store, name="刘洋"),
        store_room=await make.acting(Role.PRT, store, name="何军"),
        customer=customer,
        owner=make.acting_owner(customer),
        vehicle=vehicle,
        service=await make.make_service_item(part_number="OIL-X6"),
        pads=await make.make_service_item(
            name="前刹车片",
            minutes=72,
            labour_centihours=120,
            parts_fen=680_00,
            part_number="PAD-X6",
            is_maintenance=False,
            needs_road_test=True,
        ),
        bay=bay,
    )

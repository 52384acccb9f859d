"""Builders of rows for tests: one function per thing, with defaults that make sense in the trade."""

from datetime import date, datetime
from itertools import count
from typing import Any

from crm_core.approvals.models import ApprovalDelegation
from crm_core.customers.models import Customer, Source
from crm_core.dealerships.actors import Actor, owner, staff_actor
from crm_core.dealerships.models import Bay, BayKind, Region, Role, Staff, StaffRole, Store
from crm_core.pricing.models import ItemPrice, ServiceItem
from crm_core.vehicles.models import (
    Binding,
    BindingRole,
    BindingState,
    Ownership,
    Powertrain,
    Vehicle,
    VehicleModel,
)
from foundation import clock

_number = count(1)

# Fictional VINs with correct check digits.
VINS = ("LYFAA4DE1T1000001", "LYFAA4DEXT1000014", "LYFBB6CE3T2000123", "LYFEC2PB7S1000777")
MONDAY = date(2026, 11, 23)
"""An ordinary working day of the demo's story."""


async def make_store(*, advisors: int = 4, bays: dict[BayKind, int] | None = None, **columns: Any) -> Store:
    """An open store with its advisors and bays: by default four advisors and eight general bays. Where owners are
    received there are as many technicians as bays; the first, 陈志强, is the one tests know by name.
    """
    n = next(_number)
    region = await Region.create(name=f"区域{n}")
    store = await Store.create(
        **{
            "code": f"S{n:02d}",
            "name": "云帆深圳南山店",
            "short_name": "深圳南山店",
            "city": "深圳",
            "region_id": region.id,
            **columns,
        }
    )
    for kind, how_many in (bays or {BayKind.GENERAL: 8}).items():
        for number in range(1, how_many + 1):
            await Bay.create(store_id=store.id, name=f"{kind.value[:4]}{number}", kind=kind)
    for _ in range(advisors):
        await make_staff(Role.SA, store)
    if advisors:
        skills = [kind.value for kind in bays or {BayKind.GENERAL: 8}]
        await make_staff(Role.TEC, store, name="陈志强", skills=skills)
        others = [
            Staff(userid=f"technician{next(_number)}", name="技师", store_id=store.id, skills=skills)
            for _ in range(sum((bays or {BayKind.GENERAL: 8}).values()) - 1)
        ]
        await Staff.bulk_create(others)
        hired = await Staff.filter(userid__in=[one.userid for one in others])
        await StaffRole.bulk_create([StaffRole(staff_id=one.id, role=Role.TEC, store_id=store.id) for one in hired])
    return store


async def make_staff(role: Role, store: Store | None = None, *, name: str = "李敏", **columns: Any) -> Staff:
    """A staff member with one role, in a store or (without one) in the whole group."""
    n = next(_number)
    store_id = store.id if store else None
    staff = await Staff.create(**{"userid": f"staff{n}", "name": name, "store_id": store_id, **columns})
    await StaffRole.create(staff_id=staff.id, role=role, store_id=store_id)
    return staff


async def acting(role: Role, store: Store | None = None, **columns: Any) -> Actor:
    """A signed-in staff member."""
    return await staff_actor((await make_staff(role, store, **columns)).id)


async def lend_seat(approver_id: int, delegate_id: int, until_on: date | None = None) -> None:
    """代理: from today one decides approvals for the other."""
    today = clock.today()
    await ApprovalDelegation.create(
        approver_id=approver_id,
        delegate_id=delegate_id,
        from_on=today,
        until_on=until_on or today,
        created_at=clock.now(),
    )


async def make_customer(store: Store | None = None, **columns: Any) -> Customer:
    """A car owner."""
    defaults = {
        "name": "张伟",
        "phone": "13812345678",
        "home_store_id": store.id if store else None,
        "first_source": Source.WECOM_ADD,
        "created_at": clock.now(),
    }
    return await Customer.create(**{**defaults, **columns})


async def make_vehicle_model(**columns: Any) -> VehicleModel:
    """A petrol car of the catalogue."""
    defaults = {
        "code": f"X6-{next(_number)}",
        "series": "云帆X6",
        "trim": "2.0T 豪华",
        "powertrain": Powertrain.PETROL,
        "guide_price_fen": 179_800_00,
    }
    return await VehicleModel.create(**{**defaults, **columns})


async def make_vehicle(
    customer: Customer | None = None, *, vin: str = VINS[0], is_bound: bool = True, **columns: Any
) -> Vehicle:
    """A car; with `customer`, it is theirs and bound to their account."""
    model_id = columns.pop("model_id", None) or (await make_vehicle_model()).id
    defaults = {"plate": "粤BD1245", "model_id": model_id, "delivered_on": date(2024, 5, 1), "mileage_km": 11_420}
    vehicle = await Vehicle.create(vin=vin, **{**defaults, **columns})
    if customer is not None:
        await Ownership.create(
            vehicle_id=vehicle.id, customer_id=customer.id, role=BindingRole.OWNER, since_on=date(2024, 5, 1)
        )
        if is_bound:
            await bind(vehicle, customer)
    return vehicle


async def bind(vehicle: Vehicle, customer: Customer, role: BindingRole = BindingRole.OWNER) -> Binding:
    """Bind the car to the customer's account."""
    return await Binding.create(
        vehicle_id=vehicle.id,
        customer_id=customer.id,
        role=role,
        state=BindingState.BOUND,
        how="phone_and_vin",
        requested_at=clock.now(),
        bound_at=clock.now(),
    )


async def make_service_item(
    *, name: str = "小保养", minutes: int = 60, labour_centihours: int = 100, parts_fen: int = 428_00, **columns: Any
) -> ServiceItem:
    """A bookable job with its default price."""
    defaults = {"code": f"OP{next(_number)}", "bay_kind": BayKind.GENERAL, "is_maintenance": True}
    item = await ServiceItem.create(name=name, minutes=minutes, **{**defaults, **columns})
    await ItemPrice.create(item_id=item.id, labour_centihours=labour_centihours, parts_fen=parts_fen)
    return item


def acting_owner(customer: Customer, openid: str = "") -> Actor:
    """The customer, signed in to the mini program."""
    return owner(customer.id, openid=openid or f"o-{customer.id}")


def slot(hour: int, minute: int = 0, day: date = MONDAY) -> datetime:
    """A Shanghai wall-clock time of the story's Monday."""
    return clock.at(day, hour, minute)

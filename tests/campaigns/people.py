"""Many owners at once, for segments and broadcasts: written in SQL, since a thousand builders take seconds."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from crm_core.appointments.models import Appointment
from crm_core.appointments.rules import AppointmentState
from crm_core.coupons.models import CouponTemplate
from crm_core.coupons.rules import CouponKind, TemplateState
from crm_core.dealerships.models import BayKind, Role, Staff, Store
from crm_core.repair_orders.hand_over.models import HandOver
from crm_core.repair_orders.hand_over.rules import HandOverState, HowLeft
from crm_core.repair_orders.models import RepairOrder
from crm_core.repair_orders.rules import HeaderState
from crm_core.vehicles.models import Vehicle
from foundation import clock, database
from tests import factories as make

SLEEPING = {"match": "all", "items": [{"field": "dormancy", "values": ["DORMANT", "LAPSED", "DEEP"]}]}
EVERYBODY = {"match": "all", "items": [{"field": "visit_count", "at_least": 0}]}


@dataclass(frozen=True)
class Crowd:
    """Sleeping owners of one store, each a friend of one of its salespeople and consenting."""

    store: Store
    staff: list[Staff]
    first_id: int
    size: int

    def external_userid(self, customer_id: int) -> str:
        return f"wm-{customer_id}"


async def make_crowd(size: int, store: Store, staff: list[Staff], *, last_visit_on: date | None = None) -> Crowd:
    """`size` owners who came last 16 months ago; the salespeople share them, round and round."""
    seen = last_visit_on or clock.today() - timedelta(days=480)
    first_id = await database.fetch_value("SELECT coalesce(max(id), 0) + 1 FROM customer")
    await database.execute(
        "INSERT INTO customer (id, name, phone, is_phone_usable, home_store_id, first_source, tags, last_visit_on, "
        "  visit_count, spend_fen, spend_24_months_fen, next_service_due_on, gone_reason, created_at, version) "
        "SELECT n, '车主' || n, (13900000000 + n)::text, true, $3, 'WECOM_ADD', '[]', $4, 2, 150000, 0, $5, '', $6, 1 "
        "FROM generate_series($1::bigint, $2::bigint) n",
        first_id,
        first_id + size - 1,
        store.id,
        seen,
        seen + timedelta(days=365),
        clock.now(),
    )
    await database.execute("SELECT setval('customer_id_seq', (SELECT max(id) FROM customer))")
    await database.execute(
        "INSERT INTO friendship (customer_id, staff_id, external_userid, add_way, state, since, ended_by) "
        "SELECT id, ($2::bigint[])[1 + id % cardinality($2::bigint[])], 'wm-' || id, 1, '', $3, '' "
        "FROM customer WHERE id >= $1",
        first_id,
        [one.id for one in staff],
        clock.now() - timedelta(days=700),
    )
    await database.execute(
        "INSERT INTO consent (customer_id, purpose, text_version, given_at, how, evidence, withdrawn_how) "
        "SELECT id, 'MARKETING_WECOM', 'v1', $2, 'mini_program', '{}', '' FROM customer WHERE id >= $1",
        first_id,
        clock.now(),
    )
    return Crowd(store, staff, first_id, size)


async def tell_platform(town: Any, crowd: Crowd) -> None:
    """The same people and friendships in the simulated corp."""
    rows = await database.fetch(
        "SELECT f.external_userid, s.userid FROM friendship f JOIN staff s ON s.id = f.staff_id "
        "WHERE f.ended_at IS NULL"
    )
    await town.hand(
        "POST",
        "import",
        {
            "staff": [{"userid": one.userid, "name": one.name} for one in crowd.staff],
            "people": [
                {"person_id": row["external_userid"], "external_userid": row["external_userid"]} for row in rows
            ],
            "friendships": [{"userid": row["userid"], "external_userid": row["external_userid"]} for row in rows],
        },
    )


async def make_coupon_template(**columns: Any) -> CouponTemplate:
    """The wake-up coupon, live."""
    defaults = {
        "name": "工时8折券",
        "kind": CouponKind.LABOUR,
        "state": TemplateState.ACTIVE,
        "pay_percent": 80,
        "cap_fen": 200_00,
        "quota": 3000,
        "valid_days": 30,
        "created_at": clock.now(),
    }
    return await CouponTemplate.create(**{**defaults, **columns})


async def make_order(customer_id: int, store: Store, state: HeaderState, **columns: Any) -> RepairOrder:
    """A repair order in this state, of a new car unless one is given."""
    number = await RepairOrder.all().count() + 1
    defaults = {
        "number": f"RO-{number}",
        "sequence_no": number,
        "store_id": store.id,
        "customer_id": customer_id,
        "vehicle_id": columns.get("vehicle_id") or (await _car()).id,
        "advisor_id": (await make.make_staff(Role.SA, store)).id,
        "complaint": "看看",
        "mileage_km": 1000,
        "state": state,
        "owner_title": "",
        "opened_at": clock.now(),
    }
    return await RepairOrder.create(**{**defaults, **columns})


async def make_appointment(customer_id: int, store: Store, state: AppointmentState, **columns: Any) -> Appointment:
    """A booking for next week in this state."""
    defaults = {
        "store_id": store.id,
        "customer_id": customer_id,
        "vehicle_id": columns.get("vehicle_id") or (await _car()).id,
        "starts_at": clock.now() + timedelta(days=7),
        "minutes": 60,
        "bay_kind": BayKind.GENERAL,
        "state": state,
        "source": "mini_program",
        "confirm_by": clock.now(),
        "created_at": clock.now(),
    }
    return await Appointment.create(**{**defaults, **columns})


async def make_hand_over(customer_id: int, store: Store, state: HandOverState) -> HandOver:
    """A hand-over in this state, after an order that ended long ago."""
    order = await make_order(customer_id, store, HeaderState.CLOSED, opened_at=clock.now() - timedelta(days=90))
    return await HandOver.create(
        repair_order_id=order.id,
        store_id=store.id,
        customer_id=customer_id,
        vehicle_id=order.vehicle_id,
        advisor_id=order.advisor_id,
        state=state,
        left_at=clock.now(),
        how_left=HowLeft.KEY,
    )


async def _car() -> Vehicle:
    """A car nobody of the crowd owns."""
    number = await Vehicle.all().count() + 1
    return await make.make_vehicle(vin=f"LYFNOBODY{number:08}", plate="")


async def sellers(store: Store, how_many: int) -> list[Staff]:
    """Salespeople of a store."""
    return [await make.make_staff(Role.SC, store, name=f"销售{number}") for number in range(how_many)]

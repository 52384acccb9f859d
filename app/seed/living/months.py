"""Last month and this one in the stores in business: the orders behind the visits their owners' histories tell of.

The histories (`owners`) say who came on which day. Each of those visits gets the order it had: one that was played
between then and now, told again for this car (`again`), by the people of its store. So the service manager's page has
a month to show and one to compare it with, and every figure opens the orders it was reckoned from.
"""

import random
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import cycle
from typing import Final

from app.seed.group import Group
from app.seed.living.again import Anew, Ids, Played, Row, Told, played, played_bookings
from app.seed.living.crew import Crew
from crm_core.appointments.rules import AppointmentState
from crm_core.customers.models import IdentityKind
from crm_core.dealerships.models import Bay, BayKind, Role, Staff, Store
from crm_core.parts.rules import RequestState, StockMoveKind
from crm_core.repair_orders import settlement
from crm_core.repair_orders.afterwards import complaining
from crm_core.repair_orders.afterwards.complaining import Said
from crm_core.repair_orders.models import RepairOrder
from crm_core.repair_orders.opening import LARGEST_SEQUENCE
from crm_core.repair_orders.rules import HeaderState
from crm_core.surveys import complaints, resolving
from crm_core.surveys.rules import Brought, SurveyState
from crm_core.vehicles.models import BindingState, Powertrain
from foundation import clock, database
from foundation.reading import literals

_LATE_SHARE: Final = 0.05
_LATE_WEIGHT: Final = 0.15
"""How often a visit that was late is told again, against one that was not: most promises are kept."""
_NO_SHOW_SHARE: Final = 0.13
"""Of the bookings, as many as the trade knows at its best stores."""
_CLOSED_AFTER: Final = timedelta(days=settlement.CLOSES_AFTER_DAYS, hours=6)

_COMPLAINTS: Final = (
    ("洗完车内饰有水渍", 0.08), ("等了很久没人告诉我进度", 0.2), ("结算单上的工时没讲清楚", 0.35),
    ("取车时钥匙找了半小时", 0.8),
)  # fmt: skip
"""What was complained of, and after what share of the visits."""
_ORDERS_OF_A_COMPLAINT: Final = 20

_MISSED: Final = f"""
SELECT a.id FROM appointment a WHERE a.state = {literals(AppointmentState.NO_SHOW)} AND a.vehicle_id IS NOT NULL
ORDER BY a.id
"""
_VISITS: Final = f"""
SELECT sv.id, sv.store_id, sv.visited_on, sv.km, sv.paid_fen, sv.vehicle_id, sv.customer_id, m.powertrain,
       i.value AS openid
FROM service_visit sv JOIN vehicle v ON v.id = sv.vehicle_id JOIN vehicle_model m ON m.id = v.model_id
LEFT JOIN binding b ON b.vehicle_id = v.id AND b.customer_id = sv.customer_id
  AND b.state = {literals(BindingState.BOUND)}
LEFT JOIN identity i ON i.customer_id = sv.customer_id AND i.kind = {literals(IdentityKind.OPENID)} AND b.id IS NOT NULL
WHERE sv.store_id = ANY($1) AND sv.visited_on >= $2 AND sv.repair_order_id IS NULL AND sv.km IS NOT NULL
ORDER BY sv.visited_on, sv.id
"""
# Not those with a coupon, an approval, a complaint or money back: these belong to one owner's story.
_PLAYED: Final = f"""
SELECT o.id, m.powertrain, sv.visited_on, sv.summary, sv.is_maintenance, sv.paid_fen,
       h.openid <> '' AS has_mini_program,
       o.state = {literals(HeaderState.CLOSED)} AS is_closed, o.delivered_at
FROM repair_order o JOIN vehicle v ON v.id = o.vehicle_id JOIN vehicle_model m ON m.id = v.model_id
JOIN service_visit sv ON sv.repair_order_id = o.id JOIN hand_over h ON h.repair_order_id = o.id
JOIN bill b ON b.about = 'repair_order:' || o.id
LEFT JOIN appointment a ON a.id = o.appointment_id LEFT JOIN survey s ON s.repair_order_id = o.id
WHERE o.state IN ({literals(HeaderState.CLOSED, HeaderState.DELIVERED)}) AND a.coupon_id IS NULL
  AND b.discount_fen = 0 AND b.refunded_fen = 0 AND (s.id IS NULL OR s.state <> {literals(SurveyState.SCHEDULED)})
  AND NOT EXISTS (SELECT FROM complaint c WHERE c.repair_order_id = o.id)
  AND NOT EXISTS (SELECT FROM estimate e WHERE e.repair_order_id = o.id AND e.version > 1)
GROUP BY o.id, m.powertrain, sv.id, h.id HAVING count(b.id) = 1 ORDER BY o.id
"""


@dataclass(frozen=True)
class _Template:
    """A played visit and what decides for whom it can be told again."""

    visit: Played
    facts: Row

    def moved(self, visit: Row, arrives_at: datetime) -> timedelta:
        """From its own day to that of `visit`. Bookings are for the half-hour, so times move by half-hours."""
        opened = clock.local(self.visit.order["opened_at"])
        arrives = clock.local(arrives_at)
        minutes = (arrives.hour - opened.hour) * 60 + arrives.minute - opened.minute
        days: timedelta = visit["visited_on"] - self.facts["visited_on"]
        return days + timedelta(minutes=minutes // 30 * 30)

    def suits(self, visit: Row, arrives_at: datetime, now: datetime) -> bool:
        """Whether everything of it has happened by now when it is told of this earlier day, and nothing is missing."""
        moved = self.moved(visit, arrives_at)
        is_due = self.facts["delivered_at"] + moved + _CLOSED_AFTER < now
        return bool(
            (visit["powertrain"] == Powertrain.BEV) is (self.facts["powertrain"] == Powertrain.BEV)
            and bool(visit["openid"]) is self.facts["has_mini_program"]
            and self.last_at + moved < now
            and is_due <= self.facts["is_closed"]
        )

    @property
    def is_late(self) -> bool:
        """Whether the car was not ready when it had first been promised."""
        order = self.visit.order
        return bool(order["ready_at"] > order["first_promised_at"])

    @property
    def last_at(self) -> datetime:
        """When its last event was."""
        last: datetime = max(row["at"] for table in ("event", "repair_event") for row in self.visit.rows[table])
        return last


class _Hands:
    """The people and bays of a store, in turn."""

    def __init__(self, crew: Crew, bays: list[Bay], roles: dict[int, Role]) -> None:
        self.crew, self.roles = crew, roles
        self._turns: dict[Role, cycle[int]] = {
            role: cycle([who.id for who in crew.people(role)]) for role in Role if crew.people(role)
        }
        self._bays: dict[BayKind, cycle[int]] = {
            kind: cycle([bay.id for bay in bays if bay.kind is kind]) for kind in BayKind
        }

    def instead_of(self, staff_ids: list[int]) -> dict[int, int]:
        """For each of these colleagues somebody of the store with the same role, never one for two."""
        return {old: next(self._turns[self.roles[old]]) for old in staff_ids if self.roles.get(old) in self._turns}

    def advisor(self) -> int:
        """The next advisor."""
        return next(self._turns[Role.SA])

    def bay(self, kind: BayKind) -> int:
        """The next bay of this kind."""
        return next(self._bays[kind])


async def reserve(stores: list[Store]) -> Ids:
    """Set ids aside before anything else is played in these stores."""
    return await Ids.reserve(len(await _visits(stores)))


async def make(group: Group, crews: list[Crew], ids: Ids, dice: random.Random, now: datetime) -> None:
    """Write the orders of the visits of last month and this one."""
    templates = await _templates()
    bays = {bay.id: bay for bay in await Bay.filter(is_active=True)}
    names = {staff.id: staff.name for staff in await Staff.all()}
    roles = {staff_id: role for (_, role), staff_ids in group.staff.items() for staff_id in staff_ids}
    hands = {
        crew.store.id: _Hands(crew, [bay for bay in bays.values() if bay.store_id == crew.store.id], roles)
        for crew in crews
    }
    told, kept = Told(ids), list[tuple[int, int, Row]]()
    visits = list(_spread(await _visits([crew.store for crew in crews]), crews))
    missed = await played_bookings(row["id"] for row in await database.fetch(_MISSED))
    for number, (visit, at) in enumerate(visits):
        fitting = [each for each in templates if each.suits(visit, at, now)]
        if not fitting:
            continue
        (template,) = dice.choices(fitting, [_LATE_WEIGHT if each.is_late else 1 for each in fitting])
        anew = _anew(template, visit, at, hands[visit["store_id"]], bays, names, dice)
        # Before the first number that was played come the last ones of the round before.
        sequence = LARGEST_SEQUENCE - len(visits) + number
        kept.append((visit["id"], told.add(template.visit, anew, sequence), template.facts))
        if missed and dice.random() < _NO_SHOW_SHARE:
            _miss(told, dice.choice(missed), visit, hands[visit["store_id"]], dice)
    await told.write()
    await _enter(kept)
    for crew in crews:
        await _hand_out_parts(crew, [order_id for _, order_id, _ in kept])
        await _complain(crew, [order_id for _, order_id, _ in kept], dice)
    await clock.set_to(now)


def _miss(told: Told, rows: dict[str, list[Row]], visit: Row, hands: _Hands, dice: random.Random) -> None:
    """Some days before they came, the owner had a time and did not come."""
    booked = rows["appointment"][0]
    days = (visit["visited_on"] - clock.local(booked["starts_at"]).date()).days - dice.randrange(1, 4)
    told.add_booking(
        rows,
        Anew(
            timedelta(days=days),
            {
                ("customer", booked["customer_id"]): visit["customer_id"],
                ("vehicle", booked["vehicle_id"]): visit["vehicle_id"],
                ("store", booked["store_id"]): visit["store_id"],
                ("staff", booked["advisor_id"]): hands.advisor(),
            },
            {},
            store_code=hands.crew.store.code,
            openid="",
            km=0,
        ),
    )


async def _enter(kept: list[tuple[int, int, Row]]) -> None:
    """What the visits' histories say of work and money is what their orders say."""
    given = [
        [visit_id for visit_id, _, _ in kept],
        [order_id for _, order_id, _ in kept],
        [facts["summary"] for _, _, facts in kept],
        [facts["is_maintenance"] for _, _, facts in kept],
        [facts["paid_fen"] for _, _, facts in kept],
    ]
    await database.execute(
        """
        WITH told AS (
            SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::bool[], $5::bigint[])
              AS t (visit_id, order_id, summary, is_maintenance, paid_fen)
        ), more AS (
            SELECT v.customer_id, sum(t.paid_fen - v.paid_fen) AS fen
            FROM told t JOIN service_visit v ON v.id = t.visit_id GROUP BY v.customer_id
        ), spent AS (
            UPDATE customer c SET spend_fen = c.spend_fen + m.fen, spend_24_months_fen = c.spend_24_months_fen + m.fen
            FROM more m WHERE c.id = m.customer_id
        )
        UPDATE service_visit v SET repair_order_id = t.order_id, summary = t.summary,
               is_maintenance = t.is_maintenance, paid_fen = t.paid_fen
        FROM told t WHERE v.id = t.visit_id
        """,
        *given,
    )


async def _hand_out_parts(crew: Crew, order_ids: list[int]) -> None:
    """What these visits used had been delivered before: it came, and it went."""
    clerk = crew.people(Role.PRT)[0]
    await database.execute(
        f"""
        WITH used AS (
            SELECT s.id AS stock_id, r.id, r.quantity, r.issued_by, r.issued_at,
                   coalesce((SELECT m.bin FROM stock_movement m WHERE m.stock_id = s.id
                             GROUP BY m.bin ORDER BY sum(m.quantity) DESC, m.bin LIMIT 1), '') AS bin
            FROM part_request r JOIN part_stock s ON s.store_id = r.store_id AND s.part_id = r.part_id
            WHERE r.store_id = $1 AND r.repair_order_id = ANY($2) AND r.state = {literals(RequestState.USED)}
        )
        INSERT INTO stock_movement (stock_id, bin, kind, quantity, about, by_id, at)
        SELECT stock_id, bin, {literals(StockMoveKind.ARRIVED)}, sum(quantity), '', $3::bigint,
               min(issued_at) - interval '1 day' FROM used GROUP BY stock_id, bin
        UNION ALL
        SELECT stock_id, bin, {literals(StockMoveKind.ISSUED)}, -quantity, 'part_request:' || id, issued_by, issued_at
        FROM used
        """,
        crew.store.id,
        order_ids,
        clerk.id,
    )


async def _complain(crew: Crew, order_ids: list[int], dice: random.Random) -> None:
    """A few owners complained; all were answered, one of them too late."""
    orders = await RepairOrder.filter(id__in=order_ids, store_id=crew.store.id).order_by("id")
    for number, (words, share) in enumerate(_COMPLAINTS):
        if len(orders) < _ORDERS_OF_A_COMPLAINT:
            return
        order = orders[int(len(orders) * share)]
        assert order.delivered_at is not None
        began_at = clock.at(clock.local(order.delivered_at).date() + timedelta(days=1), 9 + number, 10)
        await clock.set_to(began_at)
        complaint = await complaining.about_order(crew.people(Role.CRC)[-1], order.id, Said(Brought.PHONE, words))
        await clock.set_to(began_at + timedelta(minutes=85 if number == 1 else 20 + dice.randrange(20)))
        manager = crew.people(Role.SVM)[-1]
        taken = await complaints.acknowledge(manager, complaint.id)
        await clock.set_to(clock.now() + timedelta(minutes=55))
        planned = await resolving.plan(manager, taken.id, "请到店复查，由车间主管陪同", expected_version=taken.version)
        await clock.set_to(clock.now() + timedelta(hours=6))
        done = await resolving.resolve(manager, taken.id, "复查过，已当面说明", expected_version=planned.version)
        await clock.set_to(clock.now() + timedelta(hours=2))
        await resolving.verify(
            crew.people(Role.CRC)[0], taken.id, is_content=True, words="车主满意", expected_version=done.version
        )


async def _visits(stores: list[Store]) -> list[Row]:
    first = (clock.today().replace(day=1) - timedelta(days=1)).replace(day=1)
    return await database.fetch(_VISITS, [store.id for store in stores], first)


async def _templates() -> list[_Template]:
    facts = await database.fetch(_PLAYED)
    visits = await played(row["id"] for row in facts)
    return [_Template(visit, row) for visit, row in zip(visits, facts, strict=True)]


def _spread(visits: list[Row], crews: list[Crew]) -> Iterator[tuple[Row, datetime]]:
    """Each visit with its arrival: those of a day follow each other from opening to the last hours."""
    stores = {crew.store.id: crew.store for crew in crews}
    days: dict[tuple[int, date], list[Row]] = defaultdict(list)
    for visit in visits:
        days[visit["store_id"], visit["visited_on"]].append(visit)
    for (store_id, day), of_day in days.items():
        opens, last = stores[store_id].opens_minute, stores[store_id].last_slot_minute - 90
        for place, visit in enumerate(of_day):
            minute = opens + 5 + (last - opens) * place // max(len(of_day), 1) // 30 * 30
            yield visit, clock.at(day, *divmod(minute, 60))


def _anew(
    template: _Template,
    visit: Row,
    at: datetime,
    hands: _Hands,
    bays: dict[int, Bay],
    names: dict[int, str],
    dice: random.Random,
) -> Anew:
    order, rows = template.visit.order, template.visit.rows
    moved = template.moved(visit, at)
    staff = hands.instead_of(_who_acted(rows))
    places = {bay_id: hands.bay(bays[bay_id].kind) for bay_id in _bays_of(rows)}
    ready_at = order["ready_at"] + moved
    is_late = dice.random() < _LATE_SHARE
    return Anew(
        moved,
        {
            ("customer", order["customer_id"]): visit["customer_id"],
            ("vehicle", order["vehicle_id"]): visit["vehicle_id"],
            ("store", order["store_id"]): visit["store_id"],
            **{("staff", old): new for old, new in staff.items()},
            **{("bay", old): new for old, new in places.items()},
        },
        {names[old]: names[new] for old, new in staff.items()}
        | {bays[old].name: bays[new].name for old, new in places.items()},
        store_code=hands.crew.store.code,
        openid=visit["openid"] or "",
        km=visit["km"],
        promised_at=ready_at - timedelta(minutes=25) if is_late else None,
    )


def _who_acted(rows: Mapping[str, list[Row]]) -> list[int]:
    found = [int(row["actor"].removeprefix("staff:")) for row in rows["repair_event"] if row["actor"][:6] == "staff:"]
    found += [row["technician_id"] for row in rows["time_entry"]] + [
        row["inspector_id"] for row in rows["quality_check"]
    ]
    return list(dict.fromkeys(found))


def _bays_of(rows: Mapping[str, list[Row]]) -> list[int]:
    return list(dict.fromkeys(row["bay_id"] for row in rows["repair_line"] if row["bay_id"] is not None))

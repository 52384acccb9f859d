"""Loan cars and lendings for screens."""

from datetime import date, datetime, timedelta
from typing import Final

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, owners_own, subject
from crm_core.loan_cars import rules
from crm_core.loan_cars.errors import LendingNotFound
from crm_core.loan_cars.rules import TAKES_THE_CAR, LendingState, LoanCarPolicy
from crm_core.policies.current import policy_of
from crm_core.repair_orders import queries as repair_orders
from foundation import clock
from foundation.reading import Query, derive, literals, read_model

DAYS_SHOWN: Final = 7
"""As many days as fit on the page."""


@read_model
class LoanCarRow:
    """A loan car of a store."""

    id: int
    plate: str
    model: str
    is_electric: bool
    mileage_km: int


@read_model
class LendingFacts:
    """What is known of a lending, but its photos."""

    id: int
    store_id: int
    loan_car_id: int
    loan_plate: str
    loan_model: str
    is_electric: bool
    mileage_km: int
    customer_id: int
    customer_name: str
    customer_phone: str | None
    appointment_id: int | None
    repair_order_id: int | None
    order_number: str | None
    state: LendingState
    starts_at: datetime
    ends_at: datetime
    driver: str
    licence_valid_until: date | None
    agreement: str
    out_at: datetime | None
    out_mileage_km: int | None
    out_energy_percent: int | None
    out_marks: str
    back_at: datetime | None
    back_mileage_km: int | None
    back_energy_percent: int | None
    back_marks: str
    version: int


@read_model
class _Lending(LendingFacts):
    """A lending as it stands in the tables."""

    out_photo_keys: list[str]
    back_photo_keys: list[str]
    end_reason: str


@read_model
class LendingRow(_Lending):
    """A lending as staff see it; what names the owner is masked at the door, by role."""

    is_late: bool
    """Handed out, and not back when it was due."""


@read_model
class LoanCalendar:
    """代步车: a store's cars against some days, and what is late."""

    begins_at: datetime
    ends_at: datetime
    cars: list[LoanCarRow]
    lendings: list[LendingRow]


@read_model
class _OwnerLending:
    """A loan car as its borrower sees it, but for what follows from the time."""

    id: int
    store_id: int
    repair_order_id: int | None
    appointment_id: int | None
    plate: str
    model: str
    is_electric: bool
    state: LendingState
    starts_at: datetime
    ends_at: datetime
    out_at: datetime | None
    back_at: datetime | None
    agreement: str
    store_name: str
    address: str
    latitude: float | None
    longitude: float | None
    store_phone: str


@read_model
class OwnerLending(_OwnerLending):
    """A loan car as its borrower sees it: which one, until when, and where it goes back."""

    is_late: bool


@read_model
class _Whose:
    """Whose visit it is."""

    store_id: int
    customer_id: int


_ROW: Final = """
SELECT l.id, l.store_id, l.loan_car_id, k.plate AS loan_plate, k.model AS loan_model, k.is_electric, k.mileage_km,
  l.customer_id, c.name AS customer_name, c.phone AS customer_phone, l.appointment_id, l.repair_order_id,
  r.number AS order_number, l.state, l.starts_at, l.ends_at, l.driver, l.licence_valid_until, l.agreement, l.out_at,
  l.out_mileage_km, l.out_energy_percent, l.out_marks, l.out_photos AS out_photo_keys, l.back_at, l.back_mileage_km,
  l.back_energy_percent, l.back_marks, l.back_photos AS back_photo_keys, l.end_reason, l.version
FROM lending l JOIN loan_car k ON k.id = l.loan_car_id JOIN customer c ON c.id = l.customer_id
LEFT JOIN repair_order r ON r.id = l.repair_order_id
"""
_CARS: Final = Query(
    LoanCarRow,
    "SELECT id, plate, model, is_electric, mileage_km FROM loan_car WHERE store_id = $1 AND is_active ORDER BY plate",
)
_FREE: Final = Query(
    LoanCarRow,
    f"""
    SELECT k.id, k.plate, k.model, k.is_electric, k.mileage_km FROM loan_car k
    WHERE k.store_id = $1 AND k.is_active AND NOT EXISTS (
      SELECT FROM lending l WHERE l.loan_car_id = k.id AND l.state IN ({literals(*TAKES_THE_CAR)})
      AND tstzrange(l.starts_at, l.ends_at) && tstzrange($2, $3))
    ORDER BY k.plate
    """,
)
_BETWEEN: Final = Query(
    _Lending,
    f"""
    {_ROW} WHERE l.store_id = $1 AND l.state NOT IN ({literals(LendingState.CANCELLED)})
    AND l.starts_at < $3 AND (coalesce(l.back_at, l.ends_at) > $2 OR l.state IN ({literals(LendingState.OUT)}))
    ORDER BY l.starts_at, l.id LIMIT 500
    """,
)
_OUT: Final = Query(
    _Lending,
    f"{_ROW} WHERE l.store_id = $1 AND l.state IN ({literals(LendingState.OUT)}) ORDER BY l.ends_at, l.id LIMIT 200",
)
_OF_STORE: Final = Query(_Lending, f"{_ROW} WHERE l.store_id = $1 ORDER BY l.starts_at DESC, l.id DESC LIMIT 5000")
_OF_BOOKING: Final = Query(_Lending, f"{_ROW} WHERE l.appointment_id = $1 ORDER BY l.id")
_OF_ORDER: Final = Query(_Lending, f"{_ROW} WHERE l.repair_order_id = $1 ORDER BY l.id")
_ONE: Final = Query(_Lending, f"{_ROW} WHERE l.id = $1")
_OWNERS: Final = """
SELECT l.id, l.store_id, l.repair_order_id, l.appointment_id, k.plate, k.model, k.is_electric, l.state, l.starts_at,
  l.ends_at, l.out_at, l.back_at, l.agreement, s.name AS store_name, s.address, s.latitude, s.longitude,
  s.phone AS store_phone
FROM lending l JOIN loan_car k ON k.id = l.loan_car_id JOIN store s ON s.id = l.store_id
"""
_OF_OWNER: Final = Query(
    _OwnerLending,
    f"""
    {_OWNERS} WHERE l.repair_order_id = $1 AND l.customer_id = $2
    AND l.state NOT IN ({literals(LendingState.CANCELLED)}) ORDER BY l.id
    """,
)
_OWNERS_ONE: Final = Query(_OwnerLending, f"{_OWNERS} WHERE l.id = $1 AND l.customer_id = $2")
_BOOKING: Final = Query(_Whose, "SELECT store_id, customer_id FROM appointment WHERE id = $1")
_ORDER: Final = Query(_Whose, "SELECT store_id, customer_id FROM repair_order WHERE id = $1")


async def calendar(actor: Actor, store_id: int, first_day: date) -> LoanCalendar:
    """The cars of a store against a week.

    Raises:
        NotAllowed.
    """
    authorise(actor, "loan_cars.read", subject(store_id=store_id))
    begins_at, ends_at = clock.at(first_day), clock.at(first_day + timedelta(days=DAYS_SHOWN))
    return LoanCalendar(
        begins_at=begins_at,
        ends_at=ends_at,
        cars=await _CARS.all(store_id),
        lendings=await _shown(await _BETWEEN.all(store_id, begins_at, ends_at)),
    )


async def free(actor: Actor, store_id: int, starts_at: datetime, ends_at: datetime) -> list[LoanCarRow]:
    """The cars of a store that nobody has or was promised in that time.

    Raises:
        NotAllowed.
    """
    authorise(actor, "loan_cars.read", subject(store_id=store_id))
    return await _FREE.all(store_id, starts_at, ends_at) if starts_at < ends_at else []


async def late(actor: Actor, store_id: int) -> list[LendingRow]:
    """The cars that should be back, the longest overdue first.

    Raises:
        NotAllowed.
    """
    authorise(actor, "loan_cars.read", subject(store_id=store_id))
    return [lending for lending in await _shown(await _OUT.all(store_id)) if lending.is_late]


async def of_store(actor: Actor, store_id: int) -> list[LendingRow]:
    """All lendings of a store, the newest first.

    Raises:
        NotAllowed.
    """
    authorise(actor, "loan_cars.read", subject(store_id=store_id))
    return await _shown(await _OF_STORE.all(store_id))


async def one(actor: Actor, lending_id: int) -> LendingRow:
    """One lending.

    Raises:
        LendingNotFound, NotAllowed.
    """
    found = await _ONE.first(lending_id)
    if found is None:
        raise LendingNotFound
    authorise(actor, "loan_cars.read", subject(store_id=found.store_id))
    return (await _shown([found]))[0]


async def of_booking(actor: Actor, appointment_id: int) -> list[LendingRow]:
    """The lendings of a booking.

    Raises:
        LendingNotFound, NotAllowed.
    """
    return await _of_visit(actor, await _BOOKING.first(appointment_id), _OF_BOOKING, appointment_id)


async def of_order(actor: Actor, repair_order_id: int) -> list[LendingRow]:
    """The lendings of an order.

    Raises:
        LendingNotFound, NotAllowed.
    """
    return await _of_visit(actor, await _ORDER.first(repair_order_id), _OF_ORDER, repair_order_id)


async def of_owner(actor: Actor, repair_order_id: int) -> list[OwnerLending]:
    """Which loan car the reader has for this visit and until when; nothing, for a relative who only sees the order.

    Raises:
        RepairOrderNotFound: not an order they may see.
    """
    authorise(actor, "loan_cars.read_own", owners_own(actor.id))
    order = await repair_orders.readable(actor, repair_order_id)
    lent, policy = await _OF_OWNER.all(repair_order_id, actor.id), await policy_of(LoanCarPolicy, order.store_id)
    return [_own(each, policy) for each in lent]


async def one_of_owner(actor: Actor, lending_id: int) -> OwnerLending:
    """A loan car of the reader's, whatever became of it.

    Raises:
        LendingNotFound: none, or not lent to them.
    """
    authorise(actor, "loan_cars.read_own", owners_own(actor.id))
    found = await _OWNERS_ONE.first(lending_id, actor.id)
    if found is None:
        raise LendingNotFound
    return _own(found, await policy_of(LoanCarPolicy, found.store_id))


def _own(lent: _OwnerLending, policy: LoanCarPolicy) -> OwnerLending:
    return derive(OwnerLending, lent, is_late=rules.is_late(lent.state, lent.ends_at, clock.now(), policy))


async def _of_visit(actor: Actor, visit: _Whose | None, query: Query[_Lending], visit_id: int) -> list[LendingRow]:
    if visit is None:
        raise LendingNotFound
    authorise(actor, "loan_cars.read", subject(store_id=visit.store_id))
    return await _shown(await query.all(visit_id))


async def _shown(found: list[_Lending]) -> list[LendingRow]:
    policies = {store_id: await policy_of(LoanCarPolicy, store_id) for store_id in {each.store_id for each in found}}
    now = clock.now()
    return [
        derive(LendingRow, each, is_late=rules.is_late(each.state, each.ends_at, now, policies[each.store_id]))
        for each in found
    ]

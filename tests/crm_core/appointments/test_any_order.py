"""The bookings of a small workshop against a model that counts on its fingers. Whoever holds, books, moves, cancels,
comes or stays away, in whatever order, exactly the times are offered that can be kept, and what is freed can be booked.
"""

import asyncio
from collections.abc import Awaitable, Coroutine
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from crm_core.appointments import booking, jobs, rules, service
from crm_core.appointments.capacity import ask
from crm_core.appointments.capacity_rules import WantedWork, bookable_places
from crm_core.appointments.models import Appointment, Place
from crm_core.appointments.rules import LIVE_STATES, AppointmentPolicy, AppointmentState
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.models import BayKind, Role, Store
from crm_core.dealerships.rota.duty import holders_of
from crm_core.dealerships.rota.models import AbsenceKind, StaffAbsence
from foundation import clock, database
from foundation.errors import IllegalMove, NotAllowed, NotFound, Refused
from tests import factories as make
from tests.scale import TIMES

T = TypeVar("T")
CARS: Final = 4
ADVISORS: Final = 3
WORK: Final = timedelta(minutes=60)
TODAY: Final = make.MONDAY
TOMORROW: Final = TODAY + timedelta(days=1)
SLOTS: Final = (
    *(make.slot(hour, minute) for hour, minute in ((10, 0), (10, 30), (11, 0), (14, 0), (17, 30))),
    make.slot(9, 0, TOMORROW),
    make.slot(9, 30, TOMORROW),
)
"""Hours of work overlap in them, and the one at 17:30 is never done by closing."""
CLOSES: Final = {day: clock.at(day, 18) for day in (TODAY, TOMORROW)}
POLICY: Final = AppointmentPolicy()
CAR, SLOT = st.integers(0, CARS - 1), st.sampled_from(SLOTS)
REQUESTED, CONFIRMED, ARRIVED = AppointmentState.REQUESTED, AppointmentState.CONFIRMED, AppointmentState.ARRIVED
CANCELLED, EXPIRED, NO_SHOW = AppointmentState.CANCELLED, AppointmentState.EXPIRED, AppointmentState.NO_SHOW


@dataclass
class Visit:
    """The newest appointment of a car."""

    id: int
    starts_at: datetime
    confirm_by: datetime
    state: AppointmentState
    arrived_at: datetime | None = None
    has_place: bool = True


@dataclass(frozen=True)
class World:
    """A store with two bays, their technicians and three advisors, of whom two may be promised, and four owners."""

    store: Store
    advisor: Actor
    crew: dict[Role, list[int]]
    owners: list[tuple[Actor, int]]
    item_id: int


class Booked(RuleBasedStateMachine):
    """Owners on their phones, an advisor at the desk, people who fall ill, and the clock."""

    loop: asyncio.AbstractEventLoop
    world: World

    def __init__(self) -> None:
        super().__init__()
        self.visits = dict[int, Visit]()
        self.holds = dict[int, tuple[datetime, datetime]]()
        self.away = set[tuple[int, date]]()
        self.do(self._begin())

    def do(self, work: Coroutine[object, object, T]) -> T:
        """Run on the loop of the test, which waits in the meantime."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result()

    async def _begin(self) -> None:
        await clock.set_to(make.slot(8, 3))
        await database.execute("DELETE FROM promised_time")
        await database.execute(
            "UPDATE appointment SET state = 'CANCELLED' WHERE state IN ('REQUESTED', 'CONFIRMED', 'ARRIVED')"
        )
        await StaffAbsence.all().update(is_active=False)

    def attempt(self, work: Awaitable[T], *, is_allowed: bool) -> T | None:
        """Do it, and compare with what the model allows; None if it was refused."""

        async def done() -> T | None:
            try:
                return await work
            except (Refused, NotFound, NotAllowed, IllegalMove):
                return None

        answer = self.do(done())
        assert is_allowed == (answer is not None), is_allowed
        return answer

    # -- what the model knows ------------------------------------------------------------------------------------------

    def taken(self, *, but_hold_of: int | None = None, but_visit_of: int | None = None) -> list[datetime]:
        """The starts of everything promised or held, without what counts as free for whoever asks."""
        held = [at for car, (at, until) in self.holds.items() if until > clock.now() and car != but_hold_of]
        kept = [visit.starts_at for car, visit in self.visits.items() if visit.has_place and car != but_visit_of]
        return held + kept

    def there(self, role: Role, day: date) -> int:
        """How many of them are not away."""
        return sum((staff_id, day) not in self.away for staff_id in self.world.crew[role])

    def can(self, at: datetime, taken: list[datetime]) -> bool:
        """Whether one more hour from then on can be kept."""
        day = clock.local(at).date()
        if at <= clock.now() or at + WORK > CLOSES[day]:
            return False
        if taken.count(at) >= bookable_places(self.there(Role.SA, day), POLICY):
            return False
        moments = (at, at + WORK / 2)
        most = max(sum(each <= moment < each + WORK for each in taken) for moment in moments)
        return most < min(2, self.there(Role.TEC, day))

    def has_live(self, car: int) -> bool:
        """Whether the car is booked and has not been served."""
        return car in self.visits and self.visits[car].state in LIVE_STATES

    def wanted(self, car: int) -> dict[str, object]:
        """What the owner of a car asks for."""
        owner, vehicle_id = self.world.owners[car]
        return {
            "customer_id": owner.id,
            "vehicle_id": vehicle_id,
            "store_id": self.world.store.id,
            "item_ids": [self.world.item_id],
        }

    def end(self, visit: Visit, state: AppointmentState) -> None:
        """It is over, and its time is free."""
        visit.state, visit.has_place = state, False

    # -- what people do ------------------------------------------------------------------------------------------------

    @rule(car=CAR, at=SLOT)
    def hold(self, car: int, at: datetime) -> None:
        """An owner begins to fill in a booking; what they held before is free again."""
        is_allowed = self.can(at, self.taken(but_hold_of=car))
        work = booking.hold(self.world.owners[car][0], **self.wanted(car), starts_at=at)  # type: ignore[arg-type]
        held = self.attempt(work, is_allowed=is_allowed)
        if held is not None:
            assert held.held_until is not None
            self.holds[car] = at, held.held_until

    @rule(car=CAR, at=SLOT, at_desk=st.booleans())
    def book(self, car: int, at: datetime, at_desk: bool) -> None:
        """An owner books and waits for an answer, or an advisor books and has promised."""
        is_allowed = not self.has_live(car) and self.can(at, self.taken(but_hold_of=car))
        actor = self.world.advisor if at_desk else self.world.owners[car][0]
        work = booking.book(actor, **self.wanted(car), starts_at=at)  # type: ignore[arg-type]
        booked = self.attempt(work, is_allowed=is_allowed)
        if booked is not None:
            self.holds.pop(car, None)
            state = CONFIRMED if at_desk else REQUESTED
            self.visits[car] = Visit(booked.id, at, booked.confirm_by, state)

    @rule(car=CAR)
    def confirm(self, car: int) -> None:
        """The advisor promises what was requested."""
        visit = self.visits.get(car)
        if visit is None:
            return
        work = service.confirm(self.world.advisor, visit.id)
        if self.attempt(work, is_allowed=visit.state is REQUESTED) is not None:
            visit.state = CONFIRMED

    @rule(car=CAR, at=SLOT)
    def move(self, car: int, at: datetime) -> None:
        """The advisor moves it, which promises the new time."""
        visit = self.visits.get(car)
        if visit is None:
            return
        is_movable = visit.state in (REQUESTED, CONFIRMED)
        is_same = at == visit.starts_at
        is_allowed = is_movable and (is_same or self.can(at, self.taken(but_visit_of=car)))
        work = service.reschedule(self.world.advisor, visit.id, at)
        if self.attempt(work, is_allowed=is_allowed) is not None and not is_same:
            visit.starts_at, visit.state = at, CONFIRMED

    @rule(car=CAR)
    def cancel(self, car: int) -> None:
        """The advisor cancels it."""
        visit = self.visits.get(car)
        if visit is not None:
            work = service.cancel(self.world.advisor, visit.id)
            if self.attempt(work, is_allowed=visit.state in LIVE_STATES) is not None:
                self.end(visit, CANCELLED)

    @rule(car=CAR)
    def arrive(self, car: int) -> None:
        """The car is here; on the same day even after the owner counted as a no-show."""
        visit = self.visits.get(car)
        if visit is None:
            return
        is_late = visit.state is NO_SHOW and clock.local(visit.starts_at).date() == clock.today()
        work = service.check_in(self.world.advisor, visit.id)
        if self.attempt(work, is_allowed=visit.state is CONFIRMED or is_late) is not None:
            visit.state, visit.arrived_at = ARRIVED, clock.now()

    @rule(role=st.sampled_from((Role.SA, Role.TEC)), number=st.integers(0, 1), day=st.sampled_from((TODAY, TOMORROW)))
    def fall_ill_or_come_back(self, role: Role, number: int, day: date) -> None:
        """Somebody is away on a day, or is not after all; what was promised stays promised."""
        staff_id = self.world.crew[role][number]
        self.do(self._absence(staff_id, day))
        self.away ^= {(staff_id, day)}

    async def _absence(self, staff_id: int, day: date) -> None:
        if (staff_id, day) in self.away:
            await StaffAbsence.filter(staff_id=staff_id, first_on=day, is_active=True).update(is_active=False)
        else:
            await StaffAbsence.create(staff_id=staff_id, first_on=day, last_on=day, kind=AbsenceKind.SICK)

    @rule(minutes=st.sampled_from((7, 43, 131, 600)))
    def wait(self, minutes: int) -> None:
        """The clock goes on, and what is due by it happens."""
        self.do(self._wait(minutes))
        now = clock.now()
        for visit in self.visits.values():
            lapses_at = rules.unconfirmed_expires_at(visit.starts_at, visit.confirm_by, POLICY)
            if visit.state is REQUESTED and lapses_at <= now:
                self.end(visit, EXPIRED)
            elif visit.state is CONFIRMED and rules.no_show_at(visit.starts_at, POLICY) <= now:
                self.end(visit, NO_SHOW)
            elif visit.state is ARRIVED and visit.arrived_at and visit.arrived_at < clock.at(clock.today()):
                self.end(visit, CANCELLED)

    async def _wait(self, minutes: int) -> None:
        await clock.advance(timedelta(minutes=minutes))
        await jobs.expire_unconfirmed()
        await jobs.mark_no_shows()
        await jobs.end_unserved()

    # -- what is true all the time -------------------------------------------------------------------------------------

    @invariant()
    def agrees(self) -> None:
        """The states are the model's, each promise has a bay of its own, and what can be kept is offered, no more."""
        self.do(self._agrees())

    async def _agrees(self) -> None:
        states = dict(
            await Appointment.filter(id__in=[visit.id for visit in self.visits.values()]).values_list("id", "state")
        )
        assert states == {visit.id: visit.state for visit in self.visits.values()}
        kept = await Place.filter(promised_time_id__in=await self._promised())
        assert sorted(place.slot_at for place in kept) == sorted(self.taken())
        for number, place in enumerate(kept):
            assert place.bay_id is not None
            for other in kept[number + 1 :]:
                is_beside = other.slot_at < place.ends_at and place.slot_at < other.ends_at
                assert not (is_beside and other.bay_id == place.bay_id)
        wanted = WantedWork(minutes=60, bay_kind=BayKind.GENERAL)
        taken = self.taken()
        answers = {
            answer.starts_at: answer.is_free
            for answer in (await ask(self.world.store, wanted, [TODAY, TOMORROW])).answers()
        }
        assert {at: answers[at] for at in SLOTS} == {at: self.can(at, taken) for at in SLOTS}

    async def _promised(self) -> list[int]:
        rows = await database.fetch(
            "SELECT id FROM promised_time WHERE held_until IS NULL OR held_until > $1", clock.now()
        )
        return [row["id"] for row in rows]


async def _world() -> World:
    store = await make.make_store(advisors=ADVISORS, bays={BayKind.GENERAL: 2})
    item = await make.make_service_item(parts_fen=0)
    owners = []
    for number in range(CARS):
        customer = await make.make_customer(store, phone=f"139{number:08d}")
        vehicle = await make.make_vehicle(customer, vin=make.VINS[number], plate=f"粤B7000{number}")
        owners.append((make.acting_owner(customer), vehicle.id))
    crew = {role: [holder.staff_id for holder in await holders_of([role], [store.id])] for role in (Role.SA, Role.TEC)}
    return World(store, await make.acting(Role.SVM, store), crew, owners, item.id)


@pytest.mark.usefixtures("database")
async def test_whatever_is_done_in_whatever_order_what_is_promised_can_be_kept() -> None:
    await clock.set_to(make.slot(8, 3))
    Booked.loop, Booked.world = asyncio.get_running_loop(), await _world()
    few = settings(
        max_examples=3 * TIMES,
        stateful_step_count=14,
        deadline=None,
        derandomize=TIMES == 1,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    await asyncio.to_thread(run_state_machine_as_test, Booked, settings=few)

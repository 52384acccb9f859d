"""Each figure is what a plain reckoning over the same facts comes to, and opens to exactly the rows it counted."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

import pytest

from crm_core.appointments.rules import AppointmentState
from crm_core.billing.rules import Payer
from crm_core.dealerships.models import Bay, Role, StoreClosure
from crm_core.dealerships.rota.models import BayClosure
from crm_core.reports import figures, rows, rules
from crm_core.reports.definitions import DEFINITIONS, Kpi
from crm_core.reports.figures import Figure
from crm_core.reports.models import KpiTarget
from crm_core.reports.rules import Colour, Period, Span
from foundation import clock
from foundation.errors import NotAllowed
from tests import factories as make
from tests.crm_core.reports.invented import HOUR, Invented, Visit, Work, invent

pytestmark = pytest.mark.usefixtures("database")

NOW = make.slot(11, 20)
FIRST = clock.at(date(2026, 9, 20))
Sums = tuple[int, int, int]
"""Part, whole, and how many rows."""
SHUT = date(2026, 10, 20)
BAY_SHUT = date(2026, 11, 10)


async def test_every_figure_is_what_plain_arithmetic_comes_to() -> None:
    told = await _invented(7)
    manager = await make.acting(Role.SVM, told.store)
    await clock.set_to(NOW)
    board = await figures.of_reader(manager)
    assert [store.store_id for store in board.stores] == [told.store.id]
    spans = rules.spans(NOW)
    for each in board.stores[0].figures:
        for period, figure in ((Period.TODAY, each.today), (Period.MONTH, each.month), (Period.BEFORE, each.before)):
            assert _sums(figure) == RECKONED[each.kpi](told, spans[period]), (each.kpi, period)
            assert figure.value == rules.value(DEFINITIONS[each.kpi].unit, figure.part, figure.whole)
    assert all(each.month.rows and each.before.rows for each in board.stores[0].figures), "nothing is tried on nothing"


async def test_every_number_opens_to_its_rows() -> None:
    told = await _invented(8)
    manager = await make.acting(Role.SVM, told.store)
    await clock.set_to(NOW)
    [store] = (await figures.of_reader(manager)).stores
    for each in store.figures:
        for period, figure in ((Period.TODAY, each.today), (Period.MONTH, each.month), (Period.BEFORE, each.before)):
            shown, cursor = [], None
            while True:
                page = await rows.of_figure(manager, each.kpi, told.store.id, period, cursor=cursor, limit=7)
                shown += page.items
                cursor = page.next_cursor
                if cursor is None:
                    break
            assert len({row.id for row in shown}) == len(shown) == figure.rows, (each.kpi, period)
            assert sum(row.part for row in shown) == figure.part, (each.kpi, period)
            counted = await rows.of_figure(manager, each.kpi, told.store.id, period, is_counted=True, limit=500)
            assert len(counted.items) == sum(row.part > 0 for row in shown)


async def test_the_people_of_a_store_come_to_the_store() -> None:
    told = await _invented(9)
    manager = await make.acting(Role.GM, told.store)
    await clock.set_to(NOW)
    [store] = (await figures.of_reader(manager)).stores
    people = await figures.of_people(manager, told.store.id)
    parts: dict[Kpi, int] = defaultdict(int)
    for person in people:
        for each in person.figures:
            parts[each.kpi] += each.figure.part
            page = await rows.of_figure(
                manager, each.kpi, told.store.id, Period.MONTH, staff_id=person.staff_id, limit=500
            )
            assert len(page.items) == each.figure.rows
    whole = {each.kpi: each.month.part for each in store.figures}
    for kpi in set(Kpi) - {Kpi.BAYS, Kpi.NO_SHOWS, Kpi.COMPLAINTS}:
        assert parts[kpi] == whole[kpi], kpi
    assert Kpi.BAYS not in parts


async def test_months_are_told_as_the_running_one_is() -> None:
    told = await _invented(10)
    manager = await make.acting(Role.SVM, told.store)
    await clock.set_to(NOW)
    [store] = (await figures.of_reader(manager)).stores
    months = await figures.of_months(manager, told.store.id)
    running = {each.kpi: each.figure for each in months if each.month == date(2026, 11, 1)}
    assert running == {each.kpi: each.month for each in store.figures}
    october = Span(clock.at(date(2026, 10, 1)), clock.at(date(2026, 11, 1)))
    for each in months:
        if each.month == date(2026, 10, 1):
            assert _sums(each.figure) == RECKONED[each.kpi](told, october), each.kpi


async def test_a_stores_own_target_goes_before_the_groups_and_the_newest_before_older_ones() -> None:
    store, other = await make.make_store(advisors=0), await make.make_store(advisors=0)
    await clock.set_to(NOW)
    for store_id, month, target in ((None, 1, 70), (store.id, 9, 80), (store.id, 11, 90), (store.id, 12, 99)):
        await KpiTarget.create(store_id=store_id, kpi=Kpi.ON_TIME, valid_from=date(2026, month, 1), target=target)
    await KpiTarget.create(store_id=other.id, kpi=Kpi.NPS, valid_from=date(2026, 1, 1), target=9, is_active=False)
    board = await figures.of_reader(await make.acting(Role.GRP))
    told = {(each.store_id, one.kpi): one for each in board.stores for one in each.figures}
    assert told[store.id, Kpi.ON_TIME].target == 900
    assert told[other.id, Kpi.ON_TIME].target == 700
    assert told[other.id, Kpi.NPS].target is None
    assert told[store.id, Kpi.ON_TIME].month == Figure(None, 0, 0, 0), "nothing was ready: unknown, not zero"
    assert told[store.id, Kpi.ON_TIME].colour is Colour.GREY


async def test_a_manager_reads_their_own_store_and_an_advisor_none() -> None:
    store, other = await make.make_store(advisors=0), await make.make_store(advisors=0)
    manager, advisor = await make.acting(Role.SVM, store), await make.acting(Role.SA, store)
    assert [each.store_id for each in (await figures.of_reader(manager)).stores] == [store.id]
    assert len((await figures.of_reader(await make.acting(Role.GM))).stores) == 2
    with pytest.raises(NotAllowed):
        await figures.of_reader(advisor)
    for read in (figures.of_people, figures.of_months):
        with pytest.raises(NotAllowed):
            await read(manager, other.id)
    with pytest.raises(NotAllowed):
        await rows.of_figure(manager, Kpi.VISITS, other.id, Period.MONTH)


# -- the same, reckoned plainly ----------------------------------------------------------------------------------------


async def _invented(seed: int) -> Invented:
    told = await invent(seed, FIRST, NOW)
    await StoreClosure.create(store_id=told.store.id, day=SHUT)
    bay = await Bay.filter(store_id=told.store.id).first()
    assert bay is not None
    await BayClosure.create(bay_id=bay.id, first_on=BAY_SHUT, last_on=BAY_SHUT)
    return told


def _sums(figure: Figure) -> Sums:
    return figure.part, figure.whole, figure.rows


def _has(span: Span, at: datetime | None) -> bool:
    return at is not None and span.since <= at < span.until


def _of_visits(
    when: Callable[[Visit], datetime | None], part: Callable[[Invented, Visit], int]
) -> Callable[[Invented, Span], Sums]:
    def reckon(told: Invented, span: Span) -> Sums:
        parts = [part(told, visit) for visit in told.visits if not visit.is_void and _has(span, when(visit))]
        return sum(parts), len(parts), len(parts)

    return reckon


def _comes_back(told: Invented, visit: Visit) -> bool:
    assert visit.delivered_at is not None
    last_on = clock.local(visit.delivered_at).date() + timedelta(days=30)
    number = told.visits.index(visit)
    back = [each for each in told.visits if each.comes_back_for == number and not each.is_void]
    return any(clock.local(each.opened_at).date() <= last_on for each in back)


def _billed(told: Invented, visit: Visit) -> int:
    return sum(
        total - refunded for payer, (total, refunded) in visit.billed.items() if payer in (Payer.CP, Payer.W, Payer.I)
    )


def _works(told: Invented) -> Iterator[tuple[int, Work]]:
    return ((number, work) for number, visit in enumerate(told.visits) for work in visit.works)


def _no_shows(told: Invented, span: Span) -> Sums:
    known = (AppointmentState.ARRIVED, AppointmentState.CONVERTED, AppointmentState.NO_SHOW)
    states = [each.state for each in told.bookings if _has(span, each.starts_at) and each.state in known]
    return states.count(AppointmentState.NO_SHOW), len(states), len(states)


def _bays(told: Invented, span: Span) -> Sums:
    taken: dict[tuple[int, int, date], list[tuple[datetime, datetime]]] = defaultdict(list)
    for number, work in _works(told):
        for began, ended in work.clocked:
            if work.bay_id is not None:
                taken[number, work.bay_id, clock.local(began).date()].append((began, ended or NOW))
    groups = [times for times in taken.values() if _has(span, min(times)[0])]
    busy = sum(int(sum(_union(times), timedelta()).total_seconds()) for times in groups)
    open_minutes, day = 0, clock.local(span.since).date()
    while clock.at(day) < span.until:
        closes = min(18 * 60, max(0, int((span.until - clock.at(day)).total_seconds()) // 60))
        if day != SHUT:
            open_minutes += max(0, closes - (8 * 60 + 30)) * (told.bays - (day == BAY_SHUT))
        day += timedelta(days=1)
    return pytest.approx(busy, abs=len(groups)), open_minutes * 60, len(groups)  # type: ignore[return-value]


def _union(times: list[tuple[datetime, datetime]]) -> Iterator[timedelta]:
    last = None
    for began, ended in sorted(times):
        since = began if last is None else max(began, last)
        if ended > since:
            yield ended - since
        last = ended if last is None else max(last, ended)


def _efficiency(told: Invented, span: Span) -> Sums:
    done = [work for _, work in _works(told) if _has(span, work.finished_at)]
    clocked = sum(((ended or NOW) - began).total_seconds() for work in done for began, ended in work.clocked)
    return sum(work.labour * 36 for work in done), pytest.approx(clocked, abs=len(done)), len(done)  # type: ignore[return-value]


def _additional(told: Invented, span: Span) -> Sums:
    found = [work.is_allowed for _, work in _works(told) if _has(span, work.found_at)]
    return sum(found), len(found), len(found)


def _complaints(told: Invented, span: Span) -> Sums:
    in_time = [
        all(
            (NOW if hours is None else each.opened_at + hours * HOUR) <= each.opened_at + limit * HOUR
            for hours, limit in zip(each.steps, (1, 3, 72), strict=True)
        )
        for each in told.grievances
        if _has(span, each.opened_at)
    ]
    return sum(in_time), len(in_time), len(in_time)


def _score(told: Invented, visit: Visit) -> int:
    assert visit.score is not None
    return 1 if visit.score >= 9 else -1 if visit.score <= 6 else 0


RECKONED: dict[Kpi, Callable[[Invented, Span], Sums]] = {
    Kpi.VISITS: _of_visits(lambda visit: visit.delivered_at, lambda _, visit: 1),
    Kpi.BOOKED: _of_visits(lambda visit: visit.opened_at, lambda _, visit: visit.is_booked),
    Kpi.NO_SHOWS: _no_shows,
    Kpi.ON_TIME: _of_visits(
        lambda visit: visit.ready_at if visit.promised_at else None,
        lambda _, visit: bool(visit.ready_at and visit.promised_at and visit.ready_at <= visit.promised_at),
    ),
    Kpi.BAYS: _bays,
    Kpi.EFFICIENCY: _efficiency,
    Kpi.FIRST_TIME: _of_visits(lambda visit: visit.delivered_at, lambda told, visit: not _comes_back(told, visit)),
    Kpi.ADDITIONAL: _additional,
    Kpi.VALUE: _of_visits(lambda visit: visit.delivered_at, _billed),
    Kpi.NPS: _of_visits(lambda visit: visit.answered_at, _score),
    Kpi.COMPLAINTS: _complaints,
}

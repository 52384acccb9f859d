"""Shifts, absences and certificates as they stand in the tables; what ended does not count."""

from datetime import date

from crm_core.dealerships.models import Bay, Role
from crm_core.dealerships.rota.duty import closed_bays, holders_of, rotas_of
from crm_core.dealerships.rota.models import AbsenceKind, BayClosure, Shift, StaffAbsence
from tests import factories as make

MONDAY = date(2026, 11, 23)


async def test_what_ended_does_not_count(database: None) -> None:
    store = await make.make_store(advisors=1)
    (holder,) = await holders_of([Role.SA], [store.id])
    shift = await Shift.create(staff_id=holder.staff_id, weekdays=["6"], starts_minute=0, ends_minute=600)
    away = await StaffAbsence.create(staff_id=holder.staff_id, first_on=MONDAY, last_on=MONDAY, kind=AbsenceKind.LEAVE)
    for row in (shift, away):
        assert not (await rotas_of([holder.staff_id], MONDAY, MONDAY))[holder.staff_id].works_on(MONDAY)
        await type(row).filter(id=row.id).update(is_active=False)
    assert (await rotas_of([holder.staff_id], MONDAY, MONDAY))[holder.staff_id].works_on(MONDAY)


async def test_a_bay_is_closed_on_its_days_only(database: None) -> None:
    store = await make.make_store(advisors=0)
    bay = await Bay.filter(store_id=store.id).first()
    assert bay is not None
    await BayClosure.create(bay_id=bay.id, first_on=MONDAY, last_on=MONDAY)
    assert list(await closed_bays([store.id], MONDAY, MONDAY)) == [bay.id]
    assert await closed_bays([store.id], date(2026, 11, 24), date(2026, 11, 30)) == {}

"""Who works when, and with which skills."""

from datetime import date

from crm_core.dealerships.rota.rules import Days, Proof, Rota, WorkShift
from foundation import clock

MONDAY = date(2026, 11, 23)
SUNDAY = date(2026, 11, 29)
EARLY = WorkShift(("0", "1"), 480, 960)


def test_whoever_has_no_shifts_works_every_day_and_others_on_theirs():
    assert Rota().works_on(SUNDAY)
    assert Rota(shifts=[EARLY]).works_on(MONDAY)
    assert not Rota(shifts=[EARLY]).works_on(SUNDAY)


def test_a_shift_begins_with_its_first_minute_and_ends_before_its_last():
    rota = Rota(shifts=[EARLY])
    assert [rota.is_there(clock.at(MONDAY, hour)) for hour in (7, 8, 15, 16)] == [False, True, True, False]


def test_somebody_away_is_away_on_the_first_and_on_the_last_day():
    rota = Rota(absences=[Days(MONDAY, date(2026, 11, 24))])
    assert [rota.works_on(date(2026, 11, day)) for day in (22, 23, 24, 25)] == [True, False, False, True]
    assert not rota.is_there(clock.at(MONDAY, 9))


def test_a_skill_counts_until_its_last_certificate_has_run_out():
    rota = Rota(skills=("EV", "QUICK"), proofs=[Proof("EV", date(2026, 1, 1)), Proof("EV", MONDAY)])
    assert rota.skills_on(MONDAY) == {"EV", "QUICK"}
    assert rota.skills_on(date(2026, 11, 24)) == {"QUICK"}

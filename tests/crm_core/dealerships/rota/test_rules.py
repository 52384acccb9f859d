"""Who works when, and with which skills."""

from datetime import date

from crm_core.dealerships.rota.rules import Days, Proof, Rota, WorkShift, away_until

MONDAY = date(2026, 11, 23)
SUNDAY = date(2026, 11, 29)
EARLY = WorkShift(("0", "1"), 480, 960)


def test_whoever_has_no_shifts_works_every_day_and_others_on_theirs():
    assert Rota().works_on(SUNDAY)
    assert Rota(shifts=[EARLY]).works_on(MONDAY)
    assert not Rota(shifts=[EARLY]).works_on(SUNDAY)


def test_the_hours_of_a_day_are_those_of_its_shifts_and_the_whole_day_where_there_are_none():
    both = Rota(shifts=[EARLY, WorkShift(("0",), 1020, 1200)])
    assert (both.hours_on(MONDAY), both.hours_on(SUNDAY)) == ([(480, 960), (1020, 1200)], [])
    assert Rota().hours_on(SUNDAY) == [(0, 1440)]


def test_somebody_away_is_away_on_the_first_and_on_the_last_day():
    rota = Rota(absences=[Days(MONDAY, date(2026, 11, 24))])
    assert [rota.works_on(date(2026, 11, day)) for day in (22, 23, 24, 25)] == [True, False, False, True]
    assert rota.hours_on(MONDAY) == []


def test_a_skill_counts_until_its_last_certificate_has_run_out():
    rota = Rota(skills=("EV", "QUICK"), proofs=[Proof("EV", date(2026, 1, 1)), Proof("EV", MONDAY)])
    assert rota.skills_on(MONDAY) == {"EV", "QUICK"}
    assert rota.skills_on(date(2026, 11, 24)) == {"QUICK"}


def test_an_absence_lasts_until_the_last_of_those_that_follow_without_a_gap():
    days = [Days(date(2026, 11, 26), date(2026, 11, 27)), Days(MONDAY, date(2026, 11, 25)), Days(SUNDAY, SUNDAY)]
    until = [away_until(days, date(2026, 11, day)) for day in (22, 23, 26, 28, 29)]
    assert until == [None, date(2026, 11, 27), date(2026, 11, 27), None, SUNDAY]

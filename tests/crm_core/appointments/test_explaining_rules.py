"""What staff read about a time: the numbers behind each yes and no, from the same day the answer is reckoned from."""

from datetime import timedelta

from crm_core.appointments.capacity_rules import WantedWork, WorkshopDay, slot_starts
from crm_core.appointments.explaining_rules import explain
from crm_core.appointments.rules import AppointmentPolicy
from crm_core.appointments.seating_rules import Technician, Work, WorkshopBay
from crm_core.dealerships.bay_kind import BayKind
from tests import factories as make

GENERAL = BayKind.GENERAL
JOB = WantedWork(minutes=60, bay_kind=GENERAL)
NOW = make.slot(8)


def _day(*work: Work) -> WorkshopDay:
    slots = tuple(slot_starts(make.slot(8, 30), make.slot(17, 30)))
    return WorkshopDay(
        slots=slots,
        closes_at=make.slot(18),
        advisors=dict.fromkeys(slots, 4),
        bays=(WorkshopBay(1, GENERAL), WorkshopBay(2, GENERAL)),
        technicians=tuple(Technician(n, frozenset({GENERAL}), ((make.slot(8), make.slot(18)),)) for n in range(3)),
        work=work,
        arrivals={make.slot(9): 2},
    )


def _said(hour: int, day: WorkshopDay, wanted: WantedWork = JOB) -> list[tuple[bool, str]]:
    explained = explain(make.slot(hour), wanted, day, NOW, AppointmentPolicy())
    assert explained.answer.is_free is all(point.is_met for point in explained.points)
    return [(point.is_met, point.sentence) for point in explained.points]


def test_a_free_time_says_what_it_rests_on():
    assert _said(9, _day()) == [
        (True, "09:00 在班顾问 4 人，可约 3 位，已约 2 位。"),
        (True, "做完约 10:00，门店 18:00 关门。"),
        (True, "合适的工位 2 个，09:00–10:00 之间有 0 台车。"),
        (True, "能做这项的技师这段时间至少有 3 人在班，全店技师这段时间有 0 项活。"),
        (True, "配件齐。"),
    ]


def test_a_taken_time_names_what_stands_in_the_way():
    order = Work(make.slot(8, 30), make.slot(9, 40), GENERAL, bay_id=1, is_fixed=True, words="工单 0231")
    booked = Work(make.slot(9), make.slot(10), GENERAL, bay_id=2, place_id=7, words="预约")
    said = _said(9, _day(order, booked))
    assert said[2] == (False, "合适的工位 2 个，09:00–10:00 之间有 2 台车（预约 1 个、工单 0231到 09:40）。")
    assert [is_met for is_met, _ in said] == [True, True, False, True, True]


def test_a_car_without_a_bay_of_another_kind_stands_in_nobodys_way():
    body = Work(make.slot(9), make.slot(10), BayKind.BODY, words="工单 0412")
    assert _said(9, _day(body))[2] == (True, "合适的工位 2 个，09:00–10:00 之间有 0 台车。")
    tomorrow = Work(
        make.slot(8, 30), make.slot(9, 40) + timedelta(days=1), GENERAL, bay_id=1, is_fixed=True, words="工单 7"
    )
    assert "（工单 7到 11月24日 09:40）" in _said(9, _day(tomorrow))[2][1]


def test_closing_time_missing_parts_and_missing_skill_are_said_with_their_numbers():
    late = WantedWork(minutes=120, bay_kind=BayKind.EV, is_part_missing=True, parts_arrive_at=NOW + timedelta(days=3))
    assert _said(17, _day(), late)[1:] == [
        (False, "做完约 19:00，门店 18:00 关门。"),
        (False, "当天没有可用的合适工位。"),
        (False, "当天没有能做这项的技师在班。"),
        (False, "缺配件，预计 11月26日 08:00 到。"),
    ]


def test_a_time_that_is_past_needs_no_numbers():
    assert _said(8, _day()) == [(False, "门店这个时间不营业。")]

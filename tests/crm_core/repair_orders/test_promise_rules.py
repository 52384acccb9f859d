from datetime import date, timedelta

from crm_core.dealerships.hours.open_time import OpenTime
from crm_core.repair_orders.promise_rules import promise_moved_to, promised_with, was_on_time
from foundation import clock

DAY = date(2026, 11, 23)
OPEN = OpenTime(tuple((clock.at(day, 8, 30), clock.at(day, 18)) for day in (DAY, DAY + timedelta(days=1))))


def test_a_promise_moves_by_the_added_work_and_says_why():
    first = clock.at(DAY, 11, 30)
    with_work = promised_with(first, 72 + 12, now=clock.at(DAY, 10), open_time=OPEN)
    assert with_work == clock.at(DAY, 12, 55)
    change = promise_moved_to(with_work, first, "增项")
    assert change.sentence == "预计 11月23日 12:55 完工，原定 11:30，因增项顺延 85 分钟"


def test_work_added_after_the_promised_time_counts_from_now_and_none_leaves_the_promise():
    first = clock.at(DAY, 11, 30)
    assert promised_with(first, 30, now=clock.at(DAY, 12), open_time=OPEN) == clock.at(DAY, 12, 30)
    assert promised_with(first, 0, now=clock.at(DAY, 12), open_time=OPEN) == first
    evening = promised_with(clock.at(DAY, 17, 30), 60, now=clock.at(DAY, 12), open_time=OPEN)
    assert evening == clock.at(DAY + timedelta(days=1), 9), "nobody works while the store is shut"


def test_a_second_delay_is_told_against_the_first_promise():
    change = promise_moved_to(clock.at(DAY, 13, 25), clock.at(DAY, 11, 30), "待料")
    assert change.delay_minutes == 115
    early = promise_moved_to(clock.at(DAY, 11), clock.at(DAY, 11, 30), "")
    assert early.sentence == "预计 11月23日 11:00 完工，比原定早 30 分钟"
    assert promise_moved_to(clock.at(DAY, 11), clock.at(DAY, 11), "").sentence == "预计 11月23日 11:00 完工"


def test_a_promise_of_another_day_says_both_days_and_how_late_it_is_in_words_one_grasps():
    late = promise_moved_to(clock.at(date(2026, 11, 26), 10, 50), clock.at(DAY, 10, 50), "等配件")
    assert late.sentence == "预计 11月26日 10:50 完工，原定 11月23日 10:50，因等配件顺延 3 天"
    assert promise_moved_to(clock.at(DAY, 16), clock.at(DAY, 11, 30), "等配件").sentence.endswith("顺延 5 小时")


def test_promising_again_does_not_make_an_order_punctual():
    assert was_on_time(clock.at(DAY, 11, 30), first_promised_at=clock.at(DAY, 11, 30))
    assert not was_on_time(clock.at(DAY, 11, 31), first_promised_at=clock.at(DAY, 11, 30))

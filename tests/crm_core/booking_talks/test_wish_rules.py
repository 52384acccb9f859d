"""What a sentence says of a booking, on a Wednesday."""

from datetime import date, time

import pytest

from crm_core.booking_talks import wish_rules
from crm_core.booking_talks.time_rules import Daypart
from crm_core.booking_talks.wish_rules import Wish, begins, chosen, meant, merged, nearest, read
from foundation import clock

TODAY = date(2026, 11, 25)
SATURDAY = date(2026, 11, 28)


@pytest.mark.parametrize(
    ("words", "wish"),
    [
        ("预约 粤B12345 周六上午 保养", Wish(plate="粤B12345", job="保养", day=SATURDAY, daypart=Daypart.MORNING)),
        ("给张三约明天10点保养", Wish(name="张三", job="保养", day=date(2026, 11, 26), at=time(10))),
        (
            "约一下 粤B·D1245 明天上午九点半 小保养",
            Wish(plate="粤BD1245", job="小保养", day=date(2026, 11, 26), at=time(9, 30)),
        ),
        ("给13900011208约个首保 后天10点", Wish(phone="13900011208", job="首保", day=date(2026, 11, 27), at=time(10))),
        ("李娜的车刹车响 帮她约周五过来检查", Wish(name="李娜", job="检查", day=date(2026, 11, 27))),
        (
            "预约 湘a·8k2m6 换轮胎两条 星期天早上8点半",
            Wish(plate="湘A8K2M6", job="轮胎", day=date(2026, 11, 29), at=time(8, 30)),
        ),
        (
            "尾号5678 约空调清洗 明天下午 几点都行",
            Wish(phone="5678", job="空调", day=date(2026, 11, 26), daypart=Daypart.AFTERNOON),
        ),
        ("D1245约下周二下午三点做大保养", Wish(plate="D1245", job="大保养", day=date(2026, 12, 1), at=time(15))),
        ("约张伟 15号 10:30 小保养", Wish(name="张伟", job="小保养", day=date(2026, 12, 15), at=time(10, 30))),
        ("陈志远那台约12月3号3点半", Wish(name="陈志远", day=date(2026, 12, 3), at=time(15, 30))),
        ("预约 72224 明天上午 保养", Wish(plate="72224", job="保养", day=date(2026, 11, 26), daypart=Daypart.MORNING)),
        ("明天约一下", Wish(day=date(2026, 11, 26))),
        ("约十三四号保养", Wish(job="保养")),
        ("约2月30日保养", Wish(job="保养")),
    ],
)
def test_a_sentence_is_read_and_nothing_is_made_up(words: str, wish: Wish):
    assert begins(words)
    assert read(words, TODAY) == wish


@pytest.mark.parametrize(
    "words", ["今天有几台预约", "粤BD1245的预约改到下周二", "取消预约", "查一下张伟的预约", "你好"]
)
def test_what_is_about_a_booking_that_exists_begins_none(words: str):
    assert not begins(words)


def test_what_was_said_stays_until_it_is_said_otherwise():
    before = Wish(plate="粤BD1245", job="小保养", day=SATURDAY, at=time(10))
    assert merged(before, Wish(daypart=Daypart.AFTERNOON)) == Wish(
        plate="粤BD1245", job="小保养", day=SATURDAY, daypart=Daypart.AFTERNOON
    )
    assert merged(before, Wish(name="张伟")) == Wish(name="张伟", job="小保养", day=SATURDAY, at=time(10))


@pytest.mark.parametrize(("words", "pick"), [("2", "b"), ("第二个", "b"), ("三", "c"), ("9", None), ("10点", None)])
def test_a_number_chooses(words: str, pick: str | None):
    assert chosen(words, ["a", "b", "c"]) == pick


def test_a_word_means_the_job_of_that_name_or_those_with_it():
    names = ["小保养", "大保养", "空调清洗", "刹车油更换"]
    assert meant("小保养", names) == ["小保养"]
    assert meant("保养", names) == ["小保养", "大保养"]
    assert meant("轮胎", names) == meant("", names) == []


def test_the_nearest_free_times_are_named():
    free = [clock.at(SATURDAY, hour).astimezone(clock.SHANGHAI) for hour in (9, 10, 11, 14, 16)]
    assert [each.hour for each in nearest(free, time(10, 30), None, 2)] == [10, 11]
    assert [each.hour for each in nearest(free, None, Daypart.AFTERNOON, 6)] == [14, 16]
    assert [each.hour for each in nearest(free, None, Daypart.EVENING, 2)] == [9, 10]
    assert wish_rules.STOPS.match("算了 不约了")

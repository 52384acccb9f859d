"""When a Moment goes out, how often it is read, and what it may consist of."""

from datetime import date, datetime, time, timedelta

import pytest

from campaigns.moments import carrying, rules
from campaigns.moments.carrying import CARRIES
from campaigns.moments.rules import MomentPolicy
from campaigns.own_words import Attachment, AttachmentKind, Content
from campaigns.own_words import problems as problems_of
from crm_core.contact.rules import ContactPolicy, ContactRules
from foundation import wall_clock

CONTACT = ContactPolicy()
LINK = Attachment(AttachmentKind.LINK, title="冬季用车", target="https://example.com/winter")
PICTURE = Attachment(AttachmentKind.PICTURE, picture="a.jpg")


def at(day: int, clock: time, month: int = 11) -> datetime:
    return wall_clock.at(date(2026, month, day), clock.hour, clock.minute)


@pytest.mark.parametrize(
    ("starts_at", "now", "goes_out_at"),
    [
        (at(24, time(10)), at(23, time(10)), at(24, time(10))),
        (at(24, time(10)), at(24, time(11)), at(24, time(11))),
        (at(24, time(10)), at(24, time(21)), at(25, time(9))),
        (at(24, time(10)), at(25, time(8)), at(25, time(9))),
    ],
)
def test_it_goes_out_at_its_time_or_the_next_moment_it_may(starts_at: datetime, now: datetime, goes_out_at: datetime):
    assert rules.goes_out_at(starts_at, now, ContactRules(CONTACT)) == goes_out_at


def test_nothing_goes_out_on_the_first_days_of_the_lunar_year():
    night = wall_clock.at(date(2027, 2, 5), 22)
    assert rules.goes_out_at(night, night, ContactRules(CONTACT)) == wall_clock.at(date(2027, 2, 9), 9)


def test_members_have_until_the_end_of_the_hours_of_the_last_day():
    assert rules.ends_at(at(24, time(10)), MomentPolicy(), CONTACT) == at(27, time(20, 30))


def test_it_is_read_often_on_its_first_day():
    started = at(24, time(10))
    assert rules.next_reading(started, started) == started + timedelta(minutes=30)
    later = started + timedelta(days=1)
    assert rules.next_reading(started, later) == later + timedelta(hours=6)


def test_a_member_is_reminded_twice_in_a_day():
    now = at(24, time(15))
    once, twice = [now - timedelta(hours=1)], [now - timedelta(hours=5), now - timedelta(hours=1)]
    assert rules.may_remind(once, now, 2)
    assert not rules.may_remind(twice, now, 2)
    assert rules.may_remind(twice, now + timedelta(hours=19), 2)


@pytest.mark.parametrize(
    ("attachments", "sentence"),
    [
        ([PICTURE] * 9, ""),
        ([LINK], ""),
        ([PICTURE, LINK], "朋友圈只能带图片"),
        ([LINK, LINK], "朋友圈只能带图片"),
        ([Attachment(AttachmentKind.LINK, title="长" * 65, target="https://example.com")], "链接标题最长 64 字"),
        ([Attachment(AttachmentKind.LINK, title="冬", target="https://e.cn", description="细说")], "不显示链接说明"),
    ],
)
def test_it_carries_pictures_or_one_link(attachments: list[Attachment], sentence: str):
    found = [one.sentence for one in carrying.problems(Content("冬季用车", attachments))]
    assert any(sentence in one for one in found) if sentence else found == []


def test_its_words_are_checked_like_others_but_need_no_way_to_opt_out():
    assert problems_of(Content("天冷了，出门前看一眼胎压。", [PICTURE]), CARRIES, has_coupon=False) == []
    assert problems_of(Content("全城最低价", []), CARRIES, has_coupon=False)
    assert problems_of(Content("{门店}欢迎您", []), CARRIES, has_coupon=False)
    assert problems_of(Content("长" * 1334, []), CARRIES, has_coupon=False)
    assert carrying.problems(Content("a" * 2001, []))

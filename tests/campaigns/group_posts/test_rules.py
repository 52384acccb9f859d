"""Why a group is left out, which turn of a day is free, until when owners confirm, and what a post may consist of."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from campaigns.group_posts import carrying, rules
from campaigns.group_posts.carrying import CARRIES
from campaigns.group_posts.rules import GroupNow, GroupPostPolicy
from campaigns.own_words import GIFT_PAGE, Attachment, AttachmentKind, Content
from campaigns.own_words import problems as problems_of
from crm_core.contact.rules import ContactPolicy
from foundation import wall_clock

GROUP = GroupNow(has_ended=False, owner_id=7, owner_can_send=True, owner_store_id=1, known=10, refusing=0)
POLICY = GroupPostPolicy()


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({}, ""),
        ({"has_ended": True, "owner_id": None}, "群已解散"),
        ({"owner_id": None}, "不认识的群主"),
        ({"owner_can_send": False}, "群主已离职，或不在企业微信里"),
        ({"owner_store_id": 2}, "群主不在这些门店了"),
        ({"owner_store_id": None}, "群主不在这些门店了"),
        ({"refusing": 2}, ""),
        ({"refusing": 3}, "群里认识的 10 位客户有 3 位拒绝营销"),
        ({"known": 0}, ""),
    ],
)
def test_a_group_is_left_out_for_the_first_reason(changes: dict[str, object], why: str):
    assert rules.why_not(replace(GROUP, **changes), {1}, POLICY) == why  # type: ignore[arg-type]


def test_a_post_of_the_whole_group_asks_for_no_store():
    assert rules.why_not(replace(GROUP, owner_store_id=None), None, POLICY) == ""


@pytest.mark.parametrize(
    ("known", "refusing", "percent", "too_much"),
    [(5, 1, 20, False), (4, 1, 20, True), (3, 1, 0, True), (3, 0, 0, False), (3, 3, 100, False), (0, 0, 0, False)],
)
def test_more_than_the_house_takes_said_no(known: int, refusing: int, percent: int, too_much: bool):
    group = replace(GROUP, known=known, refusing=refusing)
    assert rules.refuse_too_much(group, GroupPostPolicy(refusing_percent=percent)) is too_much


@pytest.mark.parametrize(
    ("taken", "per_day", "turn"), [([], 1, 1), ([1], 1, None), ([1], 2, 2), ([2], 2, 1), ([1, 2, 3], 2, None)]
)
def test_an_owner_has_so_many_turns_a_day(taken: list[int], per_day: int, turn: int | None):
    assert rules.free_turn(taken, per_day) == turn


def test_owners_have_until_the_end_of_the_hours_of_the_last_day():
    begun = wall_clock.at(date(2026, 11, 24), 10)
    assert rules.ends_at(begun, POLICY, ContactPolicy()) == wall_clock.at(date(2026, 11, 26), 20, 30)


def test_it_is_read_often_at_first():
    made = wall_clock.at(date(2026, 11, 24), 10)
    assert rules.next_reading(made, made) == made + timedelta(minutes=15)
    later = made + timedelta(hours=12)
    assert rules.next_reading(made, later) == later + timedelta(hours=2)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{门店}提醒：周六讲堂，群里报名。", ""),
        ("周六讲堂，群里报名。", ""),
        ("送您{优惠券}", "客户群里大家看到同样的话，不能用{优惠券}"),
        ("{车主姓名}您好", "客户群里大家看到同样的话，不能用{车主姓名}"),
        ("全城最低价", "广告里不能用"),
        ("", "文字"),
    ],
)
def test_words_say_the_same_to_everybody(text: str, sentence: str):
    found = problems_of(Content(text, []), CARRIES, has_coupon=False)
    assert any(sentence in one for one in found) if sentence else found == []


def test_a_card_opens_a_page_that_needs_no_send_to_one_person():
    card = Attachment(AttachmentKind.MINI_PROGRAM, title="领券", target=GIFT_PAGE)
    [problem] = carrying.problems(Content("看", [Attachment(AttachmentKind.PICTURE, picture="a.jpg"), card]))
    assert (problem.attachment, "客户群里请换一页" in problem.sentence) == (2, True)
    assert GIFT_PAGE not in {one.page for one in carrying.kit().pages}
    assert carrying.problems(Content("看", [replace(card, target="pages/home/index.html")])) == []

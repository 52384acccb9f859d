"""What the holder of a link reads: progress, and neither people nor money."""

from datetime import timedelta

import pytest

from crm_core.repair_orders.rules import HeaderState
from crm_core.sharing import rules
from tests import factories as make


@pytest.mark.parametrize("kind", ["billed", "bill_confirmed", "paid", "refunded", "something_new"])
def test_money_and_what_nobody_thought_of_is_not_shown(kind: str):
    assert rules.shown(kind, "账单 668.00 元，请您确认") is None


@pytest.mark.parametrize(
    ("kind", "told"),
    [("opened", "接车 李敏 · 21,180 公里"), ("authorised", "您已授权 668.00 元"), ("dispatched", "派工 陈志强 · 1 号")],
)
def test_sentences_with_names_and_sums_are_said_anew(kind: str, told: str):
    said = rules.shown(kind, told)
    assert said is not None
    assert not {"李敏", "陈志强", "668", "您"} & {
        said.sentence,
        *[word for word in told.split() if word in said.sentence],
    }
    assert said.sentence != told


def test_work_is_shown_as_its_owner_reads_it_with_its_photos():
    assert rules.shown("work_started", "小保养开工") == rules.Shown("小保养开工", has_photos=True)
    walk_around = rules.shown("inspected", "环车检查报告，请您确认签字")
    assert walk_around is not None
    assert not walk_around.has_photos, "they show the plate and what lies in the car"


@pytest.mark.parametrize("state", HeaderState)
def test_no_title_speaks_to_the_owner_or_of_money(state: HeaderState):
    told = {HeaderState.ESTIMATED: "报价待您确认", HeaderState.BILL_CONFIRMED: "待付款"}.get(state, "施工中")
    assert not any(word in rules.title(state, told) for word in ("您", "付", "账单"))


def test_a_link_lasts_as_long_as_its_owner_says_and_no_longer_than_the_house_allows():
    now, policy = make.slot(9), rules.SharingPolicy(lasts_hours=72)
    assert rules.ends_at(now, None, policy) == now + timedelta(hours=72)
    assert rules.ends_at(now, 2, policy) == now + timedelta(hours=2)
    assert rules.ends_at(now, 168, policy) == now + timedelta(hours=72)

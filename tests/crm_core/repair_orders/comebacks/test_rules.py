"""When a car comes back: what the guarantee covers, what counts, and what the system proposes."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from crm_core.pricing.work_kinds import WorkKind
from crm_core.repair_orders.comebacks import rules
from crm_core.repair_orders.comebacks.rules import ComebackPolicy, EarlierJob, Return
from crm_core.repair_orders.guarantee_rules import RepairGuaranteePolicy, guarantee_of

LAW = RepairGuaranteePolicy()
LEFT = date(2026, 11, 2)
PADS = EarlierJob(
    line_id=1,
    repair_order_id=10,
    item_id=100,
    name="更换前刹车片",
    work_kind=WorkKind.SMALL,
    left_on=LEFT,
    left_km=20_000,
)
BACK = Return(LEFT + timedelta(days=5), 20_500, "刹车还响")


@pytest.mark.parametrize(
    ("kind", "days", "km", "is_covered"),
    [
        (WorkKind.SMALL, 10, 2_000, True),
        (WorkKind.SMALL, 11, 100, False),
        (WorkKind.SMALL, 1, 2_001, False),
        (WorkKind.SECOND, 30, 5_000, True),
        (WorkKind.SECOND, 31, 0, False),
        (WorkKind.SECOND, 30, 5_001, False),
        (WorkKind.WHOLE, 100, 20_000, True),
        (WorkKind.WHOLE, 101, 20_000, False),
        (WorkKind.WHOLE, 100, 20_001, False),
        (WorkKind.SMALL, 1, -50, True),
    ],
)
def test_the_guarantee_ends_with_its_days_or_its_kilometres_whichever_comes_first(kind, days, km, is_covered):
    job = replace(PADS, work_kind=kind)
    back = replace(BACK, on=LEFT + timedelta(days=days), km=job.left_km + km)
    assert rules.is_covered(job, back, guarantee_of(kind, LAW)) is is_covered


@pytest.mark.parametrize(("days", "counts"), [(0, True), (30, True), (31, False)])
def test_thirty_days_count(days, counts):
    assert rules.counts(LEFT, LEFT + timedelta(days=days), ComebackPolicy()) is counts


@pytest.mark.parametrize(
    ("complaint", "name", "says"),
    [
        ("刹车还响", "更换前刹车片", True),
        ("空调不凉", "更换前刹车片", False),
        ("做个保养", "小保养", False),
        ("更换机油", "更换前刹车片", False),
        ("空调还是不凉", "空调清洗", True),
        ("", "更换前刹车片", False),
    ],
)
def test_the_owners_words_tell_which_job_it_is(complaint, name, says):
    assert (rules.shared_pieces(complaint, name) > 0) is says


def test_a_job_wanted_again_is_a_stronger_sign_than_words_and_the_newest_visit_comes_first():
    wash = replace(PADS, line_id=2, item_id=200, name="空调清洗")
    newer = replace(PADS, line_id=3, repair_order_id=11, left_on=LEFT + timedelta(days=2))
    assert rules.proposed([PADS, wash], BACK) is PADS
    assert rules.proposed([PADS, wash], replace(BACK, item_ids=frozenset({200}))) is wash
    assert rules.proposed([PADS, newer], BACK) is newer
    assert rules.proposed([wash], BACK) is None
    assert rules.proposed([], BACK) is None


def test_only_the_same_item_under_an_open_guarantee_is_free():
    found = replace(PADS, line_id=2, item_id=None)
    ended = replace(PADS, line_id=3, item_id=300, left_on=LEFT - timedelta(days=30))
    jobs = [PADS, found, ended]
    guarantees = {job.line_id: guarantee_of(job.work_kind, LAW) for job in jobs}
    assert rules.free_items(jobs, guarantees, BACK) == {100: PADS}

"""Which rights no group may change."""

import pytest

from crm_core.dealerships.permissions import PERMISSIONS, Reach
from crm_core.dealerships.rights.bounds import APART, FIXED, NEVER, refusal, with_changes
from crm_core.dealerships.rights.changing import DECLARED
from crm_core.dealerships.rights.words import act_of, area_of
from crm_core.dealerships.role import Role


def _refusal(action: str, role: str, reach: str = "STORE") -> str | None:
    return refusal(action, role, reach, DECLARED, DECLARED)


@pytest.mark.parametrize(
    ("action", "role"),
    [
        ("repair_orders.check_quality", "TEC"),
        ("repair_orders.work", "QC"),
        ("campaigns.approve", "MKT"),
        ("customers.read", "ADM"),
        ("customers.reveal_phone", "MKT"),
        ("bills.make", "CSH"),
        ("repair_orders.check_quality", "SA"),
        ("parts.issue", "SA"),
        ("repair_orders.estimate", "GRP"),
        ("campaigns.draft", "DPO"),
        ("approvals.decide", "SC"),
        ("staff.manage", "GM"),
        ("coupons.claim", "SA"),
        ("repair_orders.expire_additional_work", "SVM"),
    ],
)
def test_separated_duties_cannot_be_joined(action: str, role: str) -> None:
    assert _refusal(action, role)


def test_two_separated_acts_cannot_come_together_by_two_changes() -> None:
    now = with_changes(DECLARED, {"complaints.resolve": {"GM": "STORE", "CRC": ""}})
    assert refusal("complaints.verify", "GM", "STORE", DECLARED, with_changes(now, {"complaints.verify": {"GM": ""}}))


def test_within_the_bounds_a_group_widens_and_narrows() -> None:
    assert _refusal("appointments.book", "SC") is None
    assert _refusal("customers.read", "SC", "STORE") is None
    assert _refusal("customers.read", "SC", "TEAM") is None
    assert _refusal("segments.read", "CRC", "") is None


def test_somebody_must_be_left_who_can_do_it() -> None:
    assert _refusal("repair_orders.void", "SVM", "")
    assert _refusal("repair_orders.void", "GM") is None


def test_who_gives_rights_and_who_audits_them_is_no_setting() -> None:
    assert all(_refusal(action, role.value, "") for action in FIXED for role in Role if role in DECLARED[action])


def test_bounds_name_actions_and_roles_there_are() -> None:
    named = {one for row in NEVER.values() for one in row} | {one for pair in APART for one in pair[:2]} | set(FIXED)
    for one in named:
        assert any(action == one or action.startswith(one) for action in PERMISSIONS), one
    assert set(NEVER) <= {role.value for role in Role}


def test_each_action_has_a_word_and_an_area() -> None:
    for action in PERMISSIONS:
        assert act_of(action), action
        assert area_of(action), action
    assert {reach.value for reach in Reach} == {"SELF", "TEAM", "STORE"}


@pytest.mark.parametrize(("word", "area"), [("施工", "工单"), ("发放", "配件"), ("结清", "配件"), ("开票", "发票")])
def test_what_only_one_part_of_the_house_does_is_said_of_no_other(word: str, area: str) -> None:
    assert {area_of(action) for action in PERMISSIONS if act_of(action) == word} == {area}

"""What is striking about coupons is found without a database."""

from dataclasses import replace
from datetime import timedelta

from crm_core.coupon_checks.rules import CheckPolicy, Claimed, FindingKind, found_in
from tests import factories as make

POLICY = CheckPolicy()
ONE = Claimed(
    coupon_id=1,
    template_id=1,
    customer_id=1,
    store_id=1,
    openid="o-1",
    is_gift=True,
    is_staff_phone=False,
    issued_at=make.slot(10),
    claimed_at=make.slot(11),
    worked=None,
)


def _kinds(*claims: Claimed) -> list[FindingKind]:
    return [found.kind for found in found_in(claims, POLICY)]


def test_an_ordinary_claim_and_a_use_with_work_are_not_striking():
    assert _kinds(ONE, replace(ONE, coupon_id=2, customer_id=2, openid="o-2", worked=True)) == []


def test_one_account_for_three_people_is_striking_and_two_may_be_a_family():
    family = [replace(ONE, coupon_id=n, customer_id=n) for n in (1, 2)]
    assert _kinds(*family) == []
    stranger = replace(ONE, coupon_id=3, customer_id=3, store_id=2)
    [found] = found_in([*family, stranger], POLICY)
    assert (found.kind, found.coupon_ids, found.store_id) == (FindingKind.ONE_ACCOUNT, (1, 2, 3), None)
    assert found.words == "同一个微信账号给 3 位客户领了 3 张"


def test_gifts_that_are_claimed_within_seconds_are_striking_when_there_are_several_in_a_day():
    quick = [
        replace(ONE, coupon_id=n, customer_id=n, openid=f"o-{n}", claimed_at=ONE.issued_at + timedelta(seconds=4))
        for n in range(3)
    ]
    assert _kinds(*quick[:2]) == []
    assert _kinds(*quick) == [FindingKind.IN_SECONDS]
    assert _kinds(*[replace(each, is_gift=False) for each in quick]) == []


def test_a_number_of_the_house_and_a_use_without_work_are_striking_by_themselves():
    assert _kinds(replace(ONE, is_staff_phone=True)) == [FindingKind.STAFF_PHONE]
    assert _kinds(replace(ONE, worked=False)) == [FindingKind.NO_WORK]

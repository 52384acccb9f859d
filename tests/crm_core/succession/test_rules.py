"""Which colleague gets what from a member who leaves, without a database."""

from typing import Any

from crm_core.dealerships.belongings import Belonging, BelongingKind
from crm_core.dealerships.models import Role
from crm_core.succession.rules import Around, Colleague, Why, shares

STORE, OTHER = 1, 2


def thing(
    number: int, kind: BelongingKind = BelongingKind.CUSTOMER, role: str = "consultant", **columns: Any
) -> Belonging:
    found: dict[str, Any] = {"store_id": STORE, "customer_id": number, "words": ""} | columns
    return Belonging(kind=kind, thing_id=number, role=role if kind is BelongingKind.CUSTOMER else "", **found)


def colleague(number: int, role: Role, store: int | None = STORE, customers: int = 0) -> Colleague:
    return Colleague(number, frozenset({(role, store)}), customers)


def around(*colleagues: Colleague, **known: Any) -> Around:
    return Around(colleagues, frozenset({Role.SC}), STORE, **known)


def test_customers_are_divided_evenly_over_those_of_the_same_post_in_their_store():
    people = around(colleague(1, Role.SC, customers=3), colleague(2, Role.SC), colleague(3, Role.SC, OTHER))
    found = shares([thing(n) for n in range(10, 15)], people)
    assert [share.to_id for share in found] == [2, 2, 2, 1, 2]
    assert {share.why for share in found} == {Why.FEWEST}


def test_a_colleague_who_is_the_customers_friend_already_comes_first():
    people = around(colleague(1, Role.SC), colleague(2, Role.SC, customers=99), friends={10: frozenset({2})})
    assert [(share.to_id, share.why) for share in shares([thing(10)], people)] == [(2, Why.FRIEND)]


def test_those_of_the_same_post_come_before_others_who_may_have_customers():
    telesales = colleague(1, Role.DCC)
    assert shares([thing(10)], around(telesales, colleague(2, Role.SC, customers=99)))[0].to_id == 2
    assert shares([thing(10)], around(telesales))[0].to_id == 1


def test_what_is_about_a_customer_follows_them():
    people = around(colleague(1, Role.SC), colleague(2, Role.SC))
    friend = thing(77, BelongingKind.FRIEND, customer_id=11)
    found = shares([friend, thing(10), thing(11)], people)
    assert [(share.thing.thing_id, share.to_id) for share in found] == [(10, 1), (11, 2), (77, 2)]
    assert found[-1].why is Why.KEEPS_CUSTOMER


def test_without_anybody_of_the_post_the_manager_distributes_and_without_a_manager_a_person_chooses():
    assert shares([thing(10)], around(colleague(9, Role.SM)))[0].why is Why.LEADER
    nobody = shares([thing(10)], around(colleague(9, Role.SM, OTHER)))[0]
    assert (nobody.to_id, nobody.why) == (None, Why.NOBODY)


def test_bookings_and_orders_go_to_advisors_and_never_to_a_consultant():
    people = around(colleague(1, Role.SC), colleague(2, Role.SA))
    found = shares([thing(5, BelongingKind.APPOINTMENT), thing(6, BelongingKind.REPAIR_ORDER)], people)
    assert [share.to_id for share in found] == [2, 2]


def test_each_thing_is_shared_out_once():
    things = [thing(n) for n in range(30)] + [thing(n, BelongingKind.FRIEND, customer_id=n) for n in range(100, 130)]
    found = shares(things, around(colleague(1, Role.SC), colleague(2, Role.SC)))
    assert sorted(share.thing.thing_id for share in found) == sorted(each.thing_id for each in things)

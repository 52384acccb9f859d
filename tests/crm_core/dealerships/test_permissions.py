"""Whose thing it is decides: every row of the table by role and reach, and no verb that asks about nothing."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from crm_core.dealerships.actors import Actor, Grant, owner, system
from crm_core.dealerships.models import Role
from crm_core.dealerships.permissions import PERMISSIONS, Reach, is_allowed, owners_own, stores_within, subject

REPOSITORY = Path(__file__).parents[3]
ROOMS = ("crm_core", "campaigns", "console", "bot", "miniprogram_api", "partner_api")
HERE, THERE = 1, 2

OF_NO_STORE = {
    "exports/asking.py:ask": "one's own request; the rows are those of the stores the asker reaches",
    "exports/asking.py:fetch": "one's own file",
    "exports/queries.py:of_reader": "one's own files, or all for the officer for personal data",
    "privacy/keeping_queries.py:standing": "what is kept how long is the group's",
    "privacy/keeping_queries.py:texts": "texts of consents are the group's",
    "customers/consent_texts/publishing.py:publish": "a text is the group's, and so has to be who publishes it",
    "privacy/retention.py:run": "what is kept how long is the group's",
    "reconciliation/queries.py:_check": "a day is the whole group's; its differences have their stores",
    "settings/connections.py:secrets": "connections are the group's",
    "settings/connections.py:tested": "connections are the group's",
    "settings/moving_in.py:steps": "what is left to do is the group's",
    "settings/queries.py:of_reader": "which lists there are; their rows are asked about by their stores",
    "settings/queries.py:readable": "which list it is; its rows are asked about by their stores",
    "approvals/queries.py:to_decide": "the rows themselves name who decides",
    "approvals/queries.py:requested_by": "one's own requests",
    "approvals/queries.py:history": "the rows are those of the stores it reaches, and one's own",
    "bill_disputes/queries.py:held_since": "a day is the whole group's; of its held bills each has its store",
    "contact_ways/queries.py:of_reader": "the rows are those of the stores it reaches",
    "contact_ways/quota.py:of_reader": "the quota is the corp's",
    "coupons/catalogue.py:items": "the catalogue of work is the group's",
    "coupon_checks/queries.py:page": "the rows are those of the stores it reaches",
    "coupons/coupon_list.py:_readable": "the rows are those of customers of the stores it reaches",
    "reports/coupon_statement.py:statement": "the coupons are counted of the stores it reaches",
    "coupons/template_queries.py:_readable": "the rows are those taken in the stores it reaches",
    "customers/groups/queries.py:of_reader": "the rows are those whose owners work in the stores it reaches",
    "customers/tags/taking.py:take_list": "tags of the corp, by the system only",
    "customers/tags/keeping.py:create": "tags are the house's",
    "customers/tags/keeping.py:rename": "tags are the house's",
    "customers/tags/keeping.py:end": "tags are the house's",
    "customers/tags/keeping.py:mend": "the pairs are those of members of the stores it reaches",
    "customers/tags/queries.py:_stores": "tags are the house's; people are counted in the stores it reaches",
    "customers/friendships.py:befriend": "WeCom's word about a customer who may not be known yet",
    "customers/friendships.py:unfriend": "WeCom's word about a customer who may not be known yet",
    "customers/friend_pulls/queries.py:_stores": "the rows are those of members of the stores it reaches",
    "customers/friend_pulls/reading.py:begin": "it only has WeCom asked; what differs is taken over by the system",
    "customers/friendships.py:move": "WeCom's word about a customer who may not be known yet",
    "customers/friendships.py:describe": "WeCom's word about a customer who may not be known yet",
    "customers/identities.py:identify": "the customer is found or made by what WeChat vouches for",
    "customers/listing.py:caretakers": "the rows are those of the stores it reaches",
    "dealerships/directory.py:is_at_work": "the directory is the corp's, by the system only",
    "dealerships/directory.py:join": "the directory is the corp's, by the system only",
    "dealerships/directory.py:leave": "the directory is the corp's, by the system only",
    "dealerships/directory.py:rename": "the directory is the corp's, by the system only",
    "dealerships/directory.py:take_over": "the directory is the corp's, by the system only",
    "dealerships/members.py:of_reader": "the rows are those of the stores it reaches",
    "dealerships/rights/queries.py:stand_ins_of_reader": "the rows are those of the stores it reaches",
    "dealerships/rights/queries.py:table": "the table is the group's; who reads it changes nothing",
    "dealerships/parked_work.py:of_reader": "work of the house as a whole",
    "dealerships/parked_work.py:try_again": "work of the house as a whole",
    "dealerships/parked_work.py:give_up": "work of the house as a whole",
    "succession/queries.py:of_reader": "the rows are those of the stores it reaches",
    "policies/queries.py:policies": "the rules are the house's; of values it lists those of the stores it reaches",
    "wording/queries.py:wordings_of_reader": "the notices are the house's; the words those of the stores it reaches",
    "policies/queries.py:one_rule": "the rules are the house's; of values it lists those of the stores it reaches",
    "reception.py:reception_models": "the models are the maker's",
}
"""Verbs whose thing belongs to no store, and why. Nothing else may ask `authorise` about nothing."""


def _calls() -> Iterator[tuple[str, ast.Call]]:
    """Every call that names a subject, with `file:function`."""
    for room in ROOMS:
        for path in sorted((REPOSITORY / room).rglob("*.py")):
            for function in ast.walk(ast.parse(path.read_text("utf-8"))):
                if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                    continue
                for call in ast.walk(function):
                    if (
                        isinstance(call, ast.Call)
                        and isinstance(call.func, ast.Name)
                        and call.func.id in ("subject", "Subject")
                    ):
                        yield f"{path.relative_to(REPOSITORY / room)}:{function.name}", call


@pytest.mark.parametrize(
    ("action", "who"),
    [
        ("repair_orders.check_quality", {"QC"}),
        ("repair_orders.work", {"TEC"}),
        ("repair_orders.price_additional_work", {"SA", "SVM", "PRT"}),
        ("repair_orders.decide_additional_work", {"OWN"}),
        ("repair_orders.expire_additional_work", {"SYS"}),
        ("repair_orders.void", {"SVM"}),
        ("parts.issue", {"PRT"}),
        ("bills.confirm", {"OWN"}),
        ("bills.receive_offline", {"CSH"}),
        ("hand_over.confirm", {"OWN"}),
        ("hand_over.dispute", {"OWN"}),
        ("hand_over.settle", {"SVM", "CRC"}),
    ],
)
def test_what_the_trade_gives_to_one_seat_is_nobody_elses(action: str, who: set[str]):
    """State machines say what can happen to a thing; only the table of permissions says by whom."""
    assert set(PERMISSIONS[action]) == who


def test_only_what_belongs_to_no_store_is_asked_about_without_one():
    found = {where for where, call in _calls() if not call.keywords}
    assert found == set(OF_NO_STORE)


def test_no_verb_takes_the_store_of_who_acts_for_the_store_of_the_thing():
    wrong = {
        where
        for where, call in _calls()
        for keyword in call.keywords
        if keyword.arg in ("store_id", "store_ids")
        for part in ast.walk(keyword.value)
        if isinstance(part, ast.Name) and part.id == "actor"
    }
    assert wrong == set()


def test_what_is_an_owners_is_asked_with_its_store_or_of_the_owner_alone():
    """Without a store the subject would be of no store, and every colleague of the group would reach it."""
    without = {
        where
        for where, call in _calls()
        if {keyword.arg for keyword in call.keywords} & {"customer_id", "customer_ids"}
        and not {keyword.arg for keyword in call.keywords} & {"store_id", "store_ids", "is_owners_alone"}
    }
    assert without == set()


def _acting(role: Role, *stores: int) -> Actor:
    return Actor(kind="staff", id=7, grants=(Grant(role, frozenset(stores) or None),))


@pytest.mark.parametrize("action", sorted(PERMISSIONS))
def test_a_role_reaches_the_things_of_its_own_stores_and_no_others(action: str):
    row = PERMISSIONS[action]
    here, there, own = subject(store_id=HERE), subject(store_id=THERE), subject(store_id=THERE, staff_ids=[7])
    for role in Role:
        reach = row.get(role.value)
        at_home, in_group = _acting(role, HERE), _acting(role)
        assert is_allowed(at_home, action, here) is (reach is Reach.STORE), role
        assert not is_allowed(at_home, action, there), role
        assert not is_allowed(at_home, action, subject(store_ids=[HERE, THERE])), "all of its stores, not one of them"
        assert is_allowed(at_home, action, own) is (reach is Reach.SELF), role
        assert not is_allowed(at_home, action, subject(store_id=THERE, staff_ids=[8])), role
        assert is_allowed(in_group, action, there) is (reach is Reach.STORE), role
        assert is_allowed(_acting(role, HERE, THERE), action, there) is (reach is Reach.STORE), "a region"
        assert stores_within(at_home, action) == (frozenset({HERE}) if reach is Reach.STORE else frozenset())


@pytest.mark.parametrize("action", sorted(PERMISSIONS))
def test_an_owner_has_their_own_things_and_the_system_what_is_written_for_it(action: str):
    row = PERMISSIONS[action]
    assert is_allowed(owner(3, openid="o"), action, subject(store_id=HERE, customer_id=3)) is ("OWN" in row)
    assert not is_allowed(owner(3, openid="o"), action, subject(store_id=HERE, customer_id=4))
    assert not is_allowed(owner(7, openid="o"), action, subject(store_id=HERE, staff_ids=[7]))
    assert is_allowed(owner(3, openid="o"), action, owners_own(3)) is ("OWN" in row)
    assert not is_allowed(owner(3, openid="o"), action, owners_own(4))
    assert not any(is_allowed(_acting(role), action, owners_own(7)) for role in Role), "staff 7 is not customer 7"
    assert is_allowed(system("test"), action, subject(store_id=HERE)) is ("SYS" in row)


def test_two_roles_do_not_lend_each_other_their_stores():
    both = Actor(kind="staff", id=7, grants=(Grant(Role.SVM, frozenset({HERE})), Grant(Role.TEC, frozenset({THERE}))))
    assert is_allowed(both, "repair_orders.void", subject(store_id=HERE))
    assert not is_allowed(both, "repair_orders.void", subject(store_id=THERE))

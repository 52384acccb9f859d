"""What the address book proposes, without a database."""

import dataclasses

from crm_core.dealerships.address_book.rules import (
    BookRules,
    InBook,
    OnFile,
    ProposalKind,
    proposals,
    role_of,
    store_of,
)
from crm_core.dealerships.role import Role

RULES = BookRules(parents={2: 1, 3: 2, 9: 1}, stores={2: 7, 9: 8}, positions={"接待": Role.SA}, tags={5: Role.QC})
BOOK = InBook("limin", "李敏", "服务顾问", (3,), (), is_there=True)
STAFF = OnFile(1, "李敏", 7, is_active=True, roles=frozenset({(Role.SA, 7)}))


def kinds(book: InBook, staff: OnFile | None) -> list[ProposalKind]:
    return [one.kind for one in proposals(book, staff, RULES)]


def test_a_department_is_the_store_of_the_nearest_one_above_that_has_a_rule():
    assert store_of((3,), RULES) == 7
    assert store_of((1,), RULES) is None
    assert store_of((3, 9), RULES) is None, "of two stores a person chooses"


def test_the_groups_rules_for_a_position_come_before_tags_and_those_before_common_words():
    assert role_of("接待", (5,), RULES) is Role.SA
    assert role_of("组长", (5,), RULES) is Role.QC
    assert role_of(" 销售顾问 ", (), RULES) is Role.SC
    assert role_of("保洁", (), RULES) is None


def test_who_agrees_with_the_book_is_no_proposal():
    assert kinds(BOOK, STAFF) == []


def test_somebody_without_a_role_is_new_and_so_is_who_came_back():
    assert kinds(BOOK, None) == [ProposalKind.NEW]
    assert kinds(BOOK, dataclasses.replace(STAFF, roles=frozenset())) == [ProposalKind.NEW]
    assert kinds(BOOK, dataclasses.replace(STAFF, is_active=False)) == [ProposalKind.NEW]
    (new,) = proposals(BOOK, None, RULES)
    assert (new.store_id, new.role) == (7, Role.SA)


def test_another_department_or_position_is_a_move_and_an_unknown_one_is_none():
    (moved,) = proposals(dataclasses.replace(BOOK, departments=(9,)), STAFF, RULES)
    assert (moved.kind, moved.store_id) == (ProposalKind.MOVED, 8)
    (moved,) = proposals(dataclasses.replace(BOOK, position="服务经理"), STAFF, RULES)
    assert (moved.store_id, moved.role) == (7, Role.SVM)
    assert kinds(dataclasses.replace(BOOK, position="保洁", departments=(1,)), STAFF) == [], "nobody loses a role"


def test_another_name_waits_for_somebody_who_knows_whether_it_is_another_person():
    assert kinds(dataclasses.replace(BOOK, name="王强"), STAFF) == [ProposalKind.RENAMED]


def test_who_is_not_in_the_book_has_left_unless_they_had():
    gone = dataclasses.replace(BOOK, is_there=False)
    assert kinds(gone, STAFF) == [ProposalKind.LEFT]
    assert kinds(gone, dataclasses.replace(STAFF, is_active=False)) == []
    assert kinds(gone, None) == []


def test_a_difference_that_becomes_another_has_another_fingerprint():
    first = proposals(dataclasses.replace(BOOK, departments=(9,)), STAFF, RULES)[0]
    assert first == proposals(dataclasses.replace(BOOK, departments=(9,)), STAFF, RULES)[0]
    assert first.fingerprint != proposals(dataclasses.replace(BOOK, position="店总"), STAFF, RULES)[0].fingerprint

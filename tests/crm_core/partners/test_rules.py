"""Keys as texts, and numbers of other programs."""

from datetime import timedelta

from crm_core.imports.entities import Entity
from crm_core.imports.headers import fields_of
from crm_core.partners.bringing import CAR_FIELDS, CUSTOMER_FIELDS
from crm_core.partners.bringing_orders import LINE_FIELDS, ORDER_FIELDS
from crm_core.partners.rules import doubled, file_number, hashed, is_good, is_program
from crm_core.partners.scopes import SCOPE_WORDS, Scope
from tests import factories as make

NOW = make.slot(10)


def test_a_key_is_good_until_it_expires_or_is_ended():
    assert is_good(NOW, expires_at=None, ended_at=None)
    assert is_good(NOW, expires_at=NOW + timedelta(seconds=1), ended_at=None)
    assert not is_good(NOW, expires_at=NOW, ended_at=None)
    assert not is_good(NOW, expires_at=None, ended_at=NOW - timedelta(days=1))


def test_what_is_kept_of_a_key_is_not_the_key():
    assert hashed("wdp_one") != hashed("wdp_two")
    assert "wdp" not in hashed("wdp_one")


def test_a_program_has_a_short_plain_mark():
    assert [is_program(text) for text in ("dms", "sap_2", "DMS", "d", "a:b", "x" * 13)] == [True, True] + [False] * 4


def test_numbers_of_two_programs_differ():
    assert file_number("dms", "C1") == "dms:C1"
    assert file_number("erp", "C1") != file_number("dms", "C1")


def test_the_first_number_that_stands_twice_is_named():
    assert doubled(["1", "2", "3"]) is None
    assert doubled(["1", "2", "2", "1"]) == "2"


def test_every_field_of_a_row_is_one_the_takers_know():
    for entity, fields in (
        (Entity.CUSTOMERS, CUSTOMER_FIELDS),
        (Entity.CUSTOMERS_CARS, CAR_FIELDS),
        (Entity.ORDERS, ORDER_FIELDS),
        (Entity.ORDER_LINES, LINE_FIELDS),
    ):
        unknown = set(fields) - fields_of(entity)
        # A sheet of customers may name their advisor in the columns of their car.
        assert unknown <= {"advisor"}, entity


def test_every_scope_has_words():
    assert set(SCOPE_WORDS) == set(Scope)

"""Tax numbers, titles and numbers of invoices, without a database."""

import pytest

from crm_core.invoicing.rules import (
    InvoiceKind,
    Title,
    TitleKind,
    net_of_tax,
    number_refusal,
    tax_number_refusal,
    tidy_tax_number,
    title_refusal,
)

VALID = ("91440300MA5F00007W", "91110108DEM000088T", "91310000MADEM00019", "91440300DEM0000390")


@pytest.mark.parametrize("number", [*VALID, "440300123456789", "44030012345678901234"])
def test_a_tax_number_with_its_check_digit_or_of_the_old_lengths_is_taken(number: str):
    assert tax_number_refusal(number) is None


@pytest.mark.parametrize(
    ("number", "says"),
    [
        ("91440300MA5F00007E", "校验位"),
        ("91440300MA5F00070W", "校验位"),
        ("9144O300MA5F00007W", "字母"),
        ("91440300MA5F0000W", "18 位"),
        ("", "18 位"),
    ],
)
def test_a_mistyped_tax_number_is_told_what_is_wrong(number: str, says: str):
    assert says in (tax_number_refusal(number) or "")


def test_a_tax_number_is_kept_without_what_people_put_between():
    assert tidy_tax_number(" 9144 0300-ma5f00007w ") == VALID[0]


def test_a_special_invoice_is_for_companies_and_a_person_has_no_tax_number():
    person = Title(TitleKind.PERSON, "张伟")
    company = Title(TitleKind.COMPANY, "深圳某某科技有限公司", VALID[0])
    assert title_refusal(person, InvoiceKind.NORMAL) is None
    assert title_refusal(company, InvoiceKind.SPECIAL) is None
    assert "企业" in (title_refusal(person, InvoiceKind.SPECIAL) or "")
    assert "个人" in (title_refusal(Title(TitleKind.PERSON, "张伟", VALID[0]), InvoiceKind.NORMAL) or "")
    assert "税号" in (title_refusal(Title(TitleKind.COMPANY, "某某公司"), InvoiceKind.NORMAL) or "")


@pytest.mark.parametrize(
    ("number", "is_one"), [("2" * 20, True), ("12345678", True), ("123", False), ("1" * 19, False)]
)
def test_an_invoice_has_twenty_digits_or_eight(number: str, is_one: bool):
    assert (number_refusal(number) is None) is is_one


@pytest.mark.parametrize(
    ("gross_fen", "percent", "net_fen"), [(178200, 13, 157699), (3333, 13, 2950), (50000, 6, 47170), (999, 0, 999)]
)
def test_a_price_is_what_it_is_without_tax_and_the_tax(gross_fen: int, percent: int, net_fen: int):
    assert net_of_tax(gross_fen, percent) == (net_fen, gross_fen - net_fen)

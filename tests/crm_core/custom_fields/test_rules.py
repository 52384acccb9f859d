"""A value fits the type of its field, or is told why not."""

from datetime import date
from decimal import Decimal

import pytest

from crm_core.custom_fields.rules import FieldKind, ValueNotRead, columns, may_overwrite, options_of, read

USES = ("公务", "私用")


@pytest.mark.parametrize(
    ("kind", "given", "held"),
    [
        (FieldKind.TEXT, " B2-117 ", "B2-117"),
        (FieldKind.NUMBER, "12,000.50", Decimal("12000.5")),
        (FieldKind.NUMBER, 3, Decimal(3)),
        (FieldKind.DAY, "2026/05/01", date(2026, 5, 1)),
        (FieldKind.DAY, date(2026, 5, 1), date(2026, 5, 1)),
        (FieldKind.YES, "是", True),
        (FieldKind.YES, False, False),
        (FieldKind.CHOICE, "公务", "公务"),
        (FieldKind.CHOICE, "", None),
        (FieldKind.TEXT, None, None),
    ],
)
def test_a_value_is_read_by_its_type(kind: FieldKind, given, held):
    assert read(kind, USES, given) == held


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        (FieldKind.TEXT, "字" * 201), (FieldKind.NUMBER, "三"), (FieldKind.NUMBER, True), (FieldKind.NUMBER, "1e400"),
        (FieldKind.NUMBER, "NaN"), (FieldKind.NUMBER, "0.001"), (FieldKind.NUMBER, 10**11), (FieldKind.DAY, "明天"),
        (FieldKind.DAY, "2026-02-30"), (FieldKind.YES, "也许"), (FieldKind.CHOICE, "出租"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_told_in_words(kind: FieldKind, given):
    with pytest.raises(ValueNotRead, match=r"。$"):
        read(kind, USES, given)


def test_choices_are_read_as_people_type_them():
    assert options_of("公务、私用，租赁;私用\n") == ("公务", "私用", "租赁")


def test_each_value_stands_in_the_column_of_its_type():
    assert columns(True).yes_value is True
    assert columns(Decimal(1)).number_value == 1
    assert columns(date(2026, 5, 1)).day_value == date(2026, 5, 1)
    assert columns("公务").text_value == "公务"


def test_a_program_replaces_only_what_it_wrote():
    assert may_overwrite("partner:1", "partner:1", is_person=False)
    assert not may_overwrite("staff:1", "partner:1", is_person=False)
    assert may_overwrite("partner:1", "staff:1", is_person=True)

"""One cell read as what its column holds: every spelling people and programs use, and what must not be guessed."""

from datetime import date, datetime, time

import pytest

from crm_core.imports import values
from crm_core.imports.codes import REFUSING, WORDS, Code
from foundation.spreadsheets.cells import Fault

MIDNIGHT = datetime.fromisoformat("2024-03-01T00:00:00")


@pytest.mark.parametrize(
    ("cell", "kept"),
    [
        ("00123", "00123"),
        ('="00123"', "00123"),
        ("'=3+3", "=3+3"),
        (" 无 ", None),
        ("NULL", None),
        ("\\N", None),
        ("--", None),
        ("\u200b\u3000", None),
        (19900000301, "19900000301"),
        (1.5, "1.5"),
        (True, "是"),
        ("李𠮷样", "李𠮷样"),
    ],
)
def test_text_keeps_zeros_and_rare_signs_and_nothing_that_means_nothing(cell, kept):
    assert values.plain(cell) == values.Read(kept)


def test_an_error_of_the_sheet_is_no_text():
    assert values.plain(Fault("#N/A")) == values.Read(None, (Code.EXCEL_ERROR,))


@pytest.mark.parametrize(
    ("cell", "kept", "code"),
    [
        (1_234_567_890_123_456, None, Code.DIGITS_LOST),
        ("1.99E+10", None, Code.DIGITS_LOST),
        ("1.9900000205E+10", "19900000205", Code.SCI_RECOVERED),
        ("1.990000020E+10", None, Code.DIGITS_LOST),
    ],
)
def test_digits_that_are_gone_are_not_made_up(cell, kept, code):
    assert values.identifier(cell) == values.Read(kept, (code,))


@pytest.mark.parametrize("text", ["=1+1", " \t-3栋502", "第一行\n@SUM(1)", "＋8", "\u00a0=2"])
def test_what_a_spreadsheet_would_compute_is_kept_and_said(text):
    read = values.free_text(text)
    assert read.value is not None
    assert read.codes == (Code.TEXT_FORMULA,)


def test_a_number_below_zero_in_a_note_is_no_formula():
    assert values.free_text(-3) == values.Read("-3")


@pytest.mark.parametrize(
    ("cell", "found", "codes"),
    [
        (date(2024, 3, 1), date(2024, 3, 1), ()),
        (MIDNIGHT, date(2024, 3, 1), ()),
        ("2024-3-1", date(2024, 3, 1), ()),
        ("2024/3/1 09:30", date(2024, 3, 1), ()),
        ("2024-3-1 下午 3:20", date(2024, 3, 1), ()),
        ("2024-03-01T00:00:00Z", date(2024, 3, 1), ()),
        ("2024.3.7", date(2024, 3, 7), ()),
        ("2024年3月8日", date(2024, 3, 8), ()),
        ("20240309", date(2024, 3, 9), ()),
        ("２０２４－３－１０", date(2024, 3, 10), ()),
        ("22.5.6", date(2022, 5, 6), (Code.DATE_2DIGIT,)),
        (46500, date(2027, 4, 23), (Code.DATE_SERIAL,)),
        ("44958", date(2023, 2, 1), (Code.DATE_SERIAL,)),
        ("2024-02-30", None, (Code.DATE_BAD,)),
        ("明天", None, (Code.DATE_BAD,)),
        (True, None, (Code.DATE_BAD,)),
        ("0", None, ()),
        ("1900-01-00", None, ()),
        (date(1970, 1, 1), None, ()),
        ("", None, ()),
        (None, None, ()),
    ],
)
def test_a_day_in_any_spelling(cell, found, codes):
    assert values.day(cell) == values.Read(found, codes)


def test_a_day_to_come_is_refused_where_only_the_past_makes_sense():
    assert values.day("2026-12-30", today=date(2026, 11, 25)) == values.Read(None, (Code.DATE_FUTURE,))
    assert values.day("2026-11-25", today=date(2026, 11, 25)).value == date(2026, 11, 25)


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("14:00", time(14)),
        ("9：30", time(9, 30)),
        ("09:30-10:00", time(9, 30)),
        (time(8), time(8)),
        (MIDNIGHT, time(0)),
    ],
)
def test_a_time_of_day(cell, found):
    assert values.clock_time(cell) == values.Read(found)


@pytest.mark.parametrize("cell", ["下午", "25:00", "9点"])
def test_a_time_nobody_can_be_asked_for(cell):
    assert values.clock_time(cell) == values.Read(None, (Code.TIME_BAD,))


@pytest.mark.parametrize(
    ("cell", "fen", "codes"),
    [
        ("12,345.60", 1_234_560, ()),
        ("¥3,000", 300_000, ()),
        ("680元", 68_000, ()),
        ("8.6万", 8_600_000, ()),
        (99.5, 9_950, ()),
        (0.125, None, (Code.MONEY_BAD,)),
        ("一百", None, (Code.MONEY_BAD,)),
        (-680, None, (Code.NEGATIVE,)),
        ("", None, ()),
        (Fault("#REF!"), None, (Code.EXCEL_ERROR,)),
    ],
)
def test_money_is_whole_fen(cell, fen, codes):
    assert values.money(cell) == values.Read(fen, codes)


@pytest.mark.parametrize(
    ("cell", "km", "codes"),
    [
        ("35,210km", 35_210, ()),
        ("3.5万", 35_000, (Code.KM_ROUNDED,)),
        (20_000, 20_000, ()),
        (1_234_567, None, (Code.KM_BAD,)),
        (-1, None, (Code.KM_BAD,)),
        ("不知道", None, (Code.KM_BAD,)),
        ("暂无", None, ()),
    ],
)
def test_kilometres(cell, km, codes):
    assert values.kilometres(cell) == values.Read(km, codes)


@pytest.mark.parametrize(
    ("cell", "pieces", "codes"),
    [(12, 12, ()), ("1,200", 1_200, ()), (20.5, None, (Code.QTY_FRACTION,)), (-2, None, (Code.NEGATIVE,))],
)
def test_pieces(cell, pieces, codes):
    assert values.whole(cell) == values.Read(pieces, codes)


@pytest.mark.parametrize(
    ("cell", "vin", "codes"),
    [
        ("lyf bb6ce0p1 000303", "LYFBB6CE0P1000303", ()),
        ("LYFAA4DE9R10O0305", "LYFAA4DE9R1000305", (Code.VIN_FIXED,)),
        ("LYFAA4DE1R1000306", None, (Code.VIN_CHECK,)),
        ("11111111111111111", None, (Code.VIN_DUMMY,)),
        ("LYFAA4DE2R100100", None, (Code.VIN_FORMAT,)),
        ("1M8GDM9AXKP042788", "1M8GDM9AXKP042788", ()),
        ("WBAGDM9A6KP042788", "WBAGDM9A6KP042788", (Code.VIN_FOREIGN,)),
    ],
)
def test_a_vin_is_mended_only_where_its_check_digit_says_so(cell, vin, codes):
    assert values.vin(cell) == values.Read(vin, codes)


@pytest.mark.parametrize(
    ("cell", "plate", "codes"),
    [
        ("粤B·A1B23 ", "粤BA1B23", ()),
        ("粤Ｂ１２３４５", "粤B12345", ()),
        ("临牌", None, ()),
        ("粤BI1234", None, (Code.PLATE_BAD,)),
    ],
)
def test_a_plate_in_any_spelling(cell, plate, codes):
    assert values.plate(cell) == values.Read(plate, codes)


def test_every_code_has_words_and_those_that_reject_exist():
    assert WORDS.keys() == set(Code)
    assert set(Code) >= REFUSING

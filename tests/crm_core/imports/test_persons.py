"""Who a row is about and how they can be reached."""

from datetime import date, datetime

import pytest

from crm_core.imports import persons
from crm_core.imports.codes import Code
from crm_core.imports.persons import Name, Phones
from crm_core.imports.values import Read
from crm_core.spelling.name import Gender


@pytest.mark.parametrize(
    ("cell", "name", "codes"),
    [
        ("赵样甲", Name("赵样甲", False), ()),
        ("阿依古丽·样例", Name("阿依古丽·样例", False), ()),
        ("李𠮷样", Name("李𠮷样", False), ()),
        ("某某样例物流有限公司", Name("某某样例物流有限公司", True), ()),
        ("张先生", Name("张先生", False, Gender.MALE), (Code.NAME_TITLE,)),
        ("卫总", Name("卫总", False), (Code.NAME_TITLE,)),
        ("散客", Name("未留姓名", False), (Code.NAME_MISSING,)),
        (None, Name("未留姓名", False), (Code.NAME_MISSING,)),
        ('=HYPERLINK("http://x.invalid")', None, (Code.NAME_CHARS,)),
        ("<img src=x onerror=alert(1)>", None, (Code.NAME_CHARS,)),
        ("甲" * 51, None, (Code.NAME_CHARS,)),
    ],
)
def test_a_name(cell, name, codes):
    assert persons.name(cell) == Read(name, codes)


def test_a_kind_or_a_code_says_that_it_is_a_company():
    assert persons.name("样例车队", kind="单位").value == Name("样例车队", True)


@pytest.mark.parametrize(
    ("cells", "mobiles", "landlines", "codes"),
    [
        (["19900000401/19900000402"], ["19900000401", "19900000402"], [], []),
        (["1990000040519900000406"], ["19900000405", "19900000406"], [], [Code.PHONE_SPLIT]),
        (["199 0000 0407", "0755-26000407"], ["19900000407"], ["0755-26000407"], []),
        (["1990000040"], [], [], [Code.PHONE_BAD]),
        (["19900000409, 19900000409"], ["19900000409"], [], []),
        (["+86-19900000410", "86 19900000411"], ["19900000410", "19900000411"], [], []),
        ([75526000412], [], ["0755-26000412"], [Code.ZERO_RESTORED]),
        (["12345678901"], [], [], [Code.PHONE_BAD]),
        (["无"], [], [], []),
        (['="019900000202"'], ["19900000202"], [], []),
        (["＋８６　１９９０００００２０６"], ["19900000206"], [], []),
        (["1.99E+10"], [], [], [Code.PHONE_LOST]),
        (["1.9900000205E+10"], ["19900000205"], [], [Code.SCI_RECOVERED]),
        (["+cmd|' /C calc'!A0"], [], [], [Code.PHONE_BAD]),
        ([19900000301], ["19900000301"], [], []),
        (["19900000302.0"], ["19900000302"], [], []),
    ],
)
def test_phones(cells, mobiles, landlines, codes):
    read = persons.phones(cells)
    assert read.value == Phones(tuple(mobiles), tuple(landlines))
    assert set(read.codes) == set(codes)


def test_whose_number_it_is_stays_as_a_remark():
    assert persons.phones(["19900000403、19900000404(妻子)"]).value == Phones(
        ("19900000403", "19900000404"), remarks=("妻子",)
    )


@pytest.mark.parametrize(
    ("cell", "born", "codes"),
    [
        ("1988-08-15", "1988-08-15", []),
        ("1988年8月15日", "1988-08-15", []),
        ("8月15日", "08-15", []),
        ("08-15", "08-15", []),
        (datetime.fromisoformat("1988-08-15"), "1988-08-15", []),
        ("2030-01-01", None, [Code.DATE_BAD]),
        ("02-30", None, [Code.DATE_BAD]),
        ("属龙", None, [Code.DATE_BAD]),
        ("", None, []),
        (None, None, []),
    ],
)
def test_a_birthday_is_kept_with_or_without_its_year(cell, born, codes):
    read = persons.birthday(cell, date(2026, 11, 27))
    assert (read.value, list(read.codes)) == (born, codes)


@pytest.mark.parametrize(("cell", "gender"), [("男", Gender.MALE), ("F", Gender.FEMALE), (1, None), ("", None)])
def test_gender_is_read_and_numbers_are_not_guessed(cell, gender):
    assert persons.gender(cell) == gender

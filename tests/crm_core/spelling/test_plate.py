import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_core.spelling.plate import AT_THE_DESK, BY_OWNER, PlateInvalid, PlateKind, parse_plate


@pytest.mark.parametrize(
    ("text", "number", "kind"),
    [
        ("京A12345", "京A12345", PlateKind.ORDINARY),
        ("粤B·A1B23", "粤BA1B23", PlateKind.ORDINARY),
        ("鲁BAA123", "鲁BAA123", PlateKind.ORDINARY),
        ("沪AF12345", "沪AF12345", PlateKind.NEW_ENERGY_SMALL),
        ("粤BDA1234", "粤BDA1234", PlateKind.NEW_ENERGY_SMALL),
        ("京A12345D", "京A12345D", PlateKind.NEW_ENERGY_LARGE),
        ("粤Z1234港", "粤Z1234港", PlateKind.CROSS_BORDER),
        ("沪A1234学", "沪A1234学", PlateKind.COACH_POLICE_TRAILER),
        ("粤Ｂ·ｄ12345", "粤BD12345", PlateKind.NEW_ENERGY_SMALL),
        ("粤b-d 12.45", "粤BD1245", PlateKind.ORDINARY),
        ("閩A12345", "闽A12345", PlateKind.ORDINARY),
        ("晉A1234學", "晋A1234学", PlateKind.COACH_POLICE_TRAILER),
    ],
)
def test_plates_are_read_in_any_spelling(text, number, kind):
    plate = parse_plate(text)
    assert (plate.number, plate.kind) == (number, kind)


@pytest.mark.parametrize(
    "text", ["粤BI1234", "京A1234", "京AABC12", "京AL12345", "京A123456", "台A12345", "", "粤BO1234", "沪AF1234A"]
)
def test_what_is_not_a_plate_is_refused_without_repeating_it(text):
    with pytest.raises(PlateInvalid) as refusal:
        parse_plate(text)
    assert not text or text not in str(refusal.value)


def test_a_slip_that_is_no_rare_plate_is_not_to_be_vouched_for():
    with pytest.raises(PlateInvalid) as refusal:
        parse_plate("粤BI1234")
    assert refusal.value.told(AT_THE_DESK) == str(refusal.value)


@pytest.mark.parametrize("text", ["使014578", "WJ沪0123X", "VA12345", "临粤B12345"])
def test_unusual_plates_need_a_person_who_vouches(text):
    with pytest.raises(PlateInvalid) as refusal:
        parse_plate(text)
    assert "打门店电话" in refusal.value.told(BY_OWNER), "an owner has no tick"
    assert "勾上" in refusal.value.told(AT_THE_DESK), "the desk need not be sent to itself"
    kind = PlateKind.TEMPORARY if "临" in text else PlateKind.BY_HAND
    assert parse_plate(text, accept_by_hand=True).kind is kind


def test_the_letter_of_a_new_energy_plate_tells_pure_electric():
    assert parse_plate("粤BDA1234").is_pure_electric is True
    assert parse_plate("沪AF12345").is_pure_electric is False
    assert parse_plate("京A12345").is_pure_electric is None


def test_people_read_a_plate_with_its_dot():
    assert parse_plate("粤bd1245").written == "粤B·D1245"


LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"


@given(
    st.sampled_from("京沪粤湘"),
    st.sampled_from(LETTERS),
    st.lists(st.sampled_from(LETTERS + "0123456789"), min_size=5, max_size=5),
)
def test_an_ordinary_serial_has_at_most_two_letters(province, letter, serial):
    text = province + letter + "".join(serial)
    if sum(character.isalpha() for character in serial) <= 2:
        plate = parse_plate(text)
        assert plate.kind is PlateKind.ORDINARY
        assert parse_plate(plate.written) == plate
    else:
        with pytest.raises(PlateInvalid):
            parse_plate(text)


@given(st.text(max_size=20))
def test_no_text_breaks_the_reading(text):
    with contextlib.suppress(PlateInvalid):
        parse_plate(text)


@pytest.mark.parametrize(
    "text", ["粤Ｂ·Ｄ１２４５", "粤B・D-1245", "\u202a粤B D1245\u202c", "粵B．D1245", "（粤B）D1245"]
)
def test_a_plate_pasted_from_anywhere_is_the_same_plate(text):
    assert parse_plate(text).number == "粤BD1245"


def test_a_new_energy_plate_has_eight_characters():
    assert parse_plate("沪AE22075").number == "沪AE22075"


@pytest.mark.parametrize(
    ("text", "word"), [("粤BO1234", "字母 I 和 O"), ("\u200b", "请填写"), ("粤B12", "新能源 6 位")]
)
def test_a_refused_plate_says_what_is_wrong(text, word):
    with pytest.raises(PlateInvalid, match=word):
        parse_plate(text)


@given(st.sampled_from(["粤BD1245", "沪AE22075", "京A12345D"]), st.data())
def test_a_plate_reads_the_same_whatever_stands_between_its_characters(number, data):
    between = st.text(" ·•-\u3000\u2014\u200b\u202d\ufeff", max_size=2)
    assert parse_plate("".join(c + data.draw(between) for c in number)).number == number

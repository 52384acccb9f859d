import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_core.vehicles.plate import PlateInvalid, PlateKind, parse_plate


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


@pytest.mark.parametrize("text", ["使014578", "WJ沪0123X", "VA12345", "临粤B12345"])
def test_unusual_plates_need_a_person_who_vouches(text):
    with pytest.raises(PlateInvalid):
        parse_plate(text)
    assert parse_plate(text, accept_by_hand=True).kind is PlateKind.BY_HAND


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

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_core.dealerships.masks import mask_id_card, mask_name, mask_phone, mask_plate, mask_vin


@pytest.mark.parametrize(
    ("mask", "plain", "masked"),
    [
        (mask_phone, "13812345678", "138****5678"),
        (mask_phone, "075512345", "*******45"),
        (mask_phone, "+85251234567", "+852****4567"),
        (mask_phone, "+14155552671", "+1****2671"),
        (mask_phone, "+4915112345678", "+49****5678"),
        (mask_phone, "+6731234567", "+673****67"),
        (mask_plate, "粤B·D1245", "粤B·D**45"),
        (mask_plate, "粤BDA1245", "粤B·D***45"),
        (mask_plate, "粤Z1234港", "粤Z·1**4港"),
        (mask_vin, "LYFAA4DE1T1000001", "LYF**********0001"),
        (mask_id_card, "110101199003071234", "**************1234"),
        (mask_name, "张伟", "张*"),
        (mask_name, "欧阳娜娜", "欧*"),
        (mask_name, "𠮷田", "𠮷*"),
    ],
)
def test_masks_keep_only_what_tells_cars_and_people_apart(mask, plain, masked):
    assert mask(plain) == masked


@given(
    st.sampled_from([mask_phone, mask_plate, mask_vin, mask_id_card, mask_name]),
    st.text(st.characters(exclude_characters="*"), min_size=1, max_size=25),
)
def test_a_mask_never_shows_the_plain_value(mask, text):
    assert "*" in mask(text) or text == "·"

"""The value rule of each key prefix, at its limits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.weixin import SubscribeDataInvalid, broken_rule, check_subscribe_data

FINE = [
    ("thing1", "字" * 20),
    ("thing12", "小王 (A) #3, 100%"),
    ("number1", "9" * 32),
    ("number1", "12.50"),
    ("letter1", "a" * 32),
    ("symbol1", "!?#_-"),
    ("character_string1", "SO-20261121/0001"),
    ("character_string1", "x" * 32),
    ("time1", "15:01"),
    ("time1", "2019年10月1日 15:01"),
    ("time1", "2026年11月21日 09:00~2026年11月21日 10:00"),
    ("time1", "09:00~10:00"),
    ("date1", "2019年10月1日"),
    ("date1", "2019年10月01日 15:01"),
    ("amount1", "¥1782.00"),
    ("amount1", "￥1782元"),
    ("amount1", "9999999999"),
    ("phone_number1", "0755-12345678"),
    ("car_number1", "粤A12345"),
    ("car_number1", "粤AD12345"),
    ("car_number1", "粤Z1234港"),
    ("name1", "十个汉字十个汉字十个"),
    ("name1", "John O'Neill"),
    ("phrase1", "已经完成了"),
]

BROKEN = [
    ("thing1", "字" * 21),
    ("thing1", ""),
    ("thing1", "   "),
    ("thing1", "two\nlines"),
    ("thing1", "line\n"),
    ("number1", "9" * 33),
    ("number1", "1,000"),
    ("number1", "9" * 30 + ".123"),
    ("letter1", "a1"),
    ("letter1", "a" * 33),
    ("symbol1", "!!!!!!"),
    ("symbol1", "a"),
    ("character_string1", "工单1"),
    ("character_string1", "x" * 33),
    ("time1", "24:00"),
    ("time1", "2019-10-01 15:01"),
    ("time1", "15:01-16:01"),
    ("date1", "2019年13月1日"),
    ("date1", "15:01"),
    ("amount1", "¥1,782.00"),
    ("amount1", "¥99999999999"),
    ("amount1", "¥999999999.00"),
    ("amount1", "一百元"),
    ("phone_number1", "1" * 18),
    ("phone_number1", "电话"),
    ("car_number1", "粤AD123456"),
    ("car_number1", "粤A·12345"),
    ("car_number1", "A粤12345"),
    ("name1", "十一个汉字十一个汉字吗"),
    ("name1", "a" * 21),
    ("phrase1", "六个汉字太长"),
    ("phrase1", "ok"),
    ("thing", "没有编号"),
    ("picture1", "unknown prefix"),
    ("1", "x"),
]


@pytest.mark.parametrize(("key", "value"), FINE)
def test_a_value_within_its_rule_may_be_sent(key, value):
    assert broken_rule(key, value) is None


@pytest.mark.parametrize(("key", "value"), BROKEN)
def test_a_value_outside_its_rule_is_named(key, value):
    assert broken_rule(key, value)


def test_all_broken_keys_are_named_at_once():
    with pytest.raises(SubscribeDataInvalid) as caught:
        check_subscribe_data({"thing1": "", "phrase2": "好", "number3": "x"})
    assert set(caught.value.broken) == {"thing1", "number3"}


def test_a_message_without_values_is_no_message():
    with pytest.raises(SubscribeDataInvalid):
        check_subscribe_data({})


@given(st.text(max_size=40))
def test_no_text_passes_as_a_thing_longer_than_twenty_characters_or_over_two_lines(text):
    if broken_rule("thing1", text) is None:
        assert 1 <= len(text) <= 20
        assert "\n" not in text
        assert text.strip()

"""How single values look, and that nothing is cut or shown that must not be."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_core.wording import formats
from foundation import clock

MORNING = datetime.fromisoformat("2026-11-23T01:30:00+00:00")  # 09:30 in Shanghai, a Monday


@pytest.mark.parametrize(
    ("plate", "masked"),
    [
        ("粤BD1245", "粤B·D**45"),
        ("粤Ｂ·ｄ1245", "粤B·D**45"),
        ("粤B D1245", "粤B·D**45"),
        ("粤BD12345", "粤B·D***45"),
        ("粤Z1234港", "粤Z·1**4港"),
        ("使014578", "使0·1**78"),
        ("WJ1234", "W****"),
        ("粤B·D**45", "粤B·D**45"),
        ("粤BD12345*", "粤****"),
        ("临牌，还没上牌，车在店里等着交车", "临****"),
        ("无", "无"),
    ],
)
def test_plates_keep_only_what_their_owner_recognises(plate: str, masked: str) -> None:
    assert formats.mask_plate(plate) == masked


@pytest.mark.parametrize(
    ("phone", "masked"),
    [
        ("13800005678", "138****5678"),
        ("+86 138-0000-5678", "138****5678"),
        ("075588886666", "****66"),
        ("138****5678", "138****5678"),
        ("13800005678*", "****78"),
        ("没有电话，找她儿子转告，𠮷先生", "无电话"),
        ("无电话", "无电话"),
    ],
)
def test_phones_are_masked_however_they_were_typed(phone: str, masked: str) -> None:
    assert formats.mask_phone(phone) == masked


@given(st.text(max_size=60) | st.text("0123456789*+𝟘粤ABD·", max_size=40))
def test_whatever_was_typed_a_masked_number_or_plate_has_its_length(typed: str) -> None:
    """A card's row holds 26 characters as its platform counts them; a name and a number stand in one."""
    assert formats.width(formats.mask_phone(typed)) <= len("+852****4567")
    assert formats.width(formats.mask_plate(typed)) <= 2 * len("粤B·D***45")


def test_names_show_one_star_whatever_their_length() -> None:
    assert [formats.mask_name(name) for name in ("张伟", "欧阳娜娜", "张*", "𠮷田")] == ["张*", "欧*", "张*", "𠮷*"]


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("打13800005678找我", "打138****5678找我"),
        ("电话 138 0000 5678 或 139-0000-1111", "电话 138****5678 或 139****1111"),
        ("车牌粤B·D1245停在门口", "车牌粤B·D**45停在门口"),
        ("粤bd12345 要洗车", "粤B·D***45 要洗车"),
        ("车架号LYFAA4DE1T1000001", "车架号LYF**********0001"),
        ("身份证 440305199001011234", "身份证 ****1234"),
        ("工单 RO-S01-261123-0231 共 1,782.00 元", "工单 RO-S01-261123-0231 共 1,782.00 元"),
    ],
)
def test_free_text_cannot_carry_a_phone_plate_vin_or_id(typed: str, shown: str) -> None:
    assert formats.scrub(typed) == shown


@pytest.mark.parametrize(
    ("text", "longest", "short"),
    [
        ("前刹车片更换", 6, "前刹车片更换"),
        ("前刹车片更换和空调滤芯", 6, "前刹车片更…"),
        ("满 10000 减 200", 5, "满…"),
        ("满 400 减 200", 9, "满 400 减…"),
        ("合计 1,782.00 元", 8, "合计…"),
        ("合计 1,782.00 元整", 12, "合计 1,782.00…"),
        ("打折率 12.5% 以上的活动", 8, "打折率…"),
        ("小保养、空调滤芯", 5, "小保养…"),
        ("123456789", 4, "…"),
    ],
)
def test_shortening_ends_in_an_ellipsis_and_never_inside_a_number(text: str, longest: int, short: str) -> None:
    assert formats.shorten(text, longest) == short


@given(st.text(), st.integers(min_value=1, max_value=30))
def test_shortened_text_always_fits_and_is_one_clean_line(text: str, longest: int) -> None:
    short = formats.shorten(formats.clean(text), longest)
    assert formats.width(short) <= longest
    assert "\n" not in short
    assert "<" not in short


@given(st.text(alphabet="满减元 ,.0123456789", max_size=24), st.integers(min_value=2, max_value=20))
def test_a_shortened_number_is_whole_or_gone(text: str, longest: int) -> None:
    text = formats.clean(text)
    short = formats.shorten(text, longest)
    if short != text:
        kept = short.removesuffix(formats.ELLIPSIS)
        following = text[len(kept) :]
        assert not (kept[-1:].isdigit() and following[:1].isdigit())


def test_a_rare_hanzi_counts_twice_as_the_platforms_count_it() -> None:
    assert formats.width("𠮷野家") == 4
    assert formats.shorten("𠮷𠮷𠮷", 5) == "𠮷𠮷…"


def test_invisible_characters_and_line_breaks_are_gone() -> None:
    assert formats.clean(" 在店\n等\u200b\u202e \x07着 ") == "在店 等 着"


def test_a_car_gives_up_its_model_before_its_plate() -> None:
    assert formats.car("云帆 X6", "粤BD1245") == "云帆 X6 粤B·D**45"
    assert formats.car("云帆 H6 PHEV 旗舰", "粤BD12345") == "云帆 H6… 粤B·D***45"
    assert formats.car("云帆 X6", None) == "云帆 X6"


def test_several_items_are_named_by_the_first_and_counted() -> None:
    assert formats.summary(["小保养"], 12) == "小保养"
    assert formats.summary(["小保养", "空调滤芯", "四轮定位"], 12) == "小保养等 3 项"
    assert formats.summary(["空调系统清洗消毒", "四轮定位"], 12) == "空调系统清洗…等 2 项"
    assert formats.summary([], 12) == "无"


def test_money_has_two_decimals_in_either_form() -> None:
    assert formats.yuan(178_200) == "1,782.00"
    assert formats.amount(178_200) == "1782.00"
    assert formats.amount(5) == "0.05"
    with pytest.raises(ValueError, match="negative"):
        formats.amount(-1)


def test_numbers_are_exact_and_labour_hours_round_half_up() -> None:
    assert formats.count(12_702) == "12,702"
    assert [formats.hours(minutes) for minutes in (72, 75, 15, 60)] == ["1.2", "1.3", "0.3", "1.0"]


def test_times_are_shanghai_times_in_the_form_of_their_place() -> None:
    assert formats.subscribe_time(MORNING) == "2026年11月23日 09:30"
    assert formats.coming(MORNING) == "周一 11月23日 09:30"
    assert formats.stamp(MORNING) == "11月23日 09:30"
    assert formats.hm(datetime.fromisoformat("2026-11-22T16:05:00+00:00")) == "00:05"


def test_a_day_ends_at_its_last_minute() -> None:
    assert formats.subscribe_day_end(date(2027, 1, 7)) == "2027年1月7日 23:59"
    assert formats.month_day(date(2027, 1, 7)) == "1月7日"
    assert formats.month_day_year(date(2025, 8, 2)) == "2025年8月2日"


def test_a_deadline_names_its_day_unless_it_is_today_in_shanghai() -> None:
    late_evening = clock.at(date(2026, 11, 22), 23, 50)
    assert formats.due(MORNING, now=late_evening) == "11月23日 09:30"
    assert formats.due(MORNING, now=MORNING) == "09:30"
    assert formats.due_day(MORNING, now=MORNING) == "今天 09:30"
    assert formats.due_day(MORNING, now=late_evening) == "明天 09:30"
    assert formats.due_day(MORNING, now=clock.at(date(2026, 11, 20))) == "11月23日 09:30"

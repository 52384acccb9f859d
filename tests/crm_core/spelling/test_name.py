import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_core.spelling.name import Gender, NameInvalid, is_uscc, parse_name, salutation
from foundation.text import clean


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("张伟", "张伟"),
        (" 张　伟 ", "张 伟"),
        ("阿依古丽•买买提", "阿依古丽·买买提"),
        ("𠮷田", "𠮷田"),
        ("㛃", "㛃"),
        ("John Smith-O'Neil Jr.", "John Smith-O'Neil Jr."),
        ("José", "José"),
        ("O’Brien", "O'Brien"),
        ("Jean–Luc", "Jean-Luc"),
        ("Nguyễn Văn An", "Nguyễn Văn An"),
        ("佐々木", "佐々木"),
        ("阿卜杜拉ㆍ买买提", "阿卜杜拉·买买提"),
        ("阿卜杜拉··买买提", "阿卜杜拉·买买提"),
        ("云帆（深圳）汽车有限公司", "云帆(深圳)汽车有限公司"),
        ("北京798文化有限公司", "北京798文化有限公司"),
        ("云帆汽车有限公司（南山）", "云帆汽车有限公司(南山)"),
    ],
)
def test_real_names_are_accepted(text, name):
    assert parse_name(text) == name


@pytest.mark.parametrize(
    "text", ["", "  ", "13800138000", "张伟!", "·张", "张" * 51, "a\nb1", "王(老板)", "A老王🚗", "13800138000店"]
)
def test_what_is_not_a_name_is_refused(text):
    with pytest.raises(NameInvalid):
        parse_name(text)


@pytest.mark.parametrize(
    ("name", "gender", "salute"),
    [
        ("张伟", Gender.MALE, "张先生"),
        ("欧阳娜娜", Gender.FEMALE, "欧阳女士"),
        ("司马", Gender.MALE, "司先生"),
        ("张伟", None, "张伟"),
        ("阿依古丽·买买提", Gender.FEMALE, "阿依古丽·买买提"),
        ("John Smith", Gender.MALE, "John Smith"),
    ],
)
def test_people_are_addressed_by_their_whole_surname(name, gender, salute):
    assert salutation(name, gender) == salute


def test_a_company_code_is_checked_to_its_last_character():
    assert is_uscc("91350100M000100Y43")
    assert not is_uscc("91350100M000100Y44")
    assert not is_uscc("91350100M000100Y4")
    assert not is_uscc("9135O100M000100Y43")


@pytest.mark.parametrize("dot", "·•・‧∙⋅．･.")
def test_every_kind_of_dot_makes_one_name(dot):
    assert parse_name(f"阿卜杜拉 {dot}买买提") == "阿卜杜拉·买买提"


@pytest.mark.parametrize(
    ("text", "word"),
    [("\u200b", "请填写"), ("张" * 51, "最多 50"), ("A老王🚗", "表情"), ("13800138000", "数字")],
)
def test_a_refused_name_says_what_is_wrong(text, word):
    with pytest.raises(NameInvalid, match=word):
        parse_name(text)


@given(st.text(st.characters(categories=["Cf", "Lo", "Lu", "Ll", "Zs", "Pd", "Po"]), max_size=60))
def test_a_read_name_reads_as_itself_and_hides_nothing(text):
    with contextlib.suppress(NameInvalid):
        name = parse_name(text)
        assert parse_name(name) == name == clean(name)

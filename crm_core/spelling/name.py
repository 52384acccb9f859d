"""Names of persons and companies, and how to address them.

Names must not be restricted to "two to four Chinese characters": minority and foreign names contain a dot, rare
characters lie outside Unicode's basic plane, and some names are Latin.
"""

import re
import unicodedata
from enum import StrEnum
from typing import Final

from foundation.text import one_line

MAX_NAME_CHARACTERS = 50
USCC_CHARACTERS = 18
_LONGEST_ADDRESS: Final = 3
"""陈先生 names nobody: what is left without the form of address would be a family name."""

_CJK = (
    "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0002fa1f\U00030000-\U000323af"  # Extensions B to I: rare characters of real names.
)
_LATIN = "A-Za-zÀ-ÖØ-öø-ɏḀ-ỿ"  # Vietnamese names included.
_NAME = re.compile(rf"^[{_CJK}{_LATIN}](?:[{_CJK}{_LATIN}·.' \-]*[{_CJK}{_LATIN}.])?$")
_COMPANY = re.compile(
    rf"^(?=.*[{_CJK}].*[{_CJK}])[{_CJK}{_LATIN}0-9](?:[{_CJK}{_LATIN}0-9·.'&() \-]*)"
    r"(?:公司|集团|企业|厂|店|行|社|局|院|校|学|部|处|所|站|队|会|室|中心|银行|使馆|领馆)(?:\([^()]+\))?$"
)
"""Registered names of companies may contain brackets and digits, and end with the kind of body."""
_DOTS = re.compile(r"(?:\s*[·•・‧∙⋅．･⸱⸳᛫●◦∘⦁ㆍ˙])+\s*")
_APOSTROPHES = re.compile("[’‘ʼ`´]")
_HYPHENS = re.compile(rf"(?<=[{_LATIN}])[‐‑‒–](?=[{_LATIN}])")
_STOP_BETWEEN_HANZI = re.compile(rf"(?<=[{_CJK}])\s*\.\s*(?=[{_CJK}])")
_COMPOUND_SURNAMES = re.findall(
    r"\S+",
    "欧阳 司马 上官 诸葛 夏侯 东方 皇甫 尉迟 公孙 慕容 令狐 司徒 司空 长孙 宇文 轩辕 端木 独孤 南宫 百里 "
    "东郭 呼延 澹台 公冶 宗政 濮阳 淳于 单于 太叔 申屠 仲孙 钟离 闾丘 赫连 拓跋 西门 第五 万俟 闻人 公羊 鲜于",
)
_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100: no I, O, S, V, Z.


class NameInvalid(ValueError):
    """The text is not a name that can be stored."""


class Gender(StrEnum):
    """As the customer wishes to be addressed."""

    MALE = "MALE"
    FEMALE = "FEMALE"


def parse_name(text: str) -> str:
    """A person's or company's name in the form of `spell_name`.

    Raises:
        NameInvalid: its Chinese sentence says what is wrong.
    """
    name = spell_name(text)
    if not name:
        raise NameInvalid("请填写姓名。")
    if len(name) > MAX_NAME_CHARACTERS:
        raise NameInvalid(f"姓名最多 {MAX_NAME_CHARACTERS} 个字。")
    if not _NAME.match(name) and not _COMPANY.match(name):
        raise NameInvalid("姓名只能用汉字、字母和间隔号，不能有数字、表情或其他符号。")
    return name


def spell_name(text: str) -> str:
    """A name in its stored form: half width, without invisible characters, with single spaces and one kind of middle
    dot, apostrophe and hyphen. Whether it can be a name is not checked.
    """
    spelled = _HYPHENS.sub("-", _APOSTROPHES.sub("'", _DOTS.sub("·", one_line(text))))
    return one_line(_STOP_BETWEEN_HANZI.sub("·", unicodedata.normalize("NFKC", spelled)))


_ADDRESSED: Final = re.compile(r"(?:先生|女士|小姐|太太)$")


def alike_names(text: str) -> list[str]:
    """The spellings under which the person may be on file: as written, without a form of address, and with and without
    a space after the family name. None for a text without a name.
    """
    whole = spell_name(text)
    bare = _ADDRESSED.sub("", whole) if len(whole) > _LONGEST_ADDRESS else whole
    joined = bare.replace(" ", "") if re.match(rf"^[{_CJK} ]+$", bare) else bare
    family = surname(joined)
    spaced = f"{family} {joined.removeprefix(family)}" if family else bare
    return list(dict.fromkeys(name for name in (whole, bare, joined, spaced) if name))


def surname(name: str) -> str | None:
    """The family name, which may be a compound one; None if the name is Latin or has a dot, so that it cannot be
    split.
    """
    if "·" in name or not re.match(rf"^[{_CJK}]{{2,}}$", name):
        return None
    return name[:2] if len(name) > 2 and name[:2] in _COMPOUND_SURNAMES else name[0]


def salutation(name: str, gender: Gender | None) -> str:
    """`欧阳女士`, `张先生`; the full name when the surname or the gender is not known."""
    family = surname(name)
    if family is None or gender is None:
        return name
    return family + ("先生" if gender is Gender.MALE else "女士")


def is_uscc(text: str) -> bool:
    """Whether a company's unified social credit code 统一社会信用代码 is well formed, check character included."""
    if len(text) != USCC_CHARACTERS or any(character not in _USCC_ALPHABET for character in text):
        return False
    total = sum(_USCC_ALPHABET.index(character) * pow(3, i, 31) for i, character in enumerate(text[:-1]))
    return _USCC_ALPHABET[-total % 31] == text[-1]

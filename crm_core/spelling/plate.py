"""Plates 车牌: normalising them, their kinds, and how people write them (GA 36).

A plate is an attribute and never identifies a car: it moves with the owner, changes on resale, and a new car has none
for weeks. The key of a car is its VIN.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from crm_core.spelling.characters import compact

_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_LETTERS = "A-HJ-NP-Z"  # Plates have no I and no O.
_HEAD = f"[{_PROVINCES}][{_LETTERS}]"
_SIMPLIFIED = str.maketrans("粵滬遼蘇贛魯瓊雲貴陝閩晉寧學掛領臨應", "粤沪辽苏赣鲁琼云贵陕闽晋宁学挂领临应")
"""Provinces and kinds in traditional characters, as some input methods write them."""
_WITH_I_OR_O = re.compile(rf"^[{_PROVINCES}](?=.*[IO])[A-Z0-9]{{6,7}}$")
_TEMPORARY = re.compile("临")
_UNUSUAL = re.compile(r"^[A-Z0-9\u4e00-\u9fff]{5,9}$")


class PlateKind(StrEnum):
    """Families of plates."""

    ORDINARY = "ORDINARY"
    NEW_ENERGY_SMALL = "NEW_ENERGY_SMALL"
    NEW_ENERGY_LARGE = "NEW_ENERGY_LARGE"
    COACH_POLICE_TRAILER = "COACH_POLICE_TRAILER"  # 学 警 挂
    CROSS_BORDER = "CROSS_BORDER"  # 粤Z … 港 澳
    BY_HAND = "BY_HAND"  # Embassy, armed police, army: accepted on a person's word only.
    TEMPORARY = "TEMPORARY"  # 临: on a person's word too, and good until a day.


_PATTERNS = {
    # At most two letters among the five serial characters.
    PlateKind.ORDINARY: re.compile(
        rf"^{_HEAD}(?=(?:[0-9]*[{_LETTERS}]){{0,2}}[0-9]*$)[{_LETTERS}0-9]{{5}}$",
    ),
    PlateKind.NEW_ENERGY_SMALL: re.compile(rf"^{_HEAD}[A-HJK][{_LETTERS}0-9][0-9]{{4}}$"),
    PlateKind.NEW_ENERGY_LARGE: re.compile(rf"^{_HEAD}[0-9]{{5}}[A-HJK]$"),
    PlateKind.COACH_POLICE_TRAILER: re.compile(rf"^{_HEAD}[{_LETTERS}0-9]{{4}}[学警挂]$"),
    PlateKind.CROSS_BORDER: re.compile(rf"^粤Z[{_LETTERS}0-9]{{4}}[港澳]$"),
}
_PURE_ELECTRIC = "ABCDE"  # D and its spare letters; F to K are the other new energies.


BY_OWNER: Final = "使领馆、武警、军车、临时牌请打门店电话，由顾问登记。"
"""What an owner can do about a plate of a rare kind."""
AT_THE_DESK: Final = "使领馆、武警、军车、临时牌，核对后勾上「就是这样」再提交。"
"""What the desk can: its form has the tick, which is shown with the refusal."""


class PlateInvalid(ValueError):
    """The text is not a plate. `may_be_rare`: one of a rare kind may look so, which a person can vouch for; the reader
    of the sentence is told how (`told`).
    """

    def __init__(self, sentence: str, *, may_be_rare: bool = False) -> None:
        super().__init__(sentence)
        self.may_be_rare = may_be_rare

    def told(self, advice: str) -> str:
        """The sentence, with the advice for its reader where it helps."""
        return f"{self}{advice}" if self.may_be_rare else str(self)


@dataclass(frozen=True)
class Plate:
    """A plate in its stored form (`粤BD1245`) with its family."""

    number: str
    kind: PlateKind

    @property
    def is_pure_electric(self) -> bool | None:
        """Whether the letter of a new-energy plate stands for a purely electric car; None for other plates.

        Do not rely on it for tax or service.
        """
        if self.kind is PlateKind.NEW_ENERGY_SMALL:
            return self.number[2] in _PURE_ELECTRIC
        if self.kind is PlateKind.NEW_ENERGY_LARGE:
            return self.number[-1] in _PURE_ELECTRIC
        return None

    @property
    def written(self) -> str:
        """As people write it: `粤B·D1245`."""
        is_by_hand = self.kind in (PlateKind.BY_HAND, PlateKind.TEMPORARY)
        return self.number if is_by_hand else f"{self.number[:2]}·{self.number[2:]}"


def normalise_plate(text: str) -> str:
    """A plate, or a part of one, in half width and upper case, without dots, dashes, blanks and invisible
    characters.
    """
    return compact(text).translate(_SIMPLIFIED)


def parse_plate(text: str, *, accept_by_hand: bool = False) -> Plate:
    """Parse a plate in any spelling.

    `accept_by_hand` says that a person has checked the plate; then those that no pattern covers are accepted too (使,
    领, WJ, army, 临).

    Raises:
        PlateInvalid: its Chinese sentence says what is wrong and never repeats the plate.
    """
    number = normalise_plate(text)
    for kind, pattern in _PATTERNS.items():
        if pattern.match(number):
            return Plate(number, kind)
    if accept_by_hand and _UNUSUAL.match(number):
        return Plate(number, PlateKind.TEMPORARY if _TEMPORARY.search(number) else PlateKind.BY_HAND)
    raise _problem(number)


def _problem(number: str) -> PlateInvalid:
    if not number:
        return PlateInvalid("请填写车牌号。")
    if _WITH_I_OR_O.match(number):
        return PlateInvalid("车牌号里没有字母 I 和 O，请核对是不是数字 1 和 0。")
    sentence = "车牌号应为省份简称、一个字母和 5 位（新能源 6 位），请核对。"
    return PlateInvalid(sentence, may_be_rare=_UNUSUAL.match(number) is not None)

"""Names and plates that sound real and belong to nobody."""

import random
from typing import Final

SURNAMES: Final = (
    "王李张刘陈杨黄赵周吴徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈"
    "钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤"
)
COMPOUND: Final = ("欧阳", "司马", "上官", "诸葛")
GIVEN: Final = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀兰霞平刚桂英华玉红建文志海燕梅鑫波宇浩凯健俊帆雪琳晨辉欣怡佳豪子轩雨"
    "泽梓涵嘉怡思远博文"
)
_SERIAL: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ"


def person(dice: random.Random) -> str:
    """A full name; one in a hundred has a compound surname, three in a hundred a middle dot."""
    if dice.random() < 0.03:
        first = dice.choice(("阿依", "买买", "古丽", "艾克")) + dice.choice(GIVEN)
        return f"{first}·{dice.choice(GIVEN)}{dice.choice(GIVEN)}"
    surname = dice.choice(COMPOUND) if dice.random() < 0.01 else dice.choice(SURNAMES)
    given = dice.choice(GIVEN) + (dice.choice(GIVEN) if dice.random() < 0.7 else "")
    return surname + given


def mobile(dice: random.Random) -> str:
    """Eleven digits; China keeps no range for fiction, so the demo's senders are blocked instead."""
    return f"1{dice.choice((3, 5, 7, 8, 9))}{dice.randrange(10**9):09d}"


def plate(dice: random.Random, prefix: str, *, is_electric: bool, is_hybrid: bool) -> str:
    """An ordinary plate, or a small new-energy one with its letter."""
    if is_electric or is_hybrid:
        return f"{prefix}{dice.choice('AD') if is_electric else 'F'}{dice.randrange(10**5):05d}"
    letters = "".join(dice.choice(_SERIAL) if dice.random() < 0.25 else str(dice.randrange(10)) for _ in range(2))
    return f"{prefix}{letters}{dice.randrange(1000):03d}"

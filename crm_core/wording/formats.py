"""How facts look in a message: money, times, plates and names, and how texts are shortened.

These pure functions are used as jinja filters under their own names. Instants are timezone-aware and shown in Shanghai
time; amounts are fen. The formats are house rules for messages. The masks follow the data-minimum rule of the PIPL
(art. 6): a card or a notice names a person or a car only as far as its reader must recognise it.
"""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from crm_core.dealerships import masks
from crm_core.spelling.phone import PhoneInvalid, parse_phone
from foundation import clock
from foundation.money import FEN_PER_YUAN, format_yuan
from foundation.text import one_line

CAR_LONGEST = 16  # characters of 「云帆 X6 粤B·D**45」, so that 「车辆」 fits a subscribe `thing` with room to spare
ELLIPSIS = "…"
NOTHING = "无"
NOBODY = "客户"
NO_PHONE = "无电话"
NO_CODE = "-"

_WEEKDAYS = "一二三四五六日"
_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_PLATE_NOISE = re.compile(r"[·•.\-\s]")
_PLATE_LENGTHS = (7, 8)  # the longer one is of a new-energy car
_MASKED_PLATE = re.compile(r"\S{2}·\S\*{2,3}\S{2}|\S?\*{4}")
_MASKED_PHONE = re.compile(r"(?:\d{3}|\+\d{1,4})?\*{4}\d{0,4}", re.ASCII)
_NUMBER = re.compile(r"[\d*]+(?:[.,:：/-][\d*]+)*%?")

_PHONE_IN_TEXT = re.compile(r"(?<!\d)(?:(?:\+|00)?86[-\s]?)?(1[3-9]\d)[-\s]?\d{4}[-\s]?(\d{4})(?!\d)")
_FOREIGN_PHONE_IN_TEXT = re.compile(r"(?<![\w+])\+[1-9](?:[-\s().]{0,2}\d){6,14}(?!\d)")
_ID_CARD_IN_TEXT = re.compile(r"(?<!\d)\d{14}(\d{3}[\dXx])(?![\dA-Za-z])")
_VIN_IN_TEXT = re.compile(
    r"(?<![A-Za-z0-9])(?=\d*[A-Za-z])([A-HJ-NPR-Za-hj-npr-z0-9]{3})[A-HJ-NPR-Za-hj-npr-z0-9]{10}"
    r"([A-HJ-NPR-Za-hj-npr-z0-9]{4})(?![A-Za-z0-9])"
)
_PLATE_IN_TEXT = re.compile(rf"([{_PROVINCES}])\s?([A-Za-z])[ ·•.-]?((?=[A-Za-z]*\d)[A-Za-z0-9]{{5,6}})(?![A-Za-z0-9])")


def width(text: str) -> int:
    """The length as the platforms' JavaScript counts it, in UTF-16 units: a rare hanzi outside the BMP counts 2."""
    return len(text.encode("utf-16-le")) // 2


def clean(text: str) -> str:
    """One line without control or invisible characters, and no `<`, which WeCom texts would read as a link.

    WeChat refuses a line break in a subscribe value, and an invisible character leaves a gap in a card.
    """
    return one_line(text).replace("<", "＜")


def cut(text: str, longest: int) -> str:
    """The first `longest` characters, without 「…」 at the end; for texts such as a number that people copy."""
    while width(text) > longest:
        text = text[:-1]
    return text


def code(text: str) -> str:
    """Only the digits, letters and ASCII signs of the text: WeChat accepts nothing else in a `character_string`."""
    return "".join(each for each in text if "!" <= each <= "~")


def shorten(text: str, longest: int) -> str:
    """At most `longest` characters, ending in 「…」 if something was cut. A number is never cut: it is kept or
    dropped.
    """
    if width(text) <= longest:
        return text
    cut, room = 0, longest - width(ELLIPSIS)
    while width(text[: cut + 1]) <= room:
        cut += 1
    for number in _NUMBER.finditer(text):
        if number.start() < cut < number.end():
            cut = number.start()
    return text[:cut].rstrip(" ·，、；：,;:-") + ELLIPSIS


def mask_phone(phone: str) -> str:
    """`13800005678` → `138****5678`; a foreign number keeps its country code, any other number only its last two
    digits.

    A number that is already masked stays as it is. A text without digits is no number: the word for a missing one
    stands there, since whatever somebody typed may be of any length.
    """
    if _MASKED_PHONE.fullmatch(phone):
        return phone
    try:
        return masks.mask_phone(parse_phone(phone))
    except PhoneInvalid:
        digits = re.sub(r"\D", "", phone)
        return f"****{digits[-2:]}" if digits else NO_PHONE


def mask_plate(plate: str) -> str:
    """`粤BD1245` → `粤B·D**45`, new-energy `粤B·D***45`; a masked plate and the word for a missing one stay."""
    if plate == NOTHING or _MASKED_PLATE.fullmatch(plate):
        return plate
    plain = _PLATE_NOISE.sub("", unicodedata.normalize("NFKC", plate)).upper()
    if len(plain) not in _PLATE_LENGTHS:  # an army, embassy or temporary plate, or none: show only its first character
        return f"{plain[:1]}****"
    return f"{plain[:2]}·{plain[2]}{'*' * (len(plain) - 5)}{plain[-2:]}"


def mask_name(name: str) -> str:
    """`张伟` → `张*`, with one star whatever the length; the word for a customer without a name stays as it is."""
    return name if name == NOBODY else f"{name[:1]}*"


def scrub(text: str) -> str:
    """Mask phones, plates, VINs and ID numbers that people typed into free text."""
    text = _ID_CARD_IN_TEXT.sub(lambda m: f"****{m[1]}", text)
    text = _VIN_IN_TEXT.sub(lambda m: f"{m[1]}**********{m[2]}", text)
    text = _PHONE_IN_TEXT.sub(lambda m: f"{m[1]}****{m[2]}", text)
    text = _FOREIGN_PHONE_IN_TEXT.sub(lambda m: mask_phone(m[0]), text)
    return _PLATE_IN_TEXT.sub(lambda m: mask_plate(m[0]), text)


def car(model_short: str, plate: str | None, longest: int = CAR_LONGEST) -> str:
    """「云帆 X6 粤B·D**45」, at most `longest` characters: the model is shortened, never the plate. Without a plate,
    only the model.
    """
    if not plate:
        return shorten(model_short, longest)
    masked = mask_plate(plate)
    return f"{shorten(model_short, longest - 1 - width(masked))} {masked}"


def summary(names: Sequence[str], longest: int) -> str:
    """The first of several names and how many there are: 「小保养等 3 项」; 「无」 for none."""
    if not names:
        return NOTHING
    tail = f"等 {len(names)} 项" if len(names) > 1 else ""
    return shorten(names[0], longest - width(tail)) + tail


def yuan(amount_fen: int) -> str:
    """`178200` → `1,782.00`, the form of screens and cards."""
    return format_yuan(amount_fen)


def amount(amount_fen: int) -> str:
    """`178200` → `1782.00`, the form that a subscribe `amount` accepts (no separators).

    Raises:
        ValueError: the sum is negative, which that key cannot show.
    """
    if amount_fen < 0:
        raise ValueError("a subscribe amount cannot be negative")
    return f"{amount_fen // FEN_PER_YUAN}.{amount_fen % FEN_PER_YUAN:02d}"


def count(number: int) -> str:
    """`12702` → `12,702`, always exact."""
    return f"{number:,}"


def hours(minutes: int) -> str:
    """Labour time as the trade writes it: `72` minutes → `1.2` hours, halves away from zero."""
    return str((Decimal(minutes) / 60).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP))


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日"


def hm(instant: datetime) -> str:
    """`10:24`."""
    return f"{clock.local(instant):%H:%M}"


def stamp(instant: datetime) -> str:
    """`11月21日 10:24`, a past moment."""
    return f"{_day(clock.local(instant))} {hm(instant)}"


def coming(instant: datetime) -> str:
    """`周一 11月23日 09:30`, a moment to come."""
    wall = clock.local(instant)
    return f"周{_WEEKDAYS[wall.weekday()]} {_day(wall)} {hm(instant)}"


def due(instant: datetime, now: datetime) -> str:
    """A deadline that is near: `12:20` today, `11月24日 09:30` on any other day."""
    return hm(instant) if clock.local(instant).date() == clock.local(now).date() else stamp(instant)


def due_day(instant: datetime, now: datetime) -> str:
    """A deadline that names its day: `今天 18:00`, `明天 18:00`, `11月30日 18:00`."""
    ahead = clock.local(instant).date() - clock.local(now).date()
    near = {timedelta(0): "今天", timedelta(days=1): "明天"}.get(ahead)
    return f"{near} {hm(instant)}" if near else stamp(instant)


def month_day(day: date) -> str:
    """`1月7日`."""
    return _day(day)


def month_day_year(day: date) -> str:
    """`2025年8月2日`."""
    return f"{day.year}年{_day(day)}"


def subscribe_time(instant: datetime) -> str:
    """`2026年11月23日 09:30`, the form a subscribe `time` accepts."""
    wall = clock.local(instant)
    return f"{wall.year}年{_day(wall)} {hm(instant)}"


def subscribe_day_end(day: date) -> str:
    """`2027年1月7日 23:59`: the last minute of a day, for a key that must hold a time of day."""
    return f"{month_day_year(day)} 23:59"

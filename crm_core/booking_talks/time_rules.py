"""Days and hours in the words of a chat: 明天, 下周二, 12月3号, 上午, 九点半, 周六早上8点. Pure.

A bare weekday is the next one to come, 下周X that of the week after (weeks begin on Monday). Hours 1 to 7 without a
word for the part of the day are of the afternoon, as shops say them.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum
from typing import Final


class Daypart(StrEnum):
    """Part of a day, when no hour was said."""

    MORNING = "MORNING"
    NOON = "NOON"
    AFTERNOON = "AFTERNOON"
    EVENING = "EVENING"

    def holds(self, at: time) -> bool:
        """Whether a time lies in it; the edges belong to both sides, as people mean them."""
        first, last = _HOURS[self]
        return first <= at <= last


_HOURS: Final = {
    Daypart.MORNING: (time(0), time(12)),
    Daypart.NOON: (time(11), time(14)),
    Daypart.AFTERNOON: (time(12), time(18)),
    Daypart.EVENING: (time(17), time(23, 59)),
}
_PARTS: Final = {
    "早上": Daypart.MORNING,
    "上午": Daypart.MORNING,
    "早晨": Daypart.MORNING,
    "中午": Daypart.NOON,
    "下午": Daypart.AFTERNOON,
    "傍晚": Daypart.EVENING,
    "晚上": Daypart.EVENING,
}
_NAMED: Final = {"大后天": 3, "后天": 2, "明天": 1, "明儿": 1, "今天": 0, "今儿": 0}
_DIGITS: Final = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_TEN: Final = "十"
_NEXT_WEEK: Final = "下"
_WEEKEND: Final = {"末": 6, "日": 7, "天": 7}
_NUMBER: Final = "[0-9零〇一二两三四五六七八九十]{1,3}"
_WEEKDAY: Final = re.compile(r"(下{1,2}|这|本)?个?(?:周|礼拜|星期)([一二三四五六日天末1-7])")
_MONTH_DAY: Final = re.compile(rf"({_NUMBER})月({_NUMBER})[日号]?")
_DAY: Final = re.compile(rf"({_NUMBER})[日号]")
_CLOCK: Final = re.compile(r"(?<!\d)([01]?\d|2[0-3])[:：]([0-5]\d)(?!\d)")
_HOUR: Final = re.compile(rf"({_NUMBER})点(?:钟|整|(半)|(一刻)|(三刻)|({_NUMBER})分?)?")
_OF_AFTERNOON: Final = range(1, 8)
"""Hours that mean the afternoon when nothing else is said."""


@dataclass(frozen=True)
class Said:
    """When, as far as it was said."""

    day: date | None = None
    at: time | None = None
    daypart: Daypart | None = None


def number_of(text: str) -> int | None:
    """十二, 二十, 九 or 12 as a number; 十三四, as people say who do not know yet, is none."""
    if text.isascii() and text.isdigit():
        return int(text)
    tens, ten, ones = text.partition(_TEN)
    if not ten:
        return _DIGITS.get(text)
    many, few = _DIGITS.get(tens) if tens else 1, _DIGITS.get(ones) if ones else 0
    return None if many is None or few is None else many * 10 + few


def read(text: str, today: date) -> tuple[Said, str]:
    """When `text` means, and what of it is left once the words for it are taken out."""
    daypart, text = _daypart(text)
    day, text = _day(text, today)
    at, text = _time(text, daypart)
    return Said(day, at, None if at is not None else daypart), text


def _daypart(text: str) -> tuple[Daypart | None, str]:
    for word, part in _PARTS.items():
        if word in text:
            return part, text.replace(word, " ", 1)
    return None, text


def _day(text: str, today: date) -> tuple[date | None, str]:
    for word, days in _NAMED.items():
        if word in text:
            return today + timedelta(days=days), text.replace(word, " ", 1)
    for pattern, reading in ((_WEEKDAY, _of_week), (_MONTH_DAY, _of_year), (_DAY, _of_month)):
        if found := pattern.search(text):
            # A day that does not exist is asked for again: the 30th of February is no 30th of this month.
            return reading(found.groups(), today), f"{text[: found.start()]} {text[found.end() :]}"
    return None, text


def _of_week(said: Sequence[str | None], today: date) -> date | None:
    which, sign = said[0] or "", said[1] or ""
    number = _WEEKEND.get(sign) or number_of(sign)
    assert number is not None
    monday = today - timedelta(days=today.weekday())
    day = monday + timedelta(days=number - 1 + 7 * which.count(_NEXT_WEEK))
    if not which and day < today:
        day += timedelta(days=7)
    return day


def _of_year(said: Sequence[str | None], today: date) -> date | None:
    month, day = number_of(said[0] or ""), number_of(said[1] or "")
    if month is None or day is None:
        return None
    for year in (today.year, today.year + 1):
        found = _date(year, month, day)
        if found is not None and found >= today:
            return found
    return None


def _of_month(said: Sequence[str | None], today: date) -> date | None:
    day = number_of(said[0] or "")
    if day is None:
        return None
    year, month = today.year, today.month
    for _ in range(3):
        found = _date(year, month, day)
        if found is not None and found >= today:
            return found
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _time(text: str, daypart: Daypart | None) -> tuple[time | None, str]:
    if found := _CLOCK.search(text):
        at = _clock(int(found[1]), int(found[2]), daypart)
        return at, f"{text[: found.start()]} {text[found.end() :]}"
    found = _HOUR.search(text)
    if found is None:
        return None, text
    hour = number_of(found[1])
    minute = 30 if found[2] else 15 if found[3] else 45 if found[4] else number_of(found[5]) if found[5] else 0
    at = None if hour is None or minute is None else _clock(hour, minute, daypart)
    return at, text if at is None else f"{text[: found.start()]} {text[found.end() :]}"


def _clock(hour: int, minute: int, daypart: Daypart | None) -> time | None:
    is_late = daypart in (Daypart.AFTERNOON, Daypart.EVENING) or (daypart is Daypart.NOON and hour < 10)
    if hour < 12 and (is_late or (daypart is None and hour in _OF_AFTERNOON)):
        hour += 12
    return time(hour, minute) if hour < 24 and minute < 60 else None

"""What of a booking a sentence says: which car or whose, when, what for; and what is still to be asked. Pure.

Nothing is made up: an hour, a person or a job that was not said is asked for. Names are what is left over once all
other words are taken out.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Final, TypeVar

from crm_core.booking_talks import time_rules
from crm_core.booking_talks.time_rules import Daypart

T = TypeVar("T")
ASKS: Final = re.compile(r"预约|约|订个?时间|安排.{0,4}(?:保养|检查|维修)")
"""A sentence that begins a booking."""
_ELSE: Final = re.compile(r"取消|改到|改成|改约|改时间|几台|多少|哪些|谁约|有没有|(?<!检)查")
"""Sentences about bookings that exist, which the pages show and change."""
STOPS: Final = re.compile(r"^(?:不约了?|算了|取消|先不|不用了?)")
_PROVINCES: Final = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领"
_PLATE: Final = re.compile(rf"[{_PROVINCES}]\s*[A-Za-z]\s*[·.\-\s]?\s*[A-Za-z0-9]{{5,6}}")
_PLATE_PART: Final = re.compile(
    r"(?<![A-Za-z0-9])(?=[A-Za-z0-9]*[A-Za-z])(?=[A-Za-z0-9]*\d)[A-Za-z0-9]{4,6}(?![A-Za-z0-9])"
)
_DIGITS_OF_PLATE: Final = re.compile(r"(?<![A-Za-z0-9])\d{5}(?![A-Za-z0-9点:：])")
_PHONE: Final = re.compile(r"(?<!\d)1[3-9]\d[\s-]?\d{4}[\s-]?\d{4}(?!\d)")
_TAIL: Final = re.compile(r"尾号\s*(\d{4})")
_CHOICE: Final = re.compile(r"^(?:第)?([1-9一二三四五六七八九])(?:个|号|位|$)")
_JOBS: Final = (
    ("小保养", "小保养"),
    ("大保养", "大保养"),
    ("首保", "首保"),
    ("机油", "小保养"),
    ("保养", "保养"),
    ("养护", "保养"),
    ("空调", "空调"),
    ("刹车油", "刹车油"),
    ("刹车片", "刹车片"),
    ("四轮定位", "四轮定位"),
    ("轮胎", "轮胎"),
    ("电瓶", "电瓶"),
    ("检查", "检查"),
    ("检测", "检"),
)
"""Words of the chat, and what of a job's name in the catalogue they mean; the first that is said counts."""
_FILLING: Final = re.compile(
    r"预约|帮我?|麻烦|请|给|约一下|约个?|约|订|一下|那台|那辆|这台|的车|的|车|过来|来店|到店|来|做个?|要|想|在|吧|啊|了|呢|他|她|"
    r"清洗|更换|换|两条|条|套|响|几点都行|都行|都可以|时间|个|把|顺便|先生|女士|小姐|[，。,.!！?？:：;；、~\s]+"
)
_NAME: Final = re.compile(r"[\u4e00-\u9fff·]{2,8}")


@dataclass(frozen=True)
class Wish:
    """What is known of the booking so far; what was not said is empty."""

    plate: str = ""
    """A plate, or part of one."""
    phone: str = ""
    """A phone number, or its last four digits."""
    name: str = ""
    job: str = ""
    """What of a job's name in the catalogue is meant."""
    day: date | None = None
    at: time | None = None
    daypart: Daypart | None = None

    @property
    def clue(self) -> str:
        """By what the customer is looked for: the most certain first."""
        return self.plate or self.phone or self.name


def begins(text: str) -> bool:
    """Whether the sentence asks for a booking, and not about one that exists."""
    return ASKS.search(text) is not None and _ELSE.search(text) is None


def read(text: str, today: date) -> Wish:
    """What the sentence says."""
    text = text.strip()
    plate, text = _taken(_PLATE, text)
    phone, text = _taken(_PHONE, text)
    if found := _TAIL.search(text):
        phone, text = phone or found[1], text.replace(found[0], " ")
    when, text = time_rules.read(text, today)
    job, text = _job(text)
    if not plate:
        plate, text = _taken(_PLATE_PART, text)
    if not plate:
        plate, text = _taken(_DIGITS_OF_PLATE, text)
    return Wish(
        plate=re.sub(r"[·.\-\s]", "", plate).upper(),
        phone=re.sub(r"\D", "", phone),
        name=_name(text),
        job=job,
        day=when.day,
        at=when.at,
        daypart=when.daypart,
    )


def merged(before: Wish, now: Wish) -> Wish:
    """What is known once something more was said: the newer word counts, and another person drops the old one."""
    if now.clue:
        before = replace(before, plate="", phone="", name="")
    return Wish(
        plate=now.plate or before.plate,
        phone=now.phone or before.phone,
        name=now.name or before.name,
        job=now.job or before.job,
        day=now.day or before.day,
        at=now.at or (None if now.daypart else before.at),
        daypart=now.daypart or (None if now.at else before.daypart),
    )


def chosen(text: str, choices: Sequence[T]) -> T | None:
    """The one of the numbered choices that 「2」 or 「第二个」 means."""
    found = _CHOICE.match(text.strip())
    number = time_rules.number_of(found[1]) if found else None
    return choices[number - 1] if number is not None and number <= len(choices) else None


def meant(job: str, names: Sequence[str]) -> list[str]:
    """The jobs of a catalogue that the word means; the exact name alone, if there is one."""
    if not job:
        return []
    if job in names:
        return [job]
    return [name for name in names if job in name]


def nearest(free: Sequence[datetime], at: time | None, daypart: Daypart | None, most: int) -> list[datetime]:
    """The free times to name, in their order: those nearest to the hour that was said, or of the part of the day."""
    if at is not None:
        minutes = at.hour * 60 + at.minute
        near = sorted(free, key=lambda each: (abs(each.hour * 60 + each.minute - minutes), each))
        return sorted(near[:most])
    fitting = [each for each in free if daypart is None or daypart.holds(each.time())]
    return list(fitting or free)[:most]


def _taken(pattern: re.Pattern[str], text: str) -> tuple[str, str]:
    found = pattern.search(text)
    return (found[0], f"{text[: found.start()]} {text[found.end() :]}") if found else ("", text)


def _job(text: str) -> tuple[str, str]:
    said = [(text.index(word), -len(word), job) for word, job in _JOBS if word in text]
    if not said:
        return "", text
    job = min(said)[2]
    for word, _ in _JOBS:
        text = text.replace(word, " ")
    return job, text


def _name(text: str) -> str:
    left = _FILLING.sub(" ", text)
    found = _NAME.search(left)
    return found[0] if found else ""

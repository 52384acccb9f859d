"""The value rules of a subscription message, checked before it is sent.

The platform refuses a wrong value (47003) instead of cutting it, and the refused call may use up the owner's consent.
So each value is checked here against the rule of its key's prefix; messaging shortens texts before they get here.
Source: developers.weixin.qq.com, subscribeMessage.send, "参数值内容限制说明".
"""

import re
from collections.abc import Mapping

from integrations.weixin.errors import SubscribeDataInvalid

_HANZI = "\u3400-\u4dbf\u4e00-\u9fff"
_DAY = r"\d{4}年(?:1[0-2]|0?[1-9])月(?:3[01]|[12]\d|0?[1-9])日"
_CLOCK = r"(?:2[0-3]|[01]?\d):[0-5]\d(?::[0-5]\d)?"
_MOMENT = rf"(?:{_DAY} ?)?{_CLOCK}"

AMOUNT_MAX_DIGITS = 10
NUMBER_MAX_DIGITS = 32

VALUE_RULES: dict[str, tuple[str, re.Pattern[str]]] = {
    "thing": ("1–20 个字符", re.compile(r"[^\r\n]{1,20}")),
    "number": ("32 位以内数字, 可带小数", re.compile(r"\d{1,32}(?:\.\d{1,31})?")),
    "letter": ("32 位以内字母", re.compile(r"[A-Za-z]{1,32}")),
    "symbol": ("5 位以内符号", re.compile(r"(?:[^\w\s]|_){1,5}")),
    "character_string": ("32 位以内数字、字母或符号", re.compile(r"[!-~]{1,32}")),
    "time": ("24 小时制时间, 可带日期, 时间段用 ~ 连接", re.compile(rf"{_MOMENT}(?:~{_MOMENT})?")),
    "date": ("年月日, 可带 24 小时制时间", re.compile(rf"{_DAY}(?: ?{_CLOCK})?")),
    "amount": ("1 个币种符号加 10 位以内数字, 可带小数, 结尾可带元", re.compile(r"[¥￥$€£]?\d{1,10}(?:\.\d{1,9})?元?")),
    "phone_number": ("17 位以内数字、符号", re.compile(r"[0-9+\-()*# ]{1,17}")),
    "car_number": (
        "8 位以内, 首末位可为汉字, 其余字母或数字",
        re.compile(rf"[A-Za-z0-9{_HANZI}](?:[A-Za-z0-9]{{0,6}}[A-Za-z0-9{_HANZI}])?"),
    ),
    "name": ("10 个以内汉字或 20 个以内字母", re.compile(rf"[{_HANZI}·]{{1,10}}|[A-Za-z .'\-]{{1,20}}")),
    "phrase": ("5 个以内汉字", re.compile(rf"[{_HANZI}]{{1,5}}")),
}
"""Key prefix → (the rule in the platform's words, the shape a value must have)."""

DIGITS_LIMIT = {"number": NUMBER_MAX_DIGITS, "amount": AMOUNT_MAX_DIGITS}
"""Prefixes whose digits are counted over the whole value, decimals included."""

_KEY = re.compile(r"([a-z_]+?)(\d+)")


def broken_rule(key: str, value: str) -> str | None:
    """The rule of the platform that `value` breaks under `key` (`thing1`, `car_number2`…); None when it is fine."""
    match = _KEY.fullmatch(key)
    if match is None or match[1] not in VALUE_RULES:
        return "未知的参数类型"
    if not value.strip():
        return "不能为空"
    if "\n" in value or "\r" in value:
        return "不能换行"
    words, shape = VALUE_RULES[match[1]]
    digits_limit = DIGITS_LIMIT.get(match[1])
    too_many_digits = digits_limit is not None and sum(c.isdigit() for c in value) > digits_limit
    return words if too_many_digits or shape.fullmatch(value) is None else None


def check_subscribe_data(data: Mapping[str, str]) -> None:
    """Raises SubscribeDataInvalid naming each key and its rule, never the value; nothing is sent then."""
    broken = {key: rule for key, value in data.items() if (rule := broken_rule(key, value)) is not None}
    if broken or not data:
        raise SubscribeDataInvalid(broken)

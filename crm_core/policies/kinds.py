"""How the value of a rule is stored, put into words, and checked against its bounds. Pure.

Values are stored as JSON: whole numbers as they are, decimals and times of the day ("18:00") as text, several values as
a list, a window as a pair of times.
"""

from datetime import time
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Any, Final, TypeAlias, get_args, get_origin

from crm_core.policies.declaring import Rule, Single, Unit, Value, Window
from foundation.money import format_yuan

Kept: TypeAlias = int | str | list[int] | list[list[str]]
"""A value as it is decoded from JSON."""
_UNSAID: Final = (Unit.CLOCK, Unit.WEIGHT, Unit.WINDOWS)
"""Values of these units are written without the unit."""
MOST_VALUES: Final = 5
"""The most values of a rule that has several of them without a fixed number."""


class OutOfBounds(ValueError):
    """Not a value this rule can have; the text is Chinese and meant for the person who typed it."""


def keep(value: Value) -> Kept:
    """A value as JSON."""
    if isinstance(value, tuple):
        return [_keep_one(one) for one in value]
    kept: Kept = _keep_one(value)
    return kept


def _keep_one(value: Any) -> Any:
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, Decimal):
        return str(value)
    return [_keep_one(one) for one in value] if isinstance(value, tuple) else value


def read(rule: Rule, kept: object) -> Value:
    """The value of a rule from its JSON.

    Raises:
        OutOfBounds: the JSON is of the wrong kind, or the value is beyond the bounds.
    """
    if get_origin(rule.kind) is not tuple:
        value: Value = _read_one(rule, rule.kind, kept)
        return value
    parts = get_args(rule.kind)
    if not isinstance(kept, list):
        raise OutOfBounds(f"{rule.terms.name}要填一组值。")
    if Ellipsis not in parts and len(kept) != len(parts):
        raise OutOfBounds(f"{rule.terms.name}要填 {len(parts)} 个值。")
    if not 1 <= len(kept) <= max(MOST_VALUES, len(parts)):
        raise OutOfBounds(f"{rule.terms.name}要填 1 到 {MOST_VALUES} 个值。")
    if rule.terms.unit is Unit.WINDOWS:
        return _in_turn(rule, tuple(_read_window(rule, one) for one in kept))
    return tuple(_read_one(rule, parts[0], one) for one in kept)


def _read_one(rule: Rule, kind: Any, kept: object) -> Any:
    value = _typed(rule, kind, kept)
    if not rule.terms.least <= value <= rule.terms.most:
        raise OutOfBounds(f"{rule.terms.name}应在 {_bounds(rule)} 之间。")
    return value


def _typed(rule: Rule, kind: Any, kept: object) -> Any:
    try:
        if kind is int and type(kept) is int:
            return kept
        if kind is Decimal and isinstance(kept, int | str) and not isinstance(kept, bool):
            number = Decimal(kept)
            if number.is_finite():
                return number
        if kind is time and isinstance(kept, str) and len(kept) == len("18:00"):
            return time.fromisoformat(kept)
    except (ValueError, InvalidOperation):
        pass
    word = {int: "整数", Decimal: "数字", time: "时刻，如 18:00"}[kind]
    raise OutOfBounds(f"{rule.terms.name}要填{word}。")


def _read_window(rule: Rule, kept: object) -> tuple[time, time]:
    if not isinstance(kept, list | tuple) or len(kept) != 2:
        raise OutOfBounds(f"{rule.terms.name}的每段要有开始和结束。")
    opens, closes = (_read_one(rule, time, one) for one in kept)
    if opens >= closes:
        raise OutOfBounds(f"{rule.terms.name}的每段开始要早于结束。")
    return opens, closes


def _in_turn(rule: Rule, windows: tuple[Window, ...]) -> tuple[Window, ...]:
    if any(before[1] > after[0] for before, after in pairwise(windows)):
        raise OutOfBounds(f"{rule.terms.name}的各段要按先后，不能重叠。")
    return windows


def tell(rule: Rule, value: Value) -> str:
    """A value in words: 30 分钟, 2 小时 (of 120 minutes), 500.00 元, 09:00–20:30."""
    unit = rule.terms.unit
    if unit is Unit.MINUTES and isinstance(value, int) and value and value % 60 == 0:
        value, unit = value // 60, Unit.HOURS
    words = "、".join(_tell_one(unit, one) for one in (value if isinstance(value, tuple) else (value,)))
    if unit in _UNSAID:
        return words
    return f"{words}{unit}" if unit is Unit.PERCENT else f"{words} {unit}"


def _tell_one(unit: Unit, value: Any) -> str:
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, tuple):
        return "–".join(f"{one:%H:%M}" for one in value)
    return format_yuan(value) if unit is Unit.YUAN else f"{value:,}"


def _bounds(rule: Rule) -> str:
    unit = rule.terms.unit
    ends: list[Single] = [rule.terms.least, rule.terms.most]
    told = " 到 ".join(_tell_one(unit, end) for end in ends)
    return told if unit in _UNSAID else f"{told} {unit}"

"""What a rule is: a field of a policy, with everything that the settings page shows about it. Pure."""

from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from datetime import time
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Any, ClassVar, Final, TypeAlias, TypeVar, get_type_hints

T = TypeVar("T")
Window: TypeAlias = tuple[time, time]
"""From one time of the day to another, the end excluded."""
Single: TypeAlias = int | Decimal | time
Value: TypeAlias = Single | tuple[int, ...] | tuple[Window, ...]
HOUSE: Final = "本店规定"
TRADE: Final = "行业惯例"
_METADATA: Final = "rule"


class Unit(StrEnum):
    """The unit of a rule, as screens write it."""

    DAYS = "天"
    HOURS = "小时"
    MINUTES = "分钟"
    SECONDS = "秒"
    MONTHS = "个月"
    TIMES = "次"
    PEOPLE = "人"
    PIECES = "件"
    COUPONS = "张"
    PERCENT = "%"
    YUAN = "元"
    """Shown in yuan; the value itself is in whole fen."""
    KILOMETRES = "公里"
    KILOMETRES_A_DAY = "公里/天"
    POINTS = "分"
    WEIGHT = "权重"
    CLOCK = "时刻"
    WINDOWS = "时段"


@dataclass(frozen=True)
class Terms:
    """What is declared of a rule beside its default. If a rule has several values, the bounds apply to each of them."""

    name: str
    unit: Unit
    least: Single
    most: Single
    source: str = HOUSE
    is_group_only: bool = False


@dataclass(frozen=True)
class Rule:
    """One rule of a policy."""

    policy: "type[Policy]"
    field: str
    kind: Any
    """The field's type."""
    default: Value
    terms: Terms

    @property
    def is_group_only(self) -> bool:
        """Whether one value holds for all stores."""
        return self.terms.is_group_only or self.policy.is_group_only


def rule(
    default: T,
    name: str,
    unit: Unit,
    least: Single,
    most: Single,
    *,
    source: str = HOUSE,
    is_group_only: bool = False,
) -> T:
    """Declare a field of a policy: `hold_minutes: int = rule(10, "占位保留", Unit.MINUTES, 3, 30)`.

    `least` and `most` are the bounds a changed value must keep, both allowed; `source` says where the default is from.
    """
    made: T = field(default=default, metadata={_METADATA: Terms(name, unit, least, most, source, is_group_only)})
    return made


class Policy:
    """The base of a frozen dataclass whose fields are rules.

    `key` names it in the table and in the API, `title` on pages. Defining it registers it.
    """

    key: ClassVar[str]
    title: ClassVar[str]
    is_group_only: ClassVar[bool]

    def __init_subclass__(cls, *, key: str, title: str, is_group_only: bool = False) -> None:
        known = _REGISTRY.setdefault(key, cls)
        if known is not cls and known.__qualname__ != cls.__qualname__:
            raise TypeError(f"two policies are called {key}")
        cls.key, cls.title, cls.is_group_only = key, title, is_group_only

    def conflict(self) -> str:
        """Why these values contradict each other, as a Chinese sentence; '' when they do not."""
        return ""


_REGISTRY: Final[dict[str, type[Policy]]] = {}
_RULES: Final[dict[str, Mapping[str, Rule]]] = {}
REGISTRY: Final[Mapping[str, type[Policy]]] = MappingProxyType(_REGISTRY)
"""Every policy by its key, as far as the module that defines it was imported."""


def rules_of(policy: type[Policy]) -> Mapping[str, Rule]:
    """The rules of a policy by field name, in the order in which they are declared.

    Raises:
        TypeError: a field was not declared with `rule`.
    """
    if policy.key in _RULES:
        return _RULES[policy.key]
    kinds = get_type_hints(policy)
    made: dict[str, Rule] = {}
    declared: tuple[Field[Any], ...] = fields(policy)  # type: ignore[arg-type]
    for one in declared:
        if _METADATA not in one.metadata:
            raise TypeError(f"{policy.__name__}.{one.name} is no rule")
        default: Any = one.default
        made[one.name] = Rule(policy, one.name, kinds[one.name], default, one.metadata[_METADATA])
    return _RULES.setdefault(policy.key, MappingProxyType(made))

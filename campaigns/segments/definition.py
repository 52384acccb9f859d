"""The tree of a segment: groups of conditions and groups, validated when received, made into SQL and into a
sentence.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, ValidationError

from campaigns.segments.conditions import AnyCondition, CarCondition, Condition, owns
from campaigns.segments.conditions.base import NO_NAMES, Names
from campaigns.segments.errors import DefinitionNotClear
from campaigns.sql import Parameters

Tree: TypeAlias = Mapping[str, object]
"""A definition as it was sent or is kept; what is in it is only known once `parse` has made it a `Group`."""
DEEPEST = 4
"""How deep groups may be nested; deeper trees are unreadable."""
MOST_ROWS = 40
MOST_ITEMS = 20


def _kind(value: Any) -> str:
    is_group = "match" in value if isinstance(value, Mapping) else isinstance(value, Group)
    return "group" if is_group else "condition"


class Group(BaseModel):
    """全部满足 (all), 任一满足 (any), 排除 (none of them)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    match: Literal["all", "any", "none"]
    items: Annotated[tuple["Node", ...], Field(min_length=1, max_length=MOST_ITEMS)]
    any_car: bool = False
    """不必是同一辆车: each of its conditions on cars may be met by another car of theirs, also than those beside it."""

    @property
    def is_about_a_car(self) -> bool:
        """Whether the whole group can be tested on one car; an exclusion is always about the person."""
        return not self.any_car and self.match != "none" and all(is_about_a_car(item) for item in self.items)

    def _is_of_the_one_car(self, item: "Condition | Group") -> bool:
        return not self.any_car and is_about_a_car(item)

    def car_test(self, to: Parameters) -> str:
        """The SQL test about the car `v`, for a group that is about a car."""
        return f"({self._joint.join(_car_test(item, to) for item in self.items)})"

    def where(self, to: Parameters) -> str:
        """The group as one SQL test in parentheses. Its conditions on cars must all be met by the same car, unless any
        car will do.
        """
        if self.match == "none":
            return f"({' AND '.join(_not(item, to) for item in self.items)})"
        about_a_car = [_car_test(item, to) for item in self.items if self._is_of_the_one_car(item)]
        tests = [owns(f"({self._joint.join(about_a_car)})")] if about_a_car else []
        tests += [item.where(to) for item in self.items if not self._is_of_the_one_car(item)]
        return f"({self._joint.join(tests)})"

    def row_tests(self, to: Parameters) -> list[str]:
        """An SQL test for each row, to be applied to those who passed the rows before; under 任一满足 to everybody."""
        if self.match == "none":
            return [_not(item, to) for item in self.items]
        if self.match == "any":
            return [item.where(to) for item in self.items]
        cars: list[Condition | Group] = []
        tests = []
        for item in self.items:
            if self._is_of_the_one_car(item):
                cars.append(item)
                tests.append(owns(f"({' AND '.join(_car_test(one, to) for one in cars)})"))
            else:
                tests.append(item.where(to))
        return tests

    @property
    def _joint(self) -> str:
        return " OR " if self.match == "any" else " AND "

    def words(self, names: Names = NO_NAMES) -> str:
        """The Chinese words of the group, to be followed by 「的车主」; for an exclusion they say who is left out."""
        if self.match == "none":
            return f"不算{'、'.join(f'{_inside(item, names)}的' for item in self.items)}"
        said = ("或" if self.match == "any" else "、").join(_inside(item, names) for item in self.items)
        return f"{said}（不必同一台车）" if self.any_car else said


Node = Annotated[
    Annotated[AnyCondition, Tag("condition")] | Annotated[Group, Tag("group")],
    Discriminator(_kind),
]
Group.model_rebuild()


def is_about_a_car(item: "Condition | Group") -> bool:
    """Whether the item can be tested on a car."""
    return item.is_about_a_car if isinstance(item, Group) else isinstance(item, CarCondition)


def _car_test(item: "Condition | Group", to: Parameters) -> str:
    assert isinstance(item, Group | CarCondition)
    return item.car_test(to)


def _not(item: "Condition | Group", to: Parameters) -> str:
    """SQL test for everybody for whom the item is not true; NULL counts as not true."""
    if isinstance(item, Condition) and item.is_total:
        return f"NOT {item.where(to)}"
    return f"{item.where(to)} IS NOT TRUE"


def _inside(item: "Condition | Group", names: Names) -> str:
    if isinstance(item, Condition):
        return item.said(names)
    is_list = item.match != "none" and len(item.items) > 1
    return f"（{item.words(names)}）" if is_list else item.words(names)


def conditions_in(group: Group) -> Iterator[Condition]:
    """Every condition of the tree."""
    for item in group.items:
        if isinstance(item, Group):
            yield from conditions_in(item)
        else:
            yield item


def reading(definition: Group, names: Names = NO_NAMES) -> str:
    """「读作」: the definition in one sentence. A thing it asks about without a name in `names` is only 指定的."""
    return f"{definition.words(names).removesuffix('的')}的车主"


def parse(tree: Tree) -> Group:
    """Validate the definition that a person sent.

    Raises:
        DefinitionNotClear: the details carry `problems`, each with `path` (row numbers, from 1) and `message`.
    """
    try:
        definition = Group.model_validate(tree)
    except ValidationError as error:
        raise DefinitionNotClear(problems=_problems(error)) from None
    except RecursionError:
        raise DefinitionNotClear(problems=[{"path": "", "message": "条件组套得太深"}]) from None
    depths = list(_depths(definition, 1))
    if max(depths) > DEEPEST:
        raise DefinitionNotClear(problems=[{"path": "", "message": f"条件组最多套 {DEEPEST} 层"}])
    if len(depths) > MOST_ROWS:
        raise DefinitionNotClear(problems=[{"path": "", "message": f"条件最多 {MOST_ROWS} 条"}])
    return definition


def _depths(node: "Condition | Group", depth: int) -> Iterator[int]:
    yield depth
    if isinstance(node, Group):
        for item in node.items:
            yield from _depths(item, depth + isinstance(item, Group))


def _problems(error: ValidationError) -> list[dict[str, str]]:
    """The problems with their places, without repeating what was sent."""
    return [
        {"path": _path(item["loc"]), "message": _message(item)}
        for item in error.errors(include_url=False, include_context=False, include_input=False)
    ][:MOST_ROWS]


def _path(location: tuple[int | str, ...]) -> str:
    return ".".join(str(part + 1) for part in location if isinstance(part, int))


_MESSAGES = {
    "missing": "缺 {field}",
    "extra_forbidden": "不认识的内容 {field}",
    "union_tag_invalid": "没有这种条件",
    "union_tag_not_found": "缺条件类型",
    "too_short": "{field} 不能为空",
    "too_long": "{field} 太多",
    "literal_error": "{field} 只能选列出的",
    "enum": "{field} 只能选列出的",
}


def _message(item: Any) -> str:
    names = [part for part in item["loc"] if isinstance(part, str)]
    # The name of a field is repeated only if we declared it; names that a client invented are not echoed.
    field = names[-1] if names and item["type"] != "extra_forbidden" and len(names[-1]) <= 30 else ""
    if item["type"] == "value_error":
        return str(item["msg"]).removeprefix("Value error, ")
    return _MESSAGES.get(item["type"], "{field} 的值不对").format(field=field).strip()

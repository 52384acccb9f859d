"""How often owners reacted to a path so far, and what that changes: the order of the paths and of the owners.

A rate is told with its 95 % interval (Wilson). It counts once enough people were tried; until then the default order
stands. A store with enough tries of a path has a rate of its own; another one has the group's. A path goes before
another only if it is certainly better: its interval lies above that of the other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Final, TypeAlias

from campaigns.lift import Group, wilson_interval
from campaigns.waking.rules import Choice, Path
from crm_core.customers.dormancy import Dormancy

Counted: TypeAlias = dict[tuple[Path, Dormancy], Group]
"""People who were tried, and how many of them reacted in time, by path and by how deep they slept."""
THOUSANDTH: Final = Decimal("0.001")


@dataclass(frozen=True)
class Rate:
    """A measured share of people, `came` of whom reacted in time, with its interval."""

    group: Group
    low: float
    high: float
    is_own: bool = False
    """Of the store alone, and not of the whole group."""

    @property
    def words(self) -> str:
        """`40 人里 12 人有反应，30%（大致 18%–45%）`."""
        group = self.group
        return f"{group.people} 人里 {group.came} 人有反应，{group.rate:.0%}（大致 {self.low:.0%}–{self.high:.0%}）"


@dataclass(frozen=True)
class Ranked:
    """By what an owner is ordered among the others, with the sentence that says why."""

    rank: Decimal
    why: str


@dataclass(frozen=True)
class Rates:
    """What was measured, by path and by how deep people slept: in the group, and in each store.

    Asked without a store, only what the group knows counts; `at` gives the rates by which a store's owners are ordered.
    """

    counted: Mapping[tuple[Path, Dormancy], Group] = field(default_factory=dict)
    least: int = 1
    """So many people make a rate."""
    by_store: Mapping[int, Mapping[tuple[Path, Dormancy], Group]] = field(default_factory=dict)
    store_id: int | None = None

    def at(self, store_id: int | None) -> "Rates":
        """The same for the owners of a store."""
        return replace(self, store_id=store_id)

    def of(self, path: Path, state: Dormancy) -> Rate | None:
        """The rate of a path: the store's own if it has enough data, else the group's; None if that has not either."""
        return self.own(path, state) or self.of_group(path, state)

    def own(self, path: Path, state: Dormancy) -> Rate | None:
        """The store's own rate among those who sleep as deep, else among all its sleeping owners."""
        rate = self._of(self._own, path, state)
        return None if rate is None else replace(rate, is_own=True)

    def of_group(self, path: Path, state: Dormancy) -> Rate | None:
        """The group's, likewise."""
        return self._of(self.counted, path, state)

    @property
    def overall(self) -> Rate | None:
        """The rate of all paths together, of the store or else of the group."""
        own, group = (self._rate(_sum(list(counted.values()))) for counted in (self._own, self.counted))
        return group if own is None else replace(own, is_own=True)

    def words(self, path: Path, state: Dormancy) -> str:
        """What is known of a path, as a Chinese sentence without its full stop."""
        rate = self.of(path, state)
        if rate is None:
            return f"数据还不够（试过 {_tried(self.counted, path)} 人，满 {self.least} 人才算）"
        if rate.is_own:
            return f"本店近一年{rate.words}"
        if self.store_id is None:
            return f"近一年{rate.words}"
        return f"本店才试过 {_tried(self._own, path)} 人，满 {self.least} 人前按集团的算：近一年{rate.words}"

    @property
    def _own(self) -> Mapping[tuple[Path, Dormancy], Group]:
        return {} if self.store_id is None else self.by_store.get(self.store_id, {})

    def _of(self, counted: Mapping[tuple[Path, Dormancy], Group], path: Path, state: Dormancy) -> Rate | None:
        same = counted.get((path, state), Group(0, 0))
        return self._rate(same) or self._rate(_sum([each for (by, _), each in counted.items() if by is path]))

    def _rate(self, group: Group) -> Rate | None:
        return Rate(group, *wilson_interval(group)) if group.people >= max(self.least, 1) else None


NOTHING_MEASURED: Final = Rates()


def _tried(counted: Mapping[tuple[Path, Dormancy], Group], path: Path) -> int:
    return _sum([each for (by, _), each in counted.items() if by is path]).people


def _sum(groups: Sequence[Group]) -> Group:
    return Group(sum(each.people for each in groups), sum(each.came for each in groups))


def in_order(choices: Sequence[Choice], state: Dormancy, rates: Rates, *, first: Path | None = None) -> list[Choice]:
    """The paths in the order of their rates where one is certainly better, else as they were; `first` stays first."""
    rest, found = list(choices), []
    if first is not None and rest and rest[0].path is first:
        found.append(rest.pop(0))
    while rest:
        best = next(one for one in rest if not any(_beats(other, one, state, rates) for other in rest))
        beaten = [one for one in rest[: rest.index(best)] if _beats(best, one, state, rates)]
        rest.remove(best)
        if beaten:
            over = "、".join(one.path.label for one in beaten)
            best = Choice(best.path, f"{best.why}；有反应的明显比{over}多，先用")
        found.append(best)
    return found


def _beats(one: Choice, other: Choice, state: Dormancy, rates: Rates) -> bool:
    """Compared is like with like: both by the store's own rates, or both by the group's."""
    mine, theirs = rates.own(one.path, state), rates.own(other.path, state)
    if mine is None or theirs is None:
        mine, theirs = rates.of_group(one.path, state), rates.of_group(other.path, state)
    return mine is not None and theirs is not None and mine.low > theirs.high


def ranked(value: Decimal, path: Path, state: Dormancy, rates: Rates) -> Ranked:
    """Value times the share that reacts at the least; by value alone while nothing is known."""
    overall = rates.overall
    if overall is None:
        return Ranked(value, f"数据还不够，先按价值 {value} 排")
    measured = rates.of(path, state)
    rate = measured or overall
    whose = f"{'本店' if rate.is_own else ''}{'全部方式' if measured is None else '这种方式'}"
    rank = (value * Decimal(rate.low)).quantize(THOUSANDTH)
    return Ranked(rank, f"价值 {value} × {whose}至少有反应的 {rate.low:.0%}，排序分 {rank}")

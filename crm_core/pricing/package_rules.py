"""套餐: which packages a set of jobs makes up, and how the price of one is cut over its jobs. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from foundation.money import spread

FEWEST_ITEMS: Final = 2
"""One job at another price is a price of its own, no package."""


@dataclass(frozen=True)
class Package:
    """Jobs that cost `price_fen` together."""

    package_id: int
    name: str
    price_fen: int
    item_ids: frozenset[int]

    def saving(self, alone_fen: Mapping[int, int]) -> int:
        """What is saved against the jobs one by one; not above 0 where it is no cheaper or a job has no price."""
        if len(self.item_ids) < FEWEST_ITEMS or not self.item_ids <= alone_fen.keys():
            return 0
        return sum(alone_fen[item_id] for item_id in self.item_ids) - self.price_fen


def made_up(packages: Iterable[Package], alone_fen: Mapping[int, int]) -> list[Package]:
    """The packages that the jobs of `alone_fen` make up: the one that saves most first, each job in one of them.

    `alone_fen` has what each job costs by itself.
    """
    left = dict(alone_fen)
    found = []
    for package in sorted(packages, key=lambda each: (-each.saving(alone_fen), each.package_id)):
        if package.saving(left) > 0:
            found.append(package)
            left = {item_id: fen for item_id, fen in left.items() if item_id not in package.item_ids}
    return found


def shares(price_fen: int, sums: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The price of a package cut over labour and parts of each job, in proportion to what they cost by themselves."""
    cut = spread(price_fen, [fen for pair in sums for fen in pair])
    return list(zip(cut[::2], cut[1::2], strict=True))

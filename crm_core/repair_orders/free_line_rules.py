"""自由项目: a job that the catalogue does not have, written in words, and the parts that are bought for it. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from crm_core.dealerships.bay_kind import BayKind
from crm_core.pricing.work_kinds import WorkKind
from foundation.json_types import Json
from foundation.money import spread

NAME_MAX: Final = 40
PART_NAME_MAX: Final = 40
MOST_PARTS: Final = 10
MOST_PIECES: Final = 99
"""As many as a technician may ask for at once; more is a typing error (house rule)."""
MOST_CENTIHOURS: Final = 200_00
"""A month of one technician; more is a typing error (house rule)."""
MOST_FEN: Final = 10**8
"""A million yuan: more than any car of these brands is worth (house rule)."""
LEAST_MINUTES: Final = 5
MOST_MINUTES: Final = 60 * 24 * 30
"""As long as the planner looks ahead (house rule)."""


@dataclass(frozen=True)
class OutsidePart:
    """外购件: a part that is bought for one job, since the catalogue has none; `price_fen` is for a piece."""

    name: str
    quantity: int
    price_fen: int

    @property
    def words(self) -> str:
        """`冷凝器 ×2`."""
        return f"{self.name} ×{self.quantity}"

    @property
    def total_fen(self) -> int:
        """What all its pieces cost the owner."""
        return self.quantity * self.price_fen

    @classmethod
    def of(cls, kept: Mapping[str, Json]) -> "OutsidePart":
        """From what `as_json` made."""
        return cls(str(kept["name"]), int(str(kept["quantity"])), int(str(kept["price_fen"])))

    def as_json(self) -> dict[str, Json]:
        """As its line keeps it."""
        return {"name": self.name, "quantity": self.quantity, "price_fen": self.price_fen}


@dataclass(frozen=True)
class FreeJob:
    """自由项目: its labour has quota hours, priced at the store's rate, or a price of its own; one that only fits a
    part has neither.
    """

    name: str
    minutes: int
    labour_centihours: int = 0
    labour_fen: int = 0
    bay_kind: BayKind = BayKind.GENERAL
    work_kind: WorkKind = WorkKind.SMALL
    needs_road_test: bool = False
    parts: tuple[OutsidePart, ...] = ()

    @property
    def parts_fen(self) -> int:
        """What its parts cost the owner."""
        return sum(part.total_fen for part in self.parts)


class FreeGap(StrEnum):
    """Why a job cannot be offered as it was written."""

    NO_NAME = "NO_NAME"
    TWO_PRICES = "TWO_PRICES"
    NO_PRICE = "NO_PRICE"
    OUT_OF_BOUNDS = "OUT_OF_BOUNDS"
    IN_CATALOGUE = "IN_CATALOGUE"

    @property
    def words(self) -> str:
        """What the advisor is told."""
        return _WORDS[self]


_WORDS: Final = {
    FreeGap.NO_NAME: "自由项目要写名称，外购件也要。",
    FreeGap.TWO_PRICES: "工时和一口价只写一个。",
    FreeGap.NO_PRICE: "自由项目要写工时、一口价或外购件。",
    FreeGap.OUT_OF_BOUNDS: "自由项目的时长、数量或价格不对，请检查。",
    FreeGap.IN_CATALOGUE: "目录里有同名的项目，请从目录选，按目录的工时报价。",
}


def gap_in(job: FreeJob, catalogue: Sequence[str]) -> FreeGap | None:
    """What is missing or wrong, beside the names of the catalogue; None for one that can be offered."""
    if not job.name.strip() or any(not part.name.strip() for part in job.parts):
        return FreeGap.NO_NAME
    if plain(job.name) in {plain(name) for name in catalogue}:
        return FreeGap.IN_CATALOGUE
    if job.labour_centihours and job.labour_fen:
        return FreeGap.TWO_PRICES
    if not (job.labour_centihours or job.labour_fen or job.parts):
        return FreeGap.NO_PRICE
    return None if _is_within_bounds(job) else FreeGap.OUT_OF_BOUNDS


def plain(name: str) -> str:
    """A name as it is compared: however it is spaced, and in whichever case."""
    return "".join(name.split()).casefold()


def part_number(line_id: int, ordinal: int) -> str:
    """`WG-1207-1`: what the store room calls the first part bought for a line."""
    return f"WG-{line_id}-{ordinal}"


def used_fen(parts_fen: int, prices_fen: Mapping[str, int], used: Collection[str]) -> int:
    """What is to pay of the parts that were bought for a job and cost `parts_fen` together when only `used` are in the
    car; all of it where another part took the place of one of them. `prices_fen` are the offered ones, by number.
    """
    if not sum(prices_fen.values()) or not set(used) <= prices_fen.keys():
        return parts_fen
    shares = dict(zip(prices_fen, spread(parts_fen, list(prices_fen.values())), strict=True))
    return sum(shares[number] for number in used)


def _is_within_bounds(job: FreeJob) -> bool:
    return (
        len(job.name) <= NAME_MAX
        and LEAST_MINUTES <= job.minutes <= MOST_MINUTES
        and 0 <= job.labour_centihours <= MOST_CENTIHOURS
        and 0 <= job.labour_fen <= MOST_FEN
        and len(job.parts) <= MOST_PARTS
        and job.parts_fen <= MOST_FEN
        and all(
            len(part.name) <= PART_NAME_MAX and 1 <= part.quantity <= MOST_PIECES and part.price_fen >= 0
            for part in job.parts
        )
    )

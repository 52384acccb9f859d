"""What owners come for: the catalogue by code, and what fits a car."""

import random
from dataclasses import dataclass
from typing import Final, Self

from crm_core.pricing.models import ServiceItem

PETROL_WISHES: Final = (
    (("MAINT-S",), "做个小保养"),
    (("MAINT-S", "FILTER-C"), "保养，空调有点味道"),
    (("MAINT-L",), "做大保养"),
    (("MAINT-S", "CHECK-32"), "保养顺便全车检查一下"),
    (("PAD-F",), "刹车有点响"),
    (("BATT-12",), "早上打不着火"),
    (("TYRE",), "右后胎扎了"),
    (("AC-CLEAN", "FILTER-C"), "空调味道重"),
    (("ALIGN",), "方向有点跑偏"),
    (("FLUID-B",), "刹车软"),
)
ELECTRIC_WISHES: Final = (
    (("EV-CHECK",), "做常规保养"),
    (("EV-FLUID",), "换冷却液和刹车油"),
    (("TYRE",), "换轮胎"),
    (("FILTER-C",), "空调滤芯"),
)
_PICTURES: Final = {
    "OIL-KIT": "oil", "FILTER-C": "filter", "PAD-F": "pads", "PAD-R": "pads", "BATT-12": "battery", "TYRE": "tyre",
    "EV-KIT": "plate_check", "EV-FLUID": "coolant", "FLUID-B": "coolant", "AC-CLEAN": "filter", "四轮定位": "tyre",
    "32 项检测": "plate_check",
}  # fmt: skip


@dataclass(frozen=True)
class Catalogue:
    """Service items by code."""

    items: dict[str, ServiceItem]

    @classmethod
    async def read(cls) -> Self:
        """Read the group's catalogue."""
        return cls({item.code: item for item in await ServiceItem.all()})

    def ids(self, codes: tuple[str, ...]) -> list[int]:
        """Ids of these codes, in their order."""
        return [self.items[code].id for code in codes]

    def minutes(self, codes: tuple[str, ...]) -> int:
        """How long they take together."""
        return sum(self.items[code].minutes for code in codes)

    def picture(self, part: str) -> str:
        """What a photo of the job shows."""
        return _PICTURES.get(part, "lift")


def wish(dice: random.Random, *, electric: bool) -> tuple[tuple[str, ...], str]:
    """Jobs and the owner's words for them."""
    return dice.choice(ELECTRIC_WISHES if electric else PETROL_WISHES[:4] * 2 + PETROL_WISHES)

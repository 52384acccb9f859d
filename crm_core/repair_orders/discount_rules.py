"""Pure rules of 维修优惠: what is taken off the price of jobs that the owner pays, and who may take off how much.

A discount lowers the price of the jobs themselves, so everything that follows from a price follows from the lower one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from crm_core.policies.declaring import Policy, Unit, rule
from crm_core.pricing.package_rules import shares


@dataclass(frozen=True)
class DiscountPolicy(Policy, key="repair_discounts", title="维修优惠"):
    """House rules of discounts, each as a share of what the owner would pay without them."""

    advisor_percent: int = rule(5, "服务顾问可自行优惠", Unit.PERCENT, 0, 100)
    manager_percent: int = rule(15, "服务经理可自行优惠", Unit.PERCENT, 0, 100)
    highest_percent: int = rule(30, "一份报价最多优惠", Unit.PERCENT, 0, 100)
    """More than this nobody gives, and nobody can approve it."""

    def conflict(self) -> str:
        """Whoever is above may give no less."""
        ascends = self.advisor_percent <= self.manager_percent <= self.highest_percent
        return "" if ascends else "服务经理的优惠不能比服务顾问少，也不能超过最多优惠。"


class Giver(StrEnum):
    """As what somebody gives a discount."""

    ADVISOR = "ADVISOR"
    MANAGER = "MANAGER"
    GENERAL_MANAGER = "GENERAL_MANAGER"


class Consent(StrEnum):
    """Who has to agree to a discount before the owner is shown it."""

    NOBODY = "NOBODY"
    MANAGER = "MANAGER"
    HIGHER = "HIGHER"


def own_percent(giver: Giver, policy: DiscountPolicy) -> int:
    """Up to which share they decide alone."""
    return {
        Giver.ADVISOR: policy.advisor_percent,
        Giver.MANAGER: policy.manager_percent,
        Giver.GENERAL_MANAGER: policy.highest_percent,
    }[giver]


def share_fen(list_fen: int, percent: int) -> int:
    """A share of a sum in whole fen, rounded down: a limit is never passed by rounding."""
    return list_fen * percent // 100


def consent_to(discount_fen: int, list_fen: int, giver: Giver, policy: DiscountPolicy) -> Consent:
    """Who has to agree to this discount on jobs that cost `list_fen` without it."""
    if discount_fen <= share_fen(list_fen, own_percent(giver, policy)):
        return Consent.NOBODY
    return Consent.MANAGER if discount_fen <= share_fen(list_fen, policy.manager_percent) else Consent.HIGHER


def lowered(sums: Sequence[tuple[int, int]], each_fen: Sequence[int], whole_fen: int) -> list[tuple[int, int]]:
    """Labour and parts of each job after its own discount, and after its share of the discount on the whole.

    Raises:
        ValueError: more is taken off a job, or off all of them, than they cost.
    """
    own = []
    for (labour_fen, parts_fen), off_fen in zip(sums, each_fen, strict=True):
        if off_fen > labour_fen + parts_fen:
            raise ValueError("more is taken off a job than it costs")
        own += (
            shares(labour_fen + parts_fen - off_fen, [(labour_fen, parts_fen)])
            if off_fen
            else [(labour_fen, parts_fen)]
        )
    total_fen = sum(labour_fen + parts_fen for labour_fen, parts_fen in own)
    if whole_fen > total_fen:
        raise ValueError("more is taken off than the jobs cost")
    return shares(total_fen - whole_fen, own) if whole_fen else own

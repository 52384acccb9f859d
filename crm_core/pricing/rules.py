"""What work and goods cost: labour by quota hours, goods by ordered price rules with an audit trail.

Labour is billed by quota hours and never by clocked time, which is only measured. Each price rule starts from the
*output* of the one before, and the amount is rounded to whole fen after each rule.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final, TypeAlias

from foundation.errors import Refused
from foundation.money import format_yuan, round_half_up

MINUTES_PER_HOUR = 60
PERCENT = 100


# -- labour -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class LabourRate:
    """A price per labour unit; brands count in units of 60, 15 or 5 minutes."""

    unit_price_fen: int
    unit_minutes: int = MINUTES_PER_HOUR


def labour_fee_fen(quota_hours: Decimal, rate: LabourRate, complexity: Decimal = Decimal(1)) -> int:
    """One line's labour fee in fen: quota × unit price × the model's complexity factor, rounded half up.

    Each line is rounded and the total is their sum; the total itself is not rounded again.

    Raises:
        ValueError: the quota or the factor is negative.
    """
    if quota_hours < 0 or complexity < 0:
        raise ValueError("quota hours and complexity are not negative")
    units = quota_hours * MINUTES_PER_HOUR / rate.unit_minutes
    return round_half_up(units * rate.unit_price_fen * complexity)


# -- ordered price rules ----------------------------------------------------------------------------------------------


class OutOfStock(Refused):
    """More pieces are wanted than are free; the details carry the number of free ones as `available`."""

    code = "out_of_stock"
    message = "库存不够。"


@dataclass(frozen=True)
class QuantityRateRule:
    """A discount by quantity. `tiers` are pairs (least quantity, percent to pay); the highest tier reached counts."""

    rule_id: str
    version: int
    tiers: tuple[tuple[int, int], ...]

    def apply(self, amount_fen: int, quantity: int) -> tuple[int, str]:
        """The price after this rule and the words for it."""
        percent = max(((least, percent) for least, percent in self.tiers if quantity >= least), default=(0, PERCENT))[1]
        return round_half_up(Decimal(amount_fen) * percent / PERCENT), f"买 {quantity} 件付 {percent}%"


@dataclass(frozen=True)
class ThresholdRule:
    """满减: `tiers` are pairs (threshold, reduction) in fen. An amount equal to the threshold reaches it, as 满 means;
    only the highest threshold reached applies, and only once.
    """

    rule_id: str
    version: int
    tiers: tuple[tuple[int, int], ...]

    def apply(self, amount_fen: int, quantity: int) -> tuple[int, str]:
        """The price after this rule and the words for it; `quantity` is not used."""
        threshold_fen, off_fen = max((tier for tier in self.tiers if amount_fen >= tier[0]), default=(0, 0))
        if not off_fen:
            return amount_fen, "没到满减门槛"
        return max(0, amount_fen - off_fen), f"满 {format_yuan(threshold_fen)} 减 {format_yuan(off_fen)}"


PriceRule: TypeAlias = QuantityRateRule | ThresholdRule


PRICE_RULES: Final[tuple[PriceRule, ...]] = (
    QuantityRateRule("quantity_rate", 1, tiers=((1, 90), (2, 85))),
    ThresholdRule("threshold", 1, tiers=((500_000, 20_000), (1_000_000, 50_000))),
)
"""The price rules in the order in which they apply. The trail of a price names each rule with its version, so a changed
promotion must get a new version here and must not change the numbers of an existing one.
"""


@dataclass(frozen=True)
class AppliedRule:
    """One line of the audit trail: which rule in which version turned what into what."""

    order: int
    rule_id: str
    version: int
    input_fen: int
    output_fen: int
    words: str


@dataclass(frozen=True)
class Price:
    """A price with its trail. A reopened estimate is priced with the rule versions stored here, never with today's."""

    list_fen: int
    total_fen: int
    trail: tuple[AppliedRule, ...]


def price_goods(unit_fen: int, quantity: int, available: int, rules: Sequence[PriceRule]) -> Price:
    """Price `quantity` pieces of which `available` are free. When they are ordered, the stock has to be checked again.

    Raises:
        OutOfStock: fewer than `quantity` are free.
        ValueError: the price is negative or the quantity below one.
    """
    if unit_fen < 0 or quantity < 1:
        raise ValueError("a price is not negative and a quantity at least one")
    if quantity > available:
        raise OutOfStock(available=available)
    amount_fen = list_fen = unit_fen * quantity
    trail = []
    for order, rule in enumerate(rules, start=1):
        output_fen, words = rule.apply(amount_fen, quantity)
        trail.append(AppliedRule(order, rule.rule_id, rule.version, amount_fen, output_fen, words))
        amount_fen = output_fen
    return Price(list_fen, amount_fen, tuple(trail))


# -- presale promotions whose words are ambiguous ---------------------------------------------------------------------


class DepositGrowth(StrEnum):
    """The two ways to read 定金膨胀两倍."""

    WORTH_TWICE = "WORTH_TWICE"  # 100 counts as 200: one more deposit saved.
    GROWS_BY_TWO = "GROWS_BY_TWO"  # 100 grows by 200: two more saved.


class ThresholdCount(StrEnum):
    """The two ways to read on which amount 跨店满300减40 is counted."""

    ONCE = "ONCE"
    EVERY_ON_PRESALE = "EVERY_ON_PRESALE"
    EVERY_ON_RUNNING = "EVERY_ON_RUNNING"  # On what is left after deposit, coupon and add-on.


@dataclass(frozen=True)
class PresaleOffer:
    """The numbers of a presale, in fen."""

    list_fen: int
    presale_fen: int
    deposit_fen: int
    coupon_fen: int
    threshold_fen: int
    threshold_off_fen: int
    add_on_off_fen: int


@dataclass(frozen=True)
class PresaleReading:
    """How the ambiguous words are read; an answer to a customer has to state it."""

    growth: DepositGrowth = DepositGrowth.WORTH_TWICE
    threshold: ThresholdCount = ThresholdCount.ONCE
    buys_add_on: bool = True
    saves_from_presale: bool = False  # Whether the saving is told from the presale price or the list price.


@dataclass(frozen=True)
class PresalePrice:
    """What is saved, what is paid in total, and what of it now and later; in fen."""

    saved_fen: int
    pay_fen: int
    deposit_fen: int
    balance_fen: int


def price_presale(offer: PresaleOffer, reading: PresaleReading = PresaleReading()) -> PresalePrice:
    """Price a presale under one reading of its words."""
    growth_fen = offer.deposit_fen * (1 if reading.growth is DepositGrowth.WORTH_TWICE else 2)
    add_on_fen = offer.add_on_off_fen if reading.buys_add_on else 0
    running_fen = offer.presale_fen - growth_fen - offer.coupon_fen - add_on_fen
    times = {
        ThresholdCount.ONCE: min(1, offer.presale_fen // offer.threshold_fen),
        ThresholdCount.EVERY_ON_PRESALE: offer.presale_fen // offer.threshold_fen,
        ThresholdCount.EVERY_ON_RUNNING: max(0, running_fen) // offer.threshold_fen,
    }[reading.threshold]
    pay_fen = max(0, running_fen - times * offer.threshold_off_fen)
    from_fen = offer.presale_fen if reading.saves_from_presale else offer.list_fen
    return PresalePrice(from_fen - pay_fen, pay_fen, offer.deposit_fen, max(0, pay_fen - offer.deposit_fen))

"""维修质量保证期: for how long the house answers for its own work. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from crm_core.policies.declaring import Policy, Unit, rule
from crm_core.pricing.work_kinds import WorkKind

_SOURCE = "机动车维修管理规定"


@dataclass(frozen=True)
class RepairGuaranteePolicy(Policy, key="repair_warranty", title="维修质量保证期"):
    """质量保证期, printed on papers and counted from leaving the workshop; the law's minimum is the least."""

    whole_days: int = rule(100, "整车修理、总成修理质保多少天", Unit.DAYS, 100, 3650, source=_SOURCE)
    whole_km: int = rule(20_000, "整车修理、总成修理质保多少公里", Unit.KILOMETRES, 20_000, 1_000_000, source=_SOURCE)
    second_days: int = rule(30, "二级维护质保多少天", Unit.DAYS, 30, 3650, source=_SOURCE)
    second_km: int = rule(5_000, "二级维护质保多少公里", Unit.KILOMETRES, 5_000, 1_000_000, source=_SOURCE)
    small_days: int = rule(10, "一级维护、小修质保多少天", Unit.DAYS, 10, 3650, source=_SOURCE)
    small_km: int = rule(2_000, "一级维护、小修质保多少公里", Unit.KILOMETRES, 2_000, 1_000_000, source=_SOURCE)


@dataclass(frozen=True)
class Guarantee:
    """How long work of one kind is answered for; whichever ends first."""

    days: int
    km: int

    def last_day(self, left_on: date) -> date:
        """The last day on which it holds for a car that left on a day."""
        return left_on + timedelta(days=self.days)

    def is_open(self, *, left_on: date, left_km: int, today: date, km: int) -> bool:
        """Whether it still holds. A smaller odometer than at leaving says nothing about the kilometres."""
        return today <= self.last_day(left_on) and km - left_km <= self.km

    @property
    def words(self) -> str:
        """`10 天或 2,000 公里`."""
        return f"{self.days} 天或 {self.km:,} 公里"


def guarantee_of(kind: WorkKind, policy: RepairGuaranteePolicy) -> Guarantee:
    """The guarantee of a kind of work."""
    return {
        WorkKind.WHOLE: Guarantee(policy.whole_days, policy.whole_km),
        WorkKind.SECOND: Guarantee(policy.second_days, policy.second_km),
        WorkKind.SMALL: Guarantee(policy.small_days, policy.small_km),
    }[kind]


def promised_words(kinds: Collection[WorkKind], policy: RepairGuaranteePolicy) -> str:
    """What a visit's owner is told: `本次维修质保 10 天或 2,000 公里`."""
    told = [kind for kind in WorkKind if kind in kinds] or [WorkKind.SMALL]
    if len(told) == 1:
        return f"本次维修质保 {guarantee_of(told[0], policy).words}"
    return "本次维修质保：" + "；".join(f"{kind.words} {guarantee_of(kind, policy).words}" for kind in told)


def printed_words(policy: RepairGuaranteePolicy) -> str:
    """The guarantee of every kind, as papers print it."""
    return (
        "；".join(f"{kind.words} {guarantee_of(kind, policy).words}" for kind in WorkKind)
        + "。自出厂之日起，以先达到者为准；托修方自备配件不在此列。"
    )

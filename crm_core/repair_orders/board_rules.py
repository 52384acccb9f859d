"""The policy of the advisor's board: when something on it becomes urgent."""

from dataclasses import dataclass

from crm_core.policies.declaring import Policy, Unit, rule


@dataclass(frozen=True)
class BoardPolicy(Policy, key="board", title="接待看板"):
    """House rules of what an advisor is reminded of."""

    warn_minutes: int = rule(30, "承诺交车前预警", Unit.MINUTES, 10, 240)
    """Early enough that something can still be done."""
    receive_within_minutes: int = rule(10, "到店后接待的时限", Unit.MINUTES, 3, 60)
    hand_over_within_hours: int = rule(24, "付款后确认取车的时限", Unit.HOURS, 1, 168)
    """After this the hand-over was forgotten, or the car has left without it."""

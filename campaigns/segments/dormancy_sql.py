"""The dormancy rule as SQL, with the limits of `crm_core.customers.dormancy`; a test holds the two equal.

Adjacent states become one range, so that 沉睡 + 流失 + 深度流失 takes two comparisons instead of nine.
"""

from collections.abc import Collection
from datetime import timedelta

from campaigns.sql import Parameters
from crm_core.customers.dormancy import LAST_SEEN_SQL, Dormancy, DormancyPolicy


def dormancy_where(states: Collection[Dormancy], to: Parameters) -> str:
    """SQL condition for customers who are in one of the states today; a customer without a due date is in none."""
    policy = to.dormancy
    parts = [_overdue_part(state, to, policy) for state in (Dormancy.ACTIVE, Dormancy.AT_RISK) if state in states]
    parts += _asleep_parts(states, to, policy)
    if Dormancy.AT_RISK in states:
        parts.append(_heavy_drivers(to, policy))
    known = "c.next_service_due_on IS NOT NULL"
    alive = f"c.gone_reason = '' AND ({' OR '.join(parts)})" if parts else ""
    if Dormancy.GONE not in states:
        return f"({known} AND {alive})"
    return f"({known} AND (c.gone_reason <> ''" + (f" OR {alive}))" if alive else "))")


def _days_ago(days: int, to: Parameters) -> str:
    return to.add(to.today - timedelta(days=days), "date")


def _overdue_part(state: Dormancy, to: Parameters, policy: DormancyPolicy) -> str:
    if state is Dormancy.ACTIVE:
        return f"c.next_service_due_on >= {_days_ago(policy.active_overdue_days, to)}"
    return (
        f"(c.next_service_due_on < {_days_ago(policy.active_overdue_days, to)} "
        f"AND c.next_service_due_on >= {_days_ago(policy.at_risk_overdue_days, to)})"
    )


def _heavy_drivers(to: Parameters, policy: DormancyPolicy) -> str:
    overdue = f"c.next_service_due_on < {_days_ago(policy.at_risk_overdue_days, to)}"
    return f"({overdue} AND {LAST_SEEN_SQL} >= {_days_ago(policy.heavy_driver_recency_days, to)})"


def _asleep_parts(states: Collection[Dormancy], to: Parameters, policy: DormancyPolicy) -> list[str]:
    """SQL conditions for ranges of days since the last visit: more than the first number, at most the second."""
    limits = [policy.heavy_driver_recency_days, policy.dormant_recency_days, policy.lapsed_recency_days, None]
    ranges: list[tuple[int | None, int | None]] = []
    for number, state in enumerate((Dormancy.DORMANT, Dormancy.LAPSED, Dormancy.DEEP)):
        if state not in states:
            continue
        longer, at_most = limits[number], limits[number + 1]
        if ranges and ranges[-1][1] == longer:
            longer = ranges.pop()[0]
        ranges.append((longer, at_most))
    parts = []
    for longer, at_most in ranges:
        assert longer is not None
        part = f"c.next_service_due_on < {_days_ago(policy.at_risk_overdue_days, to)}"
        part += f" AND {LAST_SEEN_SQL} < {_days_ago(longer, to)}"
        if at_most is not None:
            part += f" AND {LAST_SEEN_SQL} >= {_days_ago(at_most, to)}"
        parts.append(f"({part})")
    return parts

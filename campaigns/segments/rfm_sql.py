"""RFM as SQL, with the limits of `crm_core.customers.rfm`; a test holds the two equal.

The grades are computed for each person; which grades fit is decided by the rule itself, in Python, for all 125 of them.
"""

from collections.abc import Callable
from itertools import product
from typing import Final

from campaigns.sql import Parameters
from crm_core.customers.rfm import HIGHEST_GRADE, LOWEST_GRADE
from crm_core.dealerships.calendar import add_months

_GRADES: Final = range(LOWEST_GRADE, HIGHEST_GRADE + 1)


def graded_where(fits: Callable[[int, int, int], bool], to: Parameters) -> str:
    """SQL condition for customers whose grades of recency, frequency and money fit."""
    policy = to.rfm
    wanted = [r * 100 + f * 10 + m for r, f, m in product(_GRADES, repeat=3) if fits(r, f, m)]
    recency = [("p.paid_on", to.add(add_months(to.today, -months), "date")) for months in policy.recency_months]
    frequency = [("p.paid_visits", to.add(limit, "bigint")) for limit in policy.paid_visits]
    money = [("p.paid_fen", to.add(limit, "bigint")) for limit in policy.spend_fen]
    since = to.add(add_months(to.today, -policy.window_months), "date")
    return (
        f"((SELECT {_grade(recency)} * 100 + {_grade(frequency)} * 10 + {_grade(money)} FROM ("
        "SELECT count(*) AS paid_visits, max(s.visited_on) AS paid_on, coalesce(sum(s.paid_fen), 0) AS paid_fen "
        "FROM service_visit s WHERE s.customer_id = c.id AND s.is_real_work AND s.paid_fen > 0 "
        f"AND s.visited_on > {since}) p) = ANY({to.add(wanted, 'int[]')}))"
    )


def _grade(limits: list[tuple[str, str]]) -> str:
    """The first limit that is reached gives the highest grade, the next one less."""
    cases = " ".join(f"WHEN {column} >= {limit} THEN {HIGHEST_GRADE - n}" for n, (column, limit) in enumerate(limits))
    return f"CASE {cases} ELSE {LOWEST_GRADE} END"

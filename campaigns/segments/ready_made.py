"""Three segments to start from; the editor copies them into a draft."""

from dataclasses import dataclass
from typing import Final

from campaigns.segments.definition import Tree
from crm_core.customers.dormancy import SLEEPING, Dormancy


@dataclass(frozen=True)
class ReadyMade:
    """A ready-made segment: its name, what it is good for, and its definition."""

    key: str
    name: str
    why: str
    definition: Tree


_ASLEEP = [state.value for state in Dormancy if state in SLEEPING]

READY_MADE: Final = (
    ReadyMade(
        "sleeping",
        "沉睡车主",
        "过了保养日很久没来，还联系得上就有机会请回来",
        {"match": "all", "items": [{"field": "dormancy", "values": _ASLEEP}]},
    ),
    ReadyMade(
        "service_due",
        "该保养还没约",
        "应保养日前后一个月，提醒一句最有用",
        {
            "match": "all",
            "items": [
                {
                    "match": "any",
                    "items": [
                        {"field": "service_due", "within_days": 30},
                        {"field": "dormancy", "values": [Dormancy.AT_RISK.value]},
                    ],
                },
                {"match": "none", "items": [{"field": "last_visit_days_ago", "at_most_days": 60}]},
            ],
        },
    ),
    ReadyMade(
        "insurance",
        "一个月内续保",
        "续保前来店检查，顺带报价",
        {"match": "all", "items": [{"field": "insurance_ends", "within_days": 30}]},
    ),
)

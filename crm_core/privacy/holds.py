"""What stands against a deletion: matters that are still going on, and records a law demands."""

from dataclasses import asdict, dataclass
from typing import Final

from crm_core.privacy.traces import Traces, rows_of, with_traces
from foundation import database
from foundation.personal import Emptied, Kept, Personal, Shown, tables
from foundation.reading import read_model


@read_model
class Hold:
    """Records that stay, by the law that demands them."""

    law: str
    headings: list[str]
    records: int


def stored(holds: list[Hold]) -> list[dict[str, object]]:
    """As the request keeps them."""
    return [asdict(hold) for hold in holds]


async def unfinished_of(traces: Traces) -> list[str]:
    """Headings of what has not ended, such as 维修工单 or 账单."""
    found = []
    for table, personal in tables():
        if personal.unfinished and await _count(table, f"({rows_of(personal)}) AND ({personal.unfinished})", traces):
            found.append(heading_of(table, personal))
    return found


async def holds_of(traces: Traces) -> list[Hold]:
    """What a law keeps of this person, and why: the reply to a deletion lists it (PIPL art. 47)."""
    by_law: dict[str, _Sum] = {}
    for table, personal in tables():
        law = personal.keep.law if isinstance(personal.keep, Kept) else ""
        if not law or not isinstance(personal.erase, Emptied):
            continue
        condition = f"({rows_of(personal)}) AND ({personal.spared or 'true'}) AND {_in_time(personal)}"
        if records := await _count(table, condition, traces):
            total = by_law.setdefault(law, _Sum([], 0))
            total.headings.append(heading_of(table, personal))
            total.records += records
    return [Hold(law, sum_.headings, sum_.records) for law, sum_ in by_law.items()]


def heading_of(table: str, personal: Personal) -> str:
    """What the rows of a table are called before people."""
    return personal.export.heading if isinstance(personal.export, Shown) else _UNNAMED.get(table, "其他记录")


@dataclass
class _Sum:
    headings: list[str]
    records: int


_UNNAMED: Final = {"promised_time": "约定的时间", "payment_notice": "支付平台的通知", "follow_up": "跟进记录"}


def _in_time(personal: Personal) -> str:
    """The law's period has not begun or not ended."""
    if not personal.over or not isinstance(personal.keep, Kept):
        return "true"
    return f"coalesce({personal.over} > {{now}} - interval '{personal.keep.period.days} days', true)"


async def _count(table: str, condition: str, traces: Traces) -> int:
    sql, arguments = with_traces(f"SELECT count(*) FROM {table} t WHERE {condition}", traces)
    return int(await database.fetch_value(sql, *arguments))

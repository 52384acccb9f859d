"""触达增长 as a file."""

from collections.abc import AsyncIterator
from datetime import date

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.exporting import Question, exportable
from crm_core.dealerships.permissions import stores_within
from crm_core.dealerships.stores import live_store_ids
from crm_core.reach import queries
from crm_core.reach.queries import Growth, ReachPerson
from crm_core.reach.rules import AskKind


@exportable(
    "reach-growth",
    title="触达增长",
    action="reach.read",
    columns={
        "customer_name": "客户",
        "phone": "手机号",
        "kind": "哪种触达",
        "what": "结果",
        "at": "时间",
        "staff": "同事",
    },
    question=("month", "kind", "what"),
)
async def reach_growth(actor: Actor, question: Question) -> AsyncIterator[ReachPerson]:
    """Those the page shows for this question, of every store the reader sees, to the end."""
    month = _month(question.get("month", ""))
    kind = AskKind(question["kind"]) if question.get("kind") in set(AskKind) else None
    what = Growth(question["what"]) if question.get("what") in set(Growth) else None
    stores = stores_within(actor, "reach.read")
    for store_id in sorted(stores) if stores is not None else await live_store_ids():
        cursor: str | None = None
        while True:
            page = await queries.people_of_month(actor, store_id, month, kind=kind, what=what, cursor=cursor)
            for row in page.items:
                yield row
            cursor = page.next_cursor
            if cursor is None:
                break


def _month(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None

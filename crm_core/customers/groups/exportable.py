"""The list of customer groups as a file."""

from collections.abc import AsyncIterator

from crm_core.customers.groups import queries
from crm_core.customers.groups.queries import CustomerGroupRow
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.exporting import Question, exportable


@exportable(
    "customer-groups",
    title="客户群",
    action="campaigns.read",
    question=("q",),
    columns={
        "name": "群名",
        "owner": "群主",
        "store": "门店",
        "customers": "客户",
        "known": "认识的",
        "colleagues": "同事",
        "changed_at": "上次有人进出",
        "made_at": "建群",
    },
)
async def groups(actor: Actor, question: Question) -> AsyncIterator[CustomerGroupRow]:
    """Those that are there, the newest first."""
    before_id = None
    while rows := await queries.of_reader(actor, search=question.get("q", ""), before_id=before_id):
        for row in rows:
            yield row
        before_id = rows[-1].id

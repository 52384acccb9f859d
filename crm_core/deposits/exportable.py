"""The list of deposits as a file."""

from collections.abc import AsyncIterator

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.exporting import Question, exportable, of_each_store
from crm_core.deposits import queries
from crm_core.deposits.queries import DepositRow


@exportable(
    "deposits",
    title="预存款",
    action="deposits.read",
    columns={"store": "门店", "customer_name": "客户", "balance_fen": "余额", "moved_at": "最近变动"},
)
def deposits(actor: Actor, question: Question) -> AsyncIterator[DepositRow]:
    """Those of every store the reader sees."""
    return of_each_store(actor, "deposits.read", queries.of_store)

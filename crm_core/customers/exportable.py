"""Lists of customers as files."""

from collections.abc import AsyncIterator

from crm_core.customers import listing
from crm_core.customers.dormancy import Dormancy
from crm_core.customers.listing import CustomerRow
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.exporting import Question, exportable


@exportable(
    "customers",
    title="客户",
    action="customers.read",
    columns={
        "name": "姓名",
        "phone": "手机号",
        "home_store": "门店",
        "consultant": "销售顾问",
        "advisor": "服务顾问",
        "cars": "车辆",
        "is_friend": "企微好友",
        "last_visit_on": "最近到店",
        "visit_count": "到店次数",
        "dormancy_word": "状态",
        "marketing_stopped": "停止营销",
    },
    question=("q", "state", "staff", "store"),
)
async def customers(actor: Actor, question: Question) -> AsyncIterator[CustomerRow]:
    """The customers the page shows for this question, page by page."""
    cursor: str | None = None
    while True:
        page = await listing.unnoted_page(
            actor,
            search=question.get("q", ""),
            store_id=_number(question.get("store")),
            staff_id=_number(question.get("staff")),
            states=[Dormancy(question["state"])] if question.get("state") in set(Dormancy) else (),
            cursor=cursor,
            limit=listing.LARGEST_PAGE,
        )
        for row in page.items:
            yield row
        cursor = page.next_cursor
        if cursor is None:
            return


def _number(text: str | None) -> int | None:
    return int(text[:18]) if text and text.isdigit() else None

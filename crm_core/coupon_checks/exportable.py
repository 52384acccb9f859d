"""The findings about coupons as a file."""

from collections.abc import AsyncIterator

from crm_core.coupon_checks import queries
from crm_core.coupon_checks.queries import FindingRow
from crm_core.coupon_checks.rules import FindingKind, FindingState
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.exporting import Question, exportable


@exportable(
    "coupon-risks",
    title="卡券风险",
    action="coupon_checks.read",
    columns={
        "store": "门店",
        "kind": "种类",
        "words": "情况",
        "coupon_names": "卡券",
        "coupon_count": "张数",
        "state": "状态",
        "found_at": "发现",
        "decider": "处理人",
        "decided_at": "处理时间",
        "note": "说明",
    },
    question=("state", "kind"),
)
async def coupon_risks(actor: Actor, question: Question) -> AsyncIterator[FindingRow]:
    """Those the page shows for this question, page by page."""
    state = FindingState(question["state"]) if question.get("state") in set(FindingState) else None
    kind = FindingKind(question["kind"]) if question.get("kind") in set(FindingKind) else None
    cursor: str | None = None
    while True:
        page = await queries.page(actor, state=state, kind=kind, cursor=cursor)
        for row in page.items:
            yield row
        cursor = page.next_cursor
        if cursor is None:
            return

"""The lists of coupon templates and of coupons as files."""

from collections.abc import AsyncIterator

from crm_core.coupons import coupon_list, template_queries
from crm_core.coupons.coupon_list import CouponRow
from crm_core.coupons.rules import CouponState
from crm_core.coupons.template_queries import TemplateRow
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.exporting import Question, exportable


@exportable(
    "coupon-templates",
    title="卡券模板",
    action="coupon_templates.read",
    columns={
        "name": "名称",
        "kind": "种类",
        "state": "状态",
        "value_fen": "面额",
        "threshold_fen": "满",
        "quota": "总数",
        "issued_count": "已发",
        "claimed_count": "已领",
        "redeemed_count": "已用",
        "ends_on": "截止",
        "item_names": "适用项目",
    },
)
async def coupon_templates(actor: Actor, question: Question) -> AsyncIterator[TemplateRow]:
    """Those the reader sees."""
    for row in await template_queries.templates(actor):
        yield row


@exportable(
    "coupons",
    title="卡券明细",
    action="coupons.list",
    columns={
        "name": "卡券",
        "customer_name": "客户",
        "home_store": "门店",
        "state": "状态",
        "source": "来源",
        "issued_at": "发放",
        "claimed_at": "领取",
        "valid_to": "到期",
        "redeemed_at": "核销",
        "redeemed_store": "核销门店",
        "end_reason": "作废原因",
        "frozen_why": "冻结原因",
    },
    question=("template", "state", "source"),
)
async def coupons(actor: Actor, question: Question) -> AsyncIterator[CouponRow]:
    """Those the page shows for this question, page by page."""
    template = question.get("template", "")
    state = CouponState(question["state"]) if question.get("state") in set(CouponState) else None
    cursor: str | None = None
    while True:
        page = await coupon_list.page(
            actor,
            template_id=int(template[:18]) if template.isdigit() else None,
            state=state,
            source=question.get("source"),
            cursor=cursor,
        )
        for row in page.items:
            yield row
        cursor = page.next_cursor
        if cursor is None:
            return

"""The list of coupon templates as a file."""

from collections.abc import AsyncIterator

from crm_core.coupons import template_queries
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

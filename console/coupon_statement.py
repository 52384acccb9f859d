"""卡券报表: what became of coupons, what they cost and what they brought in."""

from pydantic import Field

from console.sign_in import api
from crm_core.dealerships.actors import Actor
from crm_core.reports import coupon_statement
from crm_core.reports.coupon_statement import Statement, StatementBy
from foundation.web import Id, Schema


class StatementQuery(Schema):
    """By what, over how many months, this one included; optionally of one template."""

    by: StatementBy = StatementBy.TEMPLATE
    months: int = Field(default=6, ge=1, le=24)
    template_id: Id | None = None


@api.get("/coupon-statement", summary="Coupons issued, claimed, used and ended, their cost, what they brought in")
async def read_coupon_statement(actor: Actor, query: StatementQuery) -> Statement:
    return await coupon_statement.statement(actor, query.by, months=query.months, template_id=query.template_id)

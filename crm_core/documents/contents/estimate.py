"""估价单: what the work would cost, before anybody has agreed to it."""

from crm_core.documents.contents.common import head, moment, terms
from crm_core.documents.contents.order import authorised, jobs_table, note_of
from crm_core.documents.facts import EstimateFacts, Facts
from crm_core.documents.rules import DocumentKind
from crm_core.repair_orders.papers.models import EstimateState
from foundation.money import format_yuan, in_capitals
from foundation.paper import Fields, Item, Paper, Place, Signatures


def paper(facts: Facts) -> Paper | None:
    """The newest version that was sent, or the one that was authorised."""
    order, estimate = facts.order, facts.estimate
    if estimate is None:
        return None
    declined = "暂不维修" if estimate.state is EstimateState.DECLINED else ""
    return Paper(
        order.store,
        DocumentKind.ESTIMATE.label,
        (
            head(
                order,
                Item("维修工单号", order.number),
                Item("预计完工", moment(estimate.promised_finish_at)),
                Item("有效期", "当日有效，改版后作废"),
                Item("故障描述", order.complaint, is_wide=True),
            ),
            jobs_table(facts, estimate),
            Fields(
                (
                    *_allowed(estimate),
                    Item("估价合计", f"¥{format_yuan(estimate.owner_total_fen)}"),
                    Item("大写", in_capitals(estimate.owner_total_fen), is_wide=True),
                ),
                "合计",
            ),
            note_of(estimate),
            terms(facts, "本单为估价，未经托修方同意不施工，不同意不收取费用。实际费用以结算清单为准。"),
            Signatures(
                (
                    Place("服务顾问（签名）", below=f"{estimate.made_by} {moment(estimate.sent_at)}"),
                    Place("托修方（签名）", estimate.evidence, f"{declined}{authorised(estimate)}"),
                )
            ),
        ),
    )


def _allowed(estimate: EstimateFacts) -> tuple[Item, ...]:
    """What the owner allowed, where they did not allow all of it."""
    if estimate.allowed_fen is None or not any(each.is_declined for each in estimate.lines):
        return ()
    return (Item("授权金额", f"¥{format_yuan(estimate.allowed_fen)}"),)

"""退款单: that money went back, to whom, why and how. It names the receipt of the money that came."""

from crm_core.documents.contents.common import HAND, moment
from crm_core.documents.contents.receipt import METHODS
from crm_core.documents.rules import DocumentKind, number_of_thing
from crm_core.documents.thing_facts import RefundFacts
from foundation.money import format_yuan, in_capitals
from foundation.paper import Fields, Item, Lines, Paper, Place, Signatures


def paper(facts: RefundFacts) -> Paper:
    """What went back of one payment."""
    return Paper(
        facts.store,
        DocumentKind.REFUND.label,
        (
            Fields(
                (
                    Item("日期", moment(facts.at)),
                    Item("收款人", facts.customer),
                    Item("车牌号码", facts.plate or HAND),
                    Item("维修工单号", facts.order_number or "—"),
                    Item("原收据编号", _receipt(facts)),
                    Item("原收款方式", METHODS[facts.paid_method]),
                    Item("退款方式", _back(facts)),
                    Item("方式单号", facts.reference or "—"),
                    Item("退款单位", facts.store),
                    Item("事由", facts.reason, is_wide=True),
                    Item("金额", f"¥{format_yuan(facts.amount_fen)}"),
                    Item("大写", in_capitals(facts.amount_fen), is_wide=True),
                )
            ),
            Lines(("已开发票的，退款前先红冲发票。",), is_small=True),
            Signatures(
                (
                    Place("退款单位（盖章）"),
                    Place("经办人（签名）", below=facts.paid_out_by or "微信支付原路退回"),
                    Place("收款人（签名）"),
                )
            ),
        ),
    )


def _receipt(facts: RefundFacts) -> str:
    if facts.paid_at is None:
        return "—"
    return number_of_thing(DocumentKind.RECEIPT, facts.store_code, facts.paid_at, facts.payment_id)


def _back(facts: RefundFacts) -> str:
    """What nobody paid out went back the way it came."""
    return METHODS[facts.method] if facts.paid_out_by else "原路退回"

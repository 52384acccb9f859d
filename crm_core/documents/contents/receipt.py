"""收据: that money came, from whom, for what and how. It is no invoice; the methods of a bill stand here, since the
settlement is frozen before anybody knows them.
"""

from typing import Final

from crm_core.documents.contents.common import HAND, moment
from crm_core.documents.rules import DocumentKind
from crm_core.documents.thing_facts import PaidBefore, ReceiptFacts
from crm_core.payments.rules import Method
from foundation.money import format_yuan, in_capitals
from foundation.paper import Column, Fields, Item, Lines, Paper, Place, Rows, Signatures
from foundation.refs import Ref

METHODS: Final = {
    Method.WECHAT_JSAPI: "微信支付（小程序）",
    Method.WECHAT_CODE: "微信支付（付款码）",
    Method.CASH: "现金",
    Method.CARD: "刷卡",
    Method.TRANSFER: "转账",
    Method.DEPOSIT: "预存款抵扣",
    Method.ACCOUNT: "挂账月结",
}


def paper(facts: ReceiptFacts) -> Paper:
    """What came with one payment, and how the rest of the same bill was paid by then."""
    return Paper(
        facts.store,
        DocumentKind.RECEIPT.label,
        (
            Fields(
                (
                    Item("日期", moment(facts.at)),
                    Item("交款人", facts.customer),
                    Item("车牌号码", facts.plate or HAND),
                    Item("维修工单号", facts.order_number or "—"),
                    Item("收款方式", METHODS[facts.method]),
                    Item("方式单号", facts.number_of_method or "—"),
                    Item("收款单位", facts.store),
                    Item("单位电话", facts.store_phone or HAND),
                    Item("事由", _reason(facts), is_wide=True),
                    Item("金额", f"¥{format_yuan(facts.amount_fen)}"),
                    Item("大写", in_capitals(facts.amount_fen), is_wide=True),
                )
            ),
            *_beside(facts),
            Lines(("本收据不作发票；需要发票请向收款单位索取。",), is_small=True),
            Signatures(
                (
                    Place("收款单位（盖章）"),
                    Place("收款人（签名）", below=facts.received_by or "车主在微信支付"),
                    Place("交款人（签名）"),
                )
            ),
        ),
    )


def _reason(facts: ReceiptFacts) -> str:
    if Ref.parse(facts.about).of("deposit") is not None:
        return "预存维修款" if facts.order_number is None else f"预存维修款，工单 {facts.order_number}"
    return "维修费" if facts.order_number else "服务费"


def _beside(facts: ReceiptFacts) -> tuple[Rows, ...]:
    """All payments of the bill by then, this one last; nothing where it is the only one."""
    if not facts.beside:
        return ()
    own = PaidBefore(method=facts.method, amount_fen=facts.amount_fen, at=facts.at)
    paid = [*facts.beside, own]
    rows = tuple((METHODS[each.method], moment(each.at), format_yuan(each.amount_fen)) for each in paid)
    total = format_yuan(sum(each.amount_fen for each in paid))
    columns = (Column("结算方式", 4), Column("时间", 4), Column("金额(元)", 3, "R"))
    return (Rows("本单已结", columns, rows, (("已结合计(元)", total),)),)

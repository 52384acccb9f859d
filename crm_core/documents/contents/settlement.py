"""结算清单: what the owner pays, labour and parts apart (道路运输条例 art. 43; blocks of JT/T 1133-2017)."""

from decimal import Decimal
from itertools import chain

from crm_core.coupons.rules import LineKind
from crm_core.documents.contents.common import HAND, boxes, day, head, hours, kind_of_repair, moment, terms
from crm_core.documents.facts import BilledLine, BillFacts, Facts, JobFacts
from crm_core.documents.rules import DocumentKind, number_of
from crm_core.parts.rules import RequestState
from crm_core.repair_orders.rules import LineState
from foundation.money import format_yuan, in_capitals
from foundation.paper import Column, Fields, Item, Paper, Place, Rows, Signatures


def paper(facts: Facts) -> Paper | None:
    """The settlement, once the bill was sent. Only the owner's own lines stand on it: what an insurer, the maker or the
    house pays is settled with them.
    """
    bill, order = facts.bill, facts.order
    if bill is None:
        return None
    labour = [line for line in bill.lines if line.kind is LineKind.LABOUR]
    material = [line for line in bill.lines if line.kind is LineKind.PARTS]
    other = [line for line in bill.lines if line.kind not in (LineKind.LABOUR, LineKind.PARTS)]
    billed = {line.line_id for line in bill.lines}
    jobs = [job for job in facts.jobs if job.id in billed]
    return Paper(
        order.store,
        DocumentKind.SETTLEMENT.label,
        (
            head(
                order,
                Item("结算清单编号", number_of(DocumentKind.SETTLEMENT, order.number)),
                Item("维修工单号", order.number),
                Item("维修类别", kind_of_repair(jobs)),
                Item("竣工日期", day(order.ready_at)),
                Item("出厂日期", HAND),
                Item("出厂里程", HAND),
                Item("工时定额执行标准", "□ 行业　　□ 制造企业", is_wide=True),
                Item("故障描述", order.complaint, is_wide=True),
            ),
            _labour(facts, labour),
            _material(facts, material),
            Rows(
                "其他费用",
                (Column("序号", 1, "C"), Column("项目", 10), Column("金额(元)", 3, "R")),
                tuple((str(n), line.name, format_yuan(line.amount_fen)) for n, line in enumerate(other, 1)),
                (("小计(元)", _sum(other)),),
            ),
            _totals(bill),
            boxes(
                "旧件处理结果",
                ("旧配件已确认，由托修方收回", bool(material) and order.keeps_old_parts is True),
                ("旧件已确认，由承修方收回", bool(material) and order.keeps_old_parts is False),
                ("无旧配件", not material),
            ),
            terms(
                facts,
                *_free(facts),
                *_taken_off(bill),
                "本清单一式两份，托修方、承修方各执一份，经托修方签字确认后有效。本清单不作发票。",
                "对维修费用或质量有异议的，可在交车后 7 日内向本店提出，也可以向当地道路运输管理机构或 12315 投诉。",
            ),
            Signatures(
                (
                    Place("承修方（盖章）", below=f"经办人：{order.advisor}　　　　年　　月　　日"),
                    Place(
                        "托修方（签名）",
                        below=f"微信小程序确认 {moment(bill.confirmed_at)}"
                        if bill.confirmed_at
                        else "　　　　年　　月　　日",
                    ),
                )
            ),
        ),
    )


def _free(facts: Facts) -> list[str]:
    """What was done again free of charge, and why."""
    return [
        f"质保返修不收费：{job.name}（原工单 {job.guarantee_of}）"
        for job in facts.jobs
        if job.guarantee_of and job.state is LineState.QC_OK
    ]


def _taken_off(bill: BillFacts) -> list[str]:
    """What the house took off the prices before they were authorised: the sums above are without it."""
    off_fen = sum(line.off_fen for line in bill.lines)
    return (
        [f"以上价格已优惠 {format_yuan(off_fen)} 元，优惠前共 {format_yuan(bill.subtotal_fen + off_fen)} 元。"]
        if off_fen
        else []
    )


def _labour(facts: Facts, lines: list[BilledLine]) -> Rows:
    rows = []
    for number, line in enumerate(lines, 1):
        job = facts.job(line.line_id)
        centihours = job.labour_centihours if job else 0
        rows.append((str(number), line.name, hours(centihours), _rate(line, centihours), format_yuan(line.amount_fen)))
    return Rows(
        "工时费用",
        (
            Column("序号", 1, "C"),
            Column("维修项目", 6),
            Column("结算工时", 2, "R"),
            Column("工时单价(元/工时)", 3, "R"),
            Column("工时费用(元)", 3, "R"),
        ),
        tuple(rows),
        (("小计(元)", _sum(lines)),),
    )


def _rate(line: BilledLine, centihours: int) -> str:
    """The price of an hour where the hours make the price to the fen; a job of a fixed price has none."""
    if not centihours:
        return "一口价"
    rate = Decimal(line.amount_fen) * 100 / centihours
    return format_yuan(int(rate)) if rate == int(rate) else "一口价"


def _material(facts: Facts, lines: list[BilledLine]) -> Rows:
    rows = chain.from_iterable(_of_job(line, facts.job(line.line_id)) for line in lines)
    return Rows(
        "材料费用",
        (
            Column("序号", 1, "C"),
            Column("材料名称", 6),
            Column("配件编码", 4),
            Column("自备", 2, "C"),
            Column("数量", 2, "R"),
            Column("单价(元)", 3, "R"),
            Column("金额(元)", 3, "R"),
        ),
        tuple((str(number), *row) for number, row in enumerate(rows, 1)),
        (("小计(元)", _sum(lines)),),
    )


def _of_job(line: BilledLine, job: JobFacts | None) -> list[tuple[str, ...]]:
    """The parts of a job. Its price is one for all of them, so several share the sum of their job."""
    used = [part for part in job.parts if part.state in (RequestState.ISSUED, RequestState.USED)] if job else []
    amount = format_yuan(line.amount_fen)
    if len(used) == 1 and line.amount_fen % used[0].quantity == 0:
        part = used[0]
        price = format_yuan(line.amount_fen // part.quantity)
        return [(part.name, part.number, "否", str(part.quantity), price, amount)]
    bought = job.bought if job else {}
    prices = {part.number: bought[part.number].price_fen for part in used if part.number in bought}
    if len(prices) == len(used) and sum(prices[each.number] * each.quantity for each in used) == line.amount_fen:
        return [
            (
                each.name,
                each.number,
                "否",
                str(each.quantity),
                format_yuan(prices[each.number]),
                format_yuan(prices[each.number] * each.quantity),
            )
            for each in used
        ]
    rows: list[tuple[str, ...]] = [(f"{line.name} 材料", "", "否", "1", amount, amount)]
    return rows + [(f"　其中：{part.name}", part.number, "否", str(part.quantity), "", "") for part in used]


def _totals(bill: BillFacts) -> Fields:
    items = [
        Item("总费用", f"{format_yuan(bill.subtotal_fen)} 元"),
        Item("优惠", f"{format_yuan(bill.discount_fen)} 元"),
        Item("抹零", "0.00 元"),
        Item("预付金额", f"{format_yuan(bill.prepaid_fen)} 元"),
        Item("实收金额", f"¥{format_yuan(bill.total_fen - bill.prepaid_fen)}"),
    ]
    if bill.discounts:
        items.append(Item("优惠名目", "、".join(bill.discounts)))
    return Fields((*items, Item("大写", in_capitals(bill.total_fen - bill.prepaid_fen), is_wide=True)), "总费用")


def _sum(lines: list[BilledLine]) -> str:
    return format_yuan(sum(line.amount_fen for line in lines))

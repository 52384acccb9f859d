"""委托书: what the owner has the workshop do, and for how much at most."""

from dataclasses import replace

from crm_core.billing.rules import Payer
from crm_core.documents.contents.common import (
    PAYERS,
    box,
    head,
    hours,
    how_decided,
    kind_of_repair,
    moment,
    sum_for,
    terms,
)
from crm_core.documents.facts import EstimateFacts, Facts, JobFacts, OfferedJob
from crm_core.documents.rules import DocumentKind
from crm_core.repair_orders.papers.models import EstimateState
from foundation.money import format_yuan, in_capitals
from foundation.paper import Column, Fields, Item, Lines, Paper, Place, Rows, Signatures

_UPLOAD = "维修记录依法上传汽车维修电子健康档案系统，车主可以查询。"


def paper(facts: Facts) -> Paper | None:
    """The order as it was authorised; what was added later stands on sheets of its own."""
    order, estimate = facts.order, facts.estimate
    if estimate is None or estimate.state is not EstimateState.AUTHORISED:
        return None
    allowed_fen = estimate.owner_total_fen if estimate.allowed_fen is None else estimate.allowed_fen
    estimate = replace(
        estimate, lines=[each for each in estimate.lines if not each.is_declined], owner_total_fen=allowed_fen
    )
    jobs = [job for offered in estimate.lines if (job := facts.job(offered.line_id))]
    return Paper(
        order.store,
        DocumentKind.ORDER.label,
        (
            head(
                order,
                Item("维修工单号", order.number),
                Item("维修类别", kind_of_repair(jobs)),
                Item("预计完工", moment(order.first_promised_at or estimate.promised_finish_at)),
                Item("故障描述", order.complaint, is_wide=True),
                Item("接车信息", _reception(facts), is_wide=True),
            ),
            jobs_table(facts, estimate),
            _parts(facts, estimate),
            Fields(
                (
                    Item("其他费用", "无"),
                    Item("费用上限", f"¥{format_yuan(estimate.owner_total_fen)}"),
                    Item("材料提供", "承修方"),
                    Item("大写", in_capitals(estimate.owner_total_fen), is_wide=True),
                ),
                "费用",
            ),
            Fields(
                (
                    Item("旧件处理", _choice("带走", "不带走", order.keeps_old_parts)),
                    Item("洗车", _choice("需要", "不需要", order.wants_wash)),
                    Item("在店等待", _choice("是", "否", order.waits_on_site)),
                    Item("授权方式", authorised(estimate), is_wide=True),
                ),
                "约定",
            ),
            terms(
                facts,
                "超出上述项目或费用的，承修方须另出增项确认单，经托修方同意后方可施工。",
                "车内现金、证件等贵重物品请随身带走；本委托书一式两份，双方各执一份。",
                _UPLOAD,
            ),
            Signatures(
                (
                    Place("承修方（盖章）", below=f"服务顾问：{order.advisor}　　{moment(estimate.sent_at)}"),
                    Place("托修方（签名）", estimate.evidence, authorised(estimate)),
                )
            ),
        ),
    )


def jobs_table(facts: Facts, estimate: EstimateFacts) -> Rows:
    """The jobs of an estimate as they were offered. Only what the owner pays has sums."""
    rows = []
    for number, offered in enumerate(estimate.lines, 1):
        job, payer = facts.job(offered.line_id), offered.payer
        total = offered.labour_fen + offered.parts_fen
        sums = [sum_for(payer, fen) for fen in (offered.labour_fen, offered.parts_fen, total)]
        name = f"{offered.name}（质保返修，原工单 {offered.guarantee_of}）" if offered.guarantee_of else offered.name
        name += f"（已优惠 {format_yuan(offered.off_fen)} 元）" if offered.off_fen else ""
        name += f"（车主自付 {format_yuan(offered.deductible_fen)} 元）" if offered.deductible_fen else ""
        name += "（暂不做）" if offered.is_declined else ""
        rows.append((str(number), name, PAYERS[payer], hours(job.labour_centihours if job else 0), *sums))
    own = [offered for offered in estimate.lines if offered.payer is Payer.CP]
    labour, parts = sum(each.labour_fen for each in own), sum(each.parts_fen for each in own)
    return Rows(
        "维修项目",
        (
            Column("序号", 2, "C"),
            Column("维修项目", 10),
            Column("付款方", 3, "C"),
            Column("工时", 3, "R"),
            Column("工时费(元)", 4, "R"),
            Column("配件费(元)", 4, "R"),
            Column("金额(元)", 4, "R"),
        ),
        tuple(rows),
        (
            ("工时费小计(元)", format_yuan(labour)),
            ("配件费小计(元)", format_yuan(parts)),
            ("托修方应付合计(元)", format_yuan(estimate.owner_total_fen)),
        ),
    )


def authorised(estimate: EstimateFacts) -> str:
    """How and when the owner agreed."""
    return how_decided(estimate.decided_how, estimate.decided_at, estimate.evidence_note) or "　　　　年　　月　　日"


def _parts(facts: Facts, estimate: EstimateFacts) -> Rows:
    rows: list[tuple[str, ...]] = []
    for offered in estimate.lines:
        job = facts.job(offered.line_id)
        if job and job.outside_parts:
            rows += _bought(job, offered, len(rows) + 1)
        elif offered.parts_fen or (job and job.part_number):
            name = (job and job.part_name) or f"{offered.name} 材料"
            price = sum_for(offered.payer, offered.parts_fen)
            rows.append((str(len(rows) + 1), name, job.part_number if job else "", "1", price, offered.name))
    return Rows(
        "维修配件",
        (
            Column("序号", 2, "C"),
            Column("配件名称", 8),
            Column("配件编号", 6),
            Column("数量", 2, "R"),
            Column("金额(元)", 4, "R"),
            Column("所属项目", 8),
        ),
        tuple(rows) or (("", "无", "", "", "", ""),),
    )


def _bought(job: JobFacts, offered: OfferedJob, first: int) -> list[tuple[str, ...]]:
    """The parts that are bought for a job, each at its own price; after a discount they share the price of the job."""
    full_fen = sum(part.quantity * part.price_fen for part in job.outside_parts)
    rows: list[tuple[str, ...]] = []
    for n, (number, part) in enumerate(job.bought.items(), first):
        is_sum = full_fen == offered.parts_fen or n == first
        fen = part.quantity * part.price_fen if full_fen == offered.parts_fen else offered.parts_fen
        price = sum_for(offered.payer, fen) if is_sum else ""
        rows.append((str(n), f"{part.name}（外购）", number, str(part.quantity), price, offered.name))
    return rows


def _reception(facts: Facts) -> str:
    """What the car looked like and what lay in it, as far as it was looked at."""
    found = facts.inspection
    if found is None:
        return "未做环车检查"
    marks = "、".join(f"{mark.part}{mark.damage}" for mark in found.damages) or "外观无损伤"
    return f"{marks}；油量/电量 {found.energy_percent}%；随车物品：{found.belongings or '无'}"


def _choice(yes: str, no: str, is_yes: bool | None) -> str:
    return f"{box(yes, is_yes is True)} {box(no, is_yes is False)}"


def note_of(estimate: EstimateFacts) -> Lines:
    """The version the paper shows."""
    return Lines((f"本单为第 {estimate.version} 版报价。",), is_small=True)

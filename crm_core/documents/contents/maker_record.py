"""三包维修记录: what the maker's guarantee repaired, with a copy for the owner (三包规定 art. 17)."""

from crm_core.billing.rules import Payer
from crm_core.documents.contents.common import HAND, head, hours, moment
from crm_core.documents.facts import Facts, JobFacts, MakerFacts
from crm_core.documents.rules import DocumentKind
from crm_core.parts.rules import RequestState
from crm_core.repair_orders.rules import LineState
from foundation.money import format_yuan
from foundation.paper import Column, Fields, Item, Lines, Paper, Place, Rows, Signatures

_USED = (RequestState.ISSUED, RequestState.USED)


def is_due(job: JobFacts) -> bool:
    """Whether a job is one that the maker pays, and done."""
    return job.payer is Payer.W and job.state is LineState.QC_OK


def paper(facts: Facts) -> Paper | None:
    """Once all jobs passed their last inspection, and the maker pays one of them. It tells what each cost, as the law
    wants it, although the owner pays nothing.
    """
    order, maker, last = facts.order, facts.maker, {check.line_id: check for check in facts.checks}
    jobs = [job for job in facts.jobs if is_due(job)]
    if maker is None or not jobs or not last or not all(check.has_passed for check in last.values()):
        return None
    return Paper(
        order.store,
        DocumentKind.MAKER_RECORD.label,
        (
            head(
                order,
                Item("维修工单号", order.number),
                Item("送修时间", moment(order.opened_at)),
                Item("交车时间", moment(order.delivered_at)),
                Item("消费者陈述", order.complaint, is_wide=True),
            ),
            Rows(
                "修理项目",
                (
                    Column("序号", 2, "C"),
                    Column("修理项目", 7),
                    Column("检查结果", 7),
                    Column("三包批复号", 5),
                    Column("工时", 2, "R"),
                    Column("工时费(元)", 4, "R"),
                    Column("材料费(元)", 4, "R"),
                ),
                tuple(_row(number, job) for number, job in enumerate(jobs, 1)),
                (("费用合计(元，由生产者承担)", format_yuan(sum(job.total_fen for job in jobs))),),
            ),
            Rows(
                "更换的零部件",
                (Column("零部件名称", 8), Column("零部件编号", 6), Column("数量", 2, "R"), Column("所属项目", 8)),
                tuple(
                    (part.name, part.number, str(part.quantity), job.name)
                    for job in jobs
                    for part in job.parts
                    if part.state in _USED
                )
                or (("无", "", "", ""),),
            ),
            Fields((Item("拖运费用", HAND), Item("备用车/交通补偿", _lent(maker), is_wide=True)), "其他"),
            Lines(maker.counters or ("交付日期未知，没有计数。",), "三包计数（截至出具）"),
            Lines(("本记录一式两份，修理者存档不少于 6 年，消费者执一份。",), is_small=True),
            Signatures(
                (
                    Place("修理者（签名盖章）", below=f"服务顾问：{order.advisor}"),
                    Place("消费者（签名）", below="　　　　年　　月　　日"),
                )
            ),
        ),
    )


def _row(number: int, job: JobFacts) -> tuple[str, ...]:
    found = job.finding or HAND
    sums = format_yuan(job.labour_fen), format_yuan(job.parts_fen)
    return str(number), job.name, found, job.payer_approval_number, hours(job.labour_centihours), *sums


def _lent(maker: MakerFacts) -> str:
    """The loan cars, since when and until when; a place for the pen where there was none."""
    said = [f"{car.plate} {car.model} {moment(car.out_at)} 至 {moment(car.back_at) or '未还'}" for car in maker.lent]
    return "；".join(said) or HAND

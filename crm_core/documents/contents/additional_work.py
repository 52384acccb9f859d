"""增项确认单: what was found while working, and the owner's answer to each item."""

from crm_core.documents.contents.common import head, hours, how_decided, moment, sum_for, terms
from crm_core.documents.facts import Facts, JobFacts
from crm_core.documents.rules import DocumentKind
from crm_core.repair_orders.deductible_rules import owners_fen
from crm_core.repair_orders.rules import LineState
from foundation.money import format_yuan, in_capitals
from foundation.paper import Column, Fields, Item, Paper, Place, Rows, Signatures


def paper(facts: Facts) -> Paper | None:
    """One sheet that was sent, with its answers so far."""
    order, sheet = facts.order, facts.sheet
    if sheet is None:
        return None
    items = [job for job in facts.jobs if job.additional_work_id == sheet.id]
    agreed = [job for job in items if _is_agreed(job)]
    owner_fen = sum(owners_fen(job.payer, job.total_fen, job.deductible_fen) for job in agreed)
    decided = next((job for job in items if job.decided_at), None)
    how = how_decided(decided.decided_how, decided.decided_at, decided.evidence_note) if decided else ""
    return Paper(
        order.store,
        DocumentKind.ADDITIONAL_WORK.label,
        (
            head(
                order,
                Item("维修工单号", order.number),
                Item("发现人", sheet.found_by),
                Item("发出时间", moment(sheet.sent_at)),
            ),
            Rows(
                "增加的项目",
                (
                    Column("序号", 2, "C"),
                    Column("项目", 6),
                    Column("发现问题", 8),
                    Column("紧急程度", 4, "C"),
                    Column("工时", 2, "R"),
                    Column("配件(元)", 4, "R"),
                    Column("金额(元)", 4, "R"),
                    Column("车主意见", 4, "C"),
                ),
                tuple(_row(number, job) for number, job in enumerate(items, 1)),
                (("同意项目合计(元)", format_yuan(owner_fen)),),
            ),
            Fields(
                (
                    Item("大写", in_capitals(owner_fen), is_wide=True),
                    Item("交车影响", f"增加作业约 {sum(job.minutes for job in agreed or items)} 分钟", is_wide=True),
                    Item("确认方式", how, is_wide=True),
                    Item("确认时间", moment(sheet.decided_at)),
                    Item("内容摘要", sheet.hash[:16]),
                ),
                "确认",
            ),
            terms(facts, "本单是维修委托书的补充，未经同意的项目不施工、不收费。"),
            Signatures(
                (
                    Place("服务顾问（签名）", below=f"{order.advisor} {moment(sheet.sent_at)}"),
                    Place("托修方（签名）", decided.evidence if decided else "", how or "　　　　年　　月　　日"),
                )
            ),
        ),
    )


def _row(number: int, job: JobFacts) -> tuple[str, ...]:
    return (
        str(number),
        job.name + (f"（车主自付 {format_yuan(job.deductible_fen)} 元）" if job.deductible_fen else ""),
        job.finding,
        job.urgency.label if job.urgency else "",
        hours(job.labour_centihours),
        sum_for(job.payer, job.parts_fen),
        sum_for(job.payer, job.total_fen),
        _answer(job),
    )


def _answer(job: JobFacts) -> str:
    """同意 or 不同意; empty while nobody has answered, which is no consent."""
    if job.state is LineState.DECLINED:
        return "不同意"
    return "同意" if _is_agreed(job) else ""


def _is_agreed(job: JobFacts) -> bool:
    return job.decided_at is not None and job.state is not LineState.DECLINED

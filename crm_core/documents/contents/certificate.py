"""竣工出厂合格证: an inspector says that major work is done well (道路运输条例 art. 44)."""

from crm_core.documents.contents.common import HAND, day, kind_of_repair, model_of, moment, terms
from crm_core.documents.facts import Facts, JobFacts
from crm_core.documents.rules import DocumentKind, number_of
from crm_core.pricing.work_kinds import WorkKind
from crm_core.repair_orders.rules import LineState
from foundation.paper import Column, Fields, Item, Paper, Place, Rows, Signatures

CERTIFIED = frozenset({WorkKind.WHOLE, WorkKind.SECOND})
"""整车修理, 总成修理 and 二级维护; for everything else the law wants no certificate."""


def is_due(job: JobFacts) -> bool:
    """Whether a job is of a kind that leaves with a certificate."""
    return job.work_kind in CERTIFIED and job.state is LineState.QC_OK


def paper(facts: Facts) -> Paper | None:
    """Once all jobs passed their last inspection, and one of them is major work."""
    order, last = facts.order, {check.line_id: check for check in facts.checks}
    jobs = [job for job in facts.jobs if is_due(job)]
    if not jobs or not last or not all(check.has_passed for check in last.values()):
        return None
    inspectors = "、".join(dict.fromkeys(check.inspector for check in last.values()))
    newest = max(check.at for check in last.values())
    return Paper(
        order.store,
        DocumentKind.CERTIFICATE.label,
        (
            Fields(
                (
                    Item("合格证编号", number_of(DocumentKind.CERTIFICATE, order.number)),
                    Item("托修方", order.owner),
                    Item("接车人", HAND),
                    Item("车牌号码", order.plate or "未上牌"),
                    Item("车牌颜色", HAND),
                    Item("车辆类型", model_of(order)),
                    Item("车辆识别代码", order.vin),
                    Item("发动机型号/编号", HAND),
                    Item("维修合同编号", number_of(DocumentKind.ORDER, order.number)),
                    Item("承修方", order.store),
                    Item("企业联系电话", order.store_phone or HAND),
                    Item("维修类别", kind_of_repair(jobs)),
                    Item("进厂日期", day(order.opened_at)),
                    Item("出厂日期", day(order.ready_at)),
                    Item("出厂里程表示值", HAND),
                )
            ),
            Rows(
                "维修项目",
                (Column("序号", 1, "C"), Column("项目", 8), Column("维修类别", 6), Column("主修人", 3)),
                tuple((str(n), job.name, job.work_kind.words, job.technician or HAND) for n, job in enumerate(jobs, 1)),
            ),
            terms(
                facts,
                "该车按维修合同维修，竣工检验合格，准予出厂。",
                "本证一式两份：正联交托修方，副联由承修方存档；质量保证期内请凭正联返修。",
            ),
            Signatures(
                (
                    Place("质量检验员（签名）", below=f"{inspectors} {moment(newest)}"),
                    Place("承修方（盖章）"),
                    Place("接车人（签名）"),
                )
            ),
        ),
    )

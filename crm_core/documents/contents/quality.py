"""竣工检验单: what was inspected, by whom, with which result. It tells no price and no phone."""

from crm_core.dealerships.masks import mask_vin
from crm_core.documents.contents.common import model_of, moment
from crm_core.documents.facts import CheckFacts, Facts, JobFacts
from crm_core.documents.rules import DocumentKind
from crm_core.repair_orders.rules import LineState
from foundation.paper import Column, Fields, Item, Lines, Paper, Place, Rows, Signatures


def paper(facts: Facts) -> Paper | None:
    """Every inspection of every job in its order, the failed ones too; none before all jobs last passed."""
    order, last = facts.order, {check.line_id: check for check in facts.checks}
    if not last or not all(check.has_passed for check in last.values()):
        return None
    inspectors = "、".join(dict.fromkeys(check.inspector for check in last.values()))
    newest = max(check.at for check in last.values())
    return Paper(
        order.store,
        DocumentKind.QUALITY.label,
        (
            Fields(
                (
                    Item("维修工单号", order.number),
                    Item("车牌号码", order.plate or "未上牌"),
                    Item("品牌型号", model_of(order)),
                    Item("车辆识别代码", mask_vin(order.vin)),
                    Item("送修里程", f"{order.mileage_km:,} km"),
                    Item("结论", "合格"),
                )
            ),
            Rows(
                "检验",
                (
                    Column("序号", 2, "C"),
                    Column("维修项目", 7),
                    Column("主修人", 3),
                    Column("检验内容", 9),
                    Column("路试", 3, "C"),
                    Column("结果", 3, "C"),
                    Column("检验员", 3),
                    Column("检验时间", 7),
                ),
                tuple(_row(facts, number, check) for number, check in enumerate(facts.checks, 1)),
            ),
            Lines((f"质量保证期：{facts.warranty}",), is_small=True),
            Signatures(
                (
                    Place("自检（签名）"),
                    Place("班组长（签名）"),
                    Place("质检员（签名）", below=f"{inspectors} {moment(newest)}"),
                )
            ),
        ),
    )


def _row(facts: Facts, number: int, check: CheckFacts) -> tuple[str, ...]:
    job = facts.job(check.line_id)
    what = "、".join(check.checklist) or "—"
    return (
        str(number),
        job.name if job else "",
        check.technician,
        what if check.has_passed else f"{what}；{check.reason}",
        "已路试" if check.was_road_tested else "—",
        _result(check, job),
        check.inspector,
        moment(check.at),
    )


def _result(check: CheckFacts, job: JobFacts | None) -> str:
    """A job that the owner stopped half-way is not finished work; what is attested is that the car can be driven."""
    if not check.has_passed:
        return "不合格"
    return "已停止，可行驶" if job and job.state is LineState.CANCELLED else "合格"

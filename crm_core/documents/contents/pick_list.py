"""领料单: which parts the store room hands out for which job. It tells no phone, no price and half of the VIN."""

from typing import Final

from crm_core.dealerships.masks import mask_vin
from crm_core.documents.contents.common import model_of, moment
from crm_core.documents.facts import Facts
from crm_core.documents.rules import DocumentKind
from crm_core.parts.rules import RequestState
from foundation.paper import Column, Fields, Item, Paper, Place, Rows, Signatures

_GONE: Final = frozenset({RequestState.CANCELLED})
_HANDED_OUT: Final = frozenset({RequestState.ISSUED, RequestState.USED, RequestState.RETURNED})


def paper(facts: Facts) -> Paper | None:
    """Every part the order wants or had, by job."""
    order = facts.order
    wanted = [(job, part) for job in facts.jobs for part in job.parts if part.state not in _GONE]
    if not wanted:
        return None
    return Paper(
        order.store,
        DocumentKind.PICK_LIST.label,
        (
            Fields(
                (
                    Item("维修工单号", order.number),
                    Item("车牌号码", order.plate or "未上牌"),
                    Item("品牌型号", model_of(order)),
                    Item("车辆识别代码", mask_vin(order.vin)),
                    Item("仓库", order.store),
                    Item("预计完工", moment(order.promised_finish_at)),
                )
            ),
            Rows(
                "配件",
                (
                    Column("序号", 2, "C"),
                    Column("货位", 3),
                    Column("配件编码", 6),
                    Column("配件名称", 8),
                    Column("申领", 2, "R"),
                    Column("实发", 2, "R"),
                    Column("退回", 2, "R"),
                    Column("维修项目", 7),
                    Column("主修人", 3),
                ),
                tuple(
                    (
                        str(number),
                        "",
                        part.number,
                        part.name,
                        str(part.quantity),
                        str(part.quantity) if part.state in _HANDED_OUT else "",
                        str(part.quantity) if part.state is RequestState.RETURNED else "",
                        job.name,
                        job.technician or "",
                    )
                    for number, (job, part) in enumerate(wanted, 1)
                ),
            ),
            Signatures(
                (
                    Place("领料人（签名）", below="　　　　年　　月　　日"),
                    Place("发料人（签名）", below="　　　　年　　月　　日"),
                )
            ),
        ),
    )

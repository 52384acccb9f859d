"""环车检查单: what the car looked like when it came. It tells no price."""

from crm_core.documents.contents.common import box, head, moment
from crm_core.documents.facts import Facts
from crm_core.documents.rules import DocumentKind
from crm_core.repair_orders.inspection_rules import label_of
from foundation.paper import Column, Fields, Item, Lines, Paper, Place, Rows, Signatures


def paper(facts: Facts) -> Paper | None:
    """The walk-around, signed or still to be signed."""
    order, found = facts.order, facts.inspection
    if found is None:
        return None
    taken = "、".join(dict.fromkeys(label_of(photo.position) for photo in found.photos))
    signed = f"签字 {moment(found.signed_at)}" if found.signed_at else "　　　　年　　月　　日"
    return Paper(
        order.store,
        DocumentKind.INSPECTION.label,
        (
            head(
                order,
                Item("维修工单号", order.number),
                Item("检查时间", moment(found.inspected_at)),
                Item("油量电量", f"{found.energy_percent}%"),
                Item("随车物品", found.belongings or "无", is_wide=True),
                Item("故障描述", order.complaint, is_wide=True),
            ),
            Rows(
                "车辆外观问题",
                (Column("序号", 1, "C"), Column("部位", 5), Column("情况", 5), Column("照片", 2, "C")),
                tuple(
                    (str(number), mark.part, f"{mark.damage} {mark.size}".strip(), "有" if mark.key else "无")
                    for number, mark in enumerate(found.damages, 1)
                )
                or (("", "外观无损伤", "", ""),),
            ),
            Fields(
                (
                    Item("照片", f"{len(found.photos)} 张：{taken}", is_wide=True),
                    Item("贵重物品", box("已提醒车主带走贵重物品", found.valuables_reminded)),
                    Item("防护件", box("已铺好", found.covers_on)),
                ),
                "检查",
            ),
            Lines(("以上为接车时的车辆状况，双方确认。照片存于本单的电子记录。",), is_small=True),
            Signatures(
                (
                    Place("服务顾问（签名）", below=f"{found.inspected_by} {moment(found.inspected_at)}"),
                    Place("送修人（签名）", found.signature, signed),
                )
            ),
        ),
    )

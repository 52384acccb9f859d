"""代步车协议: what was agreed when a loan car was handed out; its next edition says how it came back."""

from datetime import datetime

from crm_core.documents.contents.common import HAND, moment
from crm_core.documents.rules import DocumentKind
from crm_core.documents.thing_facts import LendingFacts
from foundation.paper import Fields, Item, Lines, Paper, Place, Signatures

_TERMS = (
    "1. 借用方自己驾驶，不得转借、出租、抵押，不得用于营运、竞赛、教练或违法活动。",
    "2. 借用期间的燃油（充电）、路桥、停车费用和交通违法的罚款、记分由借用方承担。",
    "3. 发生事故或故障，先保证安全并报警、报保险，再马上通知出借方；不得自行拆修。",
    "4. 按约定时间和油量（电量）还车；要延期先经出借方同意。超过约定时间 48 小时不还，出借方可以收回车辆。",
    "5. 还车时双方按本单记录核对里程、油量（电量）和外观，新增损伤由责任方承担。",
)


def paper(facts: LendingFacts) -> Paper:
    """The agreement as the car was handed out and, once it is back, how it came back."""
    return Paper(
        facts.store,
        DocumentKind.LOAN_CAR.label,
        (
            Fields(
                (
                    Item("维修工单号", facts.order_number or "—"),
                    Item("出借方", facts.store),
                    Item("借用方", facts.customer),
                    Item("联系电话", facts.phone or HAND),
                    Item("出借方电话", facts.store_phone or HAND),
                    Item("驾驶人", facts.driver),
                    Item("驾驶证有效期至", f"{facts.licence_valid_until}"),
                    Item("身份证/驾驶证号", HAND),
                    Item("代步车车号", facts.plate),
                    Item("车型", facts.model),
                    Item("车辆识别代码", HAND),
                    Item("借用时间", f"{moment(facts.out_at)} 至 {moment(facts.ends_at)}", is_wide=True),
                    Item("押金及约定", facts.agreement or "无押金", is_wide=True),
                )
            ),
            _state(
                "取车",
                facts.out_at,
                facts.out_mileage_km,
                _level(facts, facts.out_energy_percent),
                facts.out_marks,
                facts.out_photos,
            ),
            *_back(facts),
            Lines(_TERMS, "约定"),
            Signatures(
                (
                    Place("出借方（签名盖章）", below=f"{facts.out_by} {moment(facts.out_at)}"),
                    Place("借用方（签名）", below="　　　　年　　月　　日"),
                )
            ),
            *_signed_again(facts),
            Lines(("本协议一式两份，双方各执一份。",), is_small=True),
        ),
    )


def _state(title: str, at: datetime, mileage_km: int, level: str, marks: str, photos: int) -> Fields:
    return Fields(
        (
            Item("时间", moment(at)),
            Item("里程", f"{mileage_km:,} km"),
            Item("油量/电量", level),
            Item("外观", marks or "无损伤"),
            Item("照片", f"{photos} 张，存于门店系统" if photos else "无"),
        ),
        title,
    )


def _back(facts: LendingFacts) -> tuple[Fields, ...]:
    if facts.back_at is None or facts.back_mileage_km is None or facts.back_energy_percent is None:
        return ()
    level = _level(facts, facts.back_energy_percent)
    marks = f"新增：{facts.back_marks}" if facts.back_marks else "无新增损伤"
    return (_state("还车", facts.back_at, facts.back_mileage_km, level, marks, facts.back_photos),)


def _signed_again(facts: LendingFacts) -> tuple[Signatures, ...]:
    if facts.back_at is None:
        return ()
    received = Place("出借方收车（签名）", below=f"{facts.back_to} {moment(facts.back_at)}")
    return (Signatures((received, Place("借用方还车（签名）", below="　　　　年　　月　　日"))),)


def _level(facts: LendingFacts, percent: int) -> str:
    return f"{'电量' if facts.is_electric else '油量'} {percent}%"

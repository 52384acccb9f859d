"""What several documents say: the head, how a decision reached us, boxes to tick."""

from datetime import datetime
from typing import Final

from crm_core.billing.rules import Payer
from crm_core.documents.facts import Facts, JobFacts, OrderFacts
from crm_core.pricing.work_kinds import WorkKind
from crm_core.vehicles.models import Powertrain
from foundation import wall_clock
from foundation.money import format_yuan
from foundation.paper import Fields, Item, Lines

HAND: Final = ""
"""Left for the pen: what the form has and we do not know."""
PAYERS: Final = {Payer.CP: "自费", Payer.W: "三包", Payer.I: "保险", Payer.N: "内部", Payer.G: "善意"}
HOW: Final = {"mini_program": "微信小程序确认", "paper": "纸质签字", "phone": "电话录音确认"}


def head(order: OrderFacts, *more: Item) -> Fields:
    """The head that a form of the trade begins with: owner, car, workshop, then what the document adds."""
    return Fields(
        (
            Item("托修方", order.owner),
            Item("送修人", order.sender_name or order.owner),
            Item("联系电话", order.phone or HAND),
            Item("车牌号码", order.plate or "未上牌"),
            Item("品牌型号", model_of(order)),
            Item("驱动电机号" if order.powertrain is Powertrain.BEV else "发动机号", HAND),
            Item("车辆识别代码", order.vin),
            Item("送修日期", day(order.opened_at)),
            Item("送修里程", f"{order.mileage_km:,} km"),
            Item("维修企业", order.store),
            Item("企业电话", order.store_phone or HAND),
            Item("联系人", order.advisor),
            Item("企业地址", order.store_address or HAND, is_wide=True),
            *more,
        )
    )


def model_of(order: OrderFacts) -> str:
    """The car as its owner calls it; a car of 其他车型 by the words of the file it came from."""
    return order.model_text or f"{order.series} {order.trim}"


def day(at: datetime | None) -> str:
    """`2026-11-23`; a place for the pen while it is not known."""
    return HAND if at is None else f"{wall_clock.local(at):%Y-%m-%d}"


def moment(at: datetime | None) -> str:
    """`2026-11-23 09:50`."""
    return HAND if at is None else f"{wall_clock.local(at):%Y-%m-%d %H:%M}"


def box(label: str, is_ticked: bool) -> str:
    """A box of a form; the font has no tick in a box, so a ticked one is full."""
    return f"{'■' if is_ticked else '□'} {label}"


def boxes(title: str, *choices: tuple[str, bool]) -> Lines:
    """Boxes in one row."""
    return Lines(("　　".join(box(label, is_ticked) for label, is_ticked in choices),), title)


def hours(centihours: int) -> str:
    """`1.20`; empty where the job has a price without hours."""
    return f"{centihours / 100:.2f}" if centihours else ""


def sum_for(payer: Payer, fen: int) -> str:
    """A sum the owner pays; of what others pay they are told only who does."""
    return format_yuan(fen) if payer is Payer.CP else "—"


def kind_of_repair(jobs: list[JobFacts]) -> str:
    """维修类别, as far as the catalogue tells it apart; which of 总成修理 and 整车修理 it was is struck out by hand."""
    return (
        "、".join(
            dict.fromkeys(_kind_of(job) for job in sorted(jobs, key=lambda job: (_weight(job), not job.is_maintenance)))
        )
        or "小修"
    )


def _weight(job: JobFacts) -> int:
    """The heavier kind of work comes first."""
    return [WorkKind.WHOLE, WorkKind.SECOND, WorkKind.SMALL].index(job.work_kind)


def _kind_of(job: JobFacts) -> str:
    match job.work_kind:
        case WorkKind.WHOLE:
            return "总成修理/整车修理"
        case WorkKind.SECOND:
            return "二级维护"
        case WorkKind.SMALL:
            return "一级维护" if job.is_maintenance else "小修"


def how_decided(how: str, at: datetime | None, note: str) -> str:
    """`微信小程序确认 2026-11-23 09:50`, with what a call's note says."""
    if at is None:
        return ""
    return f"{HOW.get(how, how)} {moment(at)}{f'（{note}）' if note else ''}"


def terms(facts: Facts, *more: str) -> Lines:
    """The promised warranty, and what else the paper tells."""
    return Lines((f"质量保证期：{facts.warranty}", *more), "说明", is_small=True)

"""What each indicator is: its name, its formula in words, what it is compared with. Pure data.

Whoever changes what an indicator counts raises its version and writes the new formula: every figure that leaves the
page carries both, so that two reports can be compared.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from crm_core.reports.rules import Better, By, Unit

PROMOTER_FROM: Final = 9
DETRACTOR_TO: Final = 6
"""Of 0 to 10, as the Net Promoter Score has them."""


class Kpi(StrEnum):
    """The indicators, in the order of the page."""

    VISITS = "visits"
    BOOKED = "booked"
    NO_SHOWS = "no_shows"
    ON_TIME = "on_time"
    BAYS = "bays"
    EFFICIENCY = "efficiency"
    FIRST_TIME = "first_time"
    ADDITIONAL = "additional"
    VALUE = "value"
    NPS = "nps"
    COMPLAINTS = "complaints"


@dataclass(frozen=True)
class Definition:
    """One indicator."""

    word: str
    formula: str
    unit: Unit
    reference: str = ""
    """What the trade reaches, where it is known."""
    better: Better = Better.MORE
    by: By = By.ADVISOR
    thing: str = "工单"
    """What one row is."""
    counted: str = ""
    """What a row that counts for the part is called, and what one that does not."""
    not_counted: str = ""
    version: int = 1


DEFINITIONS: Final[dict[Kpi, Definition]] = {
    Kpi.VISITS: Definition(
        "进厂台次", "当期交车的工单数，同一辆车来两次算两次", Unit.COUNT, counted="已交车",
    ),
    Kpi.BOOKED: Definition(
        "预约率", "由预约接车的工单 ÷ 当期开的工单，作废的不算", Unit.PERCENT, "行业 50–55%",
        counted="预约来的", not_counted="没预约",
    ),
    Kpi.NO_SHOWS: Definition(
        "爽约率", "没来的预约 ÷ 约在当期、已有结果的预约（来了和没来的），取消的不算", Unit.PERCENT, "行业 15–20%",
        Better.LESS, thing="预约", counted="没来", not_counted="来了",
    ),
    Kpi.ON_TIME: Definition(
        "准时交车率", "可取车时间不晚于第一次承诺的工单 ÷ 当期可取车、有承诺的工单；改承诺不会让它变好",
        Unit.PERCENT, counted="准时", not_counted="晚了",
    ),
    Kpi.BAYS: Definition(
        "工位利用率", "工位上打卡施工的时间 ÷ 营业时间内可用工位的时间；两人同修一辆车只算一次，算在开工那天",
        Unit.PERCENT, "不低于 80%", by=By.NOBODY, counted="占用",
    ),
    Kpi.EFFICIENCY: Definition(
        "技师效率", "售出工时 ÷ 打卡工时，按当期完工的项目算；返工的打卡也算；几个人做的项目，工时按各自打卡的时间分",
        Unit.PERCENT, "不低于 85%",
        by=By.TECHNICIAN, thing="项目", counted="完工",
    ),
    Kpi.FIRST_TIME: Definition(
        "一次修复率",
        "交车后规定天数内（规则参数「返修」，一般 30 天）没有返修的工单 ÷ 当期交车的工单；没满天数的，到现在没返修就算",
        Unit.PERCENT, counted="没返修", not_counted="返修了",
    ),
    Kpi.ADDITIONAL: Definition(
        "增项同意率", "车主同意的增项 ÷ 当期发现的增项，按项算", Unit.PERCENT, thing="增项",
        counted="同意", not_counted="没同意",
    ),
    Kpi.VALUE: Definition(
        "单车产值", "当期交车工单的自费、三包、保险结算额（含税，优惠后，减退款）÷ 交车工单数", Unit.FEN,
        counted="已交车",
    ),
    Kpi.NPS: Definition(
        "净推荐值", f"推荐分 {PROMOTER_FROM}–10 的占比 − 0–{DETRACTOR_TO} 的占比，按当期交回的评价算", Unit.POINTS,
        thing="评价", counted="推荐", not_counted="中立或贬损",
    ),
    Kpi.COMPLAINTS: Definition(
        "投诉按时率", "响应、方案、解决都没超时限的投诉 ÷ 当期的投诉；还没到时限的算按时", Unit.PERCENT, thing="投诉",
        counted="按时", not_counted="超时",
    ),
}  # fmt: skip

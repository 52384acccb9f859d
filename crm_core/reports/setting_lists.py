"""经营目标: what each store wants to reach, month by month."""

from typing import Final

from crm_core.reports.definitions import DEFINITIONS
from crm_core.reports.models import KpiTarget
from crm_core.settings.declaring import OF_A_STORE, SettingList, setting_list
from crm_core.settings.kinds import Values, choice, day, row, whole
from crm_core.settings.setting_lists import STORES

_MOST: Final = 1_000_000
_FIRST: Final = "-01"


def _month(values: Values) -> str:
    return "" if str(values["valid_from"]).endswith(_FIRST) else "目标按月定，日期填当月 1 日。"


setting_list(
    SettingList(
        key="kpi-targets",
        word="经营目标",
        what="每项指标从哪个月起要做到多少，直到有更晚的一行。写了门店的先于全部门店；没有目标的指标在报表里是灰的。",
        group="规则与文字",
        table=KpiTarget,
        columns=(
            row("store_id", "门店", STORES, required=False, hint="空着就是全部门店"),
            choice("kpi", "指标", {kpi.value: each.word for kpi, each in DEFINITIONS.items()}, fixed=True),
            day("valid_from", "从哪个月起", hint="填当月 1 日"),
            whole("target", "目标", 0, _MOST, hint="率填百分数，如 85；单车产值填元；净推荐值填分；进厂台次填整月的"),
        ),
        action="reports.set_targets",
        place=OF_A_STORE,
        conflict=_month,
        name="coalesce((SELECT p.short_name FROM store p WHERE p.id = t.store_id), '全部门店')",
        order="t.valid_from",
    )
)

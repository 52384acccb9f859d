"""放假通知 and 放假与调休."""

from typing import Final

from crm_core.dealerships.holidays.models import Holiday, HolidayKind, HolidayNotice
from crm_core.dealerships.holidays.reading import what_is_missing
from crm_core.settings.declaring import OF_THE_GROUP, SettingList, Use, setting_list
from crm_core.settings.kinds import Options, Values, choice, day, row, text, whole, yes
from crm_core.settings.moving_in import Need, Step, step
from crm_core.settings.setting_lists import in_order

_GROUP: Final = "门店与排班"
_NOTICES: Final = Options(
    "SELECT id, year || ' 年' AS word, NULL::bigint AS store_id, is_active AND published_on IS NOT NULL AS is_live "
    "FROM holiday_notice"
)
_KINDS: Final = {HolidayKind.OFF.value: "放假", HolidayKind.WORK.value: "调休上班"}


def _notice(values: Values) -> str:
    is_published = values["published_on"] is not None
    return "" if is_published == bool(values["source"]) else "通知名称和发布日期要一起填；还没公布就都不填。"


def _days(values: Values) -> str:
    if values["is_quiet"] and values["kind"] != HolidayKind.OFF.value:
        return "调休上班的日子照常发，只有放假的日子可以勾「不发营销」。"
    return in_order(values)


setting_list(
    SettingList(
        key="holiday-notices",
        word="放假通知",
        what="国务院每年的放假通知，一般 11 月公布下一年的。还没录的年份按周末算。",
        group=_GROUP,
        table=HolidayNotice,
        columns=(
            whole("year", "年份", 2020, 2100),
            text("source", "通知名称", 80, required=False, hint="如 国务院办公厅关于2026年部分节假日安排的通知"),
            day("published_on", "发布日期", required=False, hint="还没公布就空着"),
        ),
        action="holidays.change",
        place=OF_THE_GROUP,
        name="t.year || ' 年'",
        order="t.year",
        conflict=_notice,
        uses=(Use("放假与调休", "SELECT count(*) FROM holiday WHERE notice_id = $1 AND is_active"),),
        warning=what_is_missing,
    )
)
setting_list(
    SettingList(
        key="holidays",
        word="放假与调休",
        what="通知里的放假日子和调休上班的日子。开票这类按工作日算的时限按它算，勾了的放假日子也不发营销；门店开不开门看门店自己的营业时间。",
        group=_GROUP,
        table=Holiday,
        columns=(
            row("notice_id", "通知", _NOTICES),
            choice("kind", "类别", _KINDS),
            text("name", "节日", 10, hint="如 国庆节；调休上班的日子也写它是为哪个节"),
            day("first_on", "从"),
            day("last_on", "到", hint="当天也算"),
            yes("is_quiet", "这几天不发营销", hint="勾上以后，群发、定期计划、企业朋友圈都等节后再发；服务通知照常"),
        ),
        action="holidays.change",
        place=OF_THE_GROUP,
        order="t.first_on",
        conflict=_days,
        warning=what_is_missing,
    )
)
step(
    Step(
        35,
        "holidays",
        "放假安排",
        "开票时限和预约日历按法定节假日算；每年国务院公布以后录一次。",
        "/settings/lists/holiday-notices",
        (Need(told_by=what_is_missing),),
    )
)

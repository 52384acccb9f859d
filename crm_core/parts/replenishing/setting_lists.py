"""最低库存 and 替代件, which administrators keep."""

from typing import Final

from crm_core.parts.replenishing.models import PartAlternative, PartMinimum
from crm_core.settings.declaring import OF_A_STORE, OF_THE_GROUP, SettingList, setting_list
from crm_core.settings.kinds import Options, Values, row, text, whole, yes
from crm_core.settings.setting_lists import STORES

_GROUP: Final = "项目与价格"
_PARTS: Final = Options(
    "SELECT id, name || ' ' || number AS word, NULL::bigint AS store_id, is_active AND for_line_id IS NULL AS is_live "
    "FROM part"
)


def _bounds(values: Values) -> str:
    least, most = values.get("minimum"), values.get("maximum")
    is_upside_down = isinstance(least, int) and isinstance(most, int) and least > most
    return "“补到”不能比最低库存少。" if is_upside_down else ""


def _another(values: Values) -> str:
    return "一个配件不能替代它自己。" if values.get("part_id") == values.get("other_id") else ""


setting_list(
    SettingList(
        key="part-minimums",
        word="最低库存",
        what="可用加在途少于最低库存的，补货建议会提出补到多少。没写的件，按近 90 天的用量建议。",
        group=_GROUP,
        table=PartMinimum,
        columns=(
            row("store_id", "门店", STORES, fixed=True),
            row("part_id", "配件", _PARTS, fixed=True),
            whole("minimum", "最低库存", 0, 10_000, "件"),
            whole("maximum", "补到", 0, 10_000, "件"),
        ),
        action="catalogue.change",
        place=OF_A_STORE,
        conflict=_bounds,
        name="(SELECT p.name FROM part p WHERE p.id = t.part_id)",
    )
)
setting_list(
    SettingList(
        key="part-alternatives",
        word="替代件",
        what="缺件时可以用哪个件代替。写了车系的只对那个车系，勾了互换的两个方向都算。",
        group=_GROUP,
        table=PartAlternative,
        columns=(
            row("part_id", "配件", _PARTS, fixed=True),
            row("other_id", "替代件", _PARTS, fixed=True),
            yes("both_ways", "可以互换"),
            text("series", "车系", 20, required=False, hint="空着就是全部车系"),
        ),
        action="catalogue.change",
        place=OF_THE_GROUP,
        conflict=_another,
        name="(SELECT p.name FROM part p WHERE p.id = t.part_id)",
    )
)

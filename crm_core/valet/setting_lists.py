"""取送范围: where a store drives to."""

from crm_core.settings.declaring import SettingList, setting_list
from crm_core.settings.kinds import row, text
from crm_core.settings.setting_lists import STORES
from crm_core.valet.models import ValetArea

setting_list(
    SettingList(
        key="valet-areas",
        word="取送范围",
        what="门店上门取送车到哪些区。车主没在地图上选位置时，按地址里写的区判断；一个都不列就只看距离。",
        group="门店",
        table=ValetArea,
        columns=(
            row("store_id", "门店", STORES, fixed=True),
            text("name", "区域", 20, hint="和地址里的写法一样，例如 南山区"),
        ),
        action="stores.change",
    )
)

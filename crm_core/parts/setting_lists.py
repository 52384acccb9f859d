"""配件: the catalogue of parts; how many a store has comes from imports and from the store room's own moves."""

from crm_core.parts.models import Part
from crm_core.parts.rules import OPEN_REQUESTS
from crm_core.settings.declaring import OF_THE_GROUP, SettingList, Use, setting_list
from crm_core.settings.kinds import text
from foundation.reading import literals

_WAITING = literals(*OPEN_REQUESTS)
setting_list(
    SettingList(
        key="parts",
        word="配件",
        what="配件号和名称。库存从导入和领料来，不在这里改。",
        group="项目与价格",
        table=Part,
        columns=(text("number", "配件号", 40, fixed=True), text("name", "名称", 60)),
        action="catalogue.change",
        place=OF_THE_GROUP,
        order="t.number",
        uses=(
            Use("有库存的门店", "SELECT count(*) FROM part_stock WHERE part_id = $1 AND on_hand > 0"),
            Use(
                "等着领的",
                f"SELECT count(*) FROM part_request WHERE part_id = $1 AND state IN ({_WAITING})",
                holds=True,
            ),
        ),
    )
)

"""供应商: from whom parts are bought."""

from crm_core.parts.purchases.models import Supplier
from crm_core.parts.purchases.rules import ON_ITS_WAY
from crm_core.settings.declaring import OF_THE_GROUP, SettingList, Use, setting_list
from crm_core.settings.kinds import text, whole
from foundation.reading import literals

setting_list(
    SettingList(
        key="suppliers",
        word="供应商",
        what="向谁采购配件，下单以后通常几天到。",
        group="项目与价格",
        table=Supplier,
        columns=(text("name", "名称", 40), whole("lead_days", "通常几天到", 0, 180, "天")),
        action="catalogue.change",
        place=OF_THE_GROUP,
        uses=(
            Use(
                "没到齐的采购单",
                f"SELECT count(*) FROM purchase_order WHERE supplier_id = $1 AND state IN ({literals(*ON_ITS_WAY)})",
                holds=True,
            ),
        ),
    )
)

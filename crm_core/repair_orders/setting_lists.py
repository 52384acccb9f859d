"""What repair orders use of the settings."""

from crm_core.repair_orders.rules import IN_HAND, OVER
from crm_core.settings.declaring import Use, used_by
from foundation.reading import literals

_OPEN = f"o.state NOT IN ({literals(*OVER)})"
used_by(
    "stores", Use("没结束的工单", f"SELECT count(*) FROM repair_order o WHERE o.store_id = $1 AND {_OPEN}", holds=True)
)
used_by(
    "bays",
    Use(
        "正在做的项目",
        f"SELECT count(*) FROM repair_line l WHERE l.bay_id = $1 AND l.state IN ({literals(*IN_HAND)})",
        holds=True,
    ),
)
used_by(
    "service-packages",
    Use(
        "没结束的工单",
        "SELECT count(DISTINCT o.id) FROM repair_line l JOIN repair_order o ON o.id = l.repair_order_id "
        f"WHERE l.package_id = $1 AND {_OPEN}",
    ),
)
used_by(
    "service-items",
    Use(
        "没结束的工单",
        "SELECT count(DISTINCT o.id) FROM repair_line l JOIN repair_order o ON o.id = l.repair_order_id "
        f"WHERE l.item_id = $1 AND {_OPEN}",
    ),
)

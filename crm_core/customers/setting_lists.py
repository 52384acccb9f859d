"""What customers mean for setting a group up."""

from crm_core.customers.models import IdentityKind
from crm_core.settings.declaring import Use, used_by
from crm_core.settings.moving_in import Need, Step, step
from foundation.reading import literals

used_by("stores", Use("归属客户", "SELECT count(*) FROM customer c WHERE c.home_store_id = $1"))
step(
    Step(
        70,
        "mini-program",
        "小程序",
        "车主在里面预约、看进度、付款；发布按小程序的说明一步步做。",
        "/settings/begin",
        (
            Need("小程序的密钥没配齐", secrets="WEIXIN"),
            Need(
                "还没有车主打开过小程序",
                sql=f"SELECT EXISTS (SELECT FROM identity WHERE kind = {literals(IdentityKind.OPENID)})",
            ),
        ),
    )
)

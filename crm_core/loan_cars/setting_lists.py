"""代步车: the list a store keeps."""

from crm_core.loan_cars.models import LoanCar
from crm_core.loan_cars.rules import TAKES_THE_CAR
from crm_core.settings.declaring import SettingList, Use, setting_list
from crm_core.settings.kinds import row, text, whole, yes
from crm_core.settings.setting_lists import STORES
from foundation.reading import literals

setting_list(
    SettingList(
        key="loan-cars",
        word="代步车",
        what="门店借给车主的车。停用以后不能再借，没还的照常还。里程在每次借出和还车时自动更新。",
        group="门店",
        table=LoanCar,
        columns=(
            row("store_id", "门店", STORES, fixed=True),
            text("plate", "车牌", 12, hint="例如 粤B12345"),
            text("model", "车型和颜色", 30, hint="例如 云帆X3 白色"),
            yes("is_electric", "纯电车", hint="借还时记电量，不记油量"),
            whole("mileage_km", "里程", 0, 999_999, "公里"),
        ),
        action="stores.change",
        name="t.plate",
        uses=(
            Use(
                "没还的或约好的借车",
                f"SELECT count(*) FROM lending l WHERE l.loan_car_id = $1 AND l.state IN ({literals(*TAKES_THE_CAR)})",
                holds=True,
            ),
        ),
        taken="已有一辆这个车牌的代步车。",
    )
)

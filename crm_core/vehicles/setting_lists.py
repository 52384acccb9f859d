"""车型: the models a group sells and services."""

from crm_core.settings.declaring import OF_THE_GROUP, SettingList, Use, setting_list, used_by
from crm_core.settings.kinds import choice, money, text, whole
from crm_core.settings.moving_in import Need, Step, step
from crm_core.vehicles.models import Powertrain, VehicleModel

_POWERTRAINS = {Powertrain.PETROL.value: "燃油", Powertrain.PHEV.value: "插混", Powertrain.BEV.value: "纯电"}

setting_list(
    SettingList(
        key="models",
        word="车型",
        what="车型和厂家的保养间隔；下次保养按这里的间隔推算。",
        group="项目与价格",
        table=VehicleModel,
        columns=(
            text("code", "编码", 20, fixed=True),
            text("series", "车系", 20, hint="价格按车系定，通知里也用它"),
            text("trim", "款型", 40),
            choice("powertrain", "动力", _POWERTRAINS),
            money("guide_price_fen", "指导价"),
            whole("first_interval_km", "首保里程", 1_000, 100_000, "公里", shown=False),
            whole("first_interval_months", "首保时间", 1, 60, "个月", shown=False),
            whole("interval_km", "保养里程", 1_000, 100_000, "公里"),
            whole("interval_months", "保养时间", 1, 60, "个月"),
        ),
        action="catalogue.change",
        place=OF_THE_GROUP,
        name="t.series || ' ' || t.trim",
        uses=(Use("车辆", "SELECT count(*) FROM vehicle WHERE model_id = $1"),),
    )
)
used_by("stores", Use("归属车辆", "SELECT count(*) FROM vehicle WHERE home_store_id = $1"))
step(
    Step(
        60,
        "cars",
        "客户和车",
        "从原来的系统导出表格搬进来；下次保养和多久没来从到店记录算。",
        "/imports",
        (Need("还没有车", sql="SELECT EXISTS (SELECT FROM vehicle)"),),
    )
)

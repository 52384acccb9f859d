"""车型: the models a group sells and services. 厂家召回: the cars the maker calls back, from the maker's list."""

from crm_core.settings.declaring import OF_THE_GROUP, SettingList, Use, setting_list, used_by
from crm_core.settings.kinds import Values, choice, day, money, text, whole
from crm_core.settings.moving_in import Need, Step, step
from crm_core.spelling.vin import inspect_vin
from crm_core.vehicles.models import Powertrain, SafetyRecall, VehicleModel

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


def _recall_conflict(values: Values) -> str:
    """A VIN that cannot be one, and a recall that was done before it was published."""
    checked = inspect_vin(str(values["vin"]))
    if checked.is_blocking:
        return checked.sentence
    if checked.vin != values["vin"]:
        return "车架号用大写字母和数字，不带空格。"
    published_on, done_on = values["published_on"], values["done_on"]
    if done_on and str(done_on) < str(published_on):
        return "完成日期要在发布日期之后。"
    return ""


setting_list(
    SettingList(
        key="safety-recalls",
        word="厂家召回",
        what="厂家召回名单里的车。没完成的，预约和接车时会提醒，完成了填上日期。",
        group="项目与价格",
        table=SafetyRecall,
        columns=(
            text("number", "召回编号", 40, fixed=True),
            text("vin", "车架号", 17, fixed=True),
            text("title", "召回名称", 60),
            text("remedy", "措施", 120, required=False),
            day("published_on", "发布日期"),
            day("done_on", "完成日期", required=False),
        ),
        action="catalogue.change",
        place=OF_THE_GROUP,
        name="t.number || ' ' || t.title",
        order="t.published_on DESC, t.number, t.vin",
        conflict=_recall_conflict,
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

"""项目与价格: what a group does for a car, and what it costs, by store and model, from a day or until one."""

from crm_core.pricing.fault_kinds import FaultKind
from crm_core.pricing.models import ItemPrice, LabourKind, LabourRate, ServiceItem, ServicePackage, ServicePackageItem
from crm_core.pricing.work_kinds import WorkKind
from crm_core.settings.declaring import OF_A_STORE, OF_THE_GROUP, Place, SettingList, Use, setting_list
from crm_core.settings.kinds import Options, Values, choice, day, hours, money, row, text, whole, yes
from crm_core.settings.moving_in import Need, Step, step
from crm_core.settings.setting_lists import BAY_KINDS, STORES

_ITEMS = Options("SELECT id, name AS word, NULL::bigint AS store_id, is_active AS is_live FROM service_item")
_PACKAGES = Options("SELECT id, name AS word, store_id, is_active AS is_live FROM service_package")
_GROUP = "项目与价格"
_WORK_KINDS = {kind.value: kind.words for kind in WorkKind}
_FAULT_KINDS = {kind.value: kind.words for kind in FaultKind}
_LABOUR = {LabourKind.MECHANICAL.value: "机修", LabourKind.BODY.value: "钣喷", LabourKind.EV.value: "新能源"}


def _days(values: Values) -> str:
    first, last = values["valid_from"], values["valid_until"]
    return "有效期的结束不能早于开始。" if first and last and str(last) < str(first) else ""


setting_list(
    SettingList(
        key="service-items",
        word="服务项目",
        what="门店做的项目：计划用时、在哪类工位做、车主能不能自己预约。价格另外定。",
        group=_GROUP,
        table=ServiceItem,
        columns=(
            text("code", "工时代码", 20, fixed=True),
            text("name", "名称", 40),
            whole("minutes", "计划用时", 5, 600, "分钟"),
            choice("bay_kind", "工位类型", BAY_KINDS),
            yes("is_bookable", "车主可预约"),
            yes("is_maintenance", "算保养", hint="做完以后重新推算下次保养", shown=False),
            yes("is_real_work", "算到店消费", hint="洗车这类不算，客户不会因此变活跃", shown=False),
            yes("needs_road_test", "要路试", shown=False),
            choice(
                "work_kind",
                "维修类别",
                _WORK_KINDS,
                hint="质量保证期按它算",
                shown=False,
                usual=WorkKind.SMALL.value,
            ),
            choice(
                "fault_kind",
                "三包计数",
                _FAULT_KINDS,
                hint="厂家付款的修理按它计数",
                shown=False,
                usual=FaultKind.ORDINARY.value,
            ),
            yes("has_ordered_part", "定制件", hint="按车定制的配件，运输时间不算修理天数", shown=False),
            text("part_number", "配件号", 20, required=False, hint="做这项要用的配件；缺货时这个项目约不上"),
        ),
        action="catalogue.change",
        place=OF_THE_GROUP,
        uses=(
            Use("在用价格", "SELECT count(*) FROM item_price WHERE item_id = $1 AND is_active"),
            Use("套餐", "SELECT count(*) FROM service_package_item WHERE item_id = $1 AND is_active"),
        ),
    )
)
setting_list(
    SettingList(
        key="item-prices",
        word="项目价格",
        what="工时定额和配件价。工时费是定额乘门店的工时单价。写了车系的先于全部车系，写了门店的先于全部门店，有效期内开始晚的先用。",
        group=_GROUP,
        table=ItemPrice,
        columns=(
            row("item_id", "项目", _ITEMS, fixed=True),
            text("series", "车系", 20, required=False, hint="空着就是全部车系"),
            row("store_id", "门店", STORES, required=False, hint="空着就是全部门店"),
            hours("labour_centihours", "工时定额", 100, hint="按定额收费，不按实际用时"),
            money("parts_fen", "配件价"),
            day("valid_from", "从", required=False),
            day("valid_until", "到", required=False, hint="当天还有效"),
        ),
        action="prices.change",
        place=OF_A_STORE,
        conflict=_days,
        name="(SELECT p.name FROM service_item p WHERE p.id = t.item_id)",
    )
)
setting_list(
    SettingList(
        key="service-packages",
        word="套餐",
        what="几个项目一起做的价格。预约或报价里选齐了套餐里的项目，并且比单项便宜，就按套餐价；每项摊到多少，报价和账单里都留着。",
        group=_GROUP,
        table=ServicePackage,
        columns=(
            text("name", "名称", 20),
            money("price_fen", "套餐价"),
            text("series", "车系", 20, required=False, hint="空着就是全部车系"),
            row("store_id", "门店", STORES, required=False, hint="空着就是全部门店"),
            day("valid_from", "从", required=False),
            day("valid_until", "到", required=False, hint="当天还有效"),
        ),
        action="prices.change",
        place=OF_A_STORE,
        conflict=_days,
        uses=(Use("套餐里的项目", "SELECT count(*) FROM service_package_item WHERE package_id = $1 AND is_active"),),
    )
)
setting_list(
    SettingList(
        key="package-items",
        word="套餐项目",
        what="套餐里有哪些项目；至少两项，有一项停用了，整个套餐就不再给选。",
        group=_GROUP,
        table=ServicePackageItem,
        columns=(row("package_id", "套餐", _PACKAGES, fixed=True), row("item_id", "项目", _ITEMS, fixed=True)),
        action="prices.change",
        place=Place("package_id", through="service_package"),
        name="(SELECT p.name FROM service_package p WHERE p.id = t.package_id)",
        order="t.package_id * 100000 + t.id",
    )
)
setting_list(
    SettingList(
        key="labour-rates",
        word="工时单价",
        what="门店从某一天起的工时单价。没有到期的，按门店资料里的单价；已经报过价的不变。",
        group=_GROUP,
        table=LabourRate,
        columns=(
            row("store_id", "门店", STORES, fixed=True),
            choice("kind", "工种", _LABOUR),
            money("hour_fen", "每小时"),
            day("valid_from", "从"),
        ),
        action="prices.change",
        place=OF_A_STORE,
        name="(SELECT p.short_name FROM store p WHERE p.id = t.store_id)",
        order="t.valid_from",
    )
)
step(
    Step(
        50,
        "prices",
        "项目和价格",
        "预约、报价和账单都按它算；没有价格的项目约不了。",
        "/settings/lists/service-items",
        (
            Need("还没有车型", sql="SELECT EXISTS (SELECT FROM vehicle_model WHERE is_active)"),
            Need("还没有服务项目", sql="SELECT EXISTS (SELECT FROM service_item WHERE is_active)"),
            Need(
                "有项目还没有价格",
                sql="SELECT NOT EXISTS (SELECT FROM service_item i WHERE i.is_active "
                "AND NOT EXISTS (SELECT FROM item_price p WHERE p.item_id = i.id AND p.is_active))",
            ),
        ),
    )
)

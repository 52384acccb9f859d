"""The lists of the dealership itself: regions, stores with their hours, bays."""

from typing import Final

from crm_core.dealerships.brand import SHORT_LONGEST, SIGNATURE_LONGEST
from crm_core.dealerships.hours.models import StoreWeekday
from crm_core.dealerships.models import Bay, BayKind, DealerGroup, Region, Store, StoreClosure
from crm_core.dealerships.rota.models import BayClosure
from crm_core.settings.declaring import OF_A_STORE, OF_THE_GROUP, Place, SettingList, Use, setting_list
from crm_core.settings.kinds import (
    Options,
    Values,
    choice,
    day,
    degrees,
    money,
    of_day,
    row,
    text,
    yes,
)
from crm_core.settings.moving_in import Need, Step, step

STORES: Final = Options("SELECT id, short_name AS word, id AS store_id, true AS is_live FROM store")
_REGIONS: Final = Options("SELECT id, name AS word, NULL::bigint AS store_id, is_active AS is_live FROM region")
_BAYS: Final = Options(
    "SELECT b.id, s.short_name || ' ' || b.name AS word, b.store_id, b.is_active AS is_live "
    "FROM bay b JOIN store s ON s.id = b.store_id"
)
BAY_KINDS: Final = {
    BayKind.QUICK.value: "快保",
    BayKind.GENERAL.value: "机修",
    BayKind.EV.value: "新能源",
    BayKind.BODY.value: "钣喷",
}
WEEKDAYS: Final = {str(n): f"周{word}" for n, word in enumerate("一二三四五六日")}
_PLACE: Final = "门店与排班"


def _hours(values: Values) -> str:
    opens, last, closes = (values[name] for name in ("opens_minute", "last_slot_minute", "closes_minute"))
    assert isinstance(opens, int)
    assert isinstance(last, int)
    assert isinstance(closes, int)
    if opens % 30 or last % 30:
        return "开门和最后到店要是整点或半点，预约按半小时一档。"
    return "" if opens <= last < closes else "开门、最后到店、关门要按先后。"


def in_order(values: Values) -> str:
    """Whether the last day comes after the first."""
    first, last = values["first_on"], values["last_on"]
    return "最后一天不能早于第一天。" if str(last) < str(first) else ""


def _exception(values: Values) -> str:
    opens, closes = values["opens_minute"], values["closes_minute"]
    if (opens is None) != (closes is None):
        return "开门和关门要一起填；都不填就是全天不营业。"
    if isinstance(opens, int) and isinstance(closes, int) and (opens >= closes or opens % 30):
        return "开门要早于关门，并且是整点或半点。"
    return ""


def _on_the_map(values: Values) -> str:
    if (values["latitude"] is None) != (values["longitude"] is None):
        return "经度和纬度要一起填。"
    return _hours(values)


setting_list(
    SettingList(
        key="group",
        word="集团",
        what="集团怎么称呼自己：企微卡片开头、工作台和小程序上是简称，短信开头是签名。改后几秒内生效，已打开的页面刷新后看到。",
        group=_PLACE,
        table=DealerGroup,
        columns=(
            text("name", "名称", 40),
            text("short_name", "简称", SHORT_LONGEST, hint=f"如「云帆」，最多 {SHORT_LONGEST} 个字"),
            text(
                "sms_signature",
                "短信签名",
                SIGNATURE_LONGEST,
                hint="和短信服务商登记的一样，不带【】",
                pattern="[^【】]+",
            ),
        ),
        action="group.change",
        place=OF_THE_GROUP,
        live="",
        is_made_here=False,
    )
)
setting_list(
    SettingList(
        key="regions",
        word="区域",
        what="门店归哪个区域；区域经理看得到自己区域的门店。",
        group=_PLACE,
        table=Region,
        columns=(text("name", "名称", 40),),
        action="regions.change",
        place=OF_THE_GROUP,
        uses=(
            Use("在营门店", "SELECT count(*) FROM store WHERE region_id = $1 AND is_live", holds=True),
            Use("按区域授权的角色", "SELECT count(*) FROM staff_role WHERE region_id = $1"),
        ),
    )
)
setting_list(
    SettingList(
        key="stores",
        word="门店",
        what="地址、电话、平常的营业时间和工时单价；车主在小程序里看到的就是这些。",
        group=_PLACE,
        table=Store,
        columns=(
            text("code", "编码", 8, fixed=True, pattern="[0-9A-Za-z-]+", hint="只用字母、数字和横线，建好以后不能改"),
            text("name", "名称", 40, shown=False),
            text("short_name", "简称", 10, hint="通知里用，最多 10 个字"),
            row("region_id", "区域", _REGIONS),
            text("city", "城市", 20),
            text("address", "地址", 120, required=False, shown=False),
            text(
                "phone",
                "电话",
                20,
                required=False,
                pattern="[0-9+][0-9-]{4,19}",
                hint="车主拨打的号码，如 0755-12345678",
            ),
            degrees("longitude", "经度", 73, 136, hint="GCJ-02（高德、腾讯地图取点），如 114.057868"),
            degrees("latitude", "纬度", 3, 54, hint="GCJ-02，如 22.543099"),
            of_day("opens_minute", "开门"),
            of_day("last_slot_minute", "最后到店", hint="最晚可以预约的到店时间", shown=False),
            of_day("closes_minute", "关门"),
            money(
                "labour_rate_fen",
                "机修工时单价",
                hint="每小时；从某一天起改的写在「工时单价」里，到了那天先用那里的",
                shown=False,
            ),
            money("body_rate_fen", "钣喷工时单价", hint="每小时", shown=False),
            money("ev_rate_fen", "新能源工时单价", hint="每小时", shown=False),
            yes("confirms_automatically", "预约自动确认", hint="时段、工位和配件都够时不用顾问点确认", shown=False),
        ),
        action="stores.change",
        place=Place("id"),
        name="t.name",
        order="t.code",
        live="is_live",
        conflict=_on_the_map,
        uses=(
            Use("在职员工", "SELECT count(*) FROM staff WHERE store_id = $1 AND is_active"),
            Use("在用工位", "SELECT count(*) FROM bay WHERE store_id = $1 AND is_active"),
        ),
    )
)
setting_list(
    SettingList(
        key="store-weekdays",
        word="每周营业时间",
        what="一周里和平常不一样的日子：休息，或开门关门不同。没写的日子按门店平常的时间。",
        group=_PLACE,
        table=StoreWeekday,
        columns=(
            row("store_id", "门店", STORES, fixed=True),
            choice("weekday", "星期", WEEKDAYS, number=True),
            yes("is_open", "营业"),
            of_day("opens_minute", "开门"),
            of_day("last_slot_minute", "最后到店"),
            of_day("closes_minute", "关门"),
        ),
        action="stores.change",
        place=OF_A_STORE,
        conflict=_hours,
        name="(SELECT p.short_name FROM store p WHERE p.id = t.store_id)",
        order="t.store_id * 10 + t.weekday",
    )
)
setting_list(
    SettingList(
        key="store-exceptions",
        word="特别日期",
        what="某一天不营业，或营业时间不同，例如春节、盘点。优先于每周营业时间。",
        group=_PLACE,
        table=StoreClosure,
        columns=(
            row("store_id", "门店", STORES, fixed=True),
            day("day", "日期"),
            of_day("opens_minute", "开门", required=False, hint="开门和关门都不填就是全天不营业"),
            of_day("closes_minute", "关门", required=False),
            text("reason", "原因", 40, required=False),
        ),
        action="stores.change",
        place=OF_A_STORE,
        conflict=_exception,
        name="(SELECT p.short_name FROM store p WHERE p.id = t.store_id)",
        order="t.day",
    )
)
setting_list(
    SettingList(
        key="bays",
        word="工位",
        what="每家门店的工位和类型；预约和派工按工位算能接多少车。",
        group=_PLACE,
        table=Bay,
        columns=(
            row("store_id", "门店", STORES, fixed=True),
            text("name", "名称", 8),
            choice("kind", "类型", BAY_KINDS),
        ),
        action="bays.change",
        place=OF_A_STORE,
        order="t.store_id * 1000 + t.id",
    )
)
setting_list(
    SettingList(
        key="bay-closures",
        word="工位停用日期",
        what="检修、改造时哪几天不能用；那几天不排预约、不派工。",
        group=_PLACE,
        table=BayClosure,
        columns=(
            row("bay_id", "工位", _BAYS, fixed=True),
            day("first_on", "从"),
            day("last_on", "到", hint="当天也不能用"),
            text("reason", "原因", 40, required=False),
        ),
        action="bays.change",
        place=Place("bay_id", through="bay"),
        conflict=in_order,
        name="(SELECT p.name FROM bay p WHERE p.id = t.bay_id)",
        order="t.first_on",
    )
)

step(
    Step(
        10,
        "connect",
        "连接企业微信",
        "通讯录、客户好友和群发都靠它；密钥写在服务器的环境变量里，这里只试通不通。",
        "/settings/begin",
        (Need("企业微信的密钥没配齐", secrets="WECOM"),),
    )
)
step(
    Step(
        20,
        "directory",
        "同事从通讯录来",
        "同事用企业微信登录；客户、工单和任务都要有人负责。",
        "/settings/address-book",
        (Need("还只有管理员一个人", sql="SELECT count(*) > 1 FROM staff WHERE is_active"),),
    )
)
step(
    Step(
        30,
        "stores",
        "门店、营业时间和工位",
        "车主选门店、看地址、约时间；能约多少由工位和营业时间算。",
        "/settings/lists/stores",
        (
            Need("还没有门店", sql="SELECT EXISTS (SELECT FROM store WHERE is_live)"),
            Need(
                "有门店没写地址或电话",
                sql="SELECT NOT EXISTS (SELECT FROM store WHERE is_live AND (address = '' OR phone = ''))",
            ),
            Need(
                "有门店还没有工位",
                sql="SELECT NOT EXISTS (SELECT FROM store s WHERE s.is_live "
                "AND NOT EXISTS (SELECT FROM bay b WHERE b.store_id = s.id AND b.is_active))",
            ),
        ),
    )
)

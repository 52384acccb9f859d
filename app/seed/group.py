"""云帆汽车集团 (fictional): two regions, three live stores, archive codes, and everybody who works there."""

import random
from dataclasses import dataclass, field
from typing import Final

from app.seed import names
from crm_core.dealerships.models import Bay, BayKind, DealerGroup, Region, Role, Staff, StaffRole, Store
from foundation import clock
from foundation.settings import get_settings

ARCHIVE_STORES: Final = 17
"""Closed and merged stores whose owners are still on file; three live stores could not have sold 200,000 cars."""

# Live stores: code, name, short name, city, plates, where on the map, region, opens, closes, last slot, bays by kind,
# people by role.
_STORES: Final = (
    ("S01", "云帆深圳南山店", "深圳南山店", "深圳", "粤B", (22.5333, 113.9304), "华南区", (8, 30), (18, 0), (17, 30),
     {BayKind.QUICK: 3, BayKind.GENERAL: 8, BayKind.EV: 2, BayKind.BODY: 4},
     {Role.SC: 24, Role.DCC: 6, Role.SA: 8, Role.TEC: 22}),
    ("S02", "云帆广州天河店", "广州天河店", "广州", "粤A", (23.1246, 113.3612), "华南区", (8, 30), (18, 0), (17, 30),
     {BayKind.QUICK: 2, BayKind.GENERAL: 6, BayKind.EV: 2, BayKind.BODY: 3},
     {Role.SC: 20, Role.DCC: 5, Role.SA: 6, Role.TEC: 16}),
    ("S03", "云帆长沙岳麓店", "长沙岳麓店", "长沙", "湘A", (28.2353, 112.9313), "华中区", (9, 0), (17, 30), (17, 0),
     {BayKind.QUICK: 2, BayKind.GENERAL: 5, BayKind.EV: 1, BayKind.BODY: 2},
     {Role.SC: 20, Role.DCC: 4, Role.SA: 5, Role.TEC: 12}),
)  # fmt: skip
_PER_STORE: Final = {
    Role.GM: 1, Role.SM: 2, Role.SVM: 1, Role.WC: 2, Role.QC: 2, Role.PRT: 3, Role.CSH: 2, Role.CRC: 3, Role.MKT: 2,
    Role.FIN: 1,
}  # fmt: skip
_TITLES: Final = {
    Role.SC: "销售顾问，加好友、跟进、群发确认", Role.SM: "销售经理", Role.DCC: "网电销专员",
    Role.SA: "服务顾问，确认预约、接车、报价、结算", Role.TEC: "技师，施工、拍照、报增项",
    Role.GM: "店总，审批活动和折扣", Role.SVM: "服务经理，善意和投诉", Role.WC: "车间主管，派工",
    Role.QC: "质检员", Role.PRT: "配件员，备料、缺料", Role.CSH: "收银员", Role.CRC: "客服专员，回访和招徕",
    Role.MKT: "市场专员，分群、卡券、群发", Role.FIN: "财务", Role.GRP: "集团总部，集团活动审批",
    Role.RGN: "区域总监", Role.ADM: "系统管理员", Role.DPO: "隐私负责人",
}  # fmt: skip
# The people of the story: the first of their role in the first store.
_CAST: Final = {
    Role.SC: ("wangfang", "王芳"), Role.SA: ("limin", "李敏"), Role.TEC: ("chenzhiqiang", "陈志强"),
    Role.WC: ("zhoutao", "周涛"), Role.QC: ("liuyang", "刘洋"), Role.MKT: ("linxiao", "林晓"),
    Role.GM: ("zhaojianguo", "赵建国"), Role.SVM: ("heliang", "何亮"), Role.PRT: ("sunlei", "孙磊"),
    Role.CSH: ("huangting", "黄婷"), Role.CRC: ("zhoumin", "周敏"), Role.FIN: ("qianjing", "钱静"),
}  # fmt: skip
HEAD_OF_GROUP: Final = "gaojianjun"
"""The userid of the head of the group, who approves what concerns every store."""
_BAY_NAMES: Final = {BayKind.QUICK: "快保", BayKind.GENERAL: "机电", BayKind.EV: "新能源", BayKind.BODY: "钣喷"}


@dataclass
class Group:
    """The parts of the group that the rest of the seed needs."""

    live_stores: list[Store] = field(default_factory=list)
    archive_stores: list[Store] = field(default_factory=list)
    plate_prefix: dict[int, str] = field(default_factory=dict)
    staff: dict[tuple[int, Role], list[int]] = field(default_factory=dict)
    """(store id, role) → staff ids."""


async def make(dice: random.Random) -> Group:
    """Write the group, regions, stores, bays and staff."""
    group = Group()
    await DealerGroup.create(
        id=1,
        name="云帆汽车集团",
        short_name="云帆",
        sms_signature="云帆汽车",
        corp_id=get_settings().wecom.corp_id,
        begun_at=clock.now(),
    )
    regions = {name: await Region.create(name=name) for name in ("华南区", "华中区")}
    for code, name, short, city, plates, (latitude, longitude), region, opens, closes, last, bays, people in _STORES:
        store = await Store.create(
            code=code,
            name=name,
            short_name=short,
            city=city,
            region_id=regions[region].id,
            opens_minute=opens[0] * 60 + opens[1],
            closes_minute=closes[0] * 60 + closes[1],
            last_slot_minute=last[0] * 60 + last[1],
            phone=f"400-800-{code[1:]}00",
            address=f"{city}市汽车大道 {int(code[1:])}8 号",
            latitude=latitude,
            longitude=longitude,
        )
        group.live_stores.append(store)
        group.plate_prefix[store.id] = plates
        for kind, how_many in bays.items():
            await Bay.bulk_create(
                Bay(store_id=store.id, name=f"{_BAY_NAMES[kind]}{n}", kind=kind) for n in range(1, how_many + 1)
            )
        for role, how_many in {**people, **_PER_STORE}.items():
            await _hire(dice, group, store, role, how_many)
    await _hire_headquarters(dice, group)
    for n in range(1, ARCHIVE_STORES + 1):
        group.archive_stores.append(await _archive(n, group, regions))
    return group


async def _hire(dice: random.Random, group: Group, store: Store, role: Role, how_many: int) -> None:
    ids: list[int] = []
    for n in range(how_many):
        userid, name = f"{store.code}.{role.value}{n + 1}".lower(), names.person(dice)
        if n == 0 and store.code == "S01" and role in _CAST:
            userid, name = _CAST[role]
        skills = ["QUICK", "GENERAL", *(["EV"] if n % 4 == 0 else []), *(["BODY"] if n % 5 == 4 else [])]
        staff = await Staff.create(
            userid=userid,
            name=name,
            store_id=store.id,
            title=_TITLES[role],
            service_phone=f"400-800-{store.code[1:]}{n + 1:02}" if role in (Role.SA, Role.SC) else "",
            skills=skills if role is Role.TEC else [],
        )
        await StaffRole.create(staff_id=staff.id, role=role, store_id=store.id)
        ids.append(staff.id)
    group.staff[store.id, role] = ids


async def _hire_headquarters(dice: random.Random, group: Group) -> None:
    for role, userid, name in (
        (Role.GRP, HEAD_OF_GROUP, "高建军"),
        (Role.ADM, "admin", "系统管理员"),
        (Role.DPO, "xujing", "许静"),
    ):
        staff = await Staff.create(userid=userid, name=name, title=_TITLES[role])
        await StaffRole.create(staff_id=staff.id, role=role)


async def _archive(n: int, group: Group, regions: dict[str, Region]) -> Store:
    nearest = group.live_stores[n % len(group.live_stores)]
    store = await Store.create(
        code=f"A{n:02d}",
        name=f"{nearest.city}已并店 {n}",
        short_name=f"已并店{n}",
        city=nearest.city,
        region_id=regions["华南区" if nearest.city != "长沙" else "华中区"].id,
        is_live=False,
    )
    group.plate_prefix[store.id] = group.plate_prefix[nearest.id]
    return store

"""What the group sells and does: models, jobs with quota hours and parts."""

from typing import Final

from app.seed.group import Group
from crm_core.dealerships.models import BayKind
from crm_core.pricing.models import ItemPrice, ServiceItem, ServicePackage, ServicePackageItem
from crm_core.vehicles.models import Powertrain, VehicleModel

# Series, powertrain, interval km; then each trim with its guide price in yuan.
_MODELS: Final = (
    ("云帆S5", "S5", Powertrain.PETROL, 10_000,
     (("1.5T 舒适", 99_800), ("1.5T 豪华", 115_800), ("1.5T 尊贵", 129_800))),
    ("云帆X6", "X6", Powertrain.PETROL, 10_000,
     (("2.0T 精英", 159_800), ("2.0T 豪华", 179_800), ("2.0T 旗舰", 199_800))),
    ("云帆X7", "X7", Powertrain.PETROL, 10_000, (("2.0T 七座", 219_800), ("2.0T 七座旗舰", 239_800))),
    ("云帆H6", "H6", Powertrain.PHEV, 10_000, (("PHEV 长续航", 169_800), ("PHEV 旗舰", 189_800))),
    ("云帆E5", "E5", Powertrain.BEV, 20_000, (("标准", 149_800), ("长续航", 179_800), ("性能", 259_800))),
)  # fmt: skip

# Code, name, minutes, bay, restarts the service clock, part number; then (series, hours × 100, parts in yuan).
_JOBS: Final = (
    ("MAINT-S", "小保养", 60, BayKind.QUICK, True, "OIL-KIT",
     (("云帆S5", 80, 328), ("云帆X6", 100, 428), ("云帆X7", 100, 468), ("云帆H6", 100, 398))),
    ("MAINT-L", "大保养", 120, BayKind.GENERAL, True, "OIL-KIT",
     (("云帆S5", 200, 866), ("云帆X6", 240, 1_180), ("云帆X7", 260, 1_320), ("云帆H6", 220, 1_090))),
    ("EV-CHECK", "常规检查养护", 60, BayKind.EV, True, "EV-KIT", (("云帆E5", 100, 168),)),
    ("EV-FLUID", "冷却液刹车油", 90, BayKind.EV, True, "EV-FLUID", (("云帆E5", 160, 420),)),
    ("PAD-F", "前刹车片", 75, BayKind.QUICK, False, "PAD-F", (("", 120, 680),)),
    ("PAD-R", "后刹车片", 75, BayKind.QUICK, False, "PAD-R", (("", 120, 560),)),
    ("BATT-12", "12V 电瓶", 30, BayKind.QUICK, False, "BATT-12", (("", 50, 780),)),
    ("TYRE", "更换轮胎", 30, BayKind.QUICK, False, "TYRE", (("", 40, 620),)),
    ("FILTER-C", "空调滤芯", 15, BayKind.QUICK, False, "FILTER-C", (("", 20, 198),)),
    ("FLUID-B", "刹车油", 45, BayKind.QUICK, False, "FLUID-B", (("", 80, 160),)),
    ("ALIGN", "四轮定位", 60, BayKind.GENERAL, False, "", (("", 100, 0),)),
    ("AC-CLEAN", "空调清洗", 40, BayKind.QUICK, False, "AC-CLEAN", (("", 60, 120),)),
    ("CHECK-32", "32 项检测", 30, BayKind.QUICK, False, "", (("", 50, 0),)),
    ("PAINT", "单面喷漆", 240, BayKind.BODY, False, "", (("", 250, 300),)),
    ("WASH", "洗车", 30, BayKind.QUICK, False, "", (("", 20, 0),)),
)  # fmt: skip
_PACKAGES: Final = (
    ("空调养护", 459, ("FILTER-C", "AC-CLEAN")),
    ("刹车焕新", 1_980, ("PAD-F", "PAD-R", "FLUID-B")),
)
"""Name, price in yuan and jobs."""
_ROAD_TESTED: Final = frozenset({"PAD-F", "PAD-R", "ALIGN", "FLUID-B"})


async def make(group: Group) -> None:
    """Write models, jobs and prices."""
    for series, code, powertrain, interval_km, trims in _MODELS:
        for n, (trim, price_yuan) in enumerate(trims, 1):
            await VehicleModel.create(
                code=f"{code}-{n}",
                series=series,
                trim=trim,
                powertrain=powertrain,
                guide_price_fen=price_yuan * 100,
                interval_km=interval_km,
            )
    for code, name, minutes, bay_kind, is_maintenance, part_number, prices in _JOBS:
        item = await ServiceItem.create(
            code=code,
            name=name,
            minutes=minutes,
            bay_kind=bay_kind,
            is_maintenance=is_maintenance,
            is_real_work=code != "WASH",
            needs_road_test=code in _ROAD_TESTED,
            part_number=part_number,
        )
        await ItemPrice.bulk_create(
            ItemPrice(item_id=item.id, series=series, labour_centihours=hours, parts_fen=yuan * 100)
            for series, hours, yuan in prices
        )
    for name, price_yuan, codes in _PACKAGES:
        package = await ServicePackage.create(name=name, price_fen=price_yuan * 100)
        await ServicePackageItem.bulk_create(
            ServicePackageItem(package_id=package.id, item_id=item.id)
            for item in await ServiceItem.filter(code__in=codes).order_by("id")
        )

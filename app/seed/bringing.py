"""A file that a store imported: the owners of a workshop that closed, as its software exported them, with errors."""

import asyncio
import random
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Final

import xlsxwriter

from app.seed import names
from app.seed.group import Group
from crm_core.dealerships.actors import staff_actor
from crm_core.dealerships.models import Role
from crm_core.imports import files, looking, service, working
from crm_core.imports.models import ImportJob
from crm_core.spelling.vin import check_digit
from foundation import clock

FILE_NAME: Final = "福田老厂客户与工单.xlsx"
_HOW_MANY: Final = 24
_OWNERS: Final = ("客户编号", "客户姓名", "手机号", "车架号", "车牌号", "车型", "购车日期", "行驶里程", "身份证号")
_ORDERS: Final = ("工单号", "车架号", "进厂日期", "进厂里程", "维修类别", "故障描述", "工时费", "材料费", "实收金额")
_PLATE_PREFIX: Final = "粤B"


async def make(dice: random.Random, group: Group) -> None:
    """Import the file as the first store's manager did three days ago; it can still be looked at and undone."""
    store = group.live_stores[0]
    manager = await staff_actor(group.staff[store.id, Role.GM][0])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / FILE_NAME
        await asyncio.to_thread(_write, path, dice)
        content = await asyncio.to_thread(path.read_bytes)
    sha256 = await asyncio.to_thread(files.keep, content)
    job = await service.bring(
        manager, store_id=store.id, file_name=FILE_NAME, sha256=sha256, size_bytes=len(content), source_system="老厂"
    )
    await looking.look(job)
    job = await ImportJob.get(id=job.id)
    job = await service.run(manager, job.id, expected_version=job.version)
    await working.run(job)


def _write(path: Path, dice: random.Random) -> None:
    today = clock.today()
    with xlsxwriter.Workbook(str(path)) as book:
        owners, orders = book.add_worksheet("客户车辆"), book.add_worksheet("工单")
        owners.write_row(0, 0, _OWNERS)
        orders.write_row(0, 0, _ORDERS)
        line = 0
        for n in range(1, _HOW_MANY + 1):
            vin, bought = invented_vin(900_000 + n), today - timedelta(days=dice.randrange(900, 2_200))
            phone = names.mobile(dice) if n != 5 else "1.39E+10"
            name = names.person(dice) if n != 9 else "王先生"
            plate = names.plate(dice, _PLATE_PREFIX, is_electric=False, is_hybrid=False) if n != 14 else "粤BI1234"
            shown = vin if n != 17 else vin[:-1]
            model = "云帆X6 2.0T 精英" if n % 3 else "X6豪华"
            cells = (f"FT{n:04d}", name, phone, shown, plate, model, bought.isoformat(), 30_000 + n * 700, "")
            owners.write_row(n, 0, cells)
            for visit in range(1 + n % 3):
                day = bought + timedelta(days=240 * (visit + 1))
                line += 1
                km = 8_000 * (visit + 1) if n != 11 or visit else 80_000
                labour, parts = 240, dice.choice((0, 328, 428, 860))
                what = dice.choice(("常规保养", "刹车有异响", "更换雨刮"))
                orders.write_row(
                    line, 0, (f"FTRO{line:05d}", vin, day.isoformat(), km, "保养", what, labour, parts, labour + parts)
                )


def invented_vin(number: int) -> str:
    """The VIN of a car that was never built; six digits keep it apart from those of the owners' cars."""
    body = f"LYFBB6CE0N9{number:06d}"
    return body[:8] + check_digit(body) + body[9:]

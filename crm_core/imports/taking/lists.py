"""The dealer's own lists: staff, items with prices, parts with opening stock. Few rows, written one by one."""

import re
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Final

from crm_core.dealerships.models import BayKind, Role
from crm_core.dealerships.positions import ROLES
from crm_core.imports import values
from crm_core.imports.codes import Code
from crm_core.imports.journal import Columns
from crm_core.imports.rules import Outcome, Result, left_out, refuses
from crm_core.imports.taking import foreign
from crm_core.imports.taking.run import Run
from crm_core.imports.taking.said import Said, digest
from crm_core.parts.rules import StockMoveKind
from crm_core.parts.stock import opening
from foundation import database
from foundation.reading import literals
from foundation.refs import Ref
from foundation.spreadsheets.cells import Cell
from foundation.spreadsheets.reading import Row

_LEFT: Final = frozenset({"离职", "已离职", "停用", "禁用", "0", "否"})
_HOURS: Final = re.compile(r"(\d+(?:\.\d+)?)(?:h|小时|工时)?", re.IGNORECASE)


async def take_staff(run: Run, rows: Sequence[Row]) -> list[Outcome]:
    """Members of staff. Their role waits for an administrator: a spreadsheet gives nobody a right."""
    outcomes = []
    for row in rows:
        said = Said(run, row)
        userid = (said.text("userid") or "").lower()[:64]
        name = (said.text("name") or "")[:20]
        role_text = said.text("role") or ""
        mapped = run.mapped("role", role_text)
        role = Role(mapped) if mapped else ROLES.get(role_text.upper())
        if not userid or not name:
            said.codes.append(Code.REQUIRED)
        elif role is None:
            said.codes.append(Code.ROLE_UNKNOWN)
        store_id, refused = run.lists.store_of(said.text("store"), run.store_id)
        if not refuses(tuple(said.codes)):
            said.codes += refused
        if refuses(tuple(said.codes)):
            outcomes.append(left_out(*said.codes))
            continue
        assert role is not None
        is_active = said.text("state") not in _LEFT
        on_file = await database.fetch_one("SELECT id, name, title, store_id FROM staff WHERE userid = $1", userid)
        if on_file is None:
            staff_id = await database.fetch_value(
                "INSERT INTO staff (userid, name, title, skills, is_active, store_id, service_phone) "
                "VALUES ($1, $2, $3, '[]', $4, $5, '') RETURNING id",
                userid, name, role_text[:40], is_active, store_id,
            )  # fmt: skip
            run.journal.make("staff", [staff_id])
            outcomes.append(Outcome(Result.NEW, tuple(said.codes), {"role": role.value} if is_active else {}))
            continue
        after = {column: value for column, value in (("title", role_text[:40]), ("store_id", store_id))
                 if value and not on_file[column]}  # fmt: skip
        proposals = {"name": name} if on_file["name"] != name else {}
        outcomes.append(await _filled(run, "staff", on_file["id"], on_file, after, said.codes, proposals))
    return outcomes


async def take_items(run: Run, rows: Sequence[Row]) -> list[Outcome]:
    """Items and their price for a series; the same item, series and day with other numbers is a conflict."""
    outcomes = []
    for row in rows:
        said = Said(run, row)
        code, name = (said.text("code") or "")[:20], (said.text("name") or "")[:40]
        series = "".join((said.text("series") or "").split())[:20]
        hours = _centihours(run.layout.cell(row, "hours"))
        parts_fen = said.take(values.money(run.layout.cell(row, "parts_price"))) or 0
        valid_from = said.take(values.day(run.layout.cell(row, "valid_from")))
        if not code or not name:
            said.codes.append(Code.REQUIRED)
        number = f"{code}|{series}|{valid_from or ''}"
        content = digest(hours, parts_fen)
        if not refuses(tuple(said.codes)) and run.prices.setdefault(number, content) != content:
            said.codes.append(Code.PRICE_CONFLICT)
        if refuses(tuple(said.codes)):
            outcomes.append(left_out(*said.codes))
            continue
        outcomes.append(await _price(run, said, code, name, series, hours, parts_fen))
    return outcomes


async def _price(run: Run, said: Said, code: str, name: str, series: str, hours: int, parts_fen: int) -> Outcome:
    item = await database.fetch_one("SELECT id, name FROM service_item WHERE code = $1", code)
    if item is None:
        item_id = await database.fetch_value(
            "INSERT INTO service_item (code, name, minutes, bay_kind, is_maintenance, is_bookable, needs_road_test, "
            "  part_number, is_real_work) VALUES ($1, $2, $3, $4, $5, true, false, '', $6) RETURNING id",
            code, name, max(5, round(hours * 60 / 100)), BayKind.GENERAL.value, "保养" in name, "洗车" not in name,
        )  # fmt: skip
        run.journal.make("service_item", [item_id])
        item = {"id": item_id, "name": name}
    price = await database.fetch_one(
        "SELECT id, labour_centihours, parts_fen FROM item_price WHERE item_id = $1 AND series = $2 "
        "AND store_id IS NULL ORDER BY is_active DESC, valid_from DESC NULLS LAST LIMIT 1",
        item["id"],
        series,
    )
    proposals = {"name": name} if item["name"] != name else {}
    if price is None:
        price_id = await database.fetch_value(
            "INSERT INTO item_price (item_id, series, labour_centihours, parts_fen) "
            "VALUES ($1, $2, $3, $4) RETURNING id",
            item["id"], series, hours, parts_fen,
        )  # fmt: skip
        run.journal.make("item_price", [price_id])
        return Outcome(Result.NEW, tuple(said.codes), proposals)
    for column, value in (("labour_centihours", hours), ("parts_fen", parts_fen)):
        if price[column] != value:
            proposals[column] = str(value)
    return Outcome(Result.SAME, tuple(said.codes), proposals)


async def take_parts(run: Run, rows: Sequence[Row]) -> list[Outcome]:
    """Parts and their opening stock: what a store has of a part is the sum of its bins."""
    outcomes = []
    for row in rows:
        said = Said(run, row)
        number, name = (said.text("number") or "")[:40], (said.text("name") or "")[:60]
        store_text = said.text("store")
        store_id, refused = run.lists.store_of(store_text, run.store_id)
        said.codes += refused
        quantity = said.take(values.whole(run.layout.cell(row, "quantity")))
        said.take(values.money(run.layout.cell(row, "cost")))
        said.take(values.money(run.layout.cell(row, "price")))
        if not refuses(tuple(said.codes)) and (not number or not name or not store_text or quantity is None):
            said.codes.append(Code.REQUIRED)
        if refuses(tuple(said.codes)):
            outcomes.append(left_out(*said.codes))
            continue
        assert store_id is not None
        assert quantity is not None
        bin_name = said.text("bin") or ""
        outcomes.append(await _stock(run, said, number, name, store_id, bin_name, quantity))
    return outcomes


async def _stock(run: Run, said: Said, number: str, name: str, store_id: int, bin_name: str, quantity: int) -> Outcome:
    part_id = await database.fetch_value("SELECT id FROM part WHERE number = $1", number)
    if part_id is None:
        part_id = await database.fetch_value(
            "INSERT INTO part (number, name) VALUES ($1, $2) RETURNING id", number, name
        )
        run.journal.make("part", [part_id])
    key, content = f"{store_id}|{number}|{bin_name}"[:120], str(quantity)
    if (await foreign.known(run, "bin", [key])).get(key) == content:
        return Outcome(Result.SAME, tuple(said.codes))
    stock = await database.fetch_one(
        "SELECT id FROM part_stock WHERE part_id = $1 AND store_id = $2 FOR UPDATE", part_id, store_id
    )
    has_moved = stock is not None and (
        await database.fetch_value(
            "SELECT EXISTS (SELECT FROM part_request WHERE part_id = $1 AND store_id = $2) "
            "OR EXISTS (SELECT FROM stock_movement m JOIN part_stock k ON k.id = m.stock_id "
            f"WHERE k.part_id = $1 AND k.store_id = $2 AND m.kind <> {literals(StockMoveKind.OPENING)}) "
            "OR NOT EXISTS (SELECT FROM foreign_number WHERE kind = 'bin' AND about = $3)",
            part_id, store_id, str(Ref("part_stock", stock["id"])),
        )
    )  # fmt: skip
    if has_moved or (await foreign.known(run, "bin", [key])):
        return left_out(Code.PART_HAS_MOVED)
    if stock is None:
        stock_id = await database.fetch_value(
            "INSERT INTO part_stock (part_id, store_id, on_hand, reserved) VALUES ($1, $2, 0, 0) RETURNING id",
            part_id, store_id,
        )  # fmt: skip
        run.journal.make("part_stock", [stock_id])
        result = Result.NEW
    else:
        stock_id, result = stock["id"], Result.CHANGED
    if quantity:
        moved = await opening(stock_id, bin_name[:20], quantity, run.origin.by_id)
        run.journal.make("stock_movement", [moved])
    await foreign.keep(run, "bin", [(key, content, Ref("part_stock", stock_id))])
    return Outcome(result, tuple(said.codes))


async def _filled(
    run: Run, table: str, row_id: int, before: Columns, after: Columns, codes: list[Code], proposals: dict[str, str]
) -> Outcome:
    if not after:
        return Outcome(Result.SAME, tuple(codes), proposals)
    sets = ", ".join(f"{name} = ${number}" for number, name in enumerate(after, start=2))
    await database.execute(f"UPDATE {table} SET {sets} WHERE id = $1", row_id, *after.values())
    run.journal.change(table, row_id, {name: before[name] for name in after}, after)
    return Outcome(Result.CHANGED, tuple(codes), proposals)


def _centihours(cell: Cell) -> int:
    """`0.8h`, `1.2`, `0.6小时` as hundredths of an hour; 0 when nothing readable is there."""
    text = (values.plain(cell).value or "").strip()
    match = _HOURS.fullmatch(text)
    try:
        return int((Decimal(match[1]) * 100).to_integral_value()) if match else 0
    except InvalidOperation:
        return 0

"""Orders another program closed: history of a car, never billed or surveyed again."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from crm_core.imports import values
from crm_core.imports.codes import Code
from crm_core.imports.layout import Layout
from crm_core.imports.rules import Outcome, Result, left_out, refuses
from crm_core.imports.taking.run import Run, next_ids, write
from crm_core.imports.taking.said import digest
from crm_core.vehicles.models import BindingRole
from foundation import database
from foundation.spreadsheets.reading import Row

_MAINTENANCE: Final = ("保养", "首保", "养护")
_NO_WORK: Final = ("洗车", "咨询", "返利")


@dataclass
class _Order:
    row: int
    codes: list[Code] = field(default_factory=list)
    number: str = ""
    vin: str = ""
    plate: str = ""
    store_id: int | None = None
    opened_on: date | None = None
    settled_on: date | None = None
    km: int | None = None
    kind: str = ""
    complaint: str = ""
    labour_fen: int = 0
    parts_fen: int = 0
    discount_fen: int = 0
    paid_fen: int = 0
    advisor_id: int | None = None
    advisor_name: str = ""
    key: str = ""
    content: str = ""


@dataclass(frozen=True)
class _CarOnFile:
    id: int
    delivered_on: date | None


async def take(run: Run, rows: Sequence[Row]) -> list[Outcome]:
    """An outcome for each row; orders, visits and readings are written when this returns."""
    drafts = [_read(row, run.layout, run) for row in rows]
    cars = await _cars(drafts)
    on_file = await _orders_on_file(drafts)
    owners = await owners_of([car.id for car in cars.values()])
    outcomes: list[Outcome] = []
    new: list[tuple[_Order, _CarOnFile]] = []
    for draft in drafts:
        if refuses(tuple(draft.codes)):
            outcomes.append(left_out(*draft.codes, key=draft.number))
            continue
        car = _car_of(draft, cars)
        if car is None:
            outcomes.append(left_out(*draft.codes, Code.CAR_UNKNOWN, key=draft.number))
            continue
        content = on_file.get((draft.store_id, draft.key))
        if content is not None and content != draft.content:
            outcomes.append(left_out(*draft.codes, Code.ORDER_CONFLICT))
            continue
        if content is not None:
            outcomes.append(Outcome(Result.SAME, ()))
            continue
        if car.delivered_on and draft.opened_on and draft.opened_on < car.delivered_on:
            draft.codes.append(Code.BEFORE_DELIVERY)
        on_file[draft.store_id, draft.key] = draft.content
        new.append((draft, car))
        outcomes.append(Outcome(Result.NEW, tuple(sorted(set(draft.codes)))))
    await _write(run, new, owners)
    return outcomes


def _read(row: Row, layout: Layout, run: Run) -> _Order:
    draft = _Order(row.number)

    def take(read: values.Read[Any]) -> Any:
        draft.codes += read.codes
        return read.value

    def amount(name: str) -> int:
        found: int | None = take(values.money(layout.cell(row, name)))
        return found or 0

    draft.number = (take(values.identifier(layout.cell(row, "number"))) or "")[:60]
    # Neither is filed from here: what is wrong with them only means that no car is found by them.
    draft.vin = values.vin(layout.cell(row, "cars.vin")).value or ""
    draft.plate = values.plate(layout.cell(row, "cars.plate")).value or ""
    draft.store_id, refused = run.lists.store_of(
        values.identifier(layout.cell(row, "customers.store")).value, run.store_id
    )
    draft.codes += refused
    draft.opened_on = take(values.day(layout.cell(row, "opened_at"), today=run.today))
    draft.settled_on = take(values.day(layout.cell(row, "settled_at"), today=run.today))
    draft.opened_on = draft.opened_on or draft.settled_on
    draft.km = take(values.kilometres(layout.cell(row, "km")))
    draft.kind = (take(values.plain(layout.cell(row, "kind"))) or "")[:40]
    draft.complaint = (take(values.free_text(layout.cell(row, "complaint"))) or "")[:300]
    draft.labour_fen, draft.parts_fen = amount("labour") + amount("packages"), amount("parts")
    draft.discount_fen = amount("discount")
    draft.paid_fen = amount("paid")
    draft.advisor_name = (values.identifier(layout.cell(row, "advisor")).value or "")[:40]
    member = run.lists.member(draft.advisor_name, draft.store_id)
    draft.advisor_id = member.id if member else None
    if draft.advisor_name and member is None:
        draft.codes.append(Code.STAFF_UNKNOWN)
    if draft.opened_on is None and not refuses(tuple(draft.codes)):
        draft.codes.append(Code.REQUIRED)
    if draft.km is None and Code.KM_BAD not in draft.codes:
        draft.codes.append(Code.NO_KM)
    draft.content = digest(
        draft.vin or draft.plate,
        draft.opened_on,
        draft.km,
        draft.kind,
        draft.labour_fen,
        draft.parts_fen,
        draft.paid_fen,
    )
    draft.key = draft.number
    if not draft.number:
        draft.codes.append(Code.NO_NUMBER)
        total = draft.labour_fen + draft.parts_fen
        draft.key = "#" + digest(draft.vin or draft.plate, draft.opened_on, draft.km, total)
    return draft


def _car_of(draft: _Order, cars: dict[str, _CarOnFile]) -> _CarOnFile | None:
    if draft.vin:
        return cars.get(draft.vin)
    found = cars.get(draft.plate) if draft.plate else None
    if found is not None:
        draft.codes.append(Code.CAR_BY_PLATE)
    return found


async def _cars(drafts: Sequence[_Order]) -> dict[str, _CarOnFile]:
    """The cars on file that the drafts name, by VIN, or by plate if exactly one car has that plate."""
    found = {}
    for row in await database.fetch(
        "SELECT vin AS name, id, delivered_on FROM vehicle WHERE vin = ANY($1) UNION ALL "
        "SELECT plate, min(id), min(delivered_on) FROM vehicle WHERE plate = ANY($2) "
        "GROUP BY plate HAVING count(*) = 1",
        [draft.vin for draft in drafts if draft.vin],
        [draft.plate for draft in drafts if draft.plate and not draft.vin],
    ):
        found[row["name"]] = _CarOnFile(row["id"], row["delivered_on"])
    return found


async def _orders_on_file(drafts: Sequence[_Order]) -> dict[tuple[int | None, str], str]:
    rows = await database.fetch(
        "SELECT o.store_id, o.key, o.content FROM unnest($1::bigint[], $2::text[]) AS w(store_id, key) "
        "JOIN past_order o ON o.store_id = w.store_id AND o.key = w.key",
        [draft.store_id or 0 for draft in drafts],
        [draft.key for draft in drafts],
    )
    return {(row["store_id"], row["key"]): row["content"] for row in rows}


async def owners_of(vehicle_ids: Sequence[int]) -> dict[int, list[tuple[date, date | None, int]]]:
    """Of each car its owners: since when, until when, who."""
    found: dict[int, list[tuple[date, date | None, int]]] = {}
    for row in await database.fetch(
        "SELECT vehicle_id, since_on, until_on, customer_id FROM ownership "
        "WHERE vehicle_id = ANY($1) AND role = $2 ORDER BY since_on, id",
        list(vehicle_ids),
        BindingRole.OWNER.value,
    ):
        found.setdefault(row["vehicle_id"], []).append((row["since_on"], row["until_on"], row["customer_id"]))
    return found


def owner_on(day: date, ties: Sequence[tuple[date, date | None, int]]) -> int | None:
    """Who owned the car that day; before the first owner we know of, that one."""
    for since, until, customer_id in ties:
        if since <= day and (until is None or day < until):
            return customer_id
    return ties[0][2] if ties and day < ties[0][0] else None


async def _write(
    run: Run, new: Sequence[tuple[_Order, _CarOnFile]], owners: dict[int, list[tuple[date, date | None, int]]]
) -> None:
    ids = await next_ids("past_order", len(new))
    visits = await next_ids("service_visit", len(new))
    read = [(draft, car) for draft, car in new if draft.km is not None]
    readings = await next_ids("odometer_reading", len(read))
    orders, rows = [], []
    for number, visit, (draft, car) in zip(ids, visits, new, strict=True):
        assert draft.opened_on is not None
        customer_id = owner_on(draft.opened_on, owners.get(car.id, []))
        orders.append((
            number, draft.store_id, draft.key, car.id, customer_id, draft.opened_on, draft.settled_on, draft.km,
            draft.kind, draft.complaint, draft.labour_fen, draft.parts_fen, draft.discount_fen, draft.paid_fen,
            draft.advisor_id, draft.advisor_name, draft.content, draft.row, run.origin.by_id, run.now,
        ))  # fmt: skip
        rows.append((
            visit, car.id, customer_id, draft.store_id, number, draft.opened_on, draft.km,
            (draft.complaint or draft.kind or "历史工单")[:80], any(word in draft.kind for word in _MAINTENANCE),
            not any(word in draft.kind for word in _NO_WORK), draft.paid_fen,
        ))  # fmt: skip
    await write("past_order", _ORDER_COLUMNS, orders)
    await write("service_visit", _VISIT_COLUMNS, rows)
    await write(
        "odometer_reading",
        ("id", "vehicle_id", "read_on", "km", "starts_new_series", "reason"),
        [
            (number, car.id, draft.opened_on, draft.km, False, "")
            for number, (draft, car) in zip(readings, read, strict=True)
        ],
    )
    for table, made in (("past_order", ids), ("service_visit", visits), ("odometer_reading", readings)):
        run.journal.make(table, made)


_ORDER_COLUMNS: Final = (
    "id", "store_id", "key", "vehicle_id", "customer_id", "opened_on", "settled_on", "km", "kind", "complaint",
    "labour_fen", "parts_fen", "discount_fen", "paid_fen", "advisor_id", "advisor_name", "content", "file_row",
    "imported_by", "imported_at",
)  # fmt: skip
_VISIT_COLUMNS: Final = (
    "id", "vehicle_id", "customer_id", "store_id", "past_order_id", "visited_on", "km", "summary", "is_maintenance",
    "is_real_work", "paid_fen",
)  # fmt: skip

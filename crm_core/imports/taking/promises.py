"""What the dealer has promised or been allowed: appointments to come, coupons outstanding, consents. Few rows each."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import orjson

from crm_core.appointments import booking, capacity
from crm_core.appointments.errors import SlotNotPossible, SlotTaken
from crm_core.appointments.models import Appointment, AppointmentItem
from crm_core.appointments.rules import AppointmentState
from crm_core.coupons.models import Coupon
from crm_core.coupons.rules import CouponState, TemplateState
from crm_core.customers.consents import MARKETING
from crm_core.customers.models import IdentityKind, Purpose
from crm_core.dealerships.models import Store
from crm_core.imports import persons, values
from crm_core.imports.codes import Code
from crm_core.imports.rules import Outcome, Result, left_out, refuses
from crm_core.imports.taking import foreign
from crm_core.imports.taking.orders import owner_on, owners_of
from crm_core.imports.taking.run import Run
from crm_core.imports.taking.said import Said, digest
from crm_core.pricing import job_prices
from crm_core.promised_times import promising
from crm_core.vehicles.models import Vehicle
from foundation import clock, database
from foundation.reading import literals
from foundation.refs import Ref
from foundation.spreadsheets.reading import Row

_OVER: Final = ("已到店", "已完成", "已取消", "取消", "完成", "未到", "爽约", "已进厂", "已关闭")
_CONFIRMED: Final = ("已确认", "待到店", "确认")
PURPOSES: Final = {
    "短信营销": Purpose.MARKETING_SMS, "短信": Purpose.MARKETING_SMS, "电话营销": Purpose.MARKETING_CALL,
    "电话": Purpose.MARKETING_CALL, "企微营销": Purpose.MARKETING_WECOM, "企业微信营销": Purpose.MARKETING_WECOM,
    "微信营销": Purpose.MARKETING_WECOM, "企微": Purpose.MARKETING_WECOM, "微信": Purpose.MARKETING_WECOM,
    "个性化推荐": Purpose.PROFILING, "画像": Purpose.PROFILING, "照片宣传": Purpose.PHOTO_PUBLICITY,
    "广告投放": Purpose.AD_AUDIENCE,
    "服务通知": Purpose.SERVICE_NOTICE,
}  # fmt: skip
_YES: Final = frozenset({"是", "Y", "YES", "1", "√", "有", "同意", "TRUE"})
_NO: Final = frozenset({"否", "N", "NO", "0", "×", "X", "无", "拒绝", "退订", "不同意", "FALSE"})
_BUNDLED: Final = ("购车默认", "会员默认", "入会默认", "默认")
_USED: Final = ("已核销", "已使用", "已用完")


async def take_appointments(run: Run, rows: Sequence[Row]) -> list[Outcome]:
    """Bookings to come. Each takes its place; where none is free it is taken all the same and listed."""
    return [await _appointment(run, Said(run, row)) for row in rows]


async def _appointment(run: Run, said: Said) -> Outcome:
    number = said.text("number") or ""
    plate, vin = values.plate(said.cell("cars.plate")).value, values.vin(said.cell("cars.vin")).value
    day = said.take(values.day(said.cell("date")))
    at = said.take(values.clock_time(said.cell("time")))
    state = said.text("state") or ""
    if not refuses(tuple(said.codes)) and (day is None or at is None):
        said.codes.append(Code.REQUIRED)
    elif day is not None and (any(word in state for word in _OVER) or day < run.today):
        said.codes.append(Code.APPOINTMENT_PAST)
    if refuses(tuple(said.codes)):
        return left_out(*said.codes)
    assert day is not None
    assert at is not None
    starts_at = clock.at(day, at.hour, at.minute)
    content = digest(vin or plate, starts_at.isoformat())
    key = number or f"#{content}"
    if key in await foreign.known(run, "appointment", [key]):
        return Outcome(Result.SAME, tuple(said.codes))
    if starts_at <= run.now:
        return left_out(*said.codes, Code.APPOINTMENT_PAST)
    vehicle = await Vehicle.get_or_none(vin=vin) if vin else await _only_car(plate)
    owner = await _owner(vehicle, run) if vehicle else None
    if vehicle is None or owner is None:
        return left_out(*said.codes, Code.CAR_UNKNOWN)
    items = await _items(said.text("items"))
    if not items:
        return left_out(*said.codes, Code.ITEM_UNKNOWN)
    return await _book(run, said, vehicle, owner, items, starts_at, (key, content), is_confirmed=state in _CONFIRMED)


async def _book(
    run: Run,
    said: Said,
    vehicle: Vehicle,
    customer_id: int,
    item_ids: list[int],
    starts_at: datetime,
    key: tuple[str, str],
    *,
    is_confirmed: bool,
) -> Outcome:
    live = literals(AppointmentState.REQUESTED, AppointmentState.CONFIRMED, AppointmentState.ARRIVED)
    if await database.fetch_value(
        f"SELECT EXISTS (SELECT FROM appointment WHERE vehicle_id = $1 AND state IN ({live}))", vehicle.id
    ):
        return Outcome(Result.SAME, tuple(said.codes), {"starts_at": starts_at.isoformat()})
    store = await Store.get(id=run.store_id)
    priced = await job_prices.alone(store, vehicle, item_ids)
    model = await vehicle.model
    await promising.begin(capacity.KIND, store.id, customer_id, starts_at)
    wanted = await booking.wanted_work(store, model, priced)
    member = run.lists.member(said.text("advisor") or said.text("cars.advisor"), store.id)
    appointment = await Appointment.create(
        store_id=store.id,
        customer_id=customer_id,
        vehicle_id=vehicle.id,
        starts_at=starts_at,
        minutes=wanted.minutes,
        bay_kind=wanted.bay_kind,
        state=AppointmentState.CONFIRMED if is_confirmed else AppointmentState.REQUESTED,
        confirmed_at=run.now if is_confirmed else None,
        source="import",
        note=(said.take(values.free_text(said.cell("note"))) or "")[:200],
        confirm_by=min(starts_at, run.now),
        advisor_id=member.id if member else None,
        created_at=run.now,
    )
    items = [
        await AppointmentItem.create(
            appointment_id=appointment.id, item_id=item.item_id, name=item.name, minutes=item.minutes,
            labour_fen=item.labour_fen, parts_fen=item.parts_fen,
        )
        for item in priced
    ]  # fmt: skip
    try:
        async with database.savepoint():
            promised = await capacity.take_place(
                store, wanted, starts_at, customer_id=customer_id, appointment_id=appointment.id
            )
        run.journal.make("promised_time", [promised.id])
    except (SlotTaken, SlotNotPossible):
        said.codes.append(Code.OVER_CAPACITY)
    run.journal.make("appointment", [appointment.id])
    run.journal.make("appointment_item", [item.id for item in items])
    await foreign.keep(run, "appointment", [(*key, Ref("appointment", appointment.id))])
    return Outcome(Result.NEW, tuple(said.codes))


async def _only_car(plate: str | None) -> Vehicle | None:
    found = await Vehicle.filter(plate=plate).limit(2) if plate else []
    return found[0] if len(found) == 1 else None


async def _owner(vehicle: Vehicle, run: Run) -> int | None:
    return owner_on(run.today, (await owners_of([vehicle.id])).get(vehicle.id, []))


async def _items(text: str | None) -> list[int]:
    """Items by name, several between commas."""
    names = [part.strip() for part in (text or "").replace("，", ",").replace("、", ",").replace("+", ",").split(",")]
    rows = await database.fetch("SELECT id FROM service_item WHERE name = ANY($1) AND is_bookable", names)
    return [row["id"] for row in rows]


async def take_coupons(run: Run, rows: Sequence[Row]) -> list[Outcome]:
    """Coupons another program still owes: so many as are left, of the approved template of that name."""
    return [await _coupon(run, Said(run, row)) for row in rows]


async def _coupon(run: Run, said: Said) -> Outcome:
    number, name = said.text("number") or "", said.text("template") or ""
    valid_to = said.take(values.day(said.cell("valid_to")))
    total, used, left = (said.take(values.whole(said.cell(field))) for field in ("total", "used", "left"))
    state = said.text("state") or ""
    if not name or valid_to is None:
        said.codes.append(Code.REQUIRED)
    elif valid_to < run.today:
        said.codes.append(Code.COUPON_EXPIRED)
    how_many = left if left is not None else (total if total is not None else 1) - (used or 0)
    if not refuses(tuple(said.codes)) and (how_many <= 0 or state in _USED):
        said.codes.append(Code.COUPON_USED)
    if refuses(tuple(said.codes)):
        return left_out(*said.codes)
    assert valid_to is not None
    template_id = await database.fetch_value(
        f"SELECT id FROM coupon_template WHERE name = $1 AND state IN ({literals(TemplateState.ACTIVE)})", name
    )
    if template_id is None:
        return left_out(*said.codes, Code.TEMPLATE_UNKNOWN)
    customer_id = await _by_phone(said) or await _by_plate(said, run)
    if customer_id is None:
        return left_out(*said.codes, Code.CUSTOMER_UNKNOWN)
    content = digest(template_id, customer_id, how_many, valid_to)
    key = number or f"#{content}"
    if key in await foreign.known(run, "coupon", [key]):
        return Outcome(Result.SAME, tuple(said.codes))
    highest = await database.fetch_value(
        "SELECT coalesce(max(person_no), 0) FROM coupon WHERE template_id = $1 AND customer_id = $2",
        template_id, customer_id,
    )  # fmt: skip
    coupons = [
        await Coupon.create(
            template_id=template_id, customer_id=customer_id, person_no=highest + n, state=CouponState.AVAILABLE,
            source="import", source_ref=f"import:{key}:{n}"[:40], issued_at=run.now, claim_by=run.now,
            claimed_at=run.now, valid_to=clock.end_of_day(valid_to),
        )
        for n in range(1, how_many + 1)
    ]  # fmt: skip
    run.journal.make("coupon", [coupon.id for coupon in coupons])
    await foreign.keep(run, "coupon", [(key, content, Ref("coupon", coupons[0].id))])
    return Outcome(Result.NEW, tuple(said.codes))


async def take_consents(run: Run, rows: Sequence[Row]) -> list[Outcome]:
    """Consents with their evidence. A no is always taken, and stops all marketing; a yes only with its proof."""
    return [await _consent(run, Said(run, row)) for row in rows]


async def _consent(run: Run, said: Said) -> Outcome:
    given = (said.text("given") or "").upper()
    purpose_text = said.text("purpose") or ""
    purpose = PURPOSES.get(purpose_text)
    given_on = said.take(values.day(said.cell("given_at"), today=run.today))
    how, evidence = said.text("how") or "", said.text("evidence") or ""
    customer_id = await _by_phone(said)
    if given in _NO:
        if customer_id is None:
            return left_out(Code.CUSTOMER_UNKNOWN)
        return await _stop(run, said, customer_id)
    if given not in _YES or not said.text("phone") or given_on is None or not how:
        said.codes.append(Code.REQUIRED)
    if how in _BUNDLED:
        said.codes.append(Code.CONSENT_BUNDLED)
    elif not evidence:
        said.codes.append(Code.EVIDENCE_MISSING)
    if purpose is None:
        said.codes.append(Code.PURPOSE_UNKNOWN)
    if refuses(tuple(said.codes)):
        return left_out(*said.codes)
    if customer_id is None:
        return left_out(*said.codes, Code.CUSTOMER_UNKNOWN)
    assert purpose is not None
    assert given_on is not None
    live = await database.fetch_one(
        "SELECT given_at, evidence FROM consent WHERE customer_id = $1 AND purpose = $2 AND withdrawn_at IS NULL",
        customer_id, purpose.value,
    )  # fmt: skip
    if live is not None:
        return Outcome(Result.SAME, tuple(said.codes))
    stopped = await database.fetch_value("SELECT marketing_stopped_at FROM customer WHERE id = $1", customer_id)
    at = clock.at(given_on, 12)
    if stopped is not None and stopped > at:
        return Outcome(Result.SAME, tuple(said.codes))
    consent_id = await database.fetch_value(
        "INSERT INTO consent (customer_id, purpose, text_version, given_at, how, evidence, withdrawn_how) "
        "VALUES ($1, $2, $3, $4, $5, $6, '') RETURNING id",
        customer_id, purpose.value, (said.text("text_version") or "import")[:20], at, how[:40],
        orjson.dumps({"document": evidence, "import_job": run.origin.import_job_id}).decode(),
    )  # fmt: skip
    run.journal.make("consent", [consent_id])
    return Outcome(Result.NEW, tuple(said.codes))


async def _stop(run: Run, said: Said, customer_id: int) -> Outcome:
    row = await database.fetch_one("SELECT marketing_stopped_at, version FROM customer WHERE id = $1", customer_id)
    assert row is not None
    said_on = values.day(said.cell("given_at")).value
    at = clock.at(said_on, 12) if said_on else run.now
    if row["marketing_stopped_at"] is not None:
        return Outcome(Result.SAME, tuple(said.codes))
    await database.execute(
        "UPDATE customer SET marketing_stopped_at = $2, version = version + 1 WHERE id = $1", customer_id, at
    )
    run.journal.change(
        "customer", customer_id, {"marketing_stopped_at": None, "version": row["version"]},
        {"marketing_stopped_at": at, "version": row["version"] + 1},
    )  # fmt: skip
    for consent in await database.fetch(
        "UPDATE consent SET withdrawn_at = $2, withdrawn_how = 'import' "
        "WHERE customer_id = $1 AND withdrawn_at IS NULL "
        f"AND purpose IN ({literals(*MARKETING)}) RETURNING id",
        customer_id,
        max(at, run.now),
    ):
        run.journal.change("consent", consent["id"], {"withdrawn_at": None}, {"withdrawn_at": max(at, run.now)})
    return Outcome(Result.NEW, tuple(said.codes))


async def _by_phone(said: Said) -> int | None:
    """The customer who has had this number longest."""
    cell = said.cell("phone") if said.cell("phone") is not None else said.cell("customers.phone")
    mobiles = persons.phones([cell]).value
    if mobiles is None or not mobiles.mobiles:
        return None
    found = await database.fetch_value(
        "SELECT min(id) FROM (SELECT customer_id AS id FROM identity WHERE kind = $1 AND value = $2 "
        "UNION SELECT id FROM customer WHERE phone = $2 AND merged_into_id IS NULL) t",
        IdentityKind.PHONE.value, mobiles.mobiles[0],
    )  # fmt: skip
    return None if found is None else int(found)


async def _by_plate(said: Said, run: Run) -> int | None:
    vehicle = await _only_car(values.plate(said.cell("cars.plate")).value)
    return await _owner(vehicle, run) if vehicle else None

"""Beside the first store runs a DMS: it has a key and brought the cars in stock, what it is told has not arrived since
the morning, and the store keeps two fields of its own.
"""

from datetime import datetime, timedelta
from typing import Final

from app.seed.bringing import invented_vin
from app.seed.group import Group
from crm_core.appointments.events import AppointmentConfirmed
from crm_core.billing.events import BillPaid
from crm_core.custom_fields.models import CustomField, CustomValue
from crm_core.custom_fields.rules import FieldAbout, FieldKind
from crm_core.dealerships.actors import partner, staff_actor
from crm_core.dealerships.models import Role
from crm_core.dealerships.staff import staff_with_role
from crm_core.partners import bringing_stock, keys
from crm_core.partners.calls import SentRow
from crm_core.partners.scopes import Scope
from crm_core.webhooks import keeping
from crm_core.webhooks.catalogue import told
from crm_core.webhooks.models import Webhook, WebhookDelivery, WebhookPause, WebhookTry
from crm_core.webhooks.rules import DeliveryState, Outcome, WebhookState
from foundation import clock, database
from foundation.refs import Ref
from foundation.spreadsheets.cells import Cell

PROGRAM: Final = "dms"
_TRIES: Final = 12
_MODELS: Final = (
    ("云帆X6 2.0T 精英", ("珠光白", "曜石黑")),
    ("云帆S5 1.5T 豪华", ("珠光白", "星河银", "珊瑚红")),
    ("云帆E5 长续航", ("冰川蓝", "珠光白")),
    ("云帆H6 PHEV 长续航", ("曜石黑", "星河银")),
    ("云帆X7 2.0T 七座", ("曜石黑", "珠光白")),
    ("云帆E5 标准", ("冰川蓝", "星河银")),
)
_DAYS_IN_STOCK: Final = (212, 140, 96, 95, 71, 62, 47, 45, 40, 33, 31, 28, 24, 19, 15, 15, 12, 9, 6, 6, 3, 2, 1)
"""Most cars are sold within two months; the first is the one nobody wants."""


async def make(group: Group, now: datetime) -> None:
    """The key, the paused target with what is owed to it, and the fields with a few values."""
    store = group.live_stores[0]
    manager = await staff_actor(min(await staff_with_role(Role.GM, store.id)))
    made_key = await keys.make(
        manager, name="总部 DMS", source_system=PROGRAM, store_ids=[store.id], scopes=list(Scope), calls_per_minute=120
    )
    await _stock(made_key.id, store.id)
    made = await keeping.make(
        manager,
        name="总部 DMS",
        url="https://dms.yunfan.example/wedealer",
        store_ids=[store.id],
        events=[AppointmentConfirmed.name, BillPaid.name],
        source_system=PROGRAM,
    )
    await Webhook.filter(id=made.id).update(
        state=WebhookState.PAUSED,
        pause_reason=WebhookPause.KEEPS_FAILING,
        failures=_TRIES,
        failing_since=now - timedelta(hours=5),
    )
    await _owe(made.id, store.id, now)
    await _fields(store.id, now, str(manager))


async def _stock(key_id: int, store_id: int) -> None:
    today = clock.today()
    rows = []
    for number, ((model, colours), days) in enumerate(zip(_MODELS * 4, _DAYS_IN_STOCK, strict=False), start=1):
        cells: dict[str, Cell] = {
            "vin": invented_vin(980_000 + number),
            "model": model,
            "colour": colours[number % len(colours)],
            "arrived_on": (today - timedelta(days=days)).isoformat(),
        }
        rows.append(SentRow(f"KC{number:05d}", cells))
    await bringing_stock.bring_stock(partner(key_id, "总部 DMS", PROGRAM, [store_id], list(Scope)), rows)


async def _owe(webhook_id: int, store_id: int, now: datetime) -> None:
    appointments = await database.fetch(
        "SELECT id, customer_id, vehicle_id, starts_at FROM appointment "
        "WHERE store_id = $1 AND customer_id IS NOT NULL ORDER BY id DESC LIMIT 3",
        store_id,
    )
    for number, row in enumerate(appointments, start=1):
        at = now - timedelta(hours=5, minutes=number)
        facts = {
            "appointment_id": row["id"], "vehicle_id": row["vehicle_id"], "starts_at": row["starts_at"].isoformat(),
        }  # fmt: skip
        delivery = await WebhookDelivery.create(
            webhook_id=webhook_id,
            event_name=AppointmentConfirmed.name,
            subject=Ref("appointment", row["id"]),
            customer_id=row["customer_id"],
            payload=told(AppointmentConfirmed.name, at, store_id, row["customer_id"], facts),
            state=DeliveryState.PENDING,
            created_at=at,
            tries=_TRIES // 3,
            trouble="HTTP 503",
        )
        for each in range(_TRIES // 3):
            await WebhookTry.create(
                delivery_id=delivery.id,
                at=at + timedelta(minutes=2**each),
                outcome=Outcome.STATUS,
                status=503,
                milliseconds=41,
            )


async def _fields(store_id: int, now: datetime, by: str) -> None:
    fleet = await CustomField.create(
        about=FieldAbout.VEHICLE,
        code="use",
        name="用车性质",
        kind=FieldKind.CHOICE,
        options="私用、公务、租赁",
        hint="",
    )
    parking = await CustomField.create(
        store_id=store_id, about=FieldAbout.CUSTOMER, code="pick_up_place", name="接车地点", kind=FieldKind.TEXT,
        hint="上门取送时去哪里", is_personal=True,
    )  # fmt: skip
    owners = await database.fetch(
        "SELECT c.id AS customer_id, min(o.vehicle_id) AS vehicle_id FROM customer c JOIN ownership o "
        "ON o.customer_id = c.id AND o.until_on IS NULL WHERE c.home_store_id = $1 GROUP BY c.id ORDER BY c.id LIMIT 4",
        store_id,
    )
    for row, use, place in zip(
        owners, ("私用", "公务", "租赁", "私用"), ("海岸城北门", "公司前台", "", "家里"), strict=False
    ):
        await CustomValue.create(field_id=fleet.id, vehicle_id=row["vehicle_id"], text_value=use, set_at=now, set_by=by)
        if place:
            await CustomValue.create(
                field_id=parking.id, customer_id=row["customer_id"], text_value=place, set_at=now, set_by=by
            )

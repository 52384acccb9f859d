"""免打扰时段: what a customer told staff about when they do not wish to be written to."""

from datetime import time
from typing import Literal

from console.sign_in import api
from crm_core.customers.quiet_hours import reading, setting
from crm_core.customers.quiet_hours.models import QuietSource
from crm_core.customers.quiet_hours.reading import QuietSpan
from crm_core.dealerships.actors import Actor
from foundation.web import Schema


class NoteQuietHoursIn(Schema):
    """Between which times of each day, over midnight too, and where they said so."""

    starts: time
    ends: time
    source: Literal["PHONE", "WECOM", "AT_STORE"]


@api.get("/customers/{customer_id}/quiet-hours", summary="When they do not wish to be written to, and who noted it")
async def quiet_hours_of_customer(actor: Actor, customer_id: int) -> list[QuietSpan]:
    return await reading.of_customer(actor, customer_id)


@api.post("/customers/{customer_id}/quiet-hours", status=201, summary="Note hours at which they want no messages")
async def note_quiet_hours(actor: Actor, customer_id: int, body: NoteQuietHoursIn) -> list[QuietSpan]:
    await setting.begin(actor, customer_id, body.starts, body.ends, QuietSource(body.source))
    return await reading.of_customer(actor, customer_id)


@api.delete("/quiet-hours/{quiet_hours_id}", summary="The customer no longer minds these hours")
async def end_quiet_hours(actor: Actor, quiet_hours_id: int) -> list[QuietSpan]:
    return await reading.of_customer(actor, await setting.end(actor, quiet_hours_id))

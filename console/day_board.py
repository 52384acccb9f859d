"""The advisor's day 今日看板 S2: what to do now, then appointments and repair orders in columns."""

from datetime import date, datetime
from typing import Any

from pydantic import Field

from console import masked
from console.sign_in import api
from crm_core.dealerships.actors import Actor
from crm_core.repair_orders import board
from foundation import clock
from foundation.web import Day, Schema


class DayBoardQuery(Schema):
    """Which store and day; today when left out."""

    store_id: int = Field(gt=0, lt=2**63)
    day: Day | None = None
    only_mine: bool = False


class TodoOut(Schema):
    """What burns and its next step; `rule` says which rule put it there."""

    rule: str
    urgency: str
    text: str
    plate: str | None
    repair_order_id: int | None
    additional_work_id: int | None
    appointment_id: int | None


class DayAppointmentOut(Schema):
    """An appointment of the day."""

    id: int
    state: str
    starts_at: datetime
    arrived_at: datetime | None
    minutes: int
    items: str
    customer_id: int
    customer_name: str
    plate: str
    series: str
    waits_on_site: bool
    version: int


class DayOrderOut(Schema):
    """A car in the workshop or to be settled."""

    id: int
    number: str
    state: str
    title: str
    standing: str
    doing: str | None
    open_lines: str
    plate: str
    series: str
    customer_id: int
    customer_name: str
    advisor: str
    promised_at: datetime | None
    first_promised_at: datetime | None
    ready_at: datetime | None
    billed_at: datetime | None
    waits_on_site: bool
    amount_fen: int | None
    version: int


class DayBoardOut(Schema):
    """S2: what to do now, then the columns by their next deadline. Count the lists for the heads."""

    day: date
    now: datetime
    todo: list[TodoOut]
    to_arrive: list[DayAppointmentOut]
    to_receive: list[DayAppointmentOut]
    in_workshop: list[DayOrderOut]
    to_settle: list[DayOrderOut]
    no_show: list[DayAppointmentOut]
    came_count: int
    cancelled_count: int


@api.get("/workshop/day", summary="The advisor's day: what to do now, then the columns")
async def day_board(actor: Actor, query: DayBoardQuery) -> DayBoardOut:
    on = query.day or clock.today()
    rows = await board.day(actor, query.store_id, on, only_mine=query.only_mine)
    appointments = {name: [_appointment(actor, row) for row in rows[name]] for name in ("to_arrive", "to_receive")}
    return DayBoardOut(
        day=on,
        now=clock.now(),
        todo=[_todo(actor, row) for row in rows["todo"]],
        **appointments,
        in_workshop=[_day_order(actor, row) for row in rows["in_workshop"]],
        to_settle=[_day_order(actor, row) for row in rows["to_settle"]],
        no_show=[_appointment(actor, row) for row in rows["no_show"]],
        came_count=rows["came_count"],
        cancelled_count=rows["cancelled_count"],
    )


def _todo(actor: Actor, row: dict[str, Any]) -> TodoOut:
    return TodoOut(**{**row, "plate": row["plate"] and masked.plate(actor, row["plate"])})


def _appointment(actor: Actor, row: dict[str, Any]) -> DayAppointmentOut:
    known = {name: row[name] for name in DayAppointmentOut.model_fields}
    known |= {"customer_name": masked.name(actor, row["customer_name"]), "plate": masked.plate(actor, row["plate"])}
    return DayAppointmentOut(**known)


def _day_order(actor: Actor, row: dict[str, Any]) -> DayOrderOut:
    known = {name: row[name] for name in DayOrderOut.model_fields}
    known |= {
        "customer_name": masked.name(actor, row["customer_name"]),
        "plate": masked.plate(actor, row["plate"]),
        "amount_fen": masked.fen(actor, row["amount_fen"]),
    }
    return DayOrderOut(**known)

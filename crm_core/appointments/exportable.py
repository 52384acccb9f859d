"""The list of all bookings as a file."""

from collections.abc import AsyncIterator
from datetime import timedelta

from crm_core.appointments import booked
from crm_core.appointments.booked import MOST_DAYS, Booked
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.exporting import Question, exportable, of_each_store
from foundation import clock


@exportable(
    "appointments",
    title="预约",
    action="appointments.read",
    columns={
        "starts_at": "到店时间",
        "minutes": "分钟",
        "state": "状态",
        "customer_name": "客户",
        "plate": "车牌",
        "series": "车系",
        "items": "项目",
        "advisor": "顾问",
    },
    question=("when", "state"),
)
async def appointments(actor: Actor, question: Question) -> AsyncIterator[Booked]:
    """The bookings to come, or with `when` = `past` those of as many days before, of every store the reader reads."""
    first = clock.today() - timedelta(days=MOST_DAYS) if question.get("when") == "past" else clock.today()
    state = question.get("state", "")

    async def of_store(reader: Actor, store_id: int) -> list[Booked]:
        return await booked.of_store(reader, store_id, first, MOST_DAYS)

    async for row in of_each_store(actor, "appointments.read", of_store):
        if state in ("", row.state.value):
            yield row

"""Call sheets as a file: one line for each open task."""

from collections.abc import AsyncIterator
from datetime import date

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.exporting import Question, exportable
from crm_core.dealerships.permissions import stores_within
from crm_core.dealerships.stores import live_store_ids
from crm_core.tasks import queries
from crm_core.tasks.queries import CustomerSheet, Whose
from crm_core.tasks.rules import TaskKind
from foundation.reading import read_model


@read_model
class SheetLine:
    """One open task with its customer."""

    customer_name: str
    phone: str | None
    series: str
    plate: str
    label: str
    due_on: date
    reason: str
    next_on: date | None
    tried: int
    assignee: str | None


@exportable(
    "call-sheets",
    title="招徕任务",
    action="tasks.read",
    columns={
        "customer_name": "客户",
        "phone": "手机号",
        "series": "车系",
        "plate": "车牌",
        "label": "种类",
        "due_on": "到期",
        "reason": "为什么",
        "next_on": "该联系",
        "tried": "联系过几次",
        "assignee": "负责",
    },
    question=("whose", "kind", "days"),
)
async def call_sheets(actor: Actor, question: Question) -> AsyncIterator[SheetLine]:
    """The tasks the page shows for this question; a store's are those of every store whose tasks the reader reads."""
    whose = Whose(question.get("whose") or Whose.MINE) if question.get("whose", "") in {"", *Whose} else Whose.MINE
    kind = TaskKind(question["kind"]) if question.get("kind") in set(TaskKind) else None
    reached = stores_within(actor, "tasks.read")
    stores = sorted(reached) if reached is not None else await live_store_ids()
    for store_id in [None] if whose is Whose.MINE else stores:
        cursor: str | None = None
        while True:
            page = await queries.of_reader(
                actor, whose, store_id, kind=kind, all_days=question.get("days") == "all", cursor=cursor
            )
            for sheet in page.items:
                for line in _lines(sheet):
                    yield line
            cursor = page.next_cursor
            if cursor is None:
                break


def _lines(sheet: CustomerSheet) -> list[SheetLine]:
    return [
        SheetLine(
            customer_name=sheet.customer_name,
            phone=sheet.phone,
            series=task.series,
            plate=task.plate,
            label=task.label,
            due_on=task.due_on,
            reason=task.reason,
            next_on=task.next_on,
            tried=task.tried,
            assignee=task.assignee,
        )
        for task in sheet.tasks
    ]

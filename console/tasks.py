"""招徕任务 S12: call sheets, noting a contact, giving tasks to a colleague, dropping them."""

from dataclasses import replace

from pydantic import Field

from campaigns import recall_messages
from campaigns.contact_permission import ContactPermission, contact_permission
from campaigns.recall_messages import RecallMessages
from console import masked
from console.sign_in import api
from crm_core.dealerships.actors import Actor
from crm_core.tasks import queries, working
from crm_core.tasks.queries import CustomerSheet, SheetHistory, SheetPage, Whose
from crm_core.tasks.rules import Channel, ContactOutcome, TaskKind
from crm_core.tasks.working import Seen
from foundation.reading import derive, read_model
from foundation.web import Cursor, Day, Id, Schema, Version


class SeenIn(Schema):
    """A task as its reader saw it."""

    id: Id
    version: Version


class TasksIn(Schema):
    """Some tasks of one customer."""

    tasks: list[SeenIn] = Field(min_length=1, max_length=20)

    @property
    def seen(self) -> list[Seen]:
        """For the verb."""
        return [Seen(each.id, each.version) for each in self.tasks]


class SheetsQuery(Schema):
    """Whose sheets, about what; by default those of the reader that are due by today. Others are asked for by store."""

    store_id: Id | None = None
    whose: Whose = Whose.MINE
    kind: TaskKind | None = None
    all_days: bool = False
    cursor: Cursor | None = None


@read_model
class CallSheet(CustomerSheet):
    """A sheet with what holds for contacting its customer."""

    contact: ContactPermission


class ContactIn(TasksIn):
    """A contact that took place, and when the next one is to be."""

    channel: Channel
    outcome: ContactOutcome
    note: str = Field("", max_length=200)
    next_on: Day | None = None


class AssignTasksIn(TasksIn):
    """To whom."""

    staff_id: Id


class DropTasksIn(TasksIn):
    """Why nobody needs to contact the customer."""

    reason: str = Field(min_length=1, max_length=80)


@api.get("/task-sheets", summary="招徕: call sheets, the most worthwhile customer first")
async def task_sheets(actor: Actor, query: SheetsQuery) -> SheetPage:
    page = await queries.of_reader(
        actor, query.whose, query.store_id, kind=query.kind, all_days=query.all_days, cursor=query.cursor
    )
    return replace(page, items=[_masked(actor, sheet) for sheet in page.items])


@api.get("/task-sheets/{customer_id}", summary="The call sheet of one customer, and whether they may be called now")
async def task_sheet(actor: Actor, customer_id: int) -> CallSheet:
    sheet = _masked(actor, await queries.one(actor, customer_id))
    return derive(CallSheet, sheet, contact=await contact_permission(customer_id))


@api.get("/task-sheets/{customer_id}/messages", summary="What may be written to this customer in WeCom, and by whom")
async def recall_texts(actor: Actor, customer_id: int) -> RecallMessages:
    return await recall_messages.of_sheet(actor, customer_id)


@api.get("/task-sheets/{customer_id}/history", summary="Contacts so far, and tasks that are over")
async def task_history(actor: Actor, customer_id: int) -> SheetHistory:
    return await queries.history(actor, customer_id)


@api.post("/tasks/contact", status=204, summary="Note one call or message about some tasks of one customer")
async def note_contact(actor: Actor, body: ContactIn) -> None:
    await working.note_contact(
        actor, body.seen, channel=body.channel, outcome=body.outcome, note=body.note, next_on=body.next_on
    )


@api.post("/tasks/assignment", status=204, summary="Give tasks to a colleague")
async def assign_tasks(actor: Actor, body: AssignTasksIn) -> None:
    await working.assign(actor, body.seen, body.staff_id)


@api.post("/tasks/drop", status=204, summary="不用联系了: end tasks with a reason")
async def drop_tasks(actor: Actor, body: DropTasksIn) -> None:
    await working.drop(actor, body.seen, body.reason)


def _masked(actor: Actor, sheet: CustomerSheet) -> CustomerSheet:
    return replace(
        sheet,
        customer_name=masked.name(actor, sheet.customer_name),
        phone=masked.phone(actor, sheet.phone),
        tasks=[replace(task, plate=masked.plate(actor, task.plate)) for task in sheet.tasks],
    )

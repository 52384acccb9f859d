"""The tries of the loop as a file."""

from collections.abc import AsyncIterator

from campaigns.waking.loop import queries
from campaigns.waking.loop.queries import AskedTries, AttemptRow
from campaigns.waking.loop.rules import AttemptState
from campaigns.waking.rules import Path
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.exporting import Question, exportable


@exportable(
    "waking-loop",
    title="唤醒循环",
    action="waking.read",
    columns={
        "name": "车主",
        "store": "门店",
        "path_word": "方式",
        "state_word": "结果",
        "from_on": "哪天起合适",
        "sent_at": "联系时间",
        "reaction_word": "反应",
        "reacted_at": "反应时间",
        "ended_because": "为什么停",
    },
    question=("path", "state", "store"),
)
async def tries(actor: Actor, question: Question) -> AsyncIterator[AttemptRow]:
    """The tries the page shows for this question."""
    store, path, state = question.get("store"), question.get("path"), question.get("state")
    asked = AskedTries(
        store_id=int(store[:18]) if store and store.isdigit() else None,
        path=Path(path) if path in set(Path) else None,
        state=AttemptState(state) if state in set(AttemptState) else None,
    )
    cursor: str | None = None
    while True:
        page = await queries.tries(actor, asked, cursor=cursor, limit=queries.LARGEST_PAGE)
        for row in page.items:
            yield row
        cursor = page.next_cursor
        if cursor is None:
            return

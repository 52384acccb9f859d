"""The pool as a file."""

from collections.abc import AsyncIterator

from campaigns.waking import queries
from campaigns.waking.ad_audience import AdPerson, of_reader
from campaigns.waking.queries import Asked, PoolRow
from campaigns.waking.rules import Path
from crm_core.customers.dormancy import Dormancy
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.exporting import Question, exportable


@exportable(
    "waking",
    title="唤醒池",
    action="waking.read",
    columns={
        "name": "车主",
        "series": "车型",
        "plate": "车牌",
        "store": "门店",
        "state_word": "状态",
        "since_on": "从哪天起",
        "previous_word": "之前",
        "recency_days": "多少天没来",
        "overdue_days": "保养过期天数",
        "value": "价值",
        "path_word": "最好的方式",
        "contact_on": "最好的日子",
        "hindered": "现在不能联系的原因",
    },
    question=("state", "store", "path", "value"),
)
async def pool(actor: Actor, question: Question) -> AsyncIterator[PoolRow]:
    """The owners the page shows for this question."""
    state, path = question.get("state"), question.get("path")
    asked = Asked(
        store_id=_number(question.get("store")),
        states=(Dormancy(state),) if state in set(Dormancy) else (),
        path=Path(path) if path in set(Path) else None,
        value_from=_number(question.get("value")),
    )
    async for row in queries.each_of_reader(actor, asked):
        yield row


@exportable(
    "ad-audience",
    title="广告名单",
    action="waking.read",
    columns={"hashed_phone": "HASH_MOBILE_PHONE"},
    question=("store",),
)
async def ad_audience(actor: Actor, question: Question) -> AsyncIterator[AdPerson]:
    """Owners no other path reaches who agreed to advertising, as the platform takes their numbers."""
    async for row in of_reader(actor, _number(question.get("store"))):
        yield row


def _number(text: str | None) -> int | None:
    return int(text[:18]) if text and text.isdigit() else None

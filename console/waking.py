"""唤醒池 M5: the owners as last night classed them, and why one of them is where they are."""

from pydantic import Field

from campaigns.waking import explaining, queries
from campaigns.waking.explaining import WakingCard
from campaigns.waking.queries import Asked, PoolFigures, PoolPage
from campaigns.waking.rules import Path
from console.sign_in import api
from crm_core.customers.dormancy import Dormancy
from crm_core.dealerships.actors import Actor
from foundation.web import Cursor, Id, Schema


class PoolFiguresQuery(Schema):
    """Whose owners, by which path, of at least which value."""

    store_id: Id | None = None
    path: Path | None = None
    value_from: int | None = Field(default=None, ge=1, le=5)


class PoolQuery(PoolFiguresQuery):
    """The same, in one state; without a state those who sleep."""

    state: Dormancy | None = None
    cursor: Cursor | None = None
    limit: int = Field(default=queries.PAGE, ge=1, le=queries.LARGEST_PAGE)


@api.get("/waking-pool", summary="唤醒池: owners as last night classed them, the most valuable first")
async def waking_pool(actor: Actor, query: PoolQuery) -> PoolPage:
    return await queries.of_reader(actor, _asked(query, query.state), cursor=query.cursor, limit=query.limit)


@api.get("/waking-pool/figures", summary="How many owners are in each state, and how they moved month by month")
async def waking_pool_figures(actor: Actor, query: PoolFiguresQuery) -> PoolFigures:
    return await queries.figures(actor, _asked(query, None))


@api.get("/waking-pool/{customer_id}", summary="为什么: the rules and sums that put an owner there, as of now")
async def waking_card(actor: Actor, customer_id: int) -> WakingCard:
    return await explaining.card(actor, customer_id)


def _asked(query: PoolFiguresQuery, state: Dormancy | None) -> Asked:
    return Asked(query.store_id, (state,) if state else (), query.path, query.value_from)

"""The work of a succession: item by item, each in a transaction with what became of it, from wherever it stands.

A worker that dies loses the one item it had in hand, and nothing of it was written. What a rule cannot decide, or a
room refuses, is left to a person and said so in the report; nothing is skipped in silence.
"""

from typing import Final

from crm_core.dealerships import audit
from crm_core.dealerships.actors import system
from crm_core.dealerships.belongings import Belonging, HandedOn, Handing
from crm_core.succession.estates import estate_of
from crm_core.succession.models import Succession, SuccessionItem
from crm_core.succession.rules import SUCCESSION_MOVES, ItemState, SuccessionState
from foundation import clock, database
from foundation.errors import NotAllowed, NotFound, Refused, Unauthenticated
from foundation.moves import next_state
from foundation.owed import Debt
from foundation.reading import literals
from foundation.refs import Ref

WORK: Final = "succession.work"
OWED: Final = Debt(
    "succession",
    open_when=f"state = {literals(SuccessionState.RUNNING)}",
    since="started_at",
    job=WORK,
    argument="succession_id",
)
AT_ONCE: Final = 200
ACTOR: Final = system("succession")


async def go_on(succession_id: int) -> None:
    """Hand over what is still planned, and end the succession when nothing is."""
    succession = await Succession.get(id=succession_id)
    if succession.state is not SuccessionState.RUNNING:
        return
    while ids := await _planned(succession_id):
        for item_id in ids:
            await _one(succession, item_id)
    await _finish(succession_id)


async def _planned(succession_id: int) -> list[int]:
    rows = await database.fetch(
        f"SELECT id FROM succession_item WHERE succession_id = $1 AND state = {literals(ItemState.PLANNED)} "
        "ORDER BY id LIMIT $2",
        succession_id,
        AT_ONCE,
    )
    return [row["id"] for row in rows]


async def _one(succession: Succession, item_id: int) -> None:
    async with database.transaction():
        item = await SuccessionItem.select_for_update().get(id=item_id)
        if item.state is not ItemState.PLANNED:
            return
        try:
            async with database.savepoint():
                item.state = await _hand_on(succession, item)
        except (Refused, NotFound, NotAllowed, Unauthenticated) as refusal:
            item.state, item.refusal = ItemState.FOR_A_PERSON, refusal.code[:40]
        item.ended_at = clock.now()
        await item.save(update_fields=["state", "refusal", "ended_at"])


async def _hand_on(succession: Succession, item: SuccessionItem) -> ItemState:
    if item.to_id is None:
        return ItemState.FOR_A_PERSON
    thing = Belonging(item.kind, item.thing_id, item.role, item.store_id, item.customer_id, item.words)
    handing = Handing(succession.staff_id, item.to_id, has_left=succession.is_leaving)
    done: HandedOn = await estate_of(item.kind).hand_on(ACTOR, thing, handing)
    return ItemState(done.value)


async def _finish(succession_id: int) -> None:
    async with database.transaction():
        held = await Succession.select_for_update().get(id=succession_id)
        is_left = await SuccessionItem.exists(succession_id=succession_id, state=ItemState.PLANNED)
        if held.state is not SuccessionState.RUNNING or is_left:
            return
        held.state, held.ended_at = next_state(SUCCESSION_MOVES, held.state, "finish"), clock.now()
        held.version += 1
        await held.save(update_fields=["state", "ended_at", "version"])
        await audit.note(ACTOR, "succession.finish", Ref("staff", held.staff_id), succession_id=held.id)

"""One move of a Moment: lock it, check permission and version, change the state, save, record the event."""

from campaigns.moments.errors import MomentNotFound
from campaigns.moments.events import MomentMoved
from campaigns.moments.models import CorpMoment
from campaigns.moments.rules import AT_WORK, MOVES
from campaigns.scope import as_stores, stores_of, within
from crm_core.dealerships.actors import Actor
from foundation.errors import StaleVersion
from foundation.events import record
from foundation.moves import next_state
from foundation.owed import Debt
from foundation.reading import literals
from foundation.refs import Ref

ADVANCE = "moments.advance"
UNFINISHED = Debt(
    "moment",
    open_when=f"state IN ({literals(*AT_WORK)})",
    since="starts_at",
    job=ADVANCE,
    argument="moment_id",
)

_PACED_ANEW = frozenset({"edit", "approve", "cancel"})
"""People's moves, after which what is owed is another thing; the clock's own moves keep the pace of their tries."""


def about(moment_id: int) -> Ref:
    """The reference by which approvals name a Moment."""
    return Ref("moment", moment_id)


async def locked(actor: Actor, moment_id: int, action: str, expected_version: int) -> CorpMoment:
    """The locked Moment, if the actor may do `action` in all its stores and it has the version they saw.

    Raises:
        MomentNotFound, NotAllowed, StaleVersion.
    """
    moment = await CorpMoment.select_for_update().get_or_none(id=moment_id)
    if moment is None or not within(as_stores(moment.store_ids), stores_of(actor, action)):
        raise MomentNotFound
    if moment.version != expected_version:
        raise StaleVersion(current_version=moment.version, current_state=moment.state.value)
    return moment


async def move(actor: Actor, moment: CorpMoment, action: str, *, reason: str = "") -> None:
    """Make a move that `rules.MOVES` allows, increase the version, save, and record the event.

    Raises:
        IllegalMove: its state does not allow it.
    """
    moment.state = next_state(MOVES, moment.state, action)
    moment.version += 1
    if action in _PACED_ANEW:
        moment.next_try_at, moment.tries, moment.trouble = None, 0, ""
    await moment.save()
    await told(actor, moment, action, reason)


async def told(actor: Actor, moment: CorpMoment, action: str, reason: str = "") -> None:
    """Record what happened to it."""
    await record(
        MomentMoved(
            actor=str(actor),
            moment_id=moment.id,
            moment_name=moment.name,
            action=action,
            state=moment.state.value,
            reason=reason,
        )
    )

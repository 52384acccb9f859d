"""Events are facts: a verb records one in its own transaction, and other rooms subscribe to it.

A handler given to `subscribe` runs inside that transaction, for what must become true together with the event (a bill
is paid, its coupon is redeemed). One given to `subscribe_after_commit` runs later and may be lost with a crash, which
is enough for a live hint. For what must certainly follow, let a handler inside the transaction enqueue a job. All
subscriptions are made in `app.wiring`, so that one page shows them.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any, ClassVar, TypeVar

import orjson

from foundation import clock, database
from foundation.refs import Ref


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened. Subclasses add ids and facts, and put it into one Chinese sentence."""

    name: ClassVar[str]
    actor: str
    """`staff:3`, `owner:12` or `system:rule-name`."""
    customer_id: int | None = None
    store_id: int | None = None

    @property
    def subject(self) -> Ref:
        """What it is about, `appointment:5`."""
        raise NotImplementedError

    @property
    def sentence(self) -> str:
        """The fact for a customer's timeline, without phone, plate or VIN."""
        raise NotImplementedError


E = TypeVar("E", bound=Event)
Handler = Callable[[Any], Awaitable[None]]

_inside: dict[type[Event], list[Handler]] = {}
_after: dict[type[Event], list[Handler]] = {}


def subscribe(kind: type[E], handler: Callable[[E], Awaitable[None]]) -> None:
    """Run `handler` in the transaction that records such an event; its failure undoes the event."""
    handlers = _inside.setdefault(kind, [])
    if handler not in handlers:
        handlers.append(handler)


def subscribe_after_commit(kind: type[E], handler: Callable[[E], Awaitable[None]]) -> None:
    """Run `handler` after the commit. If it fails, that is only logged; if the process dies, it does not run."""
    handlers = _after.setdefault(kind, [])
    if handler not in handlers:
        handlers.append(handler)


async def record(event: Event) -> None:
    """Store the event and run its handlers.

    Raises:
        RuntimeError: outside a transaction.
    """
    await record_many([event])


async def record_many(events: Sequence[Event]) -> None:
    """Store many events in one round trip, in their order, and run the handlers of each.

    Raises:
        RuntimeError: outside a transaction.
    """
    if not database.in_a_transaction():
        raise RuntimeError("an event is recorded in the transaction that makes it true")
    await database.execute_many(
        "INSERT INTO event (name, at, actor, customer_id, store_id, subject, sentence, payload) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        [_row(event) for event in events],
    )
    for event in events:
        for handler in _inside.get(type(event), ()):
            await handler(event)
        for handler in _after.get(type(event), ()):
            database.after_commit(partial(handler, event))


def _row(event: Event) -> tuple[Any, ...]:
    facts = {k: v for k, v in asdict(event).items() if k not in {"actor", "customer_id", "store_id"}}
    return (
        event.name,
        clock.now(),
        event.actor,
        event.customer_id,
        event.store_id,
        event.subject,
        event.sentence,
        orjson.dumps(facts, default=str).decode(),
    )

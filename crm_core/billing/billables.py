"""What a bill can be made of. A repair order is such a thing; a deposit and a sales order will be.

The room of the thing stands above and registers itself in its `billable.py`, found by its place (`app.rooms`). Billing
asks it what may be billed, and tells it what became of the bill in the same transaction, because both must be true
together: it may refuse, and then nothing has happened.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from crm_core.billing.rules import Payer
from crm_core.coupons.rules import LineKind
from crm_core.dealerships.actors import Actor
from foundation.refs import Ref


@dataclass(frozen=True)
class Thing:
    """Something somebody owes money for, as billing sees it."""

    about: Ref
    number: str
    """What people call it: RO-S01-261123-0007."""
    title: str
    """For who pays: 维修工单 0007."""
    store_id: int
    customer_id: int
    vehicle_id: int | None
    coupons_from: Ref | None
    """What came before it, an appointment: the bill takes over the coupons that holds."""


@dataclass(frozen=True)
class BillableLine:
    """A sum that may be billed, in fen; never more than was authorised."""

    about: Ref
    """What it is for, `repair_line:12`; of one kind it is billed once."""
    kind: LineKind
    name: str
    item_code: str
    """Of the catalogue, for coupons of one item; empty for what stands in none."""
    payer: Payer
    amount_fen: int
    authorised_version: str
    """The fingerprint of what was agreed to."""
    authorised_at: datetime


class Billable(Protocol):
    """A kind of thing that is billed; `number` is its row's. Each method runs in the transaction of a verb on the bill,
    which has authorised its actor.
    """

    async def thing(self, number: int) -> Thing | None:
        """The thing, or None if there is none."""
        ...

    async def contact(self, number: int) -> str:
        """The name of who looks after its owner; empty if nobody does."""
        ...

    async def lines(self, number: int) -> Sequence[BillableLine]:
        """What a draft is made of.

        Raises:
            NothingToBill: it is not ready for a bill.
        """
        ...

    async def lines_to_send(self, number: int) -> Sequence[BillableLine]:
        """What is billed for good. The thing is locked, so that this stays so until the bill is sent.

        Raises:
            Refused, IllegalMove: something stands in the way.
        """
        ...

    async def sent(self, actor: Actor, number: int, total_fen: int) -> None:
        """The owner was sent the bill, with so much to pay."""
        ...

    async def recalled(self, actor: Actor, number: int) -> None:
        """It was taken back before it was confirmed."""
        ...

    async def confirmed(self, actor: Actor, number: int) -> None:
        """The owner agrees to it."""
        ...

    async def paid(self, actor: Actor, number: int, paid_fen: int) -> None:
        """Exactly what was payable is there."""
        ...

    async def refunded(self, actor: Actor, number: int, refunded_fen: int) -> None:
        """So much of a paid bill went back."""
        ...


_KINDS: dict[str, Billable] = {}


def register(kind: str, billable: Billable) -> None:
    """Let things of a kind, the first half of their `Ref`, be billed.

    Raises:
        ValueError: the kind is registered.
    """
    if kind in _KINDS:
        raise ValueError(f"two rooms bill {kind}")
    _KINDS[kind] = billable


def of(about: Ref) -> Billable:
    """The room of a thing.

    Raises:
        KeyError: things of its kind are not billed.
    """
    return _KINDS[about.kind]

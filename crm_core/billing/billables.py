"""The interface of things that can be billed: repair orders today, deposits and sales orders later.

The room of such a thing is above billing and registers itself in its `billable.py`, which `app.rooms` imports. Billing
asks it what may be billed, and tells it what happens to the bill in the same transaction, because both must become true
together. If the room raises an error, the whole transaction is rolled back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
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
    """Its number for people: RO-S01-261123-0007."""
    title: str
    """Its name for the payer: 维修工单 0007."""
    store_id: int
    customer_id: int
    vehicle_id: int | None
    coupons_from: Ref | None
    """The thing before it, such as an appointment, whose coupon locks the bill takes over."""


@dataclass(frozen=True)
class BillableLine:
    """A sum that may be billed, in fen; never more than was authorised."""

    about: Ref
    """What it is for, `repair_line:12`; its labour and its parts are each billed only once."""
    kind: LineKind
    name: str
    item_code: str
    """The code of its catalogue item, for coupons limited to an item; empty if it is not in the catalogue."""
    payer: Payer
    amount_fen: int
    authorised_version: str
    """The fingerprint of the offer that was authorised."""
    authorised_at: datetime
    payer_approval_number: str = ""
    """The number under which maker or insurer agreed to pay it."""
    off_fen: int = 0
    """What the house took off before the payer authorised the sum."""


class Part(StrEnum):
    """What somebody other than the customer who is billed has to do with a bill."""

    PAYS = "pays"
    """They read it and pay it."""
    ABOVE_LIMIT = "above_limit"
    """They would, if it were not higher than what they may decide."""
    LOOKS = "looks"
    """They see the thing that is billed, but no sums."""
    NONE = "none"
    """They may not know that there is a bill."""


class Billable(Protocol):
    """A kind of thing that can be billed; `number` is the id of its row.

    Each method runs in the transaction of a verb on the bill, after that verb has checked the actor's permission.
    """

    async def thing(self, number: int) -> Thing | None:
        """The thing, or None if it does not exist."""
        ...

    async def contact(self, number: int) -> str:
        """The name of the member of staff who looks after its owner; empty if there is none."""
        ...

    async def part_of(self, customer_id: int, number: int, amount_fen: int) -> Part:
        """What somebody other than the customer who is billed has to do with a bill of `amount_fen`."""
        ...

    async def lines(self, number: int) -> Sequence[BillableLine]:
        """The lines for a draft.

        Raises:
            NothingToBill: it is not ready for a bill.
        """
        ...

    async def lines_to_send(self, number: int) -> Sequence[BillableLine]:
        """The lines of the bill that is sent. This locks the thing, so that they cannot change in the same transaction.

        Raises:
            Refused, IllegalMove: the thing cannot be billed now.
        """
        ...

    async def sent(self, actor: Actor, number: int, total_fen: int) -> None:
        """The bill was sent to the owner, who has to pay `total_fen`."""
        ...

    async def recalled(self, actor: Actor, number: int) -> None:
        """The bill was recalled before it was confirmed."""
        ...

    async def confirmed(self, actor: Actor, number: int) -> None:
        """The owner confirmed the bill."""
        ...

    async def paid(self, actor: Actor, number: int, paid_fen: int) -> None:
        """The bill is paid in full."""
        ...

    async def refunded(self, actor: Actor, number: int, refunded_fen: int) -> None:
        """`refunded_fen` of a paid bill was refunded."""
        ...


_KINDS: dict[str, Billable] = {}


def register(kind: str, billable: Billable) -> None:
    """Register a kind of thing (the first half of its `Ref`) that can be billed.

    Raises:
        ValueError: the kind is registered already.
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

"""Who gets what of a member's things, and why: pure, so that the preview and a test agree."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Protocol

from crm_core.dealerships.belonging_kinds import BelongingKind
from crm_core.dealerships.role import Role
from foundation.moves import Moves


class SuccessionState(StrEnum):
    """Where a succession stands."""

    PREPARED = "PREPARED"
    RUNNING = "RUNNING"
    DONE = "DONE"
    CANCELLED = "CANCELLED"


SUCCESSION_MOVES: Moves[SuccessionState] = {
    SuccessionState.PREPARED: {"start": SuccessionState.RUNNING, "cancel": SuccessionState.CANCELLED},
    SuccessionState.RUNNING: {"finish": SuccessionState.DONE},
}
OPEN: Final = frozenset({SuccessionState.PREPARED, SuccessionState.RUNNING})


class ItemState(StrEnum):
    """What became of one thing."""

    PLANNED = "PLANNED"
    DONE = "DONE"
    ASKED = "ASKED"
    """WeCom hands the friend over; how that ended is told by its transfer."""
    NO_LONGER_THEIRS = "NO_LONGER_THEIRS"
    FOR_A_PERSON = "FOR_A_PERSON"


class Why(StrEnum):
    """Why this colleague."""

    CHOSEN = "CHOSEN"
    """Whoever planned it said so."""
    FRIEND = "FRIEND"
    """They are the customer's WeCom friend already."""
    KEEPS_CUSTOMER = "KEEPS_CUSTOMER"
    """They look after the customer already, or take them over."""
    FEWEST = "FEWEST"
    """Of those of the same post in this store they have the fewest customers."""
    LEADER = "LEADER"
    """Nobody of the same post works in this store: its manager distributes."""
    NOBODY = "NOBODY"


POSTS: Final[Mapping[str, frozenset[Role]]] = {
    "consultant": frozenset({Role.SC, Role.DCC}),
    "advisor": frozenset({Role.SA}),
    BelongingKind.APPOINTMENT: frozenset({Role.SA}),
    BelongingKind.REPAIR_ORDER: frozenset({Role.SA}),
    BelongingKind.JOB: frozenset({Role.WC}),
    BelongingKind.COMPLAINT: frozenset({Role.CRC, Role.SVM}),
    BelongingKind.TASK: frozenset({Role.CRC, Role.SA}),
    BelongingKind.SHIFT: frozenset({Role.FIN, Role.GM}),
    BelongingKind.APPROVAL: frozenset({Role.SM, Role.SVM, Role.GM, Role.FIN, Role.GRP, Role.RGN, Role.DPO}),
}
"""The posts that may take a thing; for what is not named here, those of the member themselves."""
_LEADERS: Final = (Role.SM, Role.SVM, Role.GM)
_ORDER: Final = (
    BelongingKind.CUSTOMER,
    BelongingKind.FOLLOW_UP,
    BelongingKind.APPOINTMENT,
    BelongingKind.REPAIR_ORDER,
    BelongingKind.FRIEND,
    BelongingKind.JOB,
    BelongingKind.COMPLAINT,
    BelongingKind.TASK,
    BelongingKind.APPROVAL,
    BelongingKind.CONTACT_WAY,
    BelongingKind.SEND_TASK,
    BelongingKind.SHIFT,
)
"""Customers first, since what is about a customer follows them."""


class Thing(Protocol):
    """What of a thing the choice depends on."""

    @property
    def kind(self) -> BelongingKind: ...
    @property
    def thing_id(self) -> int: ...
    @property
    def role(self) -> str: ...
    @property
    def store_id(self) -> int | None: ...
    @property
    def customer_id(self) -> int | None: ...
    @property
    def words(self) -> str: ...


@dataclass(frozen=True)
class Colleague:
    """Somebody who could take things: their posts by store (None: every store), and how many customers they have."""

    id: int
    posts: frozenset[tuple[Role, int | None]]
    customers: int = 0

    def holds(self, roles: frozenset[Role], store_id: int | None) -> bool:
        """Whether they hold one of the posts where the thing is."""
        return any(role in roles and (at is None or store_id is None or at == store_id) for role, at in self.posts)


@dataclass(frozen=True)
class Around:
    """What the choice depends on besides the thing: the colleagues, and who else knows each customer."""

    colleagues: Sequence[Colleague]
    own_posts: frozenset[Role]
    own_store_id: int | None
    friends: Mapping[int, frozenset[int]] = field(default_factory=dict)
    """By customer: the colleagues who are their WeCom friends."""
    keepers: Mapping[int, frozenset[int]] = field(default_factory=dict)
    """By customer: their consultant and advisor, the member apart."""


@dataclass(frozen=True)
class Share:
    """Who gets a thing, and why. Without a taker, a person has to choose one."""

    thing: Thing
    to_id: int | None
    why: Why


def shares(things: Sequence[Thing], around: Around) -> list[Share]:
    """Divide a member's things: customers evenly over those of the same post in their store, and what is about a
    customer to whoever takes them.
    """
    load = Counter({colleague.id: colleague.customers for colleague in around.colleagues})
    taken: dict[int, int] = {}
    found = []
    for thing in sorted(things, key=lambda each: (_ORDER.index(each.kind), each.thing_id, each.role)):
        share = _share(thing, around, load, taken)
        if share.to_id is not None and thing.kind is BelongingKind.CUSTOMER and thing.customer_id is not None:
            load[share.to_id] += 1
            taken.setdefault(thing.customer_id, share.to_id)
        found.append(share)
    return found


def _share(thing: Thing, around: Around, load: Counter[int], taken: Mapping[int, int]) -> Share:
    store_id = thing.store_id if thing.store_id is not None else around.own_store_id
    posts = POSTS.get(thing.role or thing.kind, around.own_posts)
    # A consultant's customers go to consultants; to telesales, who may have customers too, only where there is none.
    fit = _holders(posts & around.own_posts, around, store_id) or _holders(posts, around, store_id)
    customer_id = thing.customer_id
    if customer_id is not None:
        if thing.kind is not BelongingKind.CUSTOMER and taken.get(customer_id) in (*fit, *_anybody(thing, around)):
            return Share(thing, taken[customer_id], Why.KEEPS_CUSTOMER)
        for known, why in ((around.friends, Why.FRIEND), (around.keepers, Why.KEEPS_CUSTOMER)):
            if near := sorted(known.get(customer_id, frozenset()) & set(fit)):
                return Share(thing, near[0], why)
    if fit:
        return Share(thing, min(fit, key=lambda one: (load[one], one)), Why.FEWEST)
    for role in _LEADERS:
        if leads := _holders(frozenset({role}), around, store_id):
            return Share(thing, leads[0], Why.LEADER)
    return Share(thing, None, Why.NOBODY)


def _holders(posts: frozenset[Role], around: Around, store_id: int | None) -> list[int]:
    return [colleague.id for colleague in around.colleagues if colleague.holds(posts, store_id)]


def _anybody(thing: Thing, around: Around) -> list[int]:
    """A WeCom friend goes with the customer whatever the post of whoever takes them."""
    return [one.id for one in around.colleagues] if thing.kind is BelongingKind.FRIEND else []

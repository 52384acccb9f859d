"""What all verbs of the workshop share: locking the order with its lines, moving lines, deriving the header, writing
the next numbered event, and telling the live pages after the commit.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, Protocol

import orjson

from crm_core.authorised_persons.rules import Authority
from crm_core.authorised_persons.standing import hold_authority
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import Subject, authorise
from crm_core.parts import holds, stock
from crm_core.parts import service as parts
from crm_core.repair_orders import owner_view_rules, rules
from crm_core.repair_orders.additional_work_rules import AdditionalWorkState
from crm_core.repair_orders.errors import LineNotFound, OwnerMustDecide, RepairOrderNotFound
from crm_core.repair_orders.events import RepairOrderFacts
from crm_core.repair_orders.models import RepairEvent, RepairLine, RepairOrder
from crm_core.repair_orders.owner_view_rules import OwnerNode
from crm_core.repair_orders.papers.models import AdditionalWork
from crm_core.repair_orders.rules import HeaderFacts, HeaderState, LineFacts, LineState
from crm_core.repair_orders.sums import who_must_decide
from crm_core.vehicles.bindings import in_force
from crm_core.vehicles.models import Binding, BindingRole, BindingState
from foundation import clock, database, live
from foundation.errors import IllegalMove, StaleVersion
from foundation.moves import allowed_actions, next_state
from foundation.refs import Ref

_IN_OWNERS_NAME = frozenset({"repair_orders.authorise", "repair_orders.decide_additional_work"})
"""The actions an authorised person may do too. The bill decides who pays it; only the customer who brought the car
takes it back.
"""
_BOUND_TODAY = f"SELECT b.customer_id, b.bound_at FROM binding b WHERE b.vehicle_id = $1 AND {in_force('b', '$2')}"
Media = Sequence[Mapping[str, str]]
"""Stored photos, each with its media `key` and a `label`."""


@dataclass
class OrderInHand:
    """A locked order with its lines. Verbs change it and then call `note`, which saves it and writes an event."""

    order: RepairOrder
    lines: list[RepairLine]
    is_waiting_for_decision: bool
    authority: Authority | None = None
    """The authority under which the actor decides in the owner's name, locked until the transaction ends; else None."""
    _seen: dict[str, Any] = field(default_factory=dict)
    _promised: dict[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._seen = self._snapshot()
        self._promised = self._to_hold()

    def line(self, line_id: int) -> RepairLine:
        """One of its lines.

        Raises:
            LineNotFound: it has no such line.
        """
        found = next((line for line in self.lines if line.id == line_id), None)
        if found is None:
            raise LineNotFound
        return found

    def in_state(self, *states: LineState) -> list[RepairLine]:
        """Its lines in one of the states."""
        return [line for line in self.lines if line.state in states]

    def move(self, line: RepairLine, action: str) -> None:
        """Move a line by the table of moves.

        Raises:
            IllegalMove: the table has no such move.
        """
        line.state = next_state(rules.LINE_MOVES, line.state, action)
        if line.state is not LineState.PAUSED:
            line.pause_reason = None

    def require(self, action: str) -> HeaderState:
        """Check that the order as a whole may take this step.

        Raises:
            IllegalMove: it may not; the details name the possible steps.
        """
        return next_state(rules.HEADER_MOVES, self.order.state, action)

    def require_in_workshop(self) -> None:
        """Check that its lines may be changed.

        Raises:
            IllegalMove: the order is not authorised yet, is billed, or is over; the message says which.
        """
        reason = rules.why_not_in_workshop(self.order.state)
        if reason is not None:
            raise self.refusal(reason)

    def refusal(self, reason: str) -> IllegalMove:
        """An answer to a step that is not possible now: why, and which steps are."""
        state = self.order.state
        return IllegalMove(reason, current_state=state.value, allowed=allowed_actions(rules.HEADER_MOVES, state))

    @property
    def line_facts(self) -> list[LineFacts]:
        """Its lines as the rules see them."""
        return [LineFacts(line.state, line.pause_reason) for line in self.lines]

    def facts(self) -> HeaderFacts:
        """The facts about the order as a whole, as the rules see them."""
        order = self.order
        return HeaderFacts(
            is_prechecked=order.prechecked_at is not None,
            is_estimated=order.estimated_at is not None,
            is_waiting_for_decision=self.is_waiting_for_decision,
            are_checks_ticked=order.checks_ticked_at is not None,
            is_washing=order.wash_started_at is not None,
            is_ready=order.ready_at is not None,
            is_stopped=order.stopped_at is not None,
            is_to_be_made_safe=order.stopped_at is not None
            and order.made_safe_at is None
            and any(rules.was_left_half_done(line.state, line.started_at) for line in self.lines),
            is_billed=order.billed_at is not None,
            is_bill_confirmed=order.bill_confirmed_at is not None,
            is_paid=order.paid_at is not None,
            is_delivered=order.delivered_at is not None,
            is_closed=order.closed_at is not None,
            is_void=order.voided_at is not None,
        )

    async def note(
        self,
        actor: Actor,
        kind: str,
        text: str,
        *,
        owner_text: str = "",
        node: OwnerNode | None = None,
        media: Media = (),
        amount_fen: int | None = None,
    ) -> RepairEvent:
        """Save the order and its lines, derive the header, and write the next numbered event.

        `text` is for staff. With `owner_text` the event is also shown to the owner, at `node` of their progress page.
        """
        order = self.order
        self._derive()
        order.version += 1
        order.last_event_no += 1
        changes = self._changes()
        for line in self.lines:
            await line.save()
        await order.save()
        await self._hold_parts()
        event = await RepairEvent.create(
            repair_order_id=order.id,
            number=order.last_event_no,
            node=node.value if node and owner_text else "",
            kind=kind,
            text=text[:200],
            amount_fen=amount_fen,
            owner_text=owner_text[:200],
            media=[dict(item) for item in media],
            changes=changes,
            at=clock.now(),
            actor=str(actor),
            actor_name=actor.name[:20],
        )
        hint = {"repair_order_id": order.id, "number": event.number}
        database.after_commit(partial(live.publish, f"repair_order:{order.id}", hint))
        database.after_commit(partial(live.publish, f"store:{order.store_id}:workshop", hint))
        return event

    async def lock_parts(self) -> None:
        """Lock the stock of all its parts, for verbs that request or release several of them."""
        await stock.lock_numbers(self.order.store_id, [line.part_number for line in self.lines])

    async def _hold_parts(self) -> None:
        """留件: hold the parts of jobs that are estimated or authorised and that the store room has no request for."""
        wanted = self._to_hold()
        if wanted == self._promised:
            return
        self._promised = wanted
        requested = await parts.requested_lines(self.order.id)
        numbers = [number for line_id, number in wanted.items() if line_id not in requested]
        await holds.keep(Ref("repair_order", self.order.id), self.order.store_id, numbers)

    def _to_hold(self) -> dict[int, str]:
        undispatched = self.in_state(LineState.PROPOSED, LineState.AUTHORISED)
        return {line.id: line.part_number for line in undispatched if line.part_number}

    def _derive(self) -> None:
        order = self.order
        order.state = rules.derive_header(self.line_facts, self.facts())
        reworked = {LineState.QC_FAIL, LineState.WORKING, LineState.PAUSED, LineState.DONE}
        is_rework = any(line.fail_count and line.state in reworked for line in self.lines)
        is_stopped = order.stopped_at is not None
        order.owner_title = owner_view_rules.owner_title(order.state, is_rework=is_rework, is_stopped=is_stopped)
        expected = [line.parts_expected_at for line in self.lines if line.pause_reason is rules.PauseReason.WAIT_PARTS]
        order.standing = owner_view_rules.standing(order.state, max((at for at in expected if at), default=None))

    def _snapshot(self) -> dict[str, Any]:
        lines = {str(line.id): [line.state.value, line.pause_reason and line.pause_reason.value] for line in self.lines}
        return {"lines": lines, "facts": {name: value for name, value in vars(self.facts()).items() if value}}

    def _changes(self) -> dict[str, Any]:
        """What changed since the last event; enough to reconstruct the order from its events alone (`replay`)."""
        now, before = self._snapshot(), self._seen
        self._seen = now
        lines = {key: value for key, value in now["lines"].items() if before["lines"].get(key) != value}
        gone = [key for key in before["lines"] if key not in now["lines"]]
        facts = {name: name in now["facts"] for name in now["facts"].keys() ^ before["facts"].keys()}
        return {"state": self.order.state.value, "lines": lines, "gone": gone, "facts": facts}


async def take(
    actor: Actor,
    repair_order_id: int,
    action: str | None,
    *,
    expected_version: int | None = None,
    line_id: int | None = None,
    also: Collection[int] = (),
) -> OrderInHand:
    """Lock the order, and check the actor's permission and the version they saw.

    With `line_id`, the permission SELF means that line's technician, or one of `also`. `action` is None for callers
    that have authorised an action of their own, as billing does.

    Raises:
        RepairOrderNotFound, LineNotFound: it does not exist, or this actor may not see it.
        OwnerMustDecide: the actor is a family member, who may only look, or their authority has ended.
        StaleVersion: it changed since the actor saw it; the details hold the current state and the newest log line.
    """
    order = await RepairOrder.select_for_update().get_or_none(id=repair_order_id)
    if order is None:
        raise RepairOrderNotFound
    lines = await RepairLine.filter(repair_order_id=order.id).order_by("id")
    is_waiting = await AdditionalWork.exists(
        repair_order_id=order.id, state__in=[AdditionalWorkState.SENT, AdditionalWorkState.EXPIRED]
    )
    hand = OrderInHand(order, lines, is_waiting)
    if action is None:
        return hand
    workers = [hand.line(line_id)] if line_id is not None else lines
    deciding = await who_decides(order)
    if actor.is_owner and actor.id not in deciding and action in _IN_OWNERS_NAME:
        hand.authority = await hold_authority(order.vehicle_id, actor.id)
        deciding |= {actor.id} if hand.authority else set()
    on = Subject(
        store_id=order.store_id,
        customer_ids=deciding,
        staff_ids=frozenset(line.technician_id for line in workers if line.technician_id is not None) | set(also),
    )
    if actor.is_owner and actor.id not in on.customer_ids and actor.id in await who_sees(order):
        raise OwnerMustDecide(await who_must_decide(order.id))
    authorise(actor, action, on)
    if expected_version is not None and order.version != expected_version:
        promised = order.promised_finish_at
        raise StaleVersion(
            current_version=order.version,
            current_state=order.state.value,
            promised_finish_at=promised.isoformat() if promised else None,
            last_change="" if actor.is_owner else await last_change(order.id),
        )
    return hand


async def last_change(repair_order_id: int) -> str:
    """The newest line of an order's log, to tell an actor who came second what happened."""
    return str(
        await database.fetch_value(
            "SELECT text FROM repair_event WHERE repair_order_id = $1 ORDER BY number DESC LIMIT 1", repair_order_id
        )
        or ""
    )


async def take_to_work(
    actor: Actor,
    repair_order_id: int,
    action: str,
    *,
    expected_version: int | None = None,
    line_id: int | None = None,
    also: Collection[int] = (),
) -> OrderInHand:
    """Like `take`, for verbs on lines, which may be changed only between the authorisation and the bill.

    Raises:
        IllegalMove: the order is not authorised yet, is billed, or is over; the message says which.
    """
    hand = await take(actor, repair_order_id, action, expected_version=expected_version, line_id=line_id, also=also)
    hand.require_in_workshop()
    return hand


async def take_by_line(
    actor: Actor, line_id: int, action: str, *, expected_version: int | None = None, also: Collection[int] = ()
) -> tuple[OrderInHand, RepairLine]:
    """Like `take_to_work`, for a verb on one line: its order and the line. SELF means its technician, or one of `also`.

    Raises:
        LineNotFound: there is no such line.
    """
    repair_order_id = await database.fetch_value("SELECT repair_order_id FROM repair_line WHERE id = $1", line_id)
    if repair_order_id is None:
        raise LineNotFound
    hand = await take_to_work(
        actor, repair_order_id, action, expected_version=expected_version, line_id=line_id, also=also
    )
    return hand, hand.line(line_id)


async def who_decides(order: RepairOrder) -> frozenset[int]:
    """The customers whose accounts are bound to the car as its owner: they authorise, pay and confirm."""
    bound = await Binding.filter(vehicle_id=order.vehicle_id, state=BindingState.BOUND, role=BindingRole.OWNER)
    return frozenset(binding.customer_id for binding in bound)


class Visit(Protocol):
    """What decides who sees an order. Both the row that a verb holds and the read model of a screen have it."""

    @property
    def vehicle_id(self) -> int: ...
    @property
    def customer_id(self) -> int: ...
    @property
    def opened_at(self) -> datetime: ...
    @property
    def delivered_at(self) -> datetime | None: ...
    @property
    def voided_at(self) -> datetime | None: ...


async def who_sees(order: Visit) -> frozenset[int]:
    """The customers who may see the order: those bound to the car when it came or while it is here.

    A later owner does not see the visits of an earlier one.
    """
    is_over = order.delivered_at is not None or order.voided_at is not None
    bound = await database.fetch(_BOUND_TODAY, order.vehicle_id, clock.today())
    return frozenset(
        binding["customer_id"]
        for binding in bound
        if not is_over
        or binding["customer_id"] == order.customer_id
        or (binding["bound_at"] is not None and binding["bound_at"] <= order.opened_at)
    )


def event_facts(actor: Actor, order: RepairOrder) -> RepairOrderFacts:
    """The common facts of `events.RepairOrderEvent`."""
    return RepairOrderFacts(
        actor=str(actor),
        customer_id=order.customer_id,
        store_id=order.store_id,
        repair_order_id=order.id,
        vehicle_id=order.vehicle_id,
        number=order.number,
    )


@dataclass(frozen=True)
class Replayed:
    """The state of an order reconstructed from its events."""

    state: HeaderState
    line_states: dict[int, LineState]


async def replay(repair_order_id: int) -> Replayed:
    """Reconstruct the state of an order from its events, without reading its other rows."""
    rows = await database.fetch(
        "SELECT changes FROM repair_event WHERE repair_order_id = $1 ORDER BY number", repair_order_id
    )
    lines: dict[str, list[str | None]] = {}
    facts: dict[str, bool] = {}
    for row in rows:
        changes = orjson.loads(row["changes"])
        lines |= changes["lines"]
        facts |= changes["facts"]
        lines = {key: value for key, value in lines.items() if key not in changes["gone"]}
    states = [
        LineFacts(LineState(str(state)), rules.PauseReason(pause) if pause else None) for state, pause in lines.values()
    ]
    return Replayed(
        rules.derive_header(states, HeaderFacts(**facts)),
        {int(key): LineState(str(value[0])) for key, value in lines.items()},
    )

"""Pure rules of repair orders: each line has a state, and the state of the order (the header) is derived from them.

A single state for the whole order could not express that the brakes wait for parts while the oil change is done.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from foundation.moves import Moves

# -- lines ------------------------------------------------------------------------------------------------------------


class LineState(StrEnum):
    """One job line."""

    PROPOSED = "PROPOSED"
    AUTHORISED = "AUTHORISED"
    DECLINED = "DECLINED"
    ASSIGNED = "ASSIGNED"
    WORKING = "WORKING"
    PAUSED = "PAUSED"
    DONE = "DONE"
    QC_OK = "QC_OK"
    QC_FAIL = "QC_FAIL"
    CANCELLED = "CANCELLED"


class PauseReason(StrEnum):
    """Why a line that was begun is paused."""

    WAIT_PARTS = "WAIT_PARTS"
    WAIT_OWNER = "WAIT_OWNER"
    OTHER = "OTHER"


# `stop` is the owner ending the contract before completion (Civil Code art. 787), agreed with the service manager.
LINE_MOVES: Moves[LineState] = {
    LineState.PROPOSED: {
        "authorise": LineState.AUTHORISED,  # SA records paper or a recorded call.
        "decline": LineState.DECLINED,
        # Additional work that is withdrawn before it was decided, or because the whole order ends.
        "withdraw": LineState.CANCELLED,
    },
    LineState.AUTHORISED: {
        "assign": LineState.ASSIGNED,
        "cancel": LineState.CANCELLED,
    },
    LineState.ASSIGNED: {
        "assign": LineState.ASSIGNED,
        "move": LineState.ASSIGNED,
        "unassign": LineState.AUTHORISED,  # 撤销 of a dispatch; the order keeps both in its log.
        "start": LineState.WORKING,
        "cancel": LineState.CANCELLED,
    },
    LineState.WORKING: {
        "pause": LineState.PAUSED,
        "finish": LineState.DONE,
        "reassign": LineState.PAUSED,  # Another technician takes over; their clock is not running yet.
        "stop": LineState.CANCELLED,
    },
    LineState.PAUSED: {
        "resume": LineState.WORKING,
        "reassign": LineState.PAUSED,
        "stop": LineState.CANCELLED,
    },
    LineState.DONE: {
        "pass_qc": LineState.QC_OK,
        "fail_qc": LineState.QC_FAIL,
    },
    LineState.QC_FAIL: {
        "start": LineState.WORKING,
        "reassign": LineState.QC_FAIL,
        "stop": LineState.CANCELLED,
    },
}
ENDED_WITHOUT_WORK = frozenset({LineState.DECLINED, LineState.CANCELLED})
IN_HAND = frozenset({LineState.ASSIGNED, LineState.WORKING, LineState.PAUSED, LineState.QC_FAIL})
"""States in which a technician has the line: dispatched and not finished, or failed and to be done again."""
STARTED = frozenset({LineState.WORKING, LineState.PAUSED, LineState.DONE, LineState.QC_OK, LineState.QC_FAIL})


@dataclass(frozen=True)
class LineFacts:
    """The facts of a line from which the header is derived."""

    state: LineState
    pause_reason: PauseReason | None = None


# -- header -----------------------------------------------------------------------------------------------------------


class HeaderState(StrEnum):
    """维修工单 as a whole."""

    OPENED = "OPENED"
    PRECHECKED = "PRECHECKED"
    ESTIMATED = "ESTIMATED"
    AUTHORISED = "AUTHORISED"
    LEFT = "LEFT"
    DISPATCHED = "DISPATCHED"
    IN_PROGRESS = "IN_PROGRESS"
    WAIT_OWNER = "WAIT_OWNER"
    WAIT_PARTS = "WAIT_PARTS"
    QC_PENDING = "QC_PENDING"
    QC_PASSED = "QC_PASSED"
    WASHING = "WASHING"
    READY = "READY"
    BILLED = "BILLED"
    BILL_CONFIRMED = "BILL_CONFIRMED"
    PAID = "PAID"
    DELIVERED = "DELIVERED"
    CLOSED = "CLOSED"
    VOID = "VOID"


_VOID = HeaderState.VOID
_STOP = HeaderState.READY
HEADER_MOVES: Moves[HeaderState] = {
    HeaderState.OPENED: {"precheck": HeaderState.PRECHECKED, "void": _VOID},
    HeaderState.PRECHECKED: {"estimate": HeaderState.ESTIMATED, "void": _VOID},
    HeaderState.ESTIMATED: {
        "estimate": HeaderState.ESTIMATED,  # A new version; the older link is no longer valid.
        "authorise": HeaderState.AUTHORISED,
        "decline_all": HeaderState.LEFT,
        "void": _VOID,
    },
    HeaderState.AUTHORISED: {"dispatch": HeaderState.DISPATCHED, "void": _VOID, "stop": _STOP},
    HeaderState.DISPATCHED: {"start": HeaderState.IN_PROGRESS, "stop": _STOP},
    HeaderState.IN_PROGRESS: {
        "wait_for_owner": HeaderState.WAIT_OWNER,
        "wait_for_parts": HeaderState.WAIT_PARTS,
        "finish_work": HeaderState.QC_PENDING,
        "stop": _STOP,
    },
    HeaderState.WAIT_OWNER: {"resume": HeaderState.IN_PROGRESS, "stop": _STOP},
    HeaderState.WAIT_PARTS: {"resume": HeaderState.IN_PROGRESS, "stop": _STOP},
    HeaderState.QC_PENDING: {
        "pass_qc": HeaderState.QC_PASSED,
        "fail_qc": HeaderState.IN_PROGRESS,
        "stop": _STOP,
    },
    HeaderState.QC_PASSED: {
        "wash": HeaderState.WASHING,
        "mark_ready": HeaderState.READY,
        "stop": _STOP,
    },
    HeaderState.WASHING: {"mark_ready": HeaderState.READY, "stop": _STOP},
    HeaderState.READY: {"bill": HeaderState.BILLED},
    HeaderState.BILLED: {
        "recall_bill": HeaderState.READY,
        "confirm_bill": HeaderState.BILL_CONFIRMED,
    },
    HeaderState.BILL_CONFIRMED: {"pay": HeaderState.PAID},
    HeaderState.PAID: {"hand_over": HeaderState.DELIVERED},
    HeaderState.DELIVERED: {"close": HeaderState.CLOSED},
}


BEFORE_WORK = frozenset({HeaderState.OPENED, HeaderState.PRECHECKED, HeaderState.ESTIMATED})
IN_WORKSHOP = frozenset(
    {
        HeaderState.AUTHORISED,
        HeaderState.DISPATCHED,
        HeaderState.IN_PROGRESS,
        HeaderState.WAIT_OWNER,
        HeaderState.WAIT_PARTS,
        HeaderState.QC_PENDING,
        HeaderState.QC_PASSED,
        HeaderState.WASHING,
        HeaderState.READY,
    }
)
"""From the authorisation to the bill: only in these states may lines be changed."""

OVER = frozenset({HeaderState.LEFT, HeaderState.DELIVERED, HeaderState.CLOSED, HeaderState.VOID})
"""The visit has ended, one way or the other."""

# What the order's page offers as its main button: the verb and its words.
NEXT_STEPS: Mapping[HeaderState, tuple[str, str]] = {
    HeaderState.OPENED: ("inspect", "环车检查"),
    HeaderState.PRECHECKED: ("estimate", "报价"),
    HeaderState.ESTIMATED: ("authorise", "等车主授权"),
    HeaderState.AUTHORISED: ("dispatch", "派工"),
    HeaderState.DISPATCHED: ("start", "等技师开工"),
    HeaderState.IN_PROGRESS: ("finish", "完成施工"),
    HeaderState.WAIT_OWNER: ("decide", "等车主决定"),
    HeaderState.WAIT_PARTS: ("receive_parts", "等配件"),
    HeaderState.QC_PENDING: ("check_quality", "质检"),
    HeaderState.QC_PASSED: ("mark_ready", "完工"),
    HeaderState.WASHING: ("mark_ready", "完工"),
    HeaderState.READY: ("bill", "结算"),
    HeaderState.BILLED: ("confirm_bill", "等车主确认账单"),
    HeaderState.BILL_CONFIRMED: ("pay", "等付款"),
    HeaderState.PAID: ("hand_over", "交车"),
}


@dataclass(frozen=True)
class HeaderFacts:
    """The facts of an order besides its lines: what was done to it, or happened to it, as a whole."""

    is_prechecked: bool = False
    is_estimated: bool = False
    is_waiting_for_decision: bool = False  # Additional work was sent and not all of it decided.
    are_checks_ticked: bool = False  # The doer's and the team leader's own check 自检 互检.
    is_washing: bool = False
    is_ready: bool = False
    is_stopped: bool = False
    is_to_be_made_safe: bool = False
    """Stopped while a job was under way: an inspector has to say first that the car can be driven."""
    is_billed: bool = False
    is_bill_confirmed: bool = False
    is_paid: bool = False
    is_delivered: bool = False
    is_closed: bool = False
    is_void: bool = False


def derive_header(lines: Sequence[LineFacts], facts: HeaderFacts) -> HeaderState:
    """Derive the state of an order from its lines and from what happened to it as a whole.

    An order waits only when no line can go on; waiting for the owner comes before waiting for parts.
    """
    late = _late_state(facts)
    if late:
        return late
    if facts.is_to_be_made_safe:
        return HeaderState.QC_PENDING
    ordered = [line for line in lines if line.state not in ENDED_WITHOUT_WORK | {LineState.PROPOSED}]
    if not ordered:
        return _state_without_work(lines, facts)
    states = {line.state for line in ordered}
    if facts.is_waiting_for_decision and states <= {LineState.PAUSED, LineState.DONE, LineState.QC_OK}:
        return HeaderState.WAIT_OWNER
    if states == {LineState.QC_OK}:
        return _state_after_qc(facts)
    if states <= {LineState.DONE, LineState.QC_OK}:
        is_done = facts.are_checks_ticked or facts.is_stopped
        return HeaderState.QC_PENDING if is_done else HeaderState.IN_PROGRESS
    if not states & STARTED:
        return HeaderState.DISPATCHED if LineState.ASSIGNED in states else HeaderState.AUTHORISED
    return _state_of_work(ordered, states)


def _late_state(facts: HeaderFacts) -> HeaderState | None:
    ends = (
        (facts.is_void, HeaderState.VOID),
        (facts.is_closed, HeaderState.CLOSED),
        (facts.is_delivered, HeaderState.DELIVERED),
        (facts.is_paid, HeaderState.PAID),
        (facts.is_bill_confirmed, HeaderState.BILL_CONFIRMED),
        (facts.is_billed, HeaderState.BILLED),
    )
    return next((state for holds, state in ends if holds), None)


def _state_without_work(lines: Sequence[LineFacts], facts: HeaderFacts) -> HeaderState:
    if facts.is_stopped:
        return HeaderState.READY
    if facts.is_estimated and lines and all(line.state is LineState.DECLINED for line in lines):
        return HeaderState.LEFT
    if any(line.state is LineState.CANCELLED for line in lines):
        return HeaderState.AUTHORISED  # All authorised work was cancelled: the service manager must void the order.
    if facts.is_estimated:
        return HeaderState.ESTIMATED
    return HeaderState.PRECHECKED if facts.is_prechecked else HeaderState.OPENED


def _state_after_qc(facts: HeaderFacts) -> HeaderState:
    if facts.is_ready or facts.is_stopped:
        return HeaderState.READY
    return HeaderState.WASHING if facts.is_washing else HeaderState.QC_PASSED


def _state_of_work(ordered: Sequence[LineFacts], states: Collection[LineState]) -> HeaderState:
    can_go_on = {LineState.WORKING, LineState.ASSIGNED, LineState.AUTHORISED, LineState.QC_FAIL}
    if can_go_on & set(states):
        return HeaderState.IN_PROGRESS
    reasons = {line.pause_reason for line in ordered if line.state is LineState.PAUSED}
    if PauseReason.WAIT_OWNER in reasons:
        return HeaderState.WAIT_OWNER
    return HeaderState.WAIT_PARTS if PauseReason.WAIT_PARTS in reasons else HeaderState.IN_PROGRESS


# -- guards -----------------------------------------------------------------------------------------------------------


def billing_blocker(lines: Sequence[LineFacts]) -> str | None:
    """Why an order cannot be billed yet, in Chinese; None when it can."""
    open_lines = sum(line.state not in ENDED_WITHOUT_WORK | {LineState.QC_OK, LineState.PROPOSED} for line in lines)
    if open_lines:
        return f"还有 {open_lines} 项没完成"
    if any(line.state is LineState.PROPOSED for line in lines):
        return "还有项目没决定"
    return None if any(line.state is LineState.QC_OK for line in lines) else "没有可结算的项目"


def billable_fen(
    state: LineState, labour_fen: int, parts_fen: int, *, has_fitted_parts: bool | None, is_stopped: bool
) -> tuple[int, int] | None:
    """Labour and parts, in fen, that a line is billed for; None when it is not billed at all.

    Work that passed the inspection is billed, without parts that went back to the store room. Of a job the owner
    stopped, only the fitted parts are billed (Civil Code art. 787: whoever ends the contract pays the loss).
    `has_fitted_parts` is None where parts are not tracked.
    """
    if state is LineState.QC_OK:
        return labour_fen, 0 if has_fitted_parts is False else parts_fen
    if state is LineState.CANCELLED and is_stopped and has_fitted_parts:
        return 0, parts_fen
    return None


def why_not_in_workshop(header: HeaderState) -> str | None:
    """Why the lines of an order in this state must not be changed, in Chinese; None when they may be."""
    if header in IN_WORKSHOP:
        return None
    if header in BEFORE_WORK:
        return "车主还没授权，不能施工。"
    ended = {HeaderState.VOID: "工单已作废，不能再动。", HeaderState.LEFT: "车主没修就离店了，不能施工。"}
    return ended.get(header, "账单已出，项目不能再动。")


def was_left_half_done(state: LineState, started_at: datetime | None) -> bool:
    """Whether a job was begun and ended without being finished."""
    return state is LineState.CANCELLED and started_at is not None


def may_void(lines: Sequence[LineFacts], parts_issued: int) -> bool:
    """Whether an order can be voided: no line was begun and no part was handed out."""
    return not parts_issued and not any(line.state in STARTED for line in lines)


def may_inspect(inspector_id: int, technician_ids: Collection[int]) -> bool:
    """Whether they may inspect: nobody inspects their own work."""
    return inspector_id not in technician_ids

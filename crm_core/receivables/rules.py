"""When a receivable is due, how old it is, what it must carry before it is submitted, and how it moves. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from crm_core.billing.rules import Payer
from crm_core.policies.declaring import Policy, Unit, rule
from foundation.moves import Moves


class ReceivableState(StrEnum):
    """应收."""

    OPEN = "OPEN"
    SUBMITTED = "SUBMITTED"
    ACCEPTED = "ACCEPTED"
    PART_ACCEPTED = "PART_ACCEPTED"
    REFUSED = "REFUSED"
    SETTLED = "SETTLED"


class StepKind(StrEnum):
    """What was done. RECEIVED and BORNE carry money."""

    OPENED = "OPENED"
    SUBMITTED = "SUBMITTED"
    ANSWERED = "ANSWERED"
    RECEIVED = "RECEIVED"
    BORNE = "BORNE"


class CostCentre(StrEnum):
    """The department whose budget bears what nobody outside pays."""

    SERVICE = "SERVICE"
    PARTS = "PARTS"
    SALES = "SALES"
    CARE = "CARE"


OUTSIDE: Final = (Payer.W, Payer.I)
"""Payers to whom the bill is submitted; N and G are the house itself."""
WAITS_FOR_MONEY: Final = (ReceivableState.ACCEPTED, ReceivableState.PART_ACCEPTED)

_ANSWERS = {
    "accept": ReceivableState.ACCEPTED,
    "accept_part": ReceivableState.PART_ACCEPTED,
    "refuse": ReceivableState.REFUSED,
}
OUTSIDE_MOVES: Moves[ReceivableState] = {
    ReceivableState.OPEN: {"submit": ReceivableState.SUBMITTED},
    ReceivableState.SUBMITTED: _ANSWERS,
    ReceivableState.ACCEPTED: {
        "receive": ReceivableState.ACCEPTED,
        "settle": ReceivableState.SETTLED,
    },
    ReceivableState.PART_ACCEPTED: {
        "submit": ReceivableState.SUBMITTED,
        "receive": ReceivableState.PART_ACCEPTED,
        "bear": ReceivableState.PART_ACCEPTED,
        "settle": ReceivableState.SETTLED,
    },
    ReceivableState.REFUSED: {
        "submit": ReceivableState.SUBMITTED,
        "settle": ReceivableState.SETTLED,
    },
}
HOUSE_MOVES: Moves[ReceivableState] = {ReceivableState.OPEN: {"settle": ReceivableState.SETTLED}}


def moves_of(payer: Payer) -> Moves[ReceivableState]:
    """The table of moves of this payer's receivables."""
    return OUTSIDE_MOVES if payer in OUTSIDE else HOUSE_MOVES


@dataclass(frozen=True)
class ReceivablePolicy(Policy, key="receivables", title="应收"):
    """House rules of what others owe."""

    submit_within_days: int = rule(7, "理赔或索赔几天内提交", Unit.DAYS, 1, 30)
    answer_within_days: int = rule(30, "提交后几天内应有答复", Unit.DAYS, 7, 120)
    pay_within_days: int = rule(30, "核准后几天内应到账", Unit.DAYS, 7, 180)
    remind_every_days: int = rule(7, "逾期后每隔几天再提醒", Unit.DAYS, 1, 30)


@dataclass(frozen=True)
class Sums:
    """What is owed, what of it the payer accepted, what came, and what the house bears."""

    amount_fen: int
    accepted_fen: int | None
    received_fen: int
    borne_fen: int

    @property
    def open_fen(self) -> int:
        """What is not settled yet."""
        return self.amount_fen - self.received_fen - self.borne_fen

    @property
    def to_receive_fen(self) -> int:
        """What was accepted and has not come."""
        return 0 if self.accepted_fen is None else self.accepted_fen - self.received_fen

    @property
    def refused_fen(self) -> int:
        """What the payer refused and nobody bears yet."""
        return 0 if self.accepted_fen is None else self.open_fen - self.to_receive_fen


@dataclass(frozen=True)
class Submission:
    """What is submitted to maker or insurer."""

    party: str
    approval_number: str
    case_number: str = ""
    old_parts_place: str = ""
    old_parts_until: date | None = None


def submission_refusal(payer: Payer, given: Submission, *, has_parts: bool, today: date) -> str | None:
    """What is missing before it is submitted, in Chinese; None when nothing is.

    The maker asks for the replaced parts back, so with parts it is said where they are and until when.
    """
    if not given.party:
        return "写明厂家名称。" if payer is Payer.W else "写明保险公司。"
    if not given.approval_number:
        return "写明索赔授权号。" if payer is Payer.W else "写明定损单号。"
    if payer is Payer.I and not given.case_number:
        return "写明报案号。"
    if payer is Payer.W and has_parts:
        if not given.old_parts_place or given.old_parts_until is None:
            return "写明旧件放在哪里、保管到哪天，厂家可能要回收。"
        if given.old_parts_until < today:
            return "旧件保管期不能早于今天。"
    return None


def answer_of(sums: Sums, accepted_fen: int) -> str | None:
    """The move that an answer is; None for a sum that cannot be: more than is owed, or less than came already."""
    if not sums.received_fen <= accepted_fen <= sums.amount_fen - sums.borne_fen:
        return None
    if accepted_fen == 0:
        return "refuse"
    return "accept" if accepted_fen == sums.amount_fen else "accept_part"


def due_on(state: ReceivableState, since: date, policy: ReceivablePolicy) -> date:
    """By when the next step is expected, counted from the last one."""
    if state is ReceivableState.SUBMITTED:
        return since + timedelta(days=policy.answer_within_days)
    if state in WAITS_FOR_MONEY:
        return since + timedelta(days=policy.pay_within_days)
    return since + timedelta(days=policy.submit_within_days)

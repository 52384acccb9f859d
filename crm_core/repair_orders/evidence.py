"""The proof of an owner's decision: a tap by them or an authorised person, a signed paper, or a recorded call."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from crm_core.authorised_persons.rules import Authority
from foundation import clock
from foundation.money import format_yuan

HOW_WORDS = {"mini_program": "小程序", "paper": "书面", "phone": "电话"}
"""How a decision reached us, in words for the log and the timeline."""
MAX_WORDS = 100
"""Characters of what an advisor writes down of the owner's words: one or two sentences."""


@dataclass(frozen=True)
class Evidence:
    """The proof of a decision. `how` is `mini_program`, `paper` or `phone`; staff record only the last two, with
    proof.
    """

    how: str = "mini_program"
    photo: str = ""
    """Media key of their signature, or of the paper they signed."""
    said_at: datetime | None = None
    """When the call was."""
    words: str = ""
    """What they said."""
    authority: Authority | None = None
    """The authority of an authorised person who decided; None when the owner decided themselves."""

    @property
    def note(self) -> str:
        """The text that is stored: `11月23日 10:05 说：可以换` for a call, `授权人 王芳，限额 2,000.00 元` for an
        authorised person.
        """
        if self.authority is not None:
            return f"授权人 {self.authority.name}，限额 {format_yuan(self.authority.limit_fen)} 元"
        if self.said_at is None:
            return self.words
        return f"{clock.dated(self.said_at)} 说：{self.words}"

    @property
    def who(self) -> str:
        """Who decided, for the order's log: 车主, or 授权人王芳."""
        return f"授权人{self.authority.name}" if self.authority else "车主"

    @property
    def spoken_to(self) -> str:
        """Who decided, for the owner's page: 您, or 授权人王芳."""
        return self.who if self.authority else "您"


def evidence_gap(evidence: Evidence, *, opened_at: datetime, now: datetime) -> str | None:
    """What is missing from the proof of a decision that staff record for an owner, in Chinese; None when it suffices.

    Consent to repairs must be written or recorded (trade custom; Civil Code art. 469 accepts both forms of contract).
    """
    if evidence.how == "paper":
        return None if evidence.photo else "请拍下车主签字的纸质单据。"
    if evidence.how != "phone":
        return "只能记电话或书面的决定。"
    if evidence.said_at is None or not evidence.words.strip():
        return "请填通话时间和车主怎么说的。"
    # The input field on the screen has no seconds, so a call in the minute of the opening must be accepted.
    is_possible = opened_at - timedelta(minutes=1) < evidence.said_at <= now
    return None if is_possible else "通话时间要在接车之后、现在之前。"

"""What shows that an owner decided: their own tap or that of whom they authorised, a signed paper, a recorded call."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from crm_core.authorised_persons.rules import Authority
from foundation import clock
from foundation.money import format_yuan

HOW_WORDS = {"mini_program": "小程序", "paper": "书面", "phone": "电话"}
"""How a decision reached us, in words for the log and the timeline."""
MAX_WORDS = 100
"""Characters an advisor writes down of what an owner said: one or two sentences."""


@dataclass(frozen=True)
class Evidence:
    """`how` is `mini_program`, `paper` or `phone`; only the last two are recorded by staff and must be shown."""

    how: str = "mini_program"
    photo: str = ""
    """Media key of their signature, or of the paper they signed."""
    said_at: datetime | None = None
    """When the call was."""
    words: str = ""
    """What they said."""
    authority: Authority | None = None
    """What an authorised person's tap rests on; of an owner's own there is none."""

    @property
    def note(self) -> str:
        """The call as it is kept: 11月23日 10:05 说：可以换. Of an authorised person: 授权人 王芳，限额 2,000.00 元."""
        if self.authority is not None:
            return f"授权人 {self.authority.name}，限额 {format_yuan(self.authority.limit_fen)} 元"
        if self.said_at is None:
            return self.words
        return f"{clock.dated(self.said_at)} 说：{self.words}"

    @property
    def who(self) -> str:
        """Who decided, in the words of the log: 车主, or 授权人王芳."""
        return f"授权人{self.authority.name}" if self.authority else "车主"

    @property
    def spoken_to(self) -> str:
        """Who decided, in the words of the owner's page."""
        return self.who if self.authority else "您"


def evidence_gap(evidence: Evidence, *, opened_at: datetime, now: datetime) -> str | None:
    """What is missing from a decision staff record for an owner, in Chinese; None when it can be shown later.

    Consent to repairs is written or recorded (trade custom; Civil Code art. 469 counts both as form of a contract).
    """
    if evidence.how == "paper":
        return None if evidence.photo else "请拍下车主签字的纸质单据。"
    if evidence.how != "phone":
        return "只能记电话或书面的决定。"
    if evidence.said_at is None or not evidence.words.strip():
        return "请填通话时间和车主怎么说的。"
    # A field of the screen knows minutes only.
    is_possible = opened_at - timedelta(minutes=1) < evidence.said_at <= now
    return None if is_possible else "通话时间要在接车之后、现在之前。"

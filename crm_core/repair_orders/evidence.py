"""What shows that an owner decided: his own tap, the paper he signed, a recorded call with its time and his words."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from foundation import clock

HOW_WORDS = {"mini_program": "小程序", "paper": "书面", "phone": "电话"}
"""How a decision reached us, in words for the log and the timeline."""
MAX_WORDS = 100
"""Characters an advisor writes down of what an owner said: one or two sentences."""


@dataclass(frozen=True)
class Evidence:
    """`how` is `mini_program`, `paper` or `phone`; only the last two are recorded by staff and must be shown."""

    how: str = "mini_program"
    photo: str = ""
    """Media key of his signature, or of the paper he signed."""
    said_at: datetime | None = None
    """When the call was."""
    words: str = ""
    """What he said."""

    @property
    def note(self) -> str:
        """The call as it is kept: 11月23日 10:05 说：可以换."""
        if self.said_at is None:
            return self.words
        return f"{clock.dated(self.said_at)} 说：{self.words}"


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

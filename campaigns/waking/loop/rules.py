"""The states of a try, and what counts as a reaction to it."""

from enum import StrEnum
from typing import Final


class AttemptState(StrEnum):
    """唤醒尝试."""

    OPEN = "OPEN"
    WOKE = "WOKE"
    """They booked or came."""
    REACTED = "REACTED"
    """They did something, but neither booked nor came in time."""
    SILENT = "SILENT"
    UNSENT = "UNSENT"
    """Nobody sent or called in time."""
    LEFT = "LEFT"
    """They are no longer asleep or may no longer be contacted."""

    @property
    def label(self) -> str:
        """As pages say it."""
        return _STATES[self]


_STATES: Final = {
    AttemptState.OPEN: "进行中",
    AttemptState.WOKE: "唤醒了",
    AttemptState.REACTED: "有反应没来",
    AttemptState.SILENT: "没反应",
    AttemptState.UNSENT: "没发出",
    AttemptState.LEFT: "退出",
}


class Reaction(StrEnum):
    """What an owner did after they were reached, from the weakest to the strongest."""

    OPENED = "OPENED"
    REPLIED = "REPLIED"
    CLAIMED = "CLAIMED"
    BOOKED = "BOOKED"
    CAME = "CAME"

    @property
    def label(self) -> str:
        """As pages say it."""
        return _REACTIONS[self]


_REACTIONS: Final = {
    Reaction.OPENED: "打开了",
    Reaction.REPLIED: "回话了",
    Reaction.CLAIMED: "领券了",
    Reaction.BOOKED: "约了",
    Reaction.CAME: "来了",
}
AWAKE: Final = (Reaction.BOOKED, Reaction.CAME)
"""Whoever did this is not tried by another path."""

"""What happened."""

from dataclasses import dataclass
from typing import ClassVar

from foundation.events import Event
from foundation.refs import Ref


@dataclass(frozen=True, kw_only=True)
class ReachAsked(Event):
    """A customer was asked to open a way to reach them, and answered."""

    name: ClassVar[str] = "reach.asked"
    reach_ask_id: int
    kind: str
    answer: str
    by_page: bool = False
    """The page of their order asked, and no colleague."""

    @property
    def subject(self) -> Ref:
        """`reach_ask:5`."""
        return Ref("reach_ask", self.reach_ask_id)

    @property
    def sentence(self) -> str:
        """`问了加企业微信好友，他愿意`."""
        return f"{'进度页' if self.by_page else ''}问了{_KINDS[self.kind]}，{_ANSWERS[self.answer]}"


_KINDS = {"FRIEND": "加企业微信好友", "CAR": "在小程序绑定车辆", "CONSENT": "接收提醒和优惠"}
_ANSWERS = {"YES": "他愿意", "NO": "他不愿意，以后不再问", "LATER": "他说以后再说"}

"""The events of messages: sent, or not delivered."""

from dataclasses import dataclass
from typing import ClassVar, TypedDict

from foundation.events import Event
from foundation.refs import Ref


class MessageFacts(TypedDict):
    """What all events of a message say."""

    actor: str
    customer_id: int | None
    message_id: int
    template: str
    about: str
    title: str


@dataclass(frozen=True, kw_only=True)
class MessageEvent(Event):
    """An event about one message; `title` is the heading its reader sees."""

    message_id: int
    template: str
    about: str
    title: str

    @property
    def subject(self) -> Ref:
        """`message:5`."""
        return Ref("message", self.message_id)


@dataclass(frozen=True, kw_only=True)
class MessageSent(MessageEvent):
    """A platform accepted a message to a customer."""

    name: ClassVar[str] = "message.sent"
    channel: str

    @property
    def sentence(self) -> str:
        """`预约结果通知 已发出`."""
        return f"{self.title} 已发出"


@dataclass(frozen=True, kw_only=True)
class MessageNotDelivered(MessageEvent):
    """No channel reached the customer. They see the message only in the mini program, so somebody should tell them.

    For a card to a member of staff, `staff_id` is set instead of `customer_id`.
    """

    name: ClassVar[str] = "message.not_delivered"
    reason: str
    staff_id: int | None = None

    @property
    def sentence(self) -> str:
        """`预约结果通知 没有发出：没有可用的订阅次数`."""
        return f"{self.title} 没有发出：{self.reason}"


@dataclass(frozen=True, kw_only=True)
class NoticeSwitched(Event):
    """An owner switched a kind of notice off, or on again."""

    name: ClassVar[str] = "notice.switched"
    notice: str
    title: str
    is_on: bool

    @property
    def subject(self) -> Ref:
        """`customer:5`."""
        return Ref("customer", self.customer_id or 0)

    @property
    def sentence(self) -> str:
        """`不再接收「到店提醒」`."""
        return f"{'重新接收' if self.is_on else '不再接收'}「{self.title}」"

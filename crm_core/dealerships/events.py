"""What happened to the people of the group, as the corp's address book tells it."""

from dataclasses import dataclass
from typing import ClassVar

from foundation.events import Event
from foundation.refs import Ref


@dataclass(frozen=True, kw_only=True)
class MemberEvent(Event):
    """Something about one member of staff."""

    staff_id: int
    userid: str
    staff_name: str

    @property
    def subject(self) -> Ref:
        """`staff:5`."""
        return Ref("staff", self.staff_id)


@dataclass(frozen=True, kw_only=True)
class MemberJoined(MemberEvent):
    """A member became known, or works here again; what waited for `userid` can be taken up."""

    name: ClassVar[str] = "member.joined"

    @property
    def sentence(self) -> str:
        """Who."""
        return f"{self.staff_name}加入通讯录"


@dataclass(frozen=True, kw_only=True)
class MemberRenamed(MemberEvent):
    """The same person is called `userid` from now on.

    `double_id` is the record somebody had made under the new name before we heard that it is the same person.
    """

    name: ClassVar[str] = "member.renamed"
    former_userid: str
    double_id: int | None = None

    @property
    def sentence(self) -> str:
        """Who; the names of accounts are the platform's business."""
        return f"{self.staff_name}的企业微信账号已更名"


@dataclass(frozen=True, kw_only=True)
class MemberLeft(MemberEvent):
    """A member left, or was disabled: signed out, no longer offered, and what is theirs waits to be handed over."""

    name: ClassVar[str] = "member.left"

    @property
    def sentence(self) -> str:
        """Who."""
        return f"{self.staff_name}已离职"

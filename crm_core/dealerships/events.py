"""What happened to the group's staff, as the corp's address book reports it."""

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
    """A member became known, or works here again; things that arrived for `userid` before can now be assigned to
    them.
    """

    name: ClassVar[str] = "member.joined"

    @property
    def sentence(self) -> str:
        """Who."""
        return f"{self.staff_name}加入通讯录"


@dataclass(frozen=True, kw_only=True)
class MemberRenamed(MemberEvent):
    """The account of a member has the new name `userid`.

    `double_id` is a second record of the same person, if one was made under the new name before the rename was known.
    """

    name: ClassVar[str] = "member.renamed"
    former_userid: str
    double_id: int | None = None

    @property
    def sentence(self) -> str:
        """Names the member, but not the old and the new userid, which mean nothing to readers."""
        return f"{self.staff_name}的企业微信账号已更名"


@dataclass(frozen=True, kw_only=True)
class MemberLeft(MemberEvent):
    """A member left or was disabled: they are signed out and offered nowhere, and their work waits to be handed
    over.
    """

    name: ClassVar[str] = "member.left"

    @property
    def sentence(self) -> str:
        """Who."""
        return f"{self.staff_name}已离职"


@dataclass(frozen=True, kw_only=True)
class DeputyNamed(MemberEvent):
    """A colleague acts for a member between two days (ISO dates, both included)."""

    name: ClassVar[str] = "member.deputy_named"
    deputy_id: int
    first_on: str
    last_on: str

    @property
    def sentence(self) -> str:
        """For whom and when."""
        return f"{self.staff_name} {self.first_on} 到 {self.last_on} 有代理人"


@dataclass(frozen=True, kw_only=True)
class DeputyEnded(MemberEvent):
    """The colleague who was to act between these days does not, or not any longer."""

    name: ClassVar[str] = "member.deputy_ended"
    deputy_id: int
    first_on: str
    last_on: str

    @property
    def sentence(self) -> str:
        """For whom."""
        return f"{self.staff_name}的代理结束"


@dataclass(frozen=True, kw_only=True)
class AuditFoundBroken(Event):
    """A look at the audit log found that `line` does not follow from the one before: somebody changed or removed
    something.
    """

    name: ClassVar[str] = "audit.found_broken"
    audit_check_id: int
    line: int

    @property
    def subject(self) -> Ref:
        """`audit_check:5`."""
        return Ref("audit_check", self.audit_check_id)

    @property
    def sentence(self) -> str:
        """Where."""
        return f"审计记录从第 {self.line} 条起对不上"

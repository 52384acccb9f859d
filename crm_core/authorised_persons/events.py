"""What happened between an owner and a person they named; the customer of these events is the owner."""

from dataclasses import dataclass
from typing import ClassVar, Final, TypedDict

from foundation.events import Event
from foundation.money import format_yuan
from foundation.refs import Ref

_ENDED_BY: Final = {
    "owner": "取消了",
    "person": "本人退出了",
    "unbound": "车辆解绑，结束了",
    "last_day": "到期结束了",
    "unanswered": "对方没有确认，结束了",
}


@dataclass(frozen=True, kw_only=True)
class AuthorisedPersonEvent(Event):
    """The facts that every event carries."""

    vehicle_id: int
    authorised_person_id: int
    person: str

    @property
    def subject(self) -> Ref:
        return Ref("vehicle", self.vehicle_id)


class TermsFacts(TypedDict):
    """The facts of events about what a person may do; the customer is the owner."""

    actor: str
    customer_id: int
    vehicle_id: int
    authorised_person_id: int
    person: str
    limit_fen: int


@dataclass(frozen=True, kw_only=True)
class PersonNamed(AuthorisedPersonEvent):
    """The owner named somebody, who has no access before they accept."""

    name: ClassVar[str] = "authorised_person.named"
    limit_fen: int

    @property
    def sentence(self) -> str:
        return f"请 {self.person} 做{_role(self.limit_fen)}，等对方确认"


@dataclass(frozen=True, kw_only=True)
class PersonAccepted(AuthorisedPersonEvent):
    """The person accepted with their own login."""

    name: ClassVar[str] = "authorised_person.accepted"
    limit_fen: int

    @property
    def sentence(self) -> str:
        return f"{self.person} 确认做{_role(self.limit_fen)}"


@dataclass(frozen=True, kw_only=True)
class TermsChanged(AuthorisedPersonEvent):
    """The owner set another limit or another last day."""

    name: ClassVar[str] = "authorised_person.changed"
    limit_fen: int

    @property
    def sentence(self) -> str:
        return f"把 {self.person} 改为{_role(self.limit_fen)}"


@dataclass(frozen=True, kw_only=True)
class PersonEnded(AuthorisedPersonEvent):
    """The person may no longer see the car or decide about it."""

    name: ClassVar[str] = "authorised_person.ended"
    because: str

    @property
    def sentence(self) -> str:
        return f"{_ENDED_BY.get(self.because, '结束了')}{self.person} 的授权"


def _role(limit_fen: int) -> str:
    return f"授权人，限额 {format_yuan(limit_fen)} 元" if limit_fen else "家人，只看进度"

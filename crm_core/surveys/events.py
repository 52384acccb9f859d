"""What happened to surveys and complaints."""

from dataclasses import dataclass
from typing import ClassVar, TypedDict

from foundation.events import Event
from foundation.refs import Ref


class SurveyFacts(TypedDict):
    """The facts that every event of a survey carries."""

    actor: str
    customer_id: int
    store_id: int
    survey_id: int
    repair_order_id: int


@dataclass(frozen=True, kw_only=True)
class SurveyEvent(Event):
    """The base of the events of a survey."""

    survey_id: int
    repair_order_id: int

    @property
    def subject(self) -> Ref:
        """`survey:5`."""
        return Ref("survey", self.survey_id)


@dataclass(frozen=True, kw_only=True)
class SurveySent(SurveyEvent):
    """The owner was invited to answer."""

    name: ClassVar[str] = "survey.sent"

    @property
    def sentence(self) -> str:
        """A plain fact."""
        return "邀请评价这次服务"


@dataclass(frozen=True, kw_only=True)
class SurveySubmitted(SurveyEvent):
    """The owner answered."""

    name: ClassVar[str] = "survey.submitted"
    score: int
    is_complaint: bool

    @property
    def sentence(self) -> str:
        """With the score."""
        return f"评价这次服务 {self.score} 分"


@dataclass(frozen=True, kw_only=True)
class SurveyExpired(SurveyEvent):
    """The owner did not answer in time. Nothing follows from that."""

    name: ClassVar[str] = "survey.expired"

    @property
    def sentence(self) -> str:
        """A plain fact."""
        return "没有评价，邀请已过期"


@dataclass(frozen=True, kw_only=True)
class ComplaintOpened(Event):
    """A complaint was opened."""

    name: ClassVar[str] = "complaint.opened"
    complaint_id: int
    about: str
    repair_order_id: int | None

    @property
    def subject(self) -> Ref:
        """`complaint:5`."""
        return Ref("complaint", self.complaint_id)

    @property
    def sentence(self) -> str:
        """The sentence leaves out the owner's words, which staff read on the complaint's own page."""
        return "提出不满意，已转客服处理"


@dataclass(frozen=True, kw_only=True)
class ComplaintAcknowledged(Event):
    """A member of staff took up the complaint."""

    name: ClassVar[str] = "complaint.acknowledged"
    complaint_id: int
    by: str

    @property
    def subject(self) -> Ref:
        """`complaint:5`."""
        return Ref("complaint", self.complaint_id)

    @property
    def sentence(self) -> str:
        """Who."""
        return f"{self.by} 开始处理投诉"


@dataclass(frozen=True, kw_only=True)
class ComplaintStepped(Event):
    """A step other than taking it up or reopening it; staff read its words on the complaint's page."""

    name: ClassVar[str] = "complaint.stepped"
    complaint_id: int
    action: str
    by: str

    @property
    def subject(self) -> Ref:
        """`complaint:5`."""
        return Ref("complaint", self.complaint_id)

    @property
    def sentence(self) -> str:
        """Who did what."""
        return f"{self.by} {_STEPS[self.action]}"


_STEPS = {
    "plan": "定了投诉的处理方案",
    "resolve": "处理完投诉，等回访",
    "close": "回访过，车主满意，投诉结案",
    "add": "补充了投诉内容",
    "amends": "为投诉作了补偿",
}


@dataclass(frozen=True, kw_only=True)
class ComplaintReopened(Event):
    """The complaint was reopened because the owner is still not content."""

    name: ClassVar[str] = "complaint.reopened"
    complaint_id: int

    @property
    def subject(self) -> Ref:
        """`complaint:5`."""
        return Ref("complaint", self.complaint_id)

    @property
    def sentence(self) -> str:
        """A plain fact."""
        return "还不满意，投诉重新处理"

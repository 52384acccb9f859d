"""The events of customers, each with its sentence for the timeline. A sentence never holds a phone."""

from dataclasses import dataclass
from typing import ClassVar

from crm_core.customers.models import Purpose
from foundation.events import Event
from foundation.refs import Ref

PURPOSE_WORDS = {
    Purpose.SERVICE_NOTICE: "服务通知",
    Purpose.MARKETING_SMS: "营销短信",
    Purpose.MARKETING_WECOM: "企业微信优惠消息",
    Purpose.MARKETING_CALL: "营销电话",
    Purpose.PROFILING: "个性化推荐",
    Purpose.PHOTO_PUBLICITY: "照片用于宣传",
    Purpose.AD_AUDIENCE: "用于广告投放",
}
_IDENTITY_WORDS = {
    "EXTERNAL_USERID": "企业微信好友",
    "UNIONID": "微信统一身份",
    "OPENID": "小程序",
    "PHONE": "手机号",
}
CONTACT_WORDS = {"call": "电话", "wecom": "企业微信", "visit": "到店", "note": "备注"}


@dataclass(frozen=True, kw_only=True)
class CustomerEvent(Event):
    """An event about one customer; `customer_id` is always set."""

    @property
    def subject(self) -> Ref:
        """`customer:5`."""
        assert self.customer_id is not None
        return Ref("customer", self.customer_id)


@dataclass(frozen=True, kw_only=True)
class FriendAdded(CustomerEvent):
    """A staff member and the customer became WeCom friends, or became so again."""

    name: ClassVar[str] = "friend.added"
    friendship_id: int
    staff_id: int
    staff_name: str
    source: str
    is_back: bool

    @property
    def sentence(self) -> str:
        """`添加王芳为好友，来源 展厅海报`."""
        act = "重新添加" if self.is_back else "添加"
        return f"{act}{self.staff_name}为好友" + (f"，来源 {self.source}" if self.source else "")


@dataclass(frozen=True, kw_only=True)
class FriendLost(CustomerEvent):
    """One side ended the friendship."""

    name: ClassVar[str] = "friend.lost"
    friendship_id: int
    staff_id: int
    staff_name: str
    by: str

    @property
    def sentence(self) -> str:
        """Who ended it."""
        if self.by == "customer":
            return f"客户删除了{self.staff_name}的好友"
        if self.by == "unseen":
            return f"{self.staff_name}的好友列表里已没有该客户"
        return f"{self.staff_name}删除了好友"


@dataclass(frozen=True, kw_only=True)
class FriendMoved(CustomerEvent):
    """WeCom gave the friend of one member to a colleague; the customer did not refuse."""

    name: ClassVar[str] = "friend.moved"
    friendship_id: int
    from_name: str
    staff_id: int
    staff_name: str

    @property
    def sentence(self) -> str:
        """From whom to whom."""
        return f"企业微信好友由{self.from_name}交给{self.staff_name}"


@dataclass(frozen=True, kw_only=True)
class IdentityLinked(CustomerEvent):
    """A platform's id of the customer became known."""

    name: ClassVar[str] = "identity.linked"
    kind: str

    @property
    def sentence(self) -> str:
        """Which kind; never the value."""
        return f"关联{_IDENTITY_WORDS[self.kind]}"


@dataclass(frozen=True, kw_only=True)
class CustomerRegistered(CustomerEvent):
    """An advisor registered a new customer."""

    name: ClassVar[str] = "customer.registered"

    @property
    def sentence(self) -> str:
        """Where; never the phone."""
        return "到店登记建档"


@dataclass(frozen=True, kw_only=True)
class CustomersMerged(CustomerEvent):
    """Two records were one person: `merged_id` now belongs to `customer_id`. A room with its own rule for its rows
    moves them with `merging.move_rows`, so that they are given back when the merge is undone.
    """

    name: ClassVar[str] = "customer.merged"
    merge_id: int
    merged_id: int
    reason: str

    @property
    def sentence(self) -> str:
        """Why."""
        return f"合并重复客户（{self.reason}）"


@dataclass(frozen=True, kw_only=True)
class MergeUndone(CustomerEvent):
    """A merge was undone; every row that `move_rows` moved has been given back."""

    name: ClassVar[str] = "customer.merge_undone"
    merge_id: int
    merged_id: int

    @property
    def sentence(self) -> str:
        """The fact."""
        return "撤销合并，恢复为两位客户"


@dataclass(frozen=True, kw_only=True)
class ConsentGiven(CustomerEvent):
    """They agreed to one purpose."""

    name: ClassVar[str] = "consent.given"
    purpose: str
    text_version: str

    @property
    def sentence(self) -> str:
        """To what."""
        return f"同意{PURPOSE_WORDS[Purpose(self.purpose)]}"


@dataclass(frozen=True, kw_only=True)
class ConsentWithdrawn(CustomerEvent):
    """They no longer agree to one purpose."""

    name: ClassVar[str] = "consent.withdrawn"
    purpose: str

    @property
    def sentence(self) -> str:
        """From what."""
        return f"撤回对{PURPOSE_WORDS[Purpose(self.purpose)]}的同意"


@dataclass(frozen=True, kw_only=True)
class MarketingStopped(CustomerEvent):
    """The customer wants no more marketing, on any channel and in any store, including what is already queued."""

    name: ClassVar[str] = "consent.marketing_stopped"

    @property
    def sentence(self) -> str:
        """The fact."""
        return "不再接收营销消息"


@dataclass(frozen=True, kw_only=True)
class MarketingResumed(CustomerEvent):
    """The customer no longer refuses marketing, which gives no consent by itself."""

    name: ClassVar[str] = "consent.marketing_resumed"

    @property
    def sentence(self) -> str:
        """The fact."""
        return "取消了不再接收营销消息"


@dataclass(frozen=True, kw_only=True)
class QuietHoursChanged(CustomerEvent):
    """The customer does not wish to be written to at certain hours of the day, or no longer minds."""

    name: ClassVar[str] = "customer.quiet_hours"
    hours: str
    has_ended: bool

    @property
    def sentence(self) -> str:
        """Which hours."""
        return f"{'取消了' if self.has_ended else ''}免打扰时段 {self.hours}"


@dataclass(frozen=True, kw_only=True)
class FollowedUp(CustomerEvent):
    """A contact, or a remark, was noted."""

    name: ClassVar[str] = "follow_up.logged"
    follow_up_id: int
    staff_id: int
    staff_name: str
    contact: str
    body: str

    @property
    def sentence(self) -> str:
        """Who, how, what."""
        return f"{self.staff_name} {CONTACT_WORDS[self.contact]}：{self.body}"


@dataclass(frozen=True, kw_only=True)
class CustomerEdited(CustomerEvent):
    """Fields of the record were changed by hand."""

    name: ClassVar[str] = "customer.edited"
    fields: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """Which fields; never the values."""
        return f"修改了{'、'.join(self.fields)}"


@dataclass(frozen=True, kw_only=True)
class PhoneProposed(CustomerEvent):
    """A member of staff noted a number in WeCom that differs from the one on file."""

    name: ClassVar[str] = "customer.phone_proposed"
    staff_id: int
    staff_name: str

    @property
    def sentence(self) -> str:
        """Whose note; never the number."""
        return f"{self.staff_name}在企业微信里记了另一个手机号，待确认"


@dataclass(frozen=True, kw_only=True)
class CustomerAssigned(CustomerEvent):
    """Another consultant or advisor looks after the customer now."""

    name: ClassVar[str] = "customer.assigned"
    role: str
    from_staff_id: int | None
    to_staff_id: int
    to_staff_name: str

    @property
    def sentence(self) -> str:
        """Who from now on."""
        return f"{self.role}改为{self.to_staff_name}" if self.from_staff_id else f"{self.role}为{self.to_staff_name}"


@dataclass(frozen=True, kw_only=True)
class PhoneVerified(CustomerEvent):
    """The customer proved that they hold this number."""

    name: ClassVar[str] = "customer.phone_verified"
    phone_changed: bool

    @property
    def sentence(self) -> str:
        """The fact; never the number."""
        return "授权了新的手机号" if self.phone_changed else "授权了手机号"


@dataclass(frozen=True, kw_only=True)
class VisitRecorded(CustomerEvent):
    """A closed visit was added to their totals."""

    name: ClassVar[str] = "visit.recorded"
    visited_on: str
    paid_fen: int
    visit_number: int

    @property
    def sentence(self) -> str:
        """Which visit it was."""
        return f"第 {self.visit_number} 次到店完成"

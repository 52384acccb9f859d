"""The events of coupons and their templates."""

from dataclasses import dataclass
from typing import ClassVar, TypedDict

from foundation.events import Event
from foundation.refs import Ref


class CouponFacts(TypedDict):
    """The facts of every event of a coupon, to be passed as keyword arguments."""

    actor: str
    customer_id: int
    coupon_id: int
    template_id: int
    coupon_name: str
    campaign_token: str


@dataclass(frozen=True, kw_only=True)
class CouponEvent(Event):
    """The facts that all events of a coupon share."""

    coupon_id: int
    template_id: int
    coupon_name: str
    campaign_token: str = ""

    @property
    def subject(self) -> Ref:
        """`coupon:5`."""
        return Ref("coupon", self.coupon_id)


@dataclass(frozen=True, kw_only=True)
class CouponIssued(CouponEvent):
    """The coupon was issued and waits to be claimed."""

    name: ClassVar[str] = "coupon.issued"

    @property
    def sentence(self) -> str:
        """With its name."""
        return f"获得卡券「{self.coupon_name}」，待领取"


@dataclass(frozen=True, kw_only=True)
class CouponClaimed(CouponEvent):
    """The owner claimed the coupon, which fixes its last day."""

    name: ClassVar[str] = "coupon.claimed"

    @property
    def sentence(self) -> str:
        """With its name."""
        return f"领取卡券「{self.coupon_name}」"


@dataclass(frozen=True, kw_only=True)
class CouponScanned(CouponEvent):
    """The owner showed the coupon at a desk, where it was scanned."""

    name: ClassVar[str] = "coupon.scanned"

    @property
    def sentence(self) -> str:
        """With its name."""
        return f"到店出示卡券「{self.coupon_name}」"


@dataclass(frozen=True, kw_only=True)
class CouponRedeemed(CouponEvent):
    """The coupon was redeemed by a paid bill."""

    name: ClassVar[str] = "coupon.redeemed"
    about: str
    discount_fen: int

    @property
    def sentence(self) -> str:
        """With its name."""
        return f"核销卡券「{self.coupon_name}」"


@dataclass(frozen=True, kw_only=True)
class CouponRestored(CouponEvent):
    """The coupon was restored after a full refund."""

    name: ClassVar[str] = "coupon.restored"

    @property
    def sentence(self) -> str:
        """With its name."""
        return f"退款后卡券「{self.coupon_name}」已退回"


@dataclass(frozen=True, kw_only=True)
class CouponExpired(CouponEvent):
    """The coupon expired unused."""

    name: ClassVar[str] = "coupon.expired"

    @property
    def sentence(self) -> str:
        """With its name."""
        return f"卡券「{self.coupon_name}」已过期"


@dataclass(frozen=True, kw_only=True)
class CouponVoided(CouponEvent):
    """The coupon was voided, with a reason."""

    name: ClassVar[str] = "coupon.voided"
    reason: str

    @property
    def sentence(self) -> str:
        """With its name and why."""
        return f"卡券「{self.coupon_name}」已作废：{self.reason}"


@dataclass(frozen=True, kw_only=True)
class CouponPassedOn(CouponEvent):
    """A friend took the coupon."""

    name: ClassVar[str] = "coupon.passed_on"

    @property
    def sentence(self) -> str:
        """With its name."""
        return f"把卡券「{self.coupon_name}」转送给朋友"


@dataclass(frozen=True, kw_only=True)
class CouponReceived(CouponEvent):
    """The coupon came from a friend."""

    name: ClassVar[str] = "coupon.received"

    @property
    def sentence(self) -> str:
        """With its name."""
        return f"收到朋友转送的卡券「{self.coupon_name}」"


@dataclass(frozen=True, kw_only=True)
class CouponFrozen(CouponEvent):
    """The coupon cannot be used while somebody looks into it."""

    name: ClassVar[str] = "coupon.frozen"
    why: str

    @property
    def sentence(self) -> str:
        """With its name; the reason is for staff with rights about coupons only."""
        return f"卡券「{self.coupon_name}」已冻结，核对中"


@dataclass(frozen=True, kw_only=True)
class CouponUnfrozen(CouponEvent):
    """The coupon can be used again."""

    name: ClassVar[str] = "coupon.unfrozen"

    @property
    def sentence(self) -> str:
        """With its name."""
        return f"卡券「{self.coupon_name}」已解冻"


@dataclass(frozen=True, kw_only=True)
class TemplateMoved(Event):
    """The state of a template changed."""

    name: ClassVar[str] = "coupon_template.moved"
    template_id: int
    template_name: str
    action: str
    state: str

    @property
    def subject(self) -> Ref:
        """`coupon_template:5`."""
        return Ref("coupon_template", self.template_id)

    @property
    def sentence(self) -> str:
        """For the log; no customer is concerned."""
        return f"卡券模板「{self.template_name}」{self.action}"

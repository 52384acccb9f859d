"""What happened to coupons and their templates."""

from dataclasses import dataclass
from typing import ClassVar, TypedDict

from foundation.events import Event
from foundation.refs import Ref


class CouponFacts(TypedDict):
    """What every event of a coupon says."""

    actor: str
    customer_id: int
    coupon_id: int
    template_id: int
    coupon_name: str
    campaign_token: str


@dataclass(frozen=True, kw_only=True)
class CouponEvent(Event):
    """Common facts."""

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
    """It waits to be claimed."""

    name: ClassVar[str] = "coupon.issued"

    @property
    def sentence(self) -> str:
        """With its name."""
        return f"获得卡券「{self.coupon_name}」，待领取"


@dataclass(frozen=True, kw_only=True)
class CouponClaimed(CouponEvent):
    """The owner took it; its last day is fixed."""

    name: ClassVar[str] = "coupon.claimed"

    @property
    def sentence(self) -> str:
        """With its name."""
        return f"领取卡券「{self.coupon_name}」"


@dataclass(frozen=True, kw_only=True)
class CouponScanned(CouponEvent):
    """Its owner showed it at a desk."""

    name: ClassVar[str] = "coupon.scanned"

    @property
    def sentence(self) -> str:
        """With its name."""
        return f"到店出示卡券「{self.coupon_name}」"


@dataclass(frozen=True, kw_only=True)
class CouponRedeemed(CouponEvent):
    """It was used on a paid bill."""

    name: ClassVar[str] = "coupon.redeemed"
    about: str
    discount_fen: int

    @property
    def sentence(self) -> str:
        """With its name."""
        return f"核销卡券「{self.coupon_name}」"


@dataclass(frozen=True, kw_only=True)
class CouponRestored(CouponEvent):
    """It came back after a full refund."""

    name: ClassVar[str] = "coupon.restored"

    @property
    def sentence(self) -> str:
        """With its name."""
        return f"退款后卡券「{self.coupon_name}」已退回"


@dataclass(frozen=True, kw_only=True)
class CouponExpired(CouponEvent):
    """It ran out unused."""

    name: ClassVar[str] = "coupon.expired"

    @property
    def sentence(self) -> str:
        """With its name."""
        return f"卡券「{self.coupon_name}」已过期"


@dataclass(frozen=True, kw_only=True)
class CouponVoided(CouponEvent):
    """Taken away, with a reason."""

    name: ClassVar[str] = "coupon.voided"
    reason: str

    @property
    def sentence(self) -> str:
        """With its name and why."""
        return f"卡券「{self.coupon_name}」已作废：{self.reason}"


@dataclass(frozen=True, kw_only=True)
class TemplateMoved(Event):
    """A template went a step further."""

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

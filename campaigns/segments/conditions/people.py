"""Conditions about the customer: their store, tags and source, their consents, and their coupons."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from campaigns.segments.conditions.base import (
    MOST_VALUES,
    NO_NAMES,
    Bounds,
    Condition,
    Count,
    Days,
    Names,
    Words,
    began_days_ago,
    ended_days_ago,
    names_or,
    range_words,
)
from campaigns.sql import Parameters
from crm_core.customers.birthdays import coming_days
from crm_core.customers.models import IdentityKind, Purpose, Source
from foundation.fields import Id
from foundation.reading import literals


class HasTag(Condition):
    """标签: has at least one of the tags."""

    label = "标签"
    field: Literal["tags"]
    values: Words

    def where(self, to: Parameters) -> str:
        return f"(c.tags ?| {to.add(list(self.values), 'text[]')})"

    def words(self) -> str:
        return f"有标签{'或'.join(f'「{value}」' for value in self.values)}"


class HomeStore(Condition):
    """归属门店."""

    label = "归属门店"
    is_total = False
    field: Literal["home_store"]
    store_ids: Annotated[tuple[Id, ...], Field(min_length=1, max_length=MOST_VALUES)]

    def where(self, to: Parameters) -> str:
        return f"(c.home_store_id = ANY({to.add(list(self.store_ids), 'bigint[]')}))"

    def words(self) -> str:
        return f"归属指定的 {len(self.store_ids)} 家门店"


class IsFriend(Condition):
    """是企业微信好友."""

    label = "企微好友"
    field: Literal["friend"]
    value: bool

    def where(self, to: Parameters) -> str:
        exists = "EXISTS (SELECT 1 FROM friendship f WHERE f.customer_id = c.id AND f.ended_at IS NULL)"
        return exists if self.value else f"NOT {exists}"

    def words(self) -> str:
        return "是企微好友" if self.value else "还不是企微好友"


class HasConsent(Condition):
    """同意营销联系."""

    label = "同意"
    field: Literal["consent"]
    purpose: Purpose = Purpose.MARKETING_WECOM
    value: bool = True

    def where(self, to: Parameters) -> str:
        exists = (
            "EXISTS (SELECT 1 FROM consent k WHERE k.customer_id = c.id AND k.withdrawn_at IS NULL "
            f"AND k.purpose = {to.add(self.purpose.value, 'text')})"
        )
        return exists if self.value else f"NOT {exists}"

    def words(self) -> str:
        names = {
            Purpose.SERVICE_NOTICE: "服务通知",
            Purpose.MARKETING_SMS: "营销短信",
            Purpose.MARKETING_WECOM: "企微营销",
            Purpose.MARKETING_CALL: "营销电话",
            Purpose.PROFILING: "个性化推荐",
            Purpose.PHOTO_PUBLICITY: "照片宣传",
            Purpose.AD_AUDIENCE: "用于广告投放",
        }
        return f"{'同意' if self.value else '没同意'}{names[self.purpose]}"


class FirstSource(Condition):
    """首次来源."""

    label = "来源"
    field: Literal["first_source"]
    values: Annotated[tuple[Source, ...], Field(min_length=1, max_length=MOST_VALUES)]

    def where(self, to: Parameters) -> str:
        return f"(c.first_source = ANY({to.add([value.value for value in self.values], 'text[]')}))"

    def words(self) -> str:
        return f"来源是指定的 {len(self.values)} 种"


class LivesIn(Condition):
    """城市."""

    label = "城市"
    field: Literal["city"]
    values: Words

    def where(self, to: Parameters) -> str:
        return f"(c.city = ANY({to.add(list(self.values), 'text[]')}))"

    def words(self) -> str:
        return f"住在{'或'.join(self.values)}"


class Birthday(Condition):
    """生日 within so many days from today, or in some months."""

    label = "生日"
    field: Literal["birthday"]
    within_days: Annotated[int, Field(ge=0, le=366)] | None = None
    months: Annotated[tuple[Annotated[int, Field(ge=1, le=12)], ...], Field(max_length=12)] = ()

    @model_validator(mode="after")
    def _one_of_them(self) -> "Birthday":
        if (self.within_days is None) == (not self.months):
            raise ValueError("生日：填多少天内，或选月份，二选一")
        return self

    def where(self, to: Parameters) -> str:
        if self.within_days is not None:
            return f"(right(c.birthday, 5) = ANY({to.add(coming_days(to.today, self.within_days), 'text[]')}))"
        months = to.add([f"{month:02}" for month in self.months], "text[]")
        return f"(left(right(c.birthday, 5), 2) = ANY({months}))"

    def words(self) -> str:
        if self.within_days is not None:
            return f"{self.within_days} 天内过生日" if self.within_days else "今天过生日"
        return f"{'、'.join(str(month) for month in sorted(set(self.months)))} 月过生日"


class OnFileDaysAgo(Bounds):
    """建档多少天."""

    label = "建档多少天"
    field: Literal["on_file_days"]
    at_least_days: Days | None = None
    at_most_days: Days | None = None

    @property
    def bounds(self) -> tuple[int | None, int | None]:
        return self.at_least_days, self.at_most_days

    def where(self, to: Parameters) -> str:
        tests = []
        if self.at_least_days is not None:
            tests.append(f"c.created_at < {ended_days_ago(self.at_least_days, to)}")
        if self.at_most_days is not None:
            tests.append(f"c.created_at >= {began_days_ago(self.at_most_days, to)}")
        return f"({' AND '.join(tests)})"

    def words(self) -> str:
        return f"建档{range_words(self.at_least_days, self.at_most_days, '天')}"


class IsCompany(Condition):
    """单位客户."""

    label = "单位客户"
    field: Literal["company"]
    value: bool

    def where(self, to: Parameters) -> str:
        return "(c.is_company)" if self.value else "(NOT c.is_company)"

    def words(self) -> str:
        return "是单位" if self.value else "是个人"


class UsesMiniProgram(Condition):
    """小程序账号: has signed in to the mini-program."""

    label = "小程序"
    field: Literal["mini_program"]
    value: bool

    def where(self, to: Parameters) -> str:
        exists = (
            f"EXISTS (SELECT 1 FROM identity i WHERE i.customer_id = c.id AND i.kind = {literals(IdentityKind.OPENID)})"
        )
        return exists if self.value else f"NOT {exists}"

    def words(self) -> str:
        return "用过小程序" if self.value else "没用过小程序"


class HasPhone(Condition):
    """手机号能打通: has a number that is not known to be empty or somebody else's."""

    label = "手机号"
    field: Literal["phone"]
    value: bool

    def where(self, to: Parameters) -> str:
        usable = "(c.phone IS NOT NULL AND c.is_phone_usable)"
        return usable if self.value else f"(NOT {usable})"

    def words(self) -> str:
        return "有能用的手机号" if self.value else "没有能用的手机号"


class CarCount(Bounds):
    """名下车辆数."""

    label = "名下车辆数"
    field: Literal["cars"]
    at_least: Count | None = None
    at_most: Count | None = None

    @property
    def bounds(self) -> tuple[int | None, int | None]:
        return self.at_least, self.at_most

    def where(self, to: Parameters) -> str:
        counted = "(SELECT count(*) FROM ownership o WHERE o.customer_id = c.id AND o.until_on IS NULL)"
        return self.between(counted, "bigint", to)

    def words(self) -> str:
        return f"名下有车{range_words(self.at_least, self.at_most, '台')}"


class HasCoupon(Condition):
    """卡券 of one template or of any: has one they can use, has used one, or has none they can use."""

    label = "卡券"
    field: Literal["coupon"]
    has: Literal["usable", "redeemed", "none"]
    template_id: Id | None = None

    def where(self, to: Parameters) -> str:
        states = ["REDEEMED"] if self.has == "redeemed" else ["ISSUED", "AVAILABLE"]
        test = f"u.state = ANY({to.add(states, 'text[]')})"
        if self.template_id is not None:
            test += f" AND u.template_id = {to.add(self.template_id, 'bigint')}"
        exists = f"EXISTS (SELECT 1 FROM coupon u WHERE u.customer_id = c.id AND {test})"
        return f"NOT {exists}" if self.has == "none" else exists

    def words(self) -> str:
        return self.said(NO_NAMES)

    def said(self, names: Names) -> str:
        which = "券" if self.template_id is None else names_or("指定的券", names.templates, (self.template_id,))
        return {"usable": f"手里有{which}", "redeemed": f"用过{which}", "none": f"手里没有{which}"}[self.has]

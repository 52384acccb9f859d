"""Page O9: the terms of a coupon in full sentences, and where it was used."""

from datetime import datetime
from typing import Protocol

from crm_core.coupons import catalogue, queries
from crm_core.coupons.queries import CouponCard
from crm_core.coupons.rules import CouponKind, CouponPolicy
from crm_core.coupons.terms import Terms, stacking_words
from crm_core.dealerships.actors import Actor
from crm_core.policies.current import group_policy
from foundation.money import format_yuan
from foundation.reading import Query, read_model


@read_model
class CouponUsed:
    """核销: where and when the coupon was used, for what (`bill:5`), and its discount. `undone_at` is set when a full
    refund restored it.
    """

    store: str
    redeemed_at: datetime
    discount_fen: int
    about: str
    undone_at: datetime | None


@read_model
class CouponPage:
    """One coupon with its terms, sentence by sentence, and where it was used."""

    coupon: CouponCard
    terms: list[str]
    uses: list[CouponUsed]


class FullTerms(Terms, Protocol):
    """The terms that a template and the read model below have in common."""

    @property
    def value_fen(self) -> int: ...
    @property
    def pay_percent(self) -> int: ...
    @property
    def is_vehicle_bound(self) -> bool: ...
    @property
    def restores_on_refund(self) -> bool: ...


@read_model
class _Terms:
    """The terms of a coupon, with the short names of the stores that take it; none if every store does."""

    kind: CouponKind
    value_fen: int
    pay_percent: int
    threshold_fen: int
    cap_fen: int | None
    item_codes: list[str]
    store_ids: list[int]
    store_names: list[str]
    is_vehicle_bound: bool
    restores_on_refund: bool


_TERMS = Query(
    _Terms,
    """
    SELECT t.kind, t.value_fen, t.pay_percent, t.threshold_fen, t.cap_fen, t.item_codes, t.store_ids,
           ARRAY(SELECT s.short_name FROM store s WHERE t.store_ids @> to_jsonb(s.id) ORDER BY s.id) AS store_names,
           t.is_vehicle_bound, t.restores_on_refund
    FROM coupon c JOIN coupon_template t ON t.id = c.template_id WHERE c.id = $1
    """,
)
_USES = Query(
    CouponUsed,
    """
    SELECT s.short_name AS store, r.redeemed_at, r.discount_fen, r.about, r.undone_at
    FROM redemption r JOIN store s ON s.id = r.store_id WHERE r.coupon_id = $1 ORDER BY r.id DESC
    """,
)


async def page(actor: Actor, coupon_id: int) -> CouponPage:
    """Everything about one coupon.

    Raises:
        CouponNotFound: it does not exist, or is another owner's.
    """
    card = await queries.one(actor, coupon_id)
    terms = await _TERMS.first(coupon_id)
    assert terms is not None, "a coupon keeps its template"
    names = await catalogue.names_of(terms.item_codes)
    sentences = terms_in_full(terms, sorted(names.values()), terms.store_names, await group_policy(CouponPolicy))
    if card.is_passable:
        sentences.append("可以转送给一位朋友，只能转一次；朋友领走以后，这张券就是朋友的。")
    return CouponPage(card, sentences, await _USES.all(coupon_id))


def terms_in_full(template: FullTerms, items: list[str], stores: list[str], policy: CouponPolicy) -> list[str]:
    """The terms as sentences, in the order in which a reader wants to know them."""
    said = [_what_it_does(template)]
    if items:
        said.append(f"限项目：{'、'.join(items)}。")
    said.append(f"可用门店：{'、'.join(stores)}。" if stores else "全部门店可用。")
    if template.is_vehicle_bound:
        said.append("只能用在领取时绑定的那辆车。")
    said += [
        f"只抵自费的部分；一张账单最多用 {policy.max_per_bill} 张，{stacking_words(template)}，同类只用一张。",
        "到店付款时打开二维码，收银员扫码后用到账单上；付了款才算用掉。",
        "用它的账单全额退款后，券会退回。" if template.restores_on_refund else "用过以后退款，券不退回。",
    ]
    return said


def _what_it_does(template: FullTerms) -> str:
    fold, cap = f"{template.pay_percent / 10:g} 折", ""
    if template.cap_fen is not None:
        cap = f"，最高减 {format_yuan(template.cap_fen)} 元"
    value, threshold = format_yuan(template.value_fen), format_yuan(template.threshold_fen)
    since = f"满 {threshold} 元可用，" if template.threshold_fen else ""
    match template.kind:
        case CouponKind.ITEM:
            return f"{since}免费做一次{cap}。"
        case CouponKind.LABOUR:
            return f"{since}自费工时打 {fold}{cap}。"
        case CouponKind.PERCENT:
            return f"{since}工时和配件打 {fold}{cap}。"
        case CouponKind.THRESHOLD:
            return f"满 {threshold} 元减 {value} 元。"
        case CouponKind.CASH:
            return f"{since}抵 {value} 元，不找零。"

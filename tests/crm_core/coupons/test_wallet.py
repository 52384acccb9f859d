"""A coupon's terms in full sentences, and where it was used."""

import pytest

from crm_core.billing import paying
from crm_core.coupons import wallet
from crm_core.coupons.models import CouponTemplate
from crm_core.coupons.rules import CouponKind, CouponPolicy
from crm_core.payments.rules import Method
from foundation.errors import NotFound
from tests import factories as make
from tests.checkout import make_checkout


@pytest.mark.parametrize(
    ("terms", "says"),
    [
        ({"kind": CouponKind.ITEM}, "免费做一次。"),
        ({"kind": CouponKind.LABOUR, "pay_percent": 80, "cap_fen": 200_00}, "自费工时打 8 折，最高减 200.00 元。"),
        (
            {"kind": CouponKind.PERCENT, "pay_percent": 85, "threshold_fen": 500_00},
            "满 500.00 元可用，工时和配件打 8.5 折。",
        ),
        ({"kind": CouponKind.THRESHOLD, "value_fen": 100_00, "threshold_fen": 400_00}, "满 400.00 元减 100.00 元。"),
        ({"kind": CouponKind.CASH, "value_fen": 50_00}, "抵 50.00 元，不找零。"),
    ],
)
def test_what_each_kind_does_is_one_sentence(terms: dict[str, object], says: str):
    template = CouponTemplate(**{"threshold_fen": 0, "value_fen": 0, "pay_percent": 100, "item_codes": []} | terms)
    sentences = wallet.terms_in_full(template, ["洗车"], ["深圳南山店"], CouponPolicy())
    assert sentences[:3] == [says, "限项目：洗车。", "可用门店：深圳南山店。"]


async def test_a_used_coupon_says_where_and_only_to_its_owner(database: None):
    checkout = await make_checkout()
    coupon = await checkout.give(kind=CouponKind.CASH, value_fen=50_00, threshold_fen=0)
    bill = await checkout.sent()
    await paying.receive_offline(checkout.cashier, bill.id, bill.total_fen, Method.CASH)
    page = await wallet.page(checkout.owner, coupon.id)
    assert [(use.store, use.discount_fen, use.about) for use in page.uses] == [
        (checkout.store.short_name, 50_00, f"bill:{bill.id}")
    ]
    assert page.coupon.group == "history"
    with pytest.raises(NotFound):
        await wallet.page(make.acting_owner(await make.make_customer(phone="13900000066")), coupon.id)

"""What payments mean for setting a group up."""

from crm_core.payments.rules import PaymentState
from crm_core.settings.moving_in import Need, Step, step
from foundation.reading import literals

step(
    Step(
        80,
        "payment",
        "微信支付",
        "车主在手机上付账单，钱直接进商户号；先用一单小额的试通。",
        "/settings/begin",
        (
            Need("微信支付的密钥没配齐", secrets="WECHAT_PAY"),
            Need(
                "还没有收到过微信付款",
                sql=f"SELECT EXISTS (SELECT FROM payment WHERE state = {literals(PaymentState.SUCCESS)})",
            ),
        ),
    )
)

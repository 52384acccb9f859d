"""Paying on the phone, learning whether it worked, and the address WeChat Pay sends its notices to."""

from typing import Any

import orjson
from sanic import Blueprint, HTTPResponse, Request

from crm_core.billing import paying, queries
from crm_core.dealerships.actors import Actor
from crm_core.payments import notices
from crm_core.payments.platform import NOTIFY_PATH
from foundation import clock, failures
from foundation.errors import WeDealerError
from foundation.logging import logger
from foundation.web import Schema, Version, read_body
from integrations.wechat_pay.notification import MAX_BODY_BYTES
from miniprogram_api.login import api

blueprint = Blueprint("wechat_pay_notices")


class PayIn(Schema):
    """The version of the bill they saw; paying an unconfirmed bill is agreeing to it."""

    version: Version


class PaymentParametersOut(Schema):
    """What the mini program hands to wx.requestPayment, as it is."""

    timeStamp: str
    nonceStr: str
    package: str
    signType: str
    paySign: str


class PrepaidOut(Schema):
    """An open order; without `parameters` there was nothing left to pay."""

    payment_id: int | None
    amount_fen: int
    parameters: PaymentParametersOut | None


class PaymentStandingOut(Schema):
    """Whether the money arrived. Only this is reliable; the success that the pay sheet shows is not."""

    bill_state: str
    due_fen: int
    disputed_fen: int
    payment_state: str | None
    is_under_review: bool


# This is a PUT: however often it is called, a bill has one live payment. It calls the platform, which must not happen
# inside the transaction that the Idempotency-Key of a POST opens.
@api.put("/bills/{bill_id}/payment", summary="Open the payment of what is due")
async def pay_bill(actor: Actor, bill_id: int, body: PayIn) -> PrepaidOut:
    prepaid = await paying.pay(actor, bill_id, expected_version=body.version)
    if prepaid is None:
        return PrepaidOut(payment_id=None, amount_fen=0, parameters=None)
    return PrepaidOut(
        payment_id=prepaid.payment_id,
        amount_fen=prepaid.amount_fen,
        parameters=PaymentParametersOut.model_validate(prepaid.parameters),
    )


@api.get("/bills/{bill_id}/payment", summary="Whether the money is there; asks WeChat when that is open")
async def payment_standing(actor: Actor, bill_id: int) -> PaymentStandingOut:
    return PaymentStandingOut.model_validate(await queries.payment_standing(actor, bill_id))


@blueprint.post(NOTIFY_PATH, stream=True)
async def notify(request: Request) -> HTTPResponse:
    """Store and acknowledge a notice of WeChat Pay. What cannot be genuine is refused; a genuine one would be sent
    again.
    """
    await clock.refresh()
    try:
        body = await read_body(request, MAX_BODY_BYTES)
        await notices.take_notice({name.lower(): value for name, value in request.headers.items()}, body)
    except WeDealerError as refusal:
        logger.warning("payment_notice_refused", code=refusal.code)
        return _fail(refusal.status, refusal.text)
    except Exception as error:
        # The notice was not stored, so the platform has to send it again.
        if failures.is_away(error):
            logger.warning("payment_notice_not_kept", error=type(error).__name__)
            return _fail(503, "暂时没有收下，请重发。")
        logger.exception("payment_notice_not_kept")
        return _fail(500, "暂时没有收下，请重发。")
    return HTTPResponse(status=204)


def _fail(status: int, message: str) -> HTTPResponse:
    body: dict[str, Any] = {"code": "FAIL", "message": message}
    return HTTPResponse(orjson.dumps(body), status=status, content_type="application/json")

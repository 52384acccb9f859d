"""The mini program's message push, by which WeChat reports events, above all about subscribe notices.

One accept in the pop-up allows one message, and WeChat repeats a push that was not answered. Therefore each push is
handled once, in the transaction that changes the ledger. (developers.weixin.qq.com, "message-push" and
"subscribe-message")
"""

from typing import Final

from sanic import Blueprint, HTTPResponse, Request

from crm_core.messaging import pushes
from crm_core.messaging.models import PushOutcome
from foundation import clock, metrics
from foundation.errors import WeDealerError
from foundation.logging import logger
from foundation.web import read_body, render_error
from integrations.weixin import push_door
from integrations.weixin.push import ANSWER, MAX_BODY_BYTES

PATH: Final = "/callbacks/weixin"

blueprint = Blueprint("weixin_pushes")


@blueprint.get(PATH)
async def check_url(request: Request) -> HTTPResponse:
    """Answer WeChat's check of this address, which an administrator triggers by saving the push settings."""
    try:
        echo = push_door().check_address(_query(request))
    except WeDealerError as refusal:
        return _refuse(request, refusal)
    return HTTPResponse(echo, content_type="text/plain; charset=utf-8")


@blueprint.post(PATH, stream=True)
async def receive(request: Request) -> HTTPResponse:
    """Handle one push."""
    await clock.refresh()
    try:
        push = push_door().open(_query(request), await read_body(request, MAX_BODY_BYTES))
        outcome = await pushes.take_in(push)
    except WeDealerError as refusal:
        return _refuse(request, refusal)
    metrics.callbacks_total.labels("weixin", "accepted").inc()
    if outcome is PushOutcome.UNKNOWN:
        logger.info("push_unknown", push=push.event or push.message_type)
    return HTTPResponse(ANSWER, content_type="text/plain")


def _query(request: Request) -> dict[str, str]:
    return {name: values[0] for name, values in request.args.items()}


def _refuse(request: Request, refusal: WeDealerError) -> HTTPResponse:
    metrics.callbacks_total.labels("weixin", refusal.code).inc()
    logger.warning("push_refused", code=refusal.code)
    return render_error(request, refusal)

"""The addresses at which Tencent Cloud tells us whether SMS arrived and what people answered.

Nothing is signed: whoever knows the secret part of the address is believed to be the platform, and even then a push may
only settle an SMS that we sent, or stop SMS and marketing for a number we wrote to. A repeated push changes nothing.
"""

import hmac
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final

from sanic import Blueprint, HTTPResponse, Request
from sanic.response import raw

from crm_core.messaging.sms import replies, sent
from foundation import attempts, clock, metrics
from foundation.logging import logger
from foundation.settings import get_settings
from foundation.web import BodyTooLarge, read_body
from integrations.sms import BadPush, reply_of, reports_of

PATH: Final = "/callbacks/sms/<key:str>"
MAX_BODY_BYTES: Final = 512 * 1024
"""Reports come by the hundred, of some 250 bytes each."""
_TAKEN: Final = b'{"result":0,"errmsg":"OK"}'

blueprint = Blueprint("sms_pushes")


@blueprint.post(f"{PATH}/reports", stream=True)
async def take_reports(request: Request, key: str) -> HTTPResponse:
    """Whether messages arrived."""
    return await _take(request, key, _settle)


@blueprint.post(f"{PATH}/replies", stream=True)
async def take_reply(request: Request, key: str) -> HTTPResponse:
    """What somebody answered."""
    return await _take(request, key, _note)


async def _settle(body: bytes) -> None:
    for report in reports_of(body):
        await attempts.repeat(partial(sent.take_report, report))


async def _note(body: bytes) -> None:
    reply = reply_of(body)
    await attempts.repeat(partial(replies.take_reply, reply))


async def _take(request: Request, key: str, take: Callable[[bytes], Awaitable[None]]) -> HTTPResponse:
    settings = get_settings().sms
    ours = settings.push_key.get_secret_value()
    if not settings.is_set_up or not hmac.compare_digest(key.encode(), ours.encode()):
        return _refused(404, "wrong_key")
    await clock.refresh()
    try:
        await take(await read_body(request, MAX_BODY_BYTES))
    except BodyTooLarge:
        return _refused(413, "too_large")
    except BadPush:
        return _refused(400, "bad_push")
    metrics.callbacks_total.labels("sms", "accepted").inc()
    return raw(_TAKEN, content_type="application/json")


def _refused(status: int, code: str) -> HTTPResponse:
    metrics.callbacks_total.labels("sms", code).inc()
    logger.warning("callback_refused", door="sms", code=code)
    return HTTPResponse(status=status)

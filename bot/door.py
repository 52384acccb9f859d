"""The address that WeCom calls: the URL check (GET, within 1 s) and every callback (POST, within 5 s). WeCom doc 90930.

Verify → decrypt → one inbox row with its job → 200 with an empty body. A callback is answered only once it is stored,
and nothing is done here: the work is done in the job. What cannot be genuine gets a short refusal and one log line
without data.

WeCom repeats a callback with its original timestamp, so an old timestamp does not prove a replay; the dedupe key makes
replays harmless. A signature older than MAX_AGE_SECONDS is refused nevertheless, because inbox rows are deleted after a
while and then no longer protect.
"""

import time
from functools import lru_cache
from typing import Final

from sanic import Blueprint, HTTPResponse, Request

from bot.inbox import Callback, InboxFull, InboxWriter
from foundation import metrics
from foundation.errors import WeDealerError
from foundation.logging import logger
from foundation.settings import get_settings
from foundation.web import BodyTooLarge, read_body
from integrations.wecom.callback_crypto import MAX_BODY_BYTES, CallbackCrypto
from integrations.wecom.errors import BadCiphertext, BadSignature, BadXml, WrongReceiver
from integrations.wecom.events import dedupe_key, names_of
from integrations.wecom.xml import parse_xml, readable

PATH: Final = "/callbacks/wecom"
SOURCE: Final = "wecom"
MAX_AGE_SECONDS: Final = 3600
"""Much longer than WeCom's three retries take, and much shorter than inbox rows are kept."""
MAX_SKEW_SECONDS: Final = 300
"""How far WeCom's clock may be ahead of ours."""
_STATUS: Final = {BadSignature: 403, WrongReceiver: 403, BadCiphertext: 400, BadXml: 400}
_URGENT_CHANGES: Final = frozenset({"add_external_contact", "add_half_external_contact"})
_ACCEPTED = metrics.callbacks_total.labels(SOURCE, "accepted")

blueprint = Blueprint("wecom_callbacks")
_writer = InboxWriter()


class TooLarge(BadXml):
    """The body is larger than any callback; the rest of it is not read."""

    code = "too_large"


class Stale(BadSignature):
    """The signature is so old that the request must be a replay."""

    code = "stale"


@blueprint.get(PATH)
async def check_url(request: Request) -> HTTPResponse:
    """Answer WeCom's check with the decrypted `echostr`; an administrator triggers it by saving the callback
    settings.
    """
    query = request.args
    try:
        echo = _crypto().verify_url(
            query.get("msg_signature", ""), query.get("timestamp", ""), query.get("nonce", ""), query.get("echostr", "")
        )
    except WeDealerError as refusal:
        return _refuse(refusal)
    return HTTPResponse(echo, content_type="text/plain; charset=utf-8")


@blueprint.post(PATH, stream=True)
async def receive(request: Request) -> HTTPResponse:
    """Store one callback."""
    try:
        callback = _open(request, await _bounded_body(request))
    except WeDealerError as refusal:
        return _refuse(refusal)
    try:
        await _writer.accept(callback)
    except InboxFull:
        metrics.callbacks_total.labels(SOURCE, "busy").inc()
        return HTTPResponse(status=503)
    _ACCEPTED.inc()
    return HTTPResponse(status=200)


def is_stale(timestamp: str, now_unix_seconds: float) -> bool:
    """Whether a signature's timestamp is too old, too far in the future, or no number."""
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        return True
    return not -MAX_SKEW_SECONDS <= now_unix_seconds - int(timestamp) <= MAX_AGE_SECONDS


async def _bounded_body(request: Request) -> bytes:
    """Read the body, but not more of it than a callback can have."""
    try:
        return await read_body(request, MAX_BODY_BYTES)
    except BodyTooLarge:
        raise TooLarge from None


def _open(request: Request, body: bytes) -> Callback:
    query = request.args
    timestamp = query.get("timestamp", "")
    xml = _crypto().open_message(body, query.get("msg_signature", ""), timestamp, query.get("nonce", ""))
    # In the demo the business clock can be moved, so the age of a signature means nothing.
    if not get_settings().is_demo and is_stale(timestamp, time.time()):
        raise Stale
    fields = parse_xml(xml)
    message_type, event, change = names_of(fields)
    return Callback(
        source=SOURCE,
        dedupe_key=dedupe_key(fields),
        event=(f"{event}/{change}" if change else event or message_type)[:60],
        body=readable(xml),
        is_urgent=change in _URGENT_CHANGES and bool(fields.get("WelcomeCode")),
    )


def _refuse(refusal: WeDealerError) -> HTTPResponse:
    metrics.callbacks_total.labels(SOURCE, refusal.code).inc()
    logger.warning("callback_refused", door=SOURCE, code=refusal.code)
    status = 413 if isinstance(refusal, TooLarge) else _STATUS.get(type(refusal), refusal.status)
    return HTTPResponse(status=403 if isinstance(refusal, BadSignature) else status)


def _crypto() -> CallbackCrypto:
    settings = get_settings().wecom
    return _made(
        settings.callback_token.get_secret_value(), settings.callback_aes_key.get_secret_value(), settings.corp_id
    )


@lru_cache(maxsize=1)
def _made(token: str, aes_key: str, corp_id: str) -> CallbackCrypto:
    return CallbackCrypto(token, aes_key, corp_id)

"""The message push of a mini-program: what WeChat sends to our server without being asked.

Plain or safe mode, XML or JSON, whichever the administrator chose. The URL check is not encrypted, unlike WeCom's, and
its signature has three parts. With an EncodingAESKey configured only sealed pushes are taken: the three-part signature
does not cover the body. Source: developers.weixin.qq.com, "message-push".
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final

import orjson

from foundation.settings import get_settings
from integrations.wecom.callback_crypto import CallbackCrypto
from integrations.wecom.errors import BadCiphertext, BadSignature, BadXml, WrongReceiver
from integrations.wecom.xml import LIST_ELEMENTS, parse_xml, readable, without_forbidden
from integrations.weixin.errors import PushRefused

MAX_BODY_BYTES = 512 * 1024
"""Far above any known push; bounds the work a stranger can ask for."""

ANSWER = b"success"
"""The answer the platform expects within 5 s. Without it, it repeats the push up to three times."""

SUBSCRIBE_EVENTS: Final = {
    "subscribe_msg_popup_event": "SubscribeMsgPopupEvent",
    "subscribe_msg_change_event": "SubscribeMsgChangeEvent",
    "subscribe_msg_sent_event": "SubscribeMsgSentEvent",
}
"""The events about subscription messages, and the element that holds their entries."""
_CHOICES: Final = frozenset({"subscribe_msg_popup_event", "subscribe_msg_change_event"})

Fields = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Push:
    """One verified push. `fields` is the whole message; every `List` in it is a list, even with one entry.

    Kind and event are in lower case: clients and pages differ.
    """

    to_user_name: str
    openid: str
    message_type: str
    event: str
    created_at: datetime
    dedupe_key: str
    fields: Fields


@dataclass(frozen=True, slots=True)
class SubscribeChoice:
    """An owner's answer for one subscription template, given in the dialog or changed later in their settings."""

    template_id: str
    is_accepted: bool


@dataclass(frozen=True, slots=True)
class SubscribeDelivery:
    """How one subscription message ended: `error_code` 0 is delivered."""

    template_id: str
    message_id: str
    error_code: int
    error_status: str


class PushDoor:
    """Checks and opens what arrives at the push address of one mini-program."""

    def __init__(self, token: str, aes_key: str, app_id: str) -> None:
        """`aes_key` is the 43-letter EncodingAESKey, or empty for plain mode. Raises ValueError for another length."""
        self._token = token
        self._crypto = CallbackCrypto(token, aes_key, app_id) if aes_key else None

    def check_address(self, query: Mapping[str, str]) -> str:
        """The text to answer the URL check with. Raises PushRefused."""
        self._check_plain_signature(query)
        return query.get("echostr", "")

    def open(self, query: Mapping[str, str], body: bytes) -> Push:
        """The push inside a POST. Raises PushRefused for a wrong signature, seal, receiver or shape."""
        if len(body) > MAX_BODY_BYTES:
            raise PushRefused("too large")
        try:
            return _read(_parse(self._verified(query, body)))
        except (BadCiphertext, BadSignature, BadXml, WrongReceiver) as error:
            raise PushRefused(type(error).__name__) from None
        except (ValueError, TypeError, OverflowError, OSError, RecursionError):
            # Correctly signed but unusable: a time outside the calendar, or nesting too deep to read.
            raise PushRefused("unreadable") from None

    def _verified(self, query: Mapping[str, str], body: bytes) -> bytes:
        if self._crypto is None or not self._token:
            self._check_plain_signature(query)
            return body
        signed = (query.get("msg_signature", ""), query.get("timestamp", ""), query.get("nonce", ""))
        if body.lstrip().startswith(b"<"):
            return self._crypto.open_message(body, *signed)
        encrypted = _parse(body).get("Encrypt")
        if not isinstance(encrypted, str) or not encrypted.isascii():
            raise PushRefused("no Encrypt")
        if not _equal(self._crypto.signature(signed[1], signed[2], encrypted), signed[0]):
            raise PushRefused("signature")
        return self._crypto.decrypt(encrypted)

    def _check_plain_signature(self, query: Mapping[str, str]) -> None:
        """sha1 over token, timestamp and nonce in lexical order: three parts."""
        if not self._token:
            raise PushRefused("no push token configured")
        parts = sorted((self._token, query.get("timestamp", ""), query.get("nonce", "")))
        expected = hashlib.sha1("".join(parts).encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()
        if not _equal(expected, query.get("signature", "")):
            raise PushRefused("signature")


def push_door() -> PushDoor:
    """This process's push door, made from the settings."""
    settings = get_settings().weixin
    return _door(settings.push_token.get_secret_value(), settings.push_aes_key.get_secret_value(), settings.app_id)


@lru_cache(maxsize=1)
def _door(token: str, aes_key: str, app_id: str) -> PushDoor:
    return PushDoor(token, aes_key, app_id)


def subscribe_choices(push: Push) -> list[SubscribeChoice]:
    """The answers in a subscribe_msg_popup_event or subscribe_msg_change_event; empty for any other push."""
    if push.event not in _CHOICES:
        return []
    return [
        SubscribeChoice(str(entry["TemplateId"]), entry.get("SubscribeStatusString") == "accept")
        for entry in _entries(push)
    ]


def subscribe_deliveries(push: Push) -> list[SubscribeDelivery]:
    """The outcomes in a subscribe_msg_sent_event; empty for any other push."""
    if push.event not in SUBSCRIBE_EVENTS or push.event in _CHOICES:
        return []
    return [
        SubscribeDelivery(
            template_id=str(entry["TemplateId"]),
            message_id=str(entry.get("MsgID", "")),
            error_code=_whole_number(entry.get("ErrorCode")),
            error_status=str(entry.get("ErrorStatus", "")),
        )
        for entry in _entries(push)
    ]


def _entries(push: Push) -> list[Fields]:
    """XML puts the List under the event's own element, JSON beside it; both are read."""
    inner = push.fields.get(SUBSCRIBE_EVENTS[push.event])
    entries = (inner.get("List") if isinstance(inner, dict) else None) or push.fields.get("List")
    return [entry for entry in entries or [] if isinstance(entry, dict) and entry.get("TemplateId")]


def _parse(document: bytes) -> Fields:
    if document.lstrip().startswith(b"<"):
        return parse_xml(document)
    # `strict=False` allows control characters: one in a nickname is no reason to lose a push.
    fields = json.loads(readable(document), strict=False)
    if not isinstance(fields, dict):
        raise PushRefused("not an object")
    return fields


def _read(fields: Fields) -> Push:
    fields = _normalised(fields)
    openid, created = str(fields.get("FromUserName", "")), int(fields.get("CreateTime") or 0)
    if not openid:
        raise PushRefused("no FromUserName")
    return Push(
        to_user_name=str(fields.get("ToUserName", "")),
        openid=openid,
        message_type=str(fields.get("MsgType", "")).lower(),
        event=str(fields.get("Event", "")).lower(),
        created_at=datetime.fromtimestamp(created, UTC),
        dedupe_key=_dedupe_key(fields, openid, created),
        fields=fields,
    )


def _dedupe_key(fields: Fields, openid: str, created: int) -> str:
    """MsgId, else sender and second as the page says, with a digest: two different events may fall into one second."""
    if message_id := fields.get("MsgId"):
        return f"weixin:{message_id}"
    digest = hashlib.sha256(orjson.dumps(fields, option=orjson.OPT_SORT_KEYS)).hexdigest()
    return f"weixin:{openid}:{created}:{digest[:16]}"


def _normalised(value: Any) -> Any:
    """The same tree as XML gives it: what may repeat is always a list, and text holds nothing PostgreSQL refuses."""
    if isinstance(value, str):
        return without_forbidden(value.encode("utf-8", "ignore").decode())
    if isinstance(value, list):
        return [_normalised(item) for item in value]
    if not isinstance(value, dict):
        return value
    tree = {key: _normalised(item) for key, item in value.items()}
    for name in LIST_ELEMENTS & tree.keys():
        if not isinstance(tree[name], list):
            tree[name] = [tree[name]]
    return tree


def _whole_number(value: Any) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        return 0


def _equal(expected: str, given: str) -> bool:
    return hmac.compare_digest(expected.encode(), given.encode("utf-8", "surrogatepass"))

"""Opening what WeChat Pay sends to our notify address: verify the raw bytes, then decrypt, then read.

The same notification may come several times and in parallel: whoever handles it locks the order and compares its
amount. Source: pay.weixin.qq.com, "支付成功通知", "退款结果通知", "回调报文解密".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import orjson
from wechatpayv3.utils import aes_decrypt

from integrations.wechat_pay.errors import (
    NotificationUnreadable,
    SignatureProbe,
    SignatureWrong,
    TimestampStale,
    Undecryptable,
)
from integrations.wechat_pay.platform_keys import PlatformKeys
from integrations.wechat_pay.records import Refund, Transaction, instant
from integrations.wechat_pay.signing import SignatureHeaders

MAX_CLOCK_SKEW_SECONDS = 5 * 60
"""|now - timestamp| allowed by the platform's page on verification."""

MAX_BODY_BYTES = 256 * 1024
"""A notification is about 2 kB; this bounds the work a stranger can ask for."""

ALGORITHM = "AEAD_AES_256_GCM"
API_V3_KEY_BYTES = 32

Kind = Literal["transaction", "refund", "self_test", "other"]


@dataclass(frozen=True, slots=True)
class Notification:
    """One believed notification. `id` is the platform's and repeats on redelivery; `resource` is the plain object."""

    id: str
    event_type: str
    kind: Kind
    created_at: datetime
    transaction: Transaction | None
    refund: Refund | None
    resource: dict[str, Any]


async def verify(headers: SignatureHeaders, body: bytes, keys: PlatformKeys, now: datetime) -> None:
    """Raises SignatureProbe, TimestampStale, SerialUnknown or SignatureWrong unless the platform signed it just now."""
    if headers.is_probe:
        raise SignatureProbe
    away_seconds = headers.seconds_away_from(now)
    if away_seconds is None:
        raise SignatureWrong
    if away_seconds > MAX_CLOCK_SKEW_SECONDS:
        raise TimestampStale
    if not headers.signs(body, await keys.find(headers.serial)):
        raise SignatureWrong


def decrypt(resource: Mapping[str, Any], api_v3_key: str) -> bytes:
    """The plain text of an encrypted resource (a notification's, or a platform certificate). Raises Undecryptable."""
    nonce, ciphertext = resource.get("nonce"), resource.get("ciphertext")
    associated_data = resource.get("associated_data") or ""
    if resource.get("algorithm") != ALGORITHM:
        raise Undecryptable
    try:
        plain = aes_decrypt(nonce, ciphertext, associated_data, api_v3_key)
    except (ValueError, TypeError, AttributeError):
        plain = None
    if plain is None:
        raise Undecryptable
    return str(plain).encode()


def read(body: bytes, api_v3_key: str, mch_id: str) -> Notification:
    """The notification in a verified body. Raises Undecryptable, or NotificationUnreadable for an unknown shape."""
    try:
        envelope = _object(orjson.loads(body))
        resource = _object(envelope.get("resource"))
        plain = _object(orjson.loads(decrypt(resource, api_v3_key)))
        if plain.get("mchid", mch_id) != mch_id:
            raise NotificationUnreadable(reason="another merchant's")
        kind = _kind(str(envelope.get("event_type")), resource.get("original_type"))
        return Notification(
            id=_required(envelope, "id"),
            event_type=_required(envelope, "event_type"),
            kind=kind,
            created_at=instant(_required(envelope, "create_time")),
            transaction=Transaction.of(plain) if kind == "transaction" else None,
            refund=Refund.of(plain, status_field="refund_status") if kind == "refund" else None,
            resource=plain,
        )
    except ValueError as error:
        raise NotificationUnreadable(reason="shape") from error


def _kind(event_type: str, original_type: object) -> Kind:
    """By event type first; kinds we do not act on are `other`: stored, logged, acknowledged."""
    if event_type.startswith("TRANSACTION.") and original_type in {"transaction", None}:
        return "transaction"
    if event_type.startswith("REFUND.") and original_type in {"refund", None}:
        return "refund"
    return "self_test" if event_type.startswith("SECURITY_ECHO.") else "other"


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError("no object")
    return value


def _required(envelope: Mapping[str, Any], field: str) -> str:
    value = envelope.get(field)
    if not isinstance(value, str) or not value:
        raise ValueError(f"no {field}")
    return value

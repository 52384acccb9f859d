"""Signatures of WeChat Pay v3: ours on requests and payment parameters, the platform's on answers and notifications.

The arithmetic is wechatpayv3's; the clock is ours, since business time can be moved (docs/decisions/0003).
Source: pay.weixin.qq.com, "签名生成", "签名验证", "小程序调起支付签名".
"""

import functools
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from wechatpayv3.utils import load_certificate, load_private_key, load_public_key, rsa_sign, rsa_verify

SCHEME = "WECHATPAY2-SHA256-RSA2048"
PROBE_PREFIX = "WECHATPAY/SIGNTEST/"
NONCE_BYTES = 16


class MerchantSigner:
    """Signs with the merchant's API private key."""

    def __init__(self, mch_id: str, serial: str, private_key_pem: str) -> None:
        """Raises ValueError when the private key is missing or is not a PKCS#8 RSA key."""
        self._mch_id = mch_id
        self._serial = serial.upper()
        self._private_key = _loaded(load_private_key, private_key_pem, "merchant private key")

    def authorization(self, method: str, path_and_query: str, body: str, at: datetime) -> str:
        """The Authorization header of one request, over exactly the path, query and body that are sent."""
        timestamp, nonce = _seconds(at), new_nonce()
        signature = self._sign(method, path_and_query, timestamp, nonce, body)
        return (
            f'{SCHEME} mchid="{self._mch_id}",nonce_str="{nonce}",signature="{signature}",'
            f'timestamp="{timestamp}",serial_no="{self._serial}"'
        )

    def payment_parameters(self, app_id: str, prepay_id: str, at: datetime) -> dict[str, str]:
        """The parameters for wx.requestPayment in the mini-program."""
        timestamp, nonce, package = _seconds(at), new_nonce(), f"prepay_id={prepay_id}"
        return {
            "timeStamp": timestamp,
            "nonceStr": nonce,
            "package": package,
            "signType": "RSA",
            "paySign": self._sign(app_id, timestamp, nonce, package),
        }

    def _sign(self, *lines: str) -> str:
        return str(rsa_sign(self._private_key, "".join(f"{line}\n" for line in lines)))


@dataclass(frozen=True, slots=True)
class SignatureHeaders:
    """The four Wechatpay-* headers of an answer or a notification; "" where one is missing."""

    serial: str
    timestamp: str
    nonce: str
    signature: str
    scheme: str

    @classmethod
    def of(cls, headers: Mapping[str, str]) -> "SignatureHeaders":
        """Read them whatever their case."""
        lower = {name.lower(): value for name, value in headers.items()}
        serial, timestamp, nonce, signature = (
            lower.get(f"wechatpay-{name}", "") for name in ("serial", "timestamp", "nonce", "signature")
        )
        return cls(serial, timestamp, nonce, signature, lower.get("wechatpay-signature-type", SCHEME))

    @property
    def is_probe(self) -> bool:
        """True for the platform's test whether we check at all."""
        return self.signature.startswith(PROBE_PREFIX)

    def signs(self, body: bytes, key: RSAPublicKey) -> bool:
        """Whether `key` signed these headers with these raw body bytes."""
        parts = (self.timestamp, self.nonce, self.signature)
        if self.scheme != SCHEME or not all(part and part.isascii() for part in parts):
            return False
        try:
            return bool(rsa_verify(self.timestamp, self.nonce, body.decode(), self.signature, key))
        except ValueError:
            return False

    def seconds_away_from(self, now: datetime) -> float | None:
        """How far the timestamp is from `now`, either way; None when it is no whole number of seconds."""
        is_number = self.timestamp.isascii() and self.timestamp.isdigit() and len(self.timestamp) <= 12
        return abs(now.timestamp() - int(self.timestamp)) if is_number else None


def platform_key(pem: str) -> RSAPublicKey:
    """A platform public key, or the key inside a platform certificate. Raises ValueError."""
    if "BEGIN CERTIFICATE" in pem:
        key = _loaded(load_certificate, pem.strip() + "\n", "platform certificate").public_key()
    else:
        key = _loaded(load_public_key, pem, "platform public key")
    if not isinstance(key, RSAPublicKey):
        raise ValueError("the platform key is not an RSA key")
    return key


def new_nonce() -> str:
    """32 hex letters."""
    return secrets.token_hex(NONCE_BYTES).upper()


def _seconds(at: datetime) -> str:
    return str(int(at.timestamp()))


@functools.cache
def _loaded(load: Any, pem: str, what: str) -> Any:
    """wechatpayv3 answers a bad key with None or a bare Exception; both become a ValueError that does not quote it.

    Kept, since checking an RSA key takes a twentieth of a second.
    """
    try:
        loaded = load(pem)
    except Exception:
        loaded = None
    if loaded is None:
        raise ValueError(f"cannot load the {what}")
    return loaded

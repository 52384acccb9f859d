"""The platform's public keys, found by the serial that the headers of an answer or notification name.

The configured key (a `PUB_KEY_ID_…` public key, or a platform certificate by its hex serial) is always there. During a
change-over, or after a certificate was renewed, another hex serial occurs: then the certificates are downloaded. New
merchants have public keys only and the download fails for them; that is an unknown serial, not a crash.
Source: pay.weixin.qq.com, "微信支付公钥", "平台证书".
"""

from collections.abc import Awaitable, Callable
from time import monotonic

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from foundation.errors import PlatformError
from integrations.wechat_pay.errors import SerialUnknown

PUBLIC_KEY_PREFIX = "PUB_KEY_ID_"

MAX_SERIAL_CHARS = 64
DOWNLOAD_PAUSE_SECONDS = 60.0
"""Anybody can send us any serial; they must not make us call the platform more often than this."""
DOWNLOAD_LIFE_SECONDS = 12 * 3600.0
"""Downloaded certificates are asked for again after this long."""

Download = Callable[[], Awaitable[dict[str, RSAPublicKey]]]


class PlatformKeys:
    """The keys we trust. Their age goes by real time, not business time, since it only saves calls."""

    def __init__(self, configured: dict[str, RSAPublicKey], download: Download) -> None:
        self._configured = {canonical_serial(serial): key for serial, key in configured.items()}
        self._download = download
        self._downloaded: dict[str, RSAPublicKey] = {}
        self._tried_at: float | None = None

    async def find(self, serial: str) -> RSAPublicKey:
        """The key of `serial`. Raises SerialUnknown."""
        wanted = canonical_serial(serial)
        if wanted in self._configured:
            return self._configured[wanted]
        if not wanted or wanted.startswith(PUBLIC_KEY_PREFIX):
            raise SerialUnknown
        age_seconds = DOWNLOAD_LIFE_SECONDS if self._tried_at is None else monotonic() - self._tried_at
        patience_seconds = DOWNLOAD_LIFE_SECONDS if wanted in self._downloaded else DOWNLOAD_PAUSE_SECONDS
        if age_seconds >= patience_seconds:
            await self._refresh()
        if wanted not in self._downloaded:
            raise SerialUnknown
        return self._downloaded[wanted]

    async def _refresh(self) -> None:
        self._tried_at = monotonic()
        try:
            keys = await self._download()
        except PlatformError:
            # The old keys stay valid: a failed download does not make them doubtful.
            return
        self._downloaded = {canonical_serial(serial): key for serial, key in keys.items()}


def canonical_serial(serial: str) -> str:
    """One spelling for one serial: upper-case hex without leading zeros, a public key's id as it is; "" for neither."""
    if serial.startswith(PUBLIC_KEY_PREFIX):
        return serial
    is_hex = 0 < len(serial) <= MAX_SERIAL_CHARS and all(letter in "0123456789abcdefABCDEF" for letter in serial)
    return serial.upper().lstrip("0") if is_hex else ""

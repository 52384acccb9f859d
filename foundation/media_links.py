"""Addresses of photos that open without a session and stop working after a while.

Whoever may see a record gets its photos as signed addresses; an `<img>` cannot send a token. Real time, not business
time: moving the demo's clock must not break the pictures on the page.
"""

import hashlib
import hmac
import re
import time
from typing import Final

from foundation.settings import get_settings

LINK_SECONDS: Final = 6 * 3600
"""A visit to the workshop; the page asks for new addresses whenever it is loaded."""
ROUND_SECONDS: Final = 3600
"""Expiries fall on the hour, so that a page loaded twice finds its photos in the browser's cache."""
_SIGNATURE_LENGTH: Final = 32
_FIELD: Final = re.compile(r'("url"\s*:\s*")([0-9a-f]{64}\.(?:jpg|png|webp|mp4))"')


def signed(key: str) -> str:
    """`/media/{key}?e=…&s=…`."""
    expires = _expiry()
    return f"/media/{key}?e={expires}&s={_signature(key, expires)}"


def is_signed(key: str, expires: str, signature: str) -> bool:
    """Whether the address was ours and is still good."""
    if not (expires.isascii() and expires.isdigit() and len(expires) <= 12) or int(expires) < time.time():
        return False
    return hmac.compare_digest(_signature(key, int(expires)), signature)


def sign_fields(document: str) -> str:
    """Replace the bare keys in fields named `url` of a JSON document that PostgreSQL made."""
    expires = _expiry()
    return _FIELD.sub(
        lambda match: f'{match[1]}/media/{match[2]}?e={expires}&s={_signature(match[2], expires)}"', document
    )


def _expiry() -> int:
    return (int(time.time()) + LINK_SECONDS) // ROUND_SECONDS * ROUND_SECONDS


def _signature(key: str, expires: int) -> str:
    secret = get_settings().session_secret.get_secret_value().encode()
    return hmac.new(secret, f"media:{key}:{expires}".encode(), hashlib.sha256).hexdigest()[:_SIGNATURE_LENGTH]

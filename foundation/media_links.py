"""Signed URLs of photos, which work without a session and expire.

Whoever may see a record gets its photos as signed URLs, because an `<img>` cannot send a token. They expire in real
time, not business time, so that moving the demo's clock does not break the pictures on an open page.
"""

import hashlib
import hmac
import re
import time
from typing import Final

from foundation.settings import get_settings

LINK_SECONDS: Final = 6 * 3600
"""As long as a visit to the workshop; a page gets new URLs whenever it is loaded."""
ROUND_SECONDS: Final = 3600
"""Expiry times are rounded to the hour, so that a page loaded twice has the same URLs and the browser's cache helps."""
_SIGNATURE_LENGTH: Final = 32
_FIELD: Final = re.compile(r'("(?:poster_)?url"\s*:\s*")([0-9a-f]{64}\.(?:jpg|png|webp|mp4))"')


def signed(key: str) -> str:
    """The path `/media/{key}?e=…&s=…`, with its expiry in Unix seconds and its signature."""
    expires = _expiry()
    return f"/media/{key}?e={expires}&s={_signature(key, expires)}"


def is_signed(key: str, expires: str, signature: str) -> bool:
    """Whether we made this URL and it has not expired."""
    if not (expires.isascii() and expires.isdigit() and len(expires) <= 12) or int(expires) < time.time():
        return False
    return hmac.compare_digest(_signature(key, int(expires)), signature)


def sign_fields(document: str) -> str:
    """Replace the media keys in the fields `url` and `poster_url` of PostgreSQL's JSON document with signed URLs."""
    expires = _expiry()
    return _FIELD.sub(
        lambda match: f'{match[1]}/media/{match[2]}?e={expires}&s={_signature(match[2], expires)}"', document
    )


def _expiry() -> int:
    return (int(time.time()) + LINK_SECONDS) // ROUND_SECONDS * ROUND_SECONDS


def _signature(key: str, expires: int) -> str:
    secret = get_settings().session_secret.get_secret_value().encode()
    return hmac.new(secret, f"media:{key}:{expires}".encode(), hashlib.sha256).hexdigest()[:_SIGNATURE_LENGTH]

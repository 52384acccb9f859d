"""Short texts for QR codes that stand for a row of ours and that nobody else can forge.

A sealed text is the row's id with a signature for one purpose; a text sealed for one purpose is not accepted for
another. It uses only capital letters and digits, which a QR code packs most densely and a scanner can type on any
keyboard layout. How long and how often it may be used is decided by the row.
"""

import base64
import binascii
import hashlib
import hmac
from typing import Final

from foundation.settings import get_settings

_NUMBER_BYTES: Final = 8
_SIGNATURE_BYTES: Final = 12
"""96 bits, too many to guess."""


def seal(purpose: str, number: int) -> str:
    """The text for a row: 32 characters from A to Z and 2 to 7."""
    body = number.to_bytes(_NUMBER_BYTES, "big")
    return base64.b32encode(body + _signature(purpose, body)).decode()


def opened(purpose: str, text: str) -> int | None:
    """The row's id; None when we did not seal this text for this purpose."""
    try:
        given = base64.b32decode(text, casefold=True)
    except (binascii.Error, ValueError):
        return None
    body, signature = given[:_NUMBER_BYTES], given[_NUMBER_BYTES:]
    if not hmac.compare_digest(signature, _signature(purpose, body)):
        return None
    return int.from_bytes(body, "big")


def _signature(purpose: str, body: bytes) -> bytes:
    secret = get_settings().session_secret.get_secret_value().encode()
    return hmac.new(secret, b"seal:" + purpose.encode() + b":" + body, hashlib.sha256).digest()[:_SIGNATURE_BYTES]

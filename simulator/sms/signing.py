"""Checks TC3-HMAC-SHA256 as the platform does (cloud.tencent.com/document/api/362/4208)."""

import hashlib
import hmac
import re
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

MAX_SKEW_SECONDS: Final = 300
_HEADER: Final = re.compile(
    r"TC3-HMAC-SHA256 Credential=([^/]+)/(\d{4}-\d\d-\d\d)/sms/tc3_request, "
    r"SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})"
)


def problem(headers: Mapping[str, str], body: bytes, *, secret_id: str, secret_key: str) -> str:
    """The platform's code for what is wrong with a call's signature; empty if nothing is."""
    shown = _HEADER.fullmatch(headers.get("authorization", ""))
    seconds = headers.get("x-tc-timestamp", "")
    if shown is None or not seconds.isdigit():
        return "AuthFailure.InvalidAuthorization"
    named, date, signed, signature = shown.groups()
    if named != secret_id:
        return "AuthFailure.SecretIdNotFound"
    if abs(time.time() - int(seconds)) > MAX_SKEW_SECONDS:
        return "AuthFailure.SignatureExpire"
    names = signed.split(";")
    lines = "".join(f"{name}:{headers.get(name, '').strip().lower()}\n" for name in names)
    canonical = f"POST\n/\n\n{lines}\n{signed}\n{hashlib.sha256(body).hexdigest()}"
    hashed = hashlib.sha256(canonical.encode()).hexdigest()
    text = f"TC3-HMAC-SHA256\n{seconds}\n{date}/sms/tc3_request\n{hashed}"
    by_day = _hmac(f"TC3{secret_key}".encode(), date)
    expected = _hmac(_hmac(_hmac(by_day, "sms"), "tc3_request"), text).hex()
    is_of_its_day = datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%d") == date
    is_right = is_of_its_day and "host" in names and "content-type" in names
    return "" if is_right and hmac.compare_digest(expected, signature) else "AuthFailure.SignatureFailure"


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()

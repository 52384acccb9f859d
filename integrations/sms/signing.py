"""TC3-HMAC-SHA256 (cloud.tencent.com/document/api/362/4208).

The date in the scope is that of UTC: between midnight and eight in China it is the day before.
"""

import hashlib
import hmac
from datetime import UTC, datetime
from typing import Final

ALGORITHM: Final = "TC3-HMAC-SHA256"
SERVICE: Final = "sms"
CONTENT_TYPE: Final = "application/json; charset=utf-8"
_SIGNED: Final = "content-type;host;x-tc-action"


def authorization(secret_id: str, secret_key: str, *, host: str, action: str, body: bytes, unix_seconds: int) -> str:
    """The header `Authorization` of a POST with exactly this body."""
    canonical = (
        f"POST\n/\n\ncontent-type:{CONTENT_TYPE}\nhost:{host}\nx-tc-action:{action.lower()}\n\n{_SIGNED}\n{_hash(body)}"
    )
    date = datetime.fromtimestamp(unix_seconds, UTC).strftime("%Y-%m-%d")
    scope = f"{date}/{SERVICE}/tc3_request"
    to_sign = f"{ALGORITHM}\n{unix_seconds}\n{scope}\n{_hash(canonical.encode())}"
    key = f"TC3{secret_key}".encode()
    for part in (date, SERVICE, "tc3_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    signature = hmac.digest(key, to_sign.encode(), "sha256").hex()
    return f"{ALGORITHM} Credential={secret_id}/{scope}, SignedHeaders={_SIGNED}, Signature={signature}"


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()

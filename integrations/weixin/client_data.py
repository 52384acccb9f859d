"""Data from a mini-program client that can be verified only with its session_key.

Sources: developers.weixin.qq.com, pages "signature" (encryptedData, rawData) and "http-signature" / "checkSessionKey".
"""

import hashlib
import hmac
from base64 import b64decode
from typing import Any

import orjson
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

from integrations.weixin.errors import ClientDataRefused

SESSION_KEY_BYTES = 16
BLOCK_BITS = 128


def decrypt_client_data(encrypted_data: str, *, iv: str, session_key: str, app_id: str) -> dict[str, Any]:
    """The JSON object inside `encryptedData` of wx.getUserInfo and its like.

    AES-128-CBC under the session_key. Raises ClientDataRefused when it does not decrypt (usually an old session_key:
    the client must log in again) or was made for another mini-program.
    """
    try:
        key, vector, sealed = (b64decode(part, validate=True) for part in (session_key, iv, encrypted_data))
        if len(key) != SESSION_KEY_BYTES:
            raise ValueError("session_key is not 16 bytes")
        decryptor = Cipher(algorithms.AES(key), modes.CBC(vector)).decryptor()
        padded = decryptor.update(sealed) + decryptor.finalize()
        unpadder = PKCS7(BLOCK_BITS).unpadder()
        data = orjson.loads(unpadder.update(padded) + unpadder.finalize())
    except ValueError as error:
        raise ClientDataRefused("encryptedData does not decrypt under this session_key") from error
    watermark = data.get("watermark") if isinstance(data, dict) else None
    if not isinstance(watermark, dict) or watermark.get("appid") != app_id:
        raise ClientDataRefused("encryptedData carries the watermark of another mini-program")
    return dict(data)


def raw_data_signature(raw_data: str, session_key: str) -> str:
    """The `signature` wx.getUserInfo gives beside rawData: hex SHA-1 of rawData followed by the session_key text."""
    return hashlib.sha1((raw_data + session_key).encode(), usedforsecurity=False).hexdigest()


def raw_data_is_genuine(raw_data: str, signature: str, session_key: str) -> bool:
    """Whether rawData came unchanged out of WeChat; compared in constant time."""
    return hmac.compare_digest(raw_data_signature(raw_data, session_key).encode(), signature.encode())


def session_signature(message: str, session_key: str) -> str:
    """The session signature (hmac_sha256) of a request body; the empty message for a GET.

    The key is the session_key as text: it is not base64-decoded first.
    """
    return hmac.new(session_key.encode(), message.encode(), hashlib.sha256).hexdigest()

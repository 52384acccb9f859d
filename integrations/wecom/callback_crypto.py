"""The envelope around every WeCom callback: signature, AES, receiver (WeCom docs 90238, 90930).

The signature is checked over the exact `Encrypt` text before anything else is looked at, so only bytes that WeCom (or
someone holding our Token) made are ever decrypted or parsed as XML.

    plain block = 16 random bytes + 4 bytes big-endian length + message + receiver id, padded to 32
"""

import binascii
import hmac
import re
import secrets
from hashlib import sha1

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from integrations.wecom.errors import BadCiphertext, BadSignature, BadXml, WrongReceiver
from integrations.wecom.xml import Fields, parse_xml

MAX_BODY_BYTES = 512 * 1024
"""The largest known callback is about 100 kB of XML; base64 and the envelope add a third."""

MAX_ECHO_CHARS = 4096
"""An echostr holds some 20 digits; this only limits the work that a stranger can cause."""

_KEY_CHARS = 43
_PREFIX_BYTES = 16
_LENGTH_BYTES = 4
_PAD_BLOCK_BYTES = 32

_ENCRYPT = re.compile(rb"<Encrypt>\s*(?:<!\[CDATA\[)?([A-Za-z0-9+/]+={0,2})(?:\]\]>)?\s*</Encrypt>")
_BASE64_TEXT = re.compile(r"[A-Za-z0-9+/]+={0,2}")
_QUERY_TEXT = re.compile(r"[0-9A-Za-z_.-]{1,128}")


class CallbackCrypto:
    """Opens and makes encrypted callbacks of one app. Safe to share: it keeps no state between calls."""

    def __init__(self, token: str, encoding_aes_key: str, receive_id: str) -> None:
        """`receive_id` is the corp id for a corp's own app. Raises ValueError when the key is not 43 base64 letters."""
        if len(encoding_aes_key) != _KEY_CHARS or not encoding_aes_key.isalnum() or not encoding_aes_key.isascii():
            raise ValueError("EncodingAESKey must be 43 letters and digits")
        key = binascii.a2b_base64(encoding_aes_key + "=")
        self._token = token
        self._receive_id = receive_id.encode()
        self._cipher = Cipher(algorithms.AES(key), modes.CBC(key[:16]))

    def signature(self, timestamp: str, nonce: str, encrypted: str) -> str:
        """sha1 over the four texts in lexical order, lower-case hex."""
        return sha1("".join(sorted((self._token, timestamp, nonce, encrypted))).encode()).hexdigest()

    def verify_url(self, msg_signature: str, timestamp: str, nonce: str, echostr: str) -> str:
        """The plain text to answer WeCom's URL check with, within 1 s, as it is: no quotes, no newline.

        Raises `BadSignature`, `BadCiphertext`, `WrongReceiver`.
        """
        if len(echostr) > MAX_ECHO_CHARS or not _BASE64_TEXT.fullmatch(echostr):
            raise BadCiphertext
        self._check_signature(msg_signature, timestamp, nonce, echostr)
        try:
            return self.decrypt(echostr).decode()
        except UnicodeDecodeError:
            raise BadCiphertext from None

    def open_message(self, body: bytes, msg_signature: str, timestamp: str, nonce: str) -> bytes:
        """The XML inside a POSTed callback. Raises `BadXml`, `BadSignature`, `BadCiphertext`, `WrongReceiver`."""
        if len(body) > MAX_BODY_BYTES:
            raise BadXml(reason="too large")
        found = _ENCRYPT.search(body)
        if found is None:
            raise BadXml(reason="no Encrypt element")
        encrypted = found[1].decode("ascii")
        self._check_signature(msg_signature, timestamp, nonce, encrypted)
        return self.decrypt(encrypted)

    def read_message(self, body: bytes, msg_signature: str, timestamp: str, nonce: str) -> Fields:
        """Verify, decrypt and parse in one step: the fields of the callback, as `events.parse_event` takes them."""
        return parse_xml(self.open_message(body, msg_signature, timestamp, nonce))

    def decrypt(self, encrypted: str) -> bytes:
        """The message inside a base64 text whose signature was checked. Raises `BadCiphertext`, `WrongReceiver`."""
        try:
            block = binascii.a2b_base64(encrypted, strict_mode=True)
        except ValueError:
            raise BadCiphertext from None
        if len(block) % 16 or len(block) < _PAD_BLOCK_BYTES:
            raise BadCiphertext
        plain = self._cipher.decryptor().update(block)
        pad = plain[-1]
        starts_at = _PREFIX_BYTES + _LENGTH_BYTES
        ends_at = starts_at + int.from_bytes(plain[_PREFIX_BYTES:starts_at], "big")
        if not 1 <= pad <= _PAD_BLOCK_BYTES or ends_at > len(plain) - pad:
            raise BadCiphertext
        if not hmac.compare_digest(plain[ends_at : len(plain) - pad], self._receive_id):
            raise WrongReceiver
        return plain[starts_at:ends_at]

    def encrypt(self, message: bytes, prefix: bytes | None = None) -> str:
        """`message` as base64 text. `prefix` (16 bytes) is random; tests give a fixed one."""
        prefix = secrets.token_bytes(_PREFIX_BYTES) if prefix is None else prefix
        block = b"".join((prefix, len(message).to_bytes(_LENGTH_BYTES, "big"), message, self._receive_id))
        pad = _PAD_BLOCK_BYTES - len(block) % _PAD_BLOCK_BYTES
        sealed = self._cipher.encryptor().update(block + bytes((pad,)) * pad)
        return binascii.b2a_base64(sealed, newline=False).decode("ascii")

    def seal_reply(self, message: bytes, timestamp: str, nonce: str, prefix: bytes | None = None) -> str:
        """The whole encrypted passive reply: the XML document to answer a callback with.

        Raises ValueError when `timestamp` or `nonce` holds anything that does not belong in one.
        """
        if not _QUERY_TEXT.fullmatch(timestamp) or not _QUERY_TEXT.fullmatch(nonce):
            raise ValueError("timestamp and nonce are letters, digits and _.- only")
        encrypted = self.encrypt(message, prefix)
        return (
            f"<xml><Encrypt><![CDATA[{encrypted}]]></Encrypt>"
            f"<MsgSignature><![CDATA[{self.signature(timestamp, nonce, encrypted)}]]></MsgSignature>"
            f"<TimeStamp>{timestamp}</TimeStamp><Nonce><![CDATA[{nonce}]]></Nonce></xml>"
        )

    def _check_signature(self, msg_signature: str, timestamp: str, nonce: str, encrypted: str) -> None:
        expected = self.signature(timestamp, nonce, encrypted)
        if not hmac.compare_digest(expected.encode(), msg_signature.encode("utf-8", "surrogatepass")):
            raise BadSignature

"""WeCom's message crypto, the platform's side (docs 90930 and 90238), also used by the mini program's push.

AES-256-CBC, IV = first 16 bytes of the key, PKCS#7 with 32-byte blocks; plain block = 16 random bytes, 4-byte
big-endian length, message, receiver id. Signature = sha1 over the sorted parts.
"""

import base64
import hashlib
import os
import struct

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

BLOCK = 32
"""Padding block in bytes; not AES's own 16."""
RANDOM_BYTES = 16


class BadCiphertext(ValueError):
    """The text was not encrypted with this key for this receiver."""


def signature(token: str, *parts: str) -> str:
    """sha1 of the token and the parts, sorted and joined, in lower-case hex."""
    return hashlib.sha1("".join(sorted((token, *parts))).encode()).hexdigest()


class MessageCrypto:
    """Encrypts for, and decrypts from, one receiver."""

    def __init__(self, encoding_aes_key: str, receive_id: str) -> None:
        self._key = base64.b64decode(encoding_aes_key + "=")
        if len(self._key) != 32:
            raise ValueError("EncodingAESKey must be 43 characters")
        self._receive_id = receive_id.encode()

    def encrypt(self, message: str, random: bytes | None = None) -> str:
        """The base64 ciphertext of a message; `random` is fixed only by test vectors."""
        text = message.encode()
        block = (random or os.urandom(RANDOM_BYTES)) + struct.pack(">I", len(text)) + text + self._receive_id
        padding = BLOCK - len(block) % BLOCK
        encryptor = self._cipher().encryptor()
        return base64.b64encode(encryptor.update(block + bytes([padding]) * padding) + encryptor.finalize()).decode()

    def decrypt(self, ciphertext: str) -> str:
        """The message.

        Raises:
            BadCiphertext: bad padding, bad length, or another receiver.
        """
        try:
            decryptor = self._cipher().decryptor()
            block = decryptor.update(base64.b64decode(ciphertext, validate=True)) + decryptor.finalize()
        except ValueError as error:
            raise BadCiphertext("not whole blocks of base64") from error
        if not block or not 1 <= block[-1] <= BLOCK:
            raise BadCiphertext("padding")
        block = block[: -block[-1]]
        length = (
            struct.unpack(">I", block[RANDOM_BYTES : RANDOM_BYTES + 4])[0] if len(block) >= RANDOM_BYTES + 4 else -1
        )
        message = block[RANDOM_BYTES + 4 : RANDOM_BYTES + 4 + length]
        if length < 0 or len(message) != length:
            raise BadCiphertext("length")
        if block[RANDOM_BYTES + 4 + length :] != self._receive_id:
            raise BadCiphertext("receiver")
        return message.decode()

    def _cipher(self) -> "Cipher[modes.CBC]":
        return Cipher(algorithms.AES(self._key), modes.CBC(self._key[:16]))

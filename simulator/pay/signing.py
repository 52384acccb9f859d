"""Signatures of WeChat Pay v3, the platform's side: verify the merchant, sign our answers, seal notifications."""

import base64
import datetime
import re
import secrets
import time
from dataclasses import dataclass, field

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.x509.oid import NameOID

SCHEME = "WECHATPAY2-SHA256-RSA2048"
ALLOWED_SKEW_SECONDS = 300
SIGNTEST = "WECHATPAY/SIGNTEST/"
KEY_BITS = 2048
CERTIFICATE_DAYS = 5 * 365


def sign(key: rsa.RSAPrivateKey, message: str) -> str:
    """base64 of RSA-SHA256 with PKCS#1 v1.5."""
    return base64.b64encode(key.sign(message.encode(), padding.PKCS1v15(), hashes.SHA256())).decode()


def verify(public_key_pem: str, message: str, signature: str) -> bool:
    """Whether the signature fits."""
    key = serialization.load_pem_public_key(public_key_pem.encode())
    if not isinstance(key, rsa.RSAPublicKey):
        return False
    try:
        key.verify(base64.b64decode(signature), message.encode(), padding.PKCS1v15(), hashes.SHA256())
    except (InvalidSignature, ValueError):
        return False
    return True


def seal(api_v3_key: str, plain: str, associated_data: str) -> dict[str, str]:
    """AEAD_AES_256_GCM as in notifications and certificates; the nonce is 12 ASCII bytes."""
    nonce = secrets.token_hex(6)
    sealed = AESGCM(api_v3_key.encode()).encrypt(nonce.encode(), plain.encode(), associated_data.encode())
    return {
        "algorithm": "AEAD_AES_256_GCM",
        "ciphertext": base64.b64encode(sealed).decode(),
        "associated_data": associated_data,
        "nonce": nonce,
    }


@dataclass(frozen=True)
class Authorization:
    """The parts of a request's Authorization header."""

    mch_id: str
    serial: str
    nonce: str
    timestamp: int
    signature: str

    @classmethod
    def parse(cls, header: str) -> "Authorization | None":
        """The parts, or None when the header is malformed."""
        scheme, _, rest = header.partition(" ")
        parts = dict(re.findall(r'(\w+)="([^"]*)"', rest))
        try:
            return (
                cls(parts["mchid"], parts["serial_no"], parts["nonce_str"], int(parts["timestamp"]), parts["signature"])
                if scheme == SCHEME
                else None
            )
        except (KeyError, ValueError):
            return None

    def is_fresh(self, business_now: float) -> bool:
        """Within five minutes of business time or of real time."""
        return any(abs(now - self.timestamp) <= ALLOWED_SKEW_SECONDS for now in (business_now, time.time()))

    def fits(self, public_key_pem: str, method: str, targets: list[str], body: str) -> bool:
        """Whether the signature covers this request under one of the paths it may have been sent to."""
        return any(
            verify(public_key_pem, f"{method}\n{target}\n{self.timestamp}\n{self.nonce}\n{body}\n", self.signature)
            for target in targets
        )


@dataclass
class PlatformKeys:
    """The platform's own keys: the public-key mode's, and a certificate's made when first asked for."""

    private_key: rsa.RSAPrivateKey
    public_key_id: str
    serial_form: str = "public_key"
    """`public_key`, `certificate`, or `both` in turn: what notifications carry."""
    _certificate: tuple[rsa.RSAPrivateKey, x509.Certificate] | None = None
    _turn: int = field(default=0)

    @classmethod
    def load(cls, pem: str, public_key_id: str) -> "PlatformKeys":
        """From the settings; without a PEM a key is made, and nobody can verify it."""
        if pem:
            key = serialization.load_pem_private_key(pem.encode(), password=None)
            assert isinstance(key, rsa.RSAPrivateKey), "the platform key must be RSA"
        else:
            key = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)
        return cls(key, public_key_id)

    def certificate(self) -> tuple[rsa.RSAPrivateKey, x509.Certificate]:
        """The platform certificate and its key."""
        if self._certificate is None:
            key = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)
            name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Tenpay.com sign (simulated)")])
            # A certificate's life is real time: its readers check it against the machine's clock.
            begins = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=1)
            built = (
                x509.CertificateBuilder()
                .subject_name(name)
                .issuer_name(name)
                .public_key(key.public_key())
                .serial_number(x509.random_serial_number())
                .not_valid_before(begins)
                .not_valid_after(begins + datetime.timedelta(days=CERTIFICATE_DAYS))
                .sign(key, hashes.SHA256())
            )
            self._certificate = (key, built)
        return self._certificate

    def opened(self, secret: str) -> str:
        """The plain text of a field that a merchant encrypted for us (RSA-OAEP).

        Raises:
            ValueError: it was not encrypted with our key.
        """
        scheme = padding.OAEP(mgf=padding.MGF1(algorithm=hashes.SHA1()), algorithm=hashes.SHA1(), label=None)
        return self.private_key.decrypt(base64.b64decode(secret), scheme).decode()

    def headers(self, body: str, now: int, *, form: str = "", signtest: bool = False) -> dict[str, str]:
        """The signature headers of an answer or a notification."""
        form = form or self._next_form()
        key, serial = self.private_key, self.public_key_id
        if form == "certificate":
            key, certificate = self.certificate()
            serial = f"{certificate.serial_number:X}"
        nonce = secrets.token_hex(16)
        signature = sign(key, f"{now}\n{nonce}\n{body}\n")
        return {
            "Wechatpay-Serial": serial,
            "Wechatpay-Signature": SIGNTEST + signature[len(SIGNTEST) :] if signtest else signature,
            "Wechatpay-Timestamp": str(now),
            "Wechatpay-Nonce": nonce,
            "Wechatpay-Signature-Type": SCHEME,
        }

    def _next_form(self) -> str:
        if self.serial_form != "both":
            return self.serial_form
        self._turn += 1
        return "public_key" if self._turn % 2 else "certificate"

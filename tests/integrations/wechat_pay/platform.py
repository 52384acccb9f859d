"""WeChat Pay's side, written with `cryptography` only, so that it cannot share a mistake with our client."""

import base64
import datetime as dt
import secrets
from typing import Any

import orjson
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import SecretStr

from foundation import clock
from foundation.settings import WeChatPaySettings
from tests.integrations.loopback import Received, Reply

API_V3_KEY = "0123456789abcdefghijABCDEFGHIJ!?"
MCH_ID, APP_ID = "1900000001", "wxpaytest00000001"
MERCHANT_SERIAL = "5157F09EFDC096DE15EBE81A47057A7232F1B8E1"
PUBLIC_KEY_ID = "PUB_KEY_ID_0119000000012024"

MERCHANT_KEY = rsa.generate_private_key(65537, 2048)
PLATFORM_KEY = rsa.generate_private_key(65537, 2048)
STRANGER_KEY = rsa.generate_private_key(65537, 2048)
_PKCS1 = padding.PKCS1v15()


def private_pem(key: rsa.RSAPrivateKey) -> str:
    kind = serialization.PrivateFormat.PKCS8
    return key.private_bytes(serialization.Encoding.PEM, kind, serialization.NoEncryption()).decode()


def public_pem(key: rsa.RSAPrivateKey) -> str:
    kind = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_key().public_bytes(serialization.Encoding.PEM, kind).decode()


def certificate(key: rsa.RSAPrivateKey) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "platform")])
    today = dt.datetime.now(dt.UTC)
    return (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(today - dt.timedelta(days=1))
        .not_valid_after(today + dt.timedelta(days=1000))
        .sign(key, hashes.SHA256())
    )


def certificate_pem(made: x509.Certificate) -> str:
    return made.public_bytes(serialization.Encoding.PEM).decode()


def serial_of(made: x509.Certificate) -> str:
    return f"{made.serial_number:X}"


def settings(base_url: str, **changes: Any) -> WeChatPaySettings:
    values: dict[str, Any] = {
        "base_url": base_url,
        "mch_id": MCH_ID,
        "app_id": APP_ID,
        "merchant_serial": MERCHANT_SERIAL,
        "merchant_private_key": SecretStr(private_pem(MERCHANT_KEY)),
        "api_v3_key": SecretStr(API_V3_KEY),
        "platform_serial": PUBLIC_KEY_ID,
        "platform_public_key": public_pem(PLATFORM_KEY),
    }
    return WeChatPaySettings(**(values | changes))


def now_seconds() -> int:
    return int(clock.now().timestamp())


def signed_headers(
    body: bytes, *, key: rsa.RSAPrivateKey = PLATFORM_KEY, serial: str = PUBLIC_KEY_ID, timestamp: int | None = None
) -> dict[str, str]:
    seconds, nonce = str(now_seconds() if timestamp is None else timestamp), secrets.token_hex(16)
    message = f"{seconds}\n{nonce}\n".encode() + body + b"\n"
    return {
        "Wechatpay-Serial": serial,
        "Wechatpay-Timestamp": seconds,
        "Wechatpay-Nonce": nonce,
        "Wechatpay-Signature": base64.b64encode(key.sign(message, _PKCS1, hashes.SHA256())).decode(),
        "Wechatpay-Signature-Type": "WECHATPAY2-SHA256-RSA2048",
    }


def signed(value: Any, *, status: int = 200, **how: Any) -> Reply:
    body = b"" if status == 204 else orjson.dumps(value)
    return Reply(body, status, signed_headers(body, **how) | {"Content-Type": "application/json"})


def sealed(plain: bytes, associated_data: str, key: str = API_V3_KEY) -> dict[str, str]:
    nonce = secrets.token_hex(6)
    ciphertext = AESGCM(key.encode()).encrypt(nonce.encode(), plain, associated_data.encode())
    return {
        "algorithm": "AEAD_AES_256_GCM",
        "ciphertext": base64.b64encode(ciphertext).decode(),
        "associated_data": associated_data,
        "nonce": nonce,
    }


def notice(event_type: str, original_type: str, plain: Any, **changes: Any) -> bytes:
    value = {
        "id": "EV-2018022511223320873",
        "create_time": "2026-11-21T10:34:56+08:00",
        "resource_type": "encrypt-resource",
        "event_type": event_type,
        "summary": "支付成功",
        "resource": {"original_type": original_type} | sealed(orjson.dumps(plain), original_type),
    }
    return orjson.dumps(value | changes)


def transaction(**changes: Any) -> dict[str, Any]:
    value = {
        "appid": APP_ID,
        "mchid": MCH_ID,
        "out_trade_no": "WD202611210001",
        "transaction_id": "4200001234202611210000000001",
        "trade_type": "JSAPI",
        "trade_state": "SUCCESS",
        "trade_state_desc": "支付成功",
        "bank_type": "OTHERS",
        "attach": "bill-7",
        "success_time": "2026-11-21T10:34:56+08:00",
        "payer": {"openid": "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"},
        "amount": {"total": 178200, "payer_total": 168200, "currency": "CNY", "payer_currency": "CNY"},
    }
    return value | changes


def refund(**changes: Any) -> dict[str, Any]:
    value = {
        "refund_id": "50000000382019052709732678859",
        "out_refund_no": "WDR202611210001",
        "transaction_id": "4200001234202611210000000001",
        "out_trade_no": "WD202611210001",
        "channel": "ORIGINAL",
        "user_received_account": "招商银行信用卡0403",
        "create_time": "2026-11-21T11:00:00+08:00",
        "status": "PROCESSING",
        "amount": {"total": 178200, "refund": 5000, "payer_total": 168200, "payer_refund": 4900, "currency": "CNY"},
    }
    return value | changes


def request_is_signed(request: Received) -> bool:
    """The platform's own check of our Authorization header."""
    scheme, _, fields = request.headers["Authorization"].partition(" ")
    parts = dict(part.split("=", 1) for part in fields.split(","))
    value = {name: text.strip('"') for name, text in parts.items()}
    is_ours = (scheme, value["mchid"], value["serial_no"]) == ("WECHATPAY2-SHA256-RSA2048", MCH_ID, MERCHANT_SERIAL)
    head = f"{request.method}\n{request.path_and_query}\n{value['timestamp']}\n{value['nonce_str']}\n".encode()
    try:
        verify(value["signature"], head + request.body + b"\n")
    except InvalidSignature:
        return False
    return is_ours and abs(int(value["timestamp"]) - now_seconds()) <= 300


def verify(signature: str, message: bytes) -> None:
    """Raises InvalidSignature unless the merchant's key signed `message`."""
    MERCHANT_KEY.public_key().verify(base64.b64decode(signature), message, _PKCS1, hashes.SHA256())

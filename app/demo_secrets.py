"""Keys and addresses of a demo: made up once per state folder, handed to each process through its environment."""

import contextlib
import json
import os
import secrets
import string
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

CALLBACK_PATH = "/callbacks/wecom"
PUSH_PATH = "/callbacks/weixin"
_AES_KEY_LETTERS = string.ascii_letters + string.digits
_AES_KEY_LENGTH = 43
"""Characters of an EncodingAESKey: 32 bytes in base64 without the last "=" (WeCom doc 90968)."""
_AES_KEY_LAST = "AEIMQUYcgkosw048"
"""The last letter carries four bits and two zeros; strict decoders refuse any other."""
_RSA_BITS = 2048


@dataclass(frozen=True)
class DemoSecrets:
    """One invented corp, mini program and merchant, with both halves of the pay keys."""

    session_secret: str
    corp_id: str
    agent_id: int
    agent_secret: str
    callback_token: str
    callback_aes_key: str
    weixin_app_id: str
    weixin_app_secret: str
    push_token: str
    push_aes_key: str
    mch_id: str
    merchant_serial: str
    merchant_private_key: str
    api_v3_key: str
    platform_serial: str
    platform_private_key: str
    platform_public_key: str
    ocr_key: str = "simulated-ocr-key"
    """The values of these two are those of state folders made before there were such services."""
    einvoice_key: str = "simulated-einvoice-key"
    sms_secret_key: str = "simulated-sms-key"
    sms_push_key: str = "simulated-sms-push-key"

    @classmethod
    def invent(cls) -> Self:
        """New random keys."""
        platform_private_key, platform_public_key = _rsa_pair()
        return cls(
            session_secret=secrets.token_hex(32),
            corp_id="ww" + secrets.token_hex(8),
            agent_id=1000002,
            agent_secret=secrets.token_urlsafe(32),
            callback_token=secrets.token_hex(12),
            callback_aes_key=_aes_key(),
            weixin_app_id="wx" + secrets.token_hex(8),
            weixin_app_secret=secrets.token_hex(16),
            push_token=secrets.token_hex(12),
            push_aes_key=_aes_key(),
            mch_id="1900000109",
            merchant_serial=secrets.token_hex(20).upper(),
            merchant_private_key=_rsa_pair()[0],
            api_v3_key=secrets.token_hex(16),
            platform_serial="PUB_KEY_ID_01190000010920261101000000000001",
            platform_private_key=platform_private_key,
            platform_public_key=platform_public_key,
            ocr_key=secrets.token_urlsafe(32),
            einvoice_key=secrets.token_urlsafe(32),
            sms_secret_key=secrets.token_urlsafe(32),
            sms_push_key=secrets.token_urlsafe(32),
        )

    @classmethod
    def keep_in(cls, file: Path) -> Self:
        """The keys of `file`, invented and written (0600) the first time."""
        if file.exists():
            return cls(**json.loads(file.read_text()))
        made = cls.invent()
        unfinished = file.with_suffix(".part")
        unfinished.unlink(missing_ok=True)
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as opened:
            json.dump(asdict(made), opened, indent=1)
        unfinished.rename(file)
        return made

    def environment(
        self,
        *,
        name: str,
        database_url: str,
        redis_url: str,
        port: int,
        simulator_port: int,
        media_dir: Path,
    ) -> dict[str, str]:
        """The `WEDEALER_…` variables of every process of a demo (`name="demo"`) or a test (`name="test"`)."""
        public_url = f"http://127.0.0.1:{port}"
        platform_url = f"http://127.0.0.1:{simulator_port}"
        values = {
            "ENVIRONMENT": name,
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            "PUBLIC_URL": public_url,
            "HOST": "127.0.0.1",
            "PORT": str(port),
            "MEDIA_DIR": str(media_dir),
            "SESSION_SECRET": self.session_secret,
            "SIMULATOR_URL": platform_url,
            "CORS_ORIGINS": json.dumps([platform_url]),
            "OCR_URL": f"{platform_url}/ocr/",
            "OCR_KEY": self.ocr_key,
            "EINVOICE_URL": f"{platform_url}/einvoice/",
            "EINVOICE_KEY": self.einvoice_key,
            "SMS__BASE_URL": f"{platform_url}/sms/",
            "SMS__SECRET_ID": "AKIDsimulated",
            "SMS__SECRET_KEY": self.sms_secret_key,
            "SMS__APP_ID": "1400000001",
            "SMS__PUSH_KEY": self.sms_push_key,
            "WECOM__BASE_URL": f"{platform_url}/wecom/",
            "WECOM__OAUTH_URL": f"{platform_url}/wecom/",
            "WECOM__LOGIN_URL": f"{platform_url}/wecom/",
            "WECOM__CORP_ID": self.corp_id,
            "WECOM__AGENT_ID": str(self.agent_id),
            "WECOM__AGENT_SECRET": self.agent_secret,
            "WECOM__CALLBACK_TOKEN": self.callback_token,
            "WECOM__CALLBACK_AES_KEY": self.callback_aes_key,
            "WEIXIN__BASE_URL": f"{platform_url}/weixin/",
            "WEIXIN__APP_ID": self.weixin_app_id,
            "WEIXIN__APP_SECRET": self.weixin_app_secret,
            "WEIXIN__PUSH_TOKEN": self.push_token,
            "WEIXIN__PUSH_AES_KEY": self.push_aes_key,
            "WECHAT_PAY__BASE_URL": f"{platform_url}/pay/",
            "WECHAT_PAY__MCH_ID": self.mch_id,
            "WECHAT_PAY__APP_ID": self.weixin_app_id,
            "WECHAT_PAY__MERCHANT_SERIAL": self.merchant_serial,
            "WECHAT_PAY__MERCHANT_PRIVATE_KEY": self.merchant_private_key,
            "WECHAT_PAY__API_V3_KEY": self.api_v3_key,
            "WECHAT_PAY__PLATFORM_SERIAL": self.platform_serial,
            "WECHAT_PAY__PLATFORM_PUBLIC_KEY": self.platform_public_key,
        }
        return {f"WEDEALER_{key}": value for key, value in values.items()}

    def simulator_environment(self, product: dict[str, str]) -> dict[str, str]:
        """The `WEDEALER_SIM_…` variables of the simulator that stands behind the product with those variables."""
        from foundation.settings import Settings
        from simulator.settings import SimulatorSettings

        with _only(product):
            settings = SimulatorSettings.from_product(
                Settings(),
                platform_private_key=self.platform_private_key,
                callback_path=CALLBACK_PATH,
                push_path=PUSH_PATH,
                cors_origins=[product["WEDEALER_PUBLIC_URL"]],
            )
        return settings.as_environment()


@contextlib.contextmanager
def _only(variables: dict[str, str]) -> Iterator[None]:
    """Settings that are read inside this block see these variables and none of the caller's."""
    before = dict(os.environ)
    for name in before:
        if name.startswith("WEDEALER_"):
            del os.environ[name]
    os.environ.update(variables)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _aes_key() -> str:
    return "".join(secrets.choice(_AES_KEY_LETTERS) for _ in range(_AES_KEY_LENGTH - 1)) + secrets.choice(_AES_KEY_LAST)


def _rsa_pair() -> tuple[str, str]:
    """A private key and its public half, both PEM."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65537, key_size=_RSA_BITS)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return private.decode(), public.decode()

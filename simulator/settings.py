"""The simulator's own settings, and how to derive them from the product's so that both sides agree."""

import json
from typing import Any, Literal, Self
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import serialization
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from foundation.settings import Settings

DEFAULT_PORT = 8810


def public_pem(private_key_pem: str) -> str:
    """The public half of a PEM private key."""
    key = serialization.load_pem_private_key(private_key_pem.encode(), password=None)
    pem = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return pem.decode()


class SimulatorSettings(BaseSettings):
    """One simulated corp with one app, one mini program, one merchant."""

    model_config = SettingsConfigDict(env_prefix="WEDEALER_SIM_", extra="ignore")

    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT
    public_url: str = ""
    """Where a browser reaches the simulator; empty = http://host:port."""
    database_url: str = ""
    """Empty = the world is forgotten at the end (tests)."""
    shared_clock: bool | None = None
    """Follow `foundation.clock`'s stored offset; None = exactly when there is a database."""
    product_url: str = "http://127.0.0.1:8800"
    cors_origins: list[str] = []
    demo_folder: str = ""
    """Where the demo that runs this simulator keeps its files; empty = no demo does."""
    seed: int = 42

    corp_id: str = "ww0simulated00corp"
    agent_id: int = 1000002
    agent_secret: str = "simulated-agent-secret"
    callback_url: str = ""
    callback_token: str = ""
    callback_aes_key: str = ""
    trusted_domains: list[str] = []
    """Hosts OAuth may redirect to (50001 otherwise); empty = any."""
    developer_account_bound: bool = True
    """Only then externalcontact/get tells the unionid."""
    token_seconds: int = Field(default=7200, ge=1)

    weixin_app_id: str = "wx0simulated00mini"
    weixin_app_secret: str = "simulated-app-secret"
    weixin_original_id: str = "gh_simulated001"
    push_url: str = ""
    push_token: str = ""
    push_aes_key: str = ""
    push_format: Literal["json", "xml"] = "json"

    pay_mch_id: str = "1900000001"
    pay_merchant_serial: str = ""
    pay_merchant_public_key: str = ""
    pay_api_v3_key: str = ""
    pay_platform_private_key: str = ""
    pay_platform_serial: str = "PUB_KEY_ID_0119000000012026010100000000000001"

    ocr_key: str = "simulated-ocr-key"
    einvoice_key: str = "simulated-einvoice-key"
    sms_secret_id: str = "AKIDsimulated"
    sms_secret_key: str = "simulated-sms-key"
    sms_app_id: str = "1400000001"
    sms_push_url: str = ""
    """Reports are pushed below it at `/reports`, answers at `/replies`; empty: nothing is pushed."""

    deadline_seconds: float = 5.0
    """The deadline of a callback or notification, measured in real time (WeCom doc 90930)."""
    echo_deadline_seconds: float = 1.0
    retry_seconds: float = 1.0
    """Between the retries of a callback; the platform publishes no spacing."""
    web_dist: str = ""
    """Folder of the built page; empty = simulator/web/dist when it exists."""

    @property
    def base_url(self) -> str:
        """Address of this process as people see it, no trailing slash."""
        return self.public_url.rstrip("/") or f"http://{self.host}:{self.port}"

    @property
    def follows_shared_clock(self) -> bool:
        """True when other processes move the same clock."""
        return bool(self.database_url) if self.shared_clock is None else self.shared_clock

    @classmethod
    def from_product(
        cls,
        product: Settings,
        *,
        platform_private_key: str,
        callback_path: str,
        push_path: str,
        **overrides: Any,
    ) -> Self:
        """The simulator's settings that fit the product's.

        Args:
            product: the product's settings (its merchant private key gives us the public half).
            platform_private_key: PEM; the product holds only the public half.
            callback_path: path of the WeCom callback door on `product.public_url`.
            push_path: path of the mini-program push door on `product.public_url`.
            overrides: any field of this class.
        """
        wecom, weixin, pay = product.wecom, product.weixin, product.wechat_pay
        merchant_key = pay.merchant_private_key.get_secret_value()
        origin = product.public_url.rstrip("/")
        values: dict[str, Any] = {
            "public_url": product.simulator_url,
            "database_url": product.database_url.get_secret_value(),
            "product_url": origin,
            "corp_id": wecom.corp_id,
            "agent_id": wecom.agent_id,
            "agent_secret": wecom.agent_secret.get_secret_value(),
            "callback_url": origin + callback_path,
            "callback_token": wecom.callback_token.get_secret_value(),
            "callback_aes_key": wecom.callback_aes_key.get_secret_value(),
            "weixin_app_id": weixin.app_id,
            "weixin_app_secret": weixin.app_secret.get_secret_value(),
            "push_url": origin + push_path,
            "push_token": weixin.push_token.get_secret_value(),
            "push_aes_key": weixin.push_aes_key.get_secret_value(),
            "pay_mch_id": pay.mch_id,
            "pay_merchant_serial": pay.merchant_serial,
            "pay_merchant_public_key": public_pem(merchant_key) if merchant_key else "",
            "pay_api_v3_key": pay.api_v3_key.get_secret_value(),
            "pay_platform_private_key": platform_private_key,
            "pay_platform_serial": pay.platform_serial,
            "ocr_key": product.ocr_key.get_secret_value(),
            "einvoice_key": product.einvoice_key.get_secret_value(),
            "sms_secret_id": product.sms.secret_id,
            "sms_secret_key": product.sms.secret_key.get_secret_value(),
            "sms_app_id": product.sms.app_id,
            "sms_push_url": f"{origin}/callbacks/sms/{product.sms.push_key.get_secret_value()}",
        }
        if product.simulator_url:
            address = urlsplit(product.simulator_url)
            values |= {"host": address.hostname or "127.0.0.1", "port": address.port or DEFAULT_PORT}
        return cls(**(values | overrides))

    def as_environment(self) -> dict[str, str]:
        """The same settings as environment variables, for the process a supervisor starts."""
        dumped = self.model_dump(mode="json", exclude_none=True)
        return {
            f"WEDEALER_SIM_{name.upper()}": value if isinstance(value, str) else json.dumps(value)
            for name, value in dumped.items()
        }

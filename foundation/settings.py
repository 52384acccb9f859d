"""Every setting, typed, read once from the environment (`WEDEALER_…`, with `__` between a group and its field).

Production refuses to start when a secret is missing or too short. The base URL of each platform is a setting, so the
simulator is just another URL.
"""

from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

Environment = Literal["demo", "test", "bench", "production"]


class WeComSettings(BaseModel):
    """One self-built app of one corp; WeCom's admin console shows each of these values."""

    base_url: str = "https://qyapi.weixin.qq.com/"
    oauth_url: str = "https://open.weixin.qq.com/"
    login_url: str = "https://login.work.weixin.qq.com/"
    corp_id: str = ""
    agent_id: int = 0
    agent_secret: SecretStr = SecretStr("")
    callback_token: SecretStr = SecretStr("")
    callback_aes_key: SecretStr = SecretStr("")


class WeixinSettings(BaseModel):
    """The mini program."""

    base_url: str = "https://api.weixin.qq.com/"
    app_id: str = ""
    app_secret: SecretStr = SecretStr("")
    push_token: SecretStr = SecretStr("")
    push_aes_key: SecretStr = SecretStr("")
    subscribe_keys_file: Path | None = None
    """JSON file that maps our message fields to the account's own template keys; None = the map of the demo."""


class WeChatPaySettings(BaseModel):
    """The merchant account, in public-key mode or platform-certificate mode."""

    base_url: str = "https://api.mch.weixin.qq.com/"
    mch_id: str = ""
    app_id: str = ""
    merchant_serial: str = ""
    merchant_private_key: SecretStr = SecretStr("")
    api_v3_key: SecretStr = SecretStr("")
    platform_serial: str = ""
    """`PUB_KEY_ID_…` or the hex serial of a platform certificate."""
    platform_public_key: str = ""


class SmsSettings(BaseModel, frozen=True):
    """An account of Tencent Cloud SMS (`integrations.sms`); with all of it empty no SMS is sent."""

    base_url: str = "https://sms.tencentcloudapi.com/"
    region: str = "ap-guangzhou"
    secret_id: str = ""
    secret_key: SecretStr = SecretStr("")
    app_id: str = ""
    """SdkAppId of the application whose numbers send."""
    push_key: SecretStr = SecretStr("")
    """Part of the addresses to which reports and answers are pushed: nothing else proves whose they are."""

    @property
    def is_set_up(self) -> bool:
        """Whether SMS can be sent."""
        return all(self._parts())

    @property
    def is_half_set_up(self) -> bool:
        """Whether something is there and something is missing."""
        return any(self._parts()) and not self.is_set_up

    def _parts(self) -> tuple[str, ...]:
        return self.secret_id, self.secret_key.get_secret_value(), self.app_id, self.push_key.get_secret_value()


class Settings(BaseSettings):
    """The whole configuration of one process."""

    model_config = SettingsConfigDict(env_prefix="WEDEALER_", env_nested_delimiter="__", extra="ignore")

    environment: Environment = "production"
    database_url: SecretStr = SecretStr("")
    redis_url: SecretStr = SecretStr("")
    public_url: str = ""
    """The URL at which WeCom, WeChat and browsers reach the web process, without a trailing slash."""
    host: str = "127.0.0.1"
    port: int = 8800
    metrics_host: str = "127.0.0.1"
    metrics_port: int = Field(default=0, ge=0, le=65535)
    """The port on which this process serves `/metrics` and `/healthz`; each process needs its own. 0 = not served."""
    proxies: int = Field(default=0, ge=0, le=8)
    """The number of our reverse proxies in front of the web process, each of which appends to X-Forwarded-For. Limits
    per address use the address that the outermost proxy saw. 0 = no proxy, and the header is ignored."""
    web_workers: int = Field(default=2, ge=1, le=64)
    worker_concurrency: int = Field(default=50, ge=1, le=1000)
    database_pool: int = Field(default=10, ge=2, le=100)
    media_dir: Path = Path(".state/media")
    session_secret: SecretStr = SecretStr("")
    lasting_secret: SecretStr = SecretStr("")
    """The key of what has to be recognised for years: marks of erased people, secrets of webhooks. It never changes,
    while the session secret may at the price of everybody signing in anew. Empty: the session secret serves for both.
    """
    cors_origins: list[str] = []
    simulator_url: str = ""
    """Set only by the demo and the tests; the console then lets its user sign in as any person."""
    webhook_networks: list[IPv4Network | IPv6Network] = []
    """Networks of ours that webhooks may reach although they are not public, such as that of a DMS in the house, as
    JSON: `["10.3.0.0/24"]`. Link-local addresses stay closed."""
    ocr_url: str = ""
    """The service that reads vehicle licences 行驶证 (`integrations.ocr`); with `ocr_key` empty too, none is used."""
    ocr_key: SecretStr = SecretStr("")
    einvoice_url: str = ""
    """The service that issues invoices (`integrations.einvoice`); with `einvoice_key` empty too, people issue them in
    the tax bureau's own system and type the numbers in."""
    einvoice_key: SecretStr = SecretStr("")
    log_level: str = "INFO"
    wecom: WeComSettings = WeComSettings()
    weixin: WeixinSettings = WeixinSettings()
    wechat_pay: WeChatPaySettings = WeChatPaySettings()
    sms: SmsSettings = SmsSettings()

    @property
    def is_demo(self) -> bool:
        """True where data is invented and time may be moved; a benchmark behaves like production."""
        return self.environment in {"demo", "test"}

    @property
    def has_ocr(self) -> bool:
        """Whether a service that reads vehicle licences is set up."""
        return bool(self.ocr_url and self.ocr_key.get_secret_value())

    @property
    def has_einvoice(self) -> bool:
        """Whether a service that issues invoices is set up."""
        return bool(self.einvoice_url and self.einvoice_key.get_secret_value())

    @property
    def lasting_key(self) -> str:
        """The key of what has to be recognised for years."""
        return self.lasting_secret.get_secret_value() or self.session_secret.get_secret_value()

    def required_secrets(self) -> dict[str, str]:
        """The values of the environment variables that production needs, by their names."""
        values = {
            "DATABASE_URL": self.database_url.get_secret_value(),
            "REDIS_URL": self.redis_url.get_secret_value(),
            "PUBLIC_URL": self.public_url,
            "SESSION_SECRET": self.session_secret.get_secret_value(),
            "WECOM__CORP_ID": self.wecom.corp_id,
            "WECOM__AGENT_ID": str(self.wecom.agent_id or ""),
            "WECOM__AGENT_SECRET": self.wecom.agent_secret.get_secret_value(),
            "WECOM__CALLBACK_TOKEN": self.wecom.callback_token.get_secret_value(),
            "WECOM__CALLBACK_AES_KEY": self.wecom.callback_aes_key.get_secret_value(),
            "WEIXIN__APP_ID": self.weixin.app_id,
            "WEIXIN__APP_SECRET": self.weixin.app_secret.get_secret_value(),
            "WECHAT_PAY__MCH_ID": self.wechat_pay.mch_id,
            "WECHAT_PAY__MERCHANT_SERIAL": self.wechat_pay.merchant_serial,
            "WECHAT_PAY__MERCHANT_PRIVATE_KEY": self.wechat_pay.merchant_private_key.get_secret_value(),
            "WECHAT_PAY__API_V3_KEY": self.wechat_pay.api_v3_key.get_secret_value(),
            "WECHAT_PAY__PLATFORM_SERIAL": self.wechat_pay.platform_serial,
            "WECHAT_PAY__PLATFORM_PUBLIC_KEY": self.wechat_pay.platform_public_key,
        }
        return {f"WEDEALER_{name}": value for name, value in values.items()}

    def missing_secrets(self) -> list[str]:
        """The environment variables that production needs and that are empty."""
        return [name for name, value in self.required_secrets().items() if not value]

    @model_validator(mode="after")
    def _production_has_its_secrets(self) -> Self:
        if self.environment != "production":
            return self
        if missing := self.missing_secrets():
            names = ", ".join(missing)
            raise ValueError(f"missing settings: {names} (run `wedealer check` to see where each comes from)")
        if len(self.session_secret.get_secret_value()) < 32:
            raise ValueError("WEDEALER_SESSION_SECRET must be at least 32 characters")
        if len(self.lasting_key) < 32:
            raise ValueError("WEDEALER_LASTING_SECRET must be at least 32 characters")
        if self.simulator_url:
            raise ValueError("WEDEALER_SIMULATOR_URL is for the demo only")
        if bool(self.ocr_url) != bool(self.ocr_key.get_secret_value()):
            raise ValueError("WEDEALER_OCR_URL and WEDEALER_OCR_KEY are set together or not at all")
        if bool(self.einvoice_url) != bool(self.einvoice_key.get_secret_value()):
            raise ValueError("WEDEALER_EINVOICE_URL and WEDEALER_EINVOICE_KEY are set together or not at all")
        if self.sms.is_half_set_up:
            raise ValueError(
                "WEDEALER_SMS__SECRET_ID, __SECRET_KEY, __APP_ID and __PUSH_KEY are set together or not at all"
            )
        return self


@lru_cache(maxsize=1)
def get_settings() -> Settings:
    """The process's settings; tests clear the cache after changing the environment."""
    return Settings()

"""A simulator on a real socket, and a merchant's server that only listens, so that tests see both sides of the wire."""

import asyncio
import base64
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import orjson
from aiohttp import web
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from wechatpy.crypto import WeChatCrypto as WeixinCrypto
from wechatpy.work.crypto import WeChatCrypto

from simulator.settings import SimulatorSettings
from simulator.simulation import Simulation

TOKEN = "QDG6eK"
AES_KEY = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
API_V3_KEY = "a7cde1ZJB1kG2e7VfTs3jQzaWizur8Gb"


@dataclass
class Received:
    """One request as it came."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes
    at: float


@dataclass
class Listener:
    """The product's address. `answer` decides each reply; by default 200 with an empty body."""

    received: list[Received] = field(default_factory=list)
    answer: Callable[[Received], tuple[int, str]] = lambda _: (200, "")
    slow_seconds: float = 0.0
    url: str = ""
    _runner: web.AppRunner | None = None

    async def open(self) -> None:
        app = web.Application()
        app.router.add_route("*", "/{tail:.*}", self._take)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        assert site._server is not None
        self.url = f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}"  # type: ignore[attr-defined]

    async def close(self) -> None:
        assert self._runner is not None
        await self._runner.cleanup()

    async def _take(self, request: web.Request) -> web.Response:
        got = Received(
            request.method,
            request.path,
            dict(request.query),
            {name.lower(): value for name, value in request.headers.items()},
            await request.read(),
            time.monotonic(),
        )
        self.received.append(got)
        if self.slow_seconds:
            await asyncio.sleep(self.slow_seconds)
        status, body = self.answer(got)
        return web.Response(status=status, text=body)


@dataclass
class Merchant:
    """The merchant's and the platform's RSA keys."""

    private: rsa.RSAPrivateKey
    private_pem: str
    public_pem: str
    platform_pem: str
    platform_public: rsa.RSAPublicKey
    platform_public_pem: str

    @classmethod
    def invent(cls) -> "Merchant":
        merchant = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        platform = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        return cls(
            merchant,
            _pem(merchant),
            _public_pem(merchant),
            _pem(platform),
            platform.public_key(),
            _public_pem(platform),
        )

    def sign(self, message: str) -> str:
        return base64.b64encode(self.private.sign(message.encode(), padding.PKCS1v15(), hashes.SHA256())).decode()


class Stand:
    """Short ways to call doors and hands."""

    def __init__(
        self, settings: SimulatorSettings, simulation: Simulation, product: Listener, merchant: Merchant
    ) -> None:
        self.settings = settings
        self.simulation = simulation
        self.product = product
        self.merchant = merchant
        self.http = aiohttp.ClientSession(settings.base_url)
        self.token = ""

    async def hand(self, method: str, path: str, body: Any = None, status: int = 200) -> Any:
        async with self.http.request(method, f"/control/{path}", json=body) as response:
            text = await response.text()
            assert response.status == status, text
            return orjson.loads(text)

    async def get_token(self, secret: str | None = None) -> Any:
        query = {"corpid": self.settings.corp_id, "corpsecret": secret or self.settings.agent_secret}
        async with self.http.get("/wecom/cgi-bin/gettoken", params=query) as response:
            return await response.json()

    async def wecom(self, path: str, body: Any = None, *, token: str = "", **query: str) -> Any:
        """A call with the app's token; the body decides between POST and GET."""
        self.token = self.token or (await self.get_token())["access_token"]
        params = {"access_token": token or self.token, **query}
        method = "GET" if body is None else "POST"
        async with self.http.request(method, f"/wecom/cgi-bin/{path}", params=params, json=body) as response:
            assert response.status == 200
            return orjson.loads(await response.read())

    async def weixin(self, path: str, body: Any = None, **query: str) -> Any:
        method = "GET" if body is None else "POST"
        async with self.http.request(method, f"/weixin/{path}", params=query, json=body) as response:
            data = await response.read()
            return orjson.loads(data) if "json" in response.content_type else data

    async def weixin_token(self) -> str:
        answer = await self.weixin(
            "cgi-bin/stable_token",
            {
                "grant_type": "client_credential",
                "appid": self.settings.weixin_app_id,
                "secret": self.settings.weixin_app_secret,
            },
        )
        return str(answer["access_token"])

    async def pay(self, method: str, path: str, body: Any = None, *, signed_path: str = "", tamper: str = "") -> Any:
        """A signed call; `signed_path` signs another path, `tamper` is appended to the signed body."""
        data = "" if body is None else orjson.dumps(body).decode()
        headers = self._signed(method, signed_path or path, f"{data}{tamper}")
        async with self.http.request(method, f"/pay{path}", data=data or None, headers=headers) as response:
            text = await response.text()
            return response.status, orjson.loads(text) if text else None, dict(response.headers), text

    async def fetch(self, path: str) -> tuple[bytes, dict[str, str]]:
        """A file of WeChat Pay and the headers that came with it."""
        async with self.http.get(f"/pay{path}", headers=self._signed("GET", path, "")) as response:
            return await response.read(), dict(response.headers)

    def _signed(self, method: str, path: str, body: str) -> dict[str, str]:
        stamp, nonce = str(self.simulation.clock.seconds()), secrets.token_hex(8)
        signature = self.merchant.sign(f"{method}\n{path}\n{stamp}\n{nonce}\n{body}\n")
        authorization = (
            f'WECHATPAY2-SHA256-RSA2048 mchid="{self.settings.pay_mch_id}",nonce_str="{nonce}",'
            f'signature="{signature}",timestamp="{stamp}",serial_no="{self.settings.pay_merchant_serial}"'
        )
        return {"Authorization": authorization, "Content-Type": "application/json"}

    async def settle(self) -> None:
        await self.hand("POST", "settle")

    def events(self) -> list[str]:
        """The callbacks received so far, decrypted by wechatpy, in the order they came."""
        return [self.open_callback(got) for got in self.product.received if got.path == "/callbacks/wecom"]

    def open_callback(self, got: Received) -> str:
        crypto = WeChatCrypto(TOKEN, AES_KEY, self.settings.corp_id)
        query = got.query
        opened = crypto.decrypt_message(got.body, query["msg_signature"], query["timestamp"], query["nonce"])
        return opened.decode() if isinstance(opened, bytes) else opened

    def pushes(self) -> list[dict[str, Any]]:
        """The mini-program pushes received so far, decrypted by wechatpy."""
        crypto = WeixinCrypto(TOKEN, AES_KEY, self.settings.weixin_app_id)
        found = []
        for got in self.product.received:
            if got.path == "/callbacks/weixin":
                envelope = orjson.loads(got.body)
                xml = f"<xml><ToUserName>x</ToUserName><Encrypt>{envelope['Encrypt']}</Encrypt></xml>"
                query = got.query
                opened = crypto.decrypt_message(xml, query["msg_signature"], query["timestamp"], query["nonce"])
                found.append(orjson.loads(opened))
        return found

    def notices(self) -> list[tuple[Received, dict[str, Any]]]:
        """The payment notifications received so far, with the plain resource."""
        found = []
        for got in self.product.received:
            if got.path == "/pay/notify":
                resource = orjson.loads(got.body)["resource"]
                sealed = base64.b64decode(resource["ciphertext"])
                opened = AESGCM(API_V3_KEY.encode()).decrypt(
                    resource["nonce"].encode(), sealed, resource["associated_data"].encode()
                )
                found.append((got, orjson.loads(opened)))
        return found

    def platform_signed(self, headers: dict[str, str], body: str) -> bool:
        """Whether the platform's public key confirms the headers."""
        lower = {name.lower(): value for name, value in headers.items()}
        message = f"{lower['wechatpay-timestamp']}\n{lower['wechatpay-nonce']}\n{body}\n"
        try:
            self.merchant.platform_public.verify(
                base64.b64decode(lower["wechatpay-signature"]), message.encode(), padding.PKCS1v15(), hashes.SHA256()
            )
        except Exception:
            return False
        return True


def _pem(key: rsa.RSAPrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def _public_pem(key: rsa.RSAPrivateKey) -> str:
    return (
        key.public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode()
    )

"""Signatures for pages that use WeCom's JS-SDK (WeCom doc 90506): `wx.config` and `wx.agentConfig`."""

import secrets
from dataclasses import dataclass
from hashlib import sha1
from typing import TYPE_CHECKING

from foundation import clock
from integrations.wecom.tokens import AppToken

if TYPE_CHECKING:
    from integrations.wecom.endpoints import WeChatPyEndpoints


@dataclass(frozen=True, slots=True)
class JsSdkSignature:
    """The signed values for `wx.config` or `wx.agentConfig`, both of which spell the nonce `nonceStr`."""

    nonce: str
    timestamp: int
    signature: str


def js_sdk_signature(ticket: str, nonce: str, timestamp: int, url: str) -> str:
    """sha1 over ticket, nonce, time and the page's address without its `#…`; nothing is URL-encoded."""
    page = url.split("#", 1)[0]
    text = f"jsapi_ticket={ticket}&noncestr={nonce}&timestamp={timestamp}&url={page}"
    return sha1(text.encode()).hexdigest()


class JsSdk:
    """Signs pages. An app gets at most 100 tickets an hour, so all processes share them like the token."""

    def __init__(self, wechatpy: "WeChatPyEndpoints", *, corp_id: str, agent_id: int, secret: str) -> None:
        self._wechatpy = wechatpy
        self._corp_ticket = AppToken(corp_id, agent_id, secret, self._fetch_corp_ticket, name="corp_ticket")
        self._agent_ticket = AppToken(corp_id, agent_id, secret, self._fetch_agent_ticket, name="agent_ticket")

    async def sign_config(self, url: str) -> JsSdkSignature:
        """For `wx.config` on the page at `url`."""
        return _sign(await self._corp_ticket.get(), url)

    async def sign_agent_config(self, url: str) -> JsSdkSignature:
        """For `wx.agentConfig` on the page at `url`."""
        return _sign(await self._agent_ticket.get(), url)

    async def _fetch_corp_ticket(self) -> tuple[str, int]:
        answer = await self._wechatpy.jsapi.get_ticket()
        return str(answer["ticket"]), int(answer["expires_in"])

    async def _fetch_agent_ticket(self) -> tuple[str, int]:
        answer = await self._wechatpy.jsapi.get_agent_ticket()
        return str(answer["ticket"]), int(answer["expires_in"])


def _sign(ticket: str, url: str) -> JsSdkSignature:
    nonce = secrets.token_hex(8)
    timestamp = int(clock.now().timestamp())
    return JsSdkSignature(nonce, timestamp, js_sdk_signature(ticket, nonce, timestamp, url))

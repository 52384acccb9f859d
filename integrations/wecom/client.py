"""The client of one app of one corp: `wecom.messages.send_text(…)`, `wecom.contacts.get(…)`."""

from dataclasses import dataclass
from typing import Self

from foundation.http import HttpClient
from foundation.settings import WeComSettings
from integrations.wecom.acquisition import AcquisitionLinks
from integrations.wecom.contact_ways import ContactWays
from integrations.wecom.contacts import Contacts
from integrations.wecom.directory import Directory
from integrations.wecom.groups import Groups
from integrations.wecom.js_sdk import JsSdk
from integrations.wecom.limits import CallLimits, Gate
from integrations.wecom.mass_messages import MassMessages
from integrations.wecom.media import Media
from integrations.wecom.messages import Messages
from integrations.wecom.moments import Moments
from integrations.wecom.oauth import OAuth
from integrations.wecom.transfers import Transfers
from integrations.wecom.transport import Transport

TIMEOUT_SECONDS = 8.0
"""WeCom answers within a second; a welcome has 20 s, in which there is room for one slow try and another one."""


@dataclass(frozen=True, slots=True)
class WeComApp:
    """One self-built app of one corp."""

    corp_id: str
    agent_id: int
    secret: str
    base_url: str = "https://qyapi.weixin.qq.com/"
    oauth_url: str = "https://open.weixin.qq.com/"
    login_url: str = "https://login.work.weixin.qq.com/"

    @classmethod
    def from_settings(cls, settings: WeComSettings) -> Self:
        """The app that the settings describe."""
        return cls(
            corp_id=settings.corp_id,
            agent_id=settings.agent_id,
            secret=settings.agent_secret.get_secret_value(),
            base_url=settings.base_url,
            oauth_url=settings.oauth_url,
            login_url=settings.login_url,
        )

    def __repr__(self) -> str:
        return f"WeComApp({self.corp_id}, {self.agent_id})"


class WeComClient:
    """All calls of one app, by ability. One for each process; safe to use from many tasks at once.

    Build it when the process starts: the first one imports wechatpy, which holds the event loop for half a second.
    """

    def __init__(self, app: WeComApp, *, http: HttpClient | None = None, limits: CallLimits | None = None) -> None:
        # Imported here because wechatpy takes half a second to import and reading callbacks does not need it.
        from integrations.wecom.endpoints import WeChatPyEndpoints

        self.app = app
        self._http = http or HttpClient("wecom", app.base_url, timeout_seconds=TIMEOUT_SECONDS)
        gate = Gate(app.corp_id, app.agent_id, limits or CallLimits())
        self.transport = Transport(self._http, app.corp_id, app.agent_id, app.secret, gate)
        self.wechatpy = WeChatPyEndpoints(self.transport)
        self.directory = Directory(self.transport)
        self.contacts = Contacts(self.transport, self.wechatpy)
        self.contact_ways = ContactWays(self.transport, self.wechatpy)
        self.acquisition = AcquisitionLinks(self.transport)
        self.transfers = Transfers(self.transport)
        self.mass_messages = MassMessages(self.transport, self.wechatpy)
        self.groups = Groups(self.transport)
        self.moments = Moments(self.transport)
        self.messages = Messages(self.transport, self.wechatpy, gate, app.agent_id)
        self.media = Media(self.transport)
        self.oauth = OAuth(
            self.transport,
            self.wechatpy,
            corp_id=app.corp_id,
            agent_id=app.agent_id,
            oauth_url=app.oauth_url,
            login_url=app.login_url,
        )
        self.js_sdk = JsSdk(self.wechatpy, corp_id=app.corp_id, agent_id=app.agent_id, secret=app.secret)

    async def callback_addresses(self) -> list[str]:
        """The addresses WeCom's callbacks come from; ask daily. A check beside the signature, never instead of it."""
        return list((await self.transport.get("getcallbackip")).get("ip_list") or ())

    async def api_addresses(self) -> list[str]:
        """Addresses of the API itself, for a firewall that guards outgoing connections."""
        return list((await self.transport.get("get_api_domain_ip")).get("ip_list") or ())

    async def close(self) -> None:
        """Close the connections."""
        await self._http.close()

"""Who opened our page: login inside WeCom and by QR code (WeCom docs 91022, 98152, 91023, 98176)."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote, urlencode

from integrations.wecom.transport import Transport

if TYPE_CHECKING:
    from integrations.wecom.endpoints import WeChatPyEndpoints

MAX_STATE_BYTES = 128

Scope = Literal["snsapi_base", "snsapi_privateinfo"]


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """Who came with a code: a member (`user_id`) or somebody else (`open_id`, `external_user_id` if a customer)."""

    user_id: str
    user_ticket: str
    """Gives private details once asked for with `snsapi_privateinfo`; 1800 s; empty otherwise."""
    open_id: str
    external_user_id: str

    @property
    def is_member(self) -> bool:
        """A member of this corp, who may sign in to the console."""
        return bool(self.user_id)


class OAuth:
    """Login addresses and the calls behind them, and the member's own record."""

    def __init__(
        self,
        transport: Transport,
        wechatpy: "WeChatPyEndpoints",
        *,
        corp_id: str,
        agent_id: int,
        oauth_url: str,
        login_url: str,
    ) -> None:
        self._transport = transport
        self._wechatpy = wechatpy
        self._corp_id = corp_id
        self._agent_id = agent_id
        self._oauth_url = oauth_url.rstrip("/")
        self._login_url = login_url.rstrip("/")

    def authorize_url(self, redirect_uri: str, state: str, scope: Scope = "snsapi_base") -> str:
        """Where to send a browser inside the WeCom client; it comes back to `redirect_uri?code=…&state=…`."""
        query = {
            "appid": self._corp_id,
            "redirect_uri": redirect_uri,
            "response_type": "code",
            "scope": scope,
            "state": _checked_state(state),
            "agentid": str(self._agent_id),
        }
        return f"{self._oauth_url}/connect/oauth2/authorize?{urlencode(query, quote_via=quote)}#wechat_redirect"

    def qr_login_url(self, redirect_uri: str, state: str) -> str:
        """Where to send a browser on a computer: a QR code that the member scans with WeCom."""
        query = {
            "login_type": "CorpApp",
            "appid": self._corp_id,
            "agentid": str(self._agent_id),
            "redirect_uri": redirect_uri,
            "state": _checked_state(state),
            "lang": "zh",
        }
        return f"{self._login_url}/wwlogin/sso/login?{urlencode(query, quote_via=quote)}"

    async def get_user_info(self, code: str) -> LoggedIn:
        """Who came with `code` (5 minutes, once). Raises `WeComError` 40029 or 42022: start the login again."""
        answer = await self._transport.get("auth/getuserinfo", {"code": code})
        names = ("userid", "user_ticket", "openid", "external_userid")
        return LoggedIn(*(str(answer.get(name) or "") for name in names))

    async def get_user(self, user_id: str) -> dict[str, Any]:
        """A member's record (WeCom doc 90196). Avatar, mobile and more are missing for apps made since 2022-06-20."""
        return dict(await self._wechatpy.user.get(user_id))


def _checked_state(state: str) -> str:
    if not state.isascii() or not state.isalnum() or len(state) > MAX_STATE_BYTES:
        raise ValueError(f"state is letters and digits, at most {MAX_STATE_BYTES}")
    return state

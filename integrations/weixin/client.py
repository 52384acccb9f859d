"""The mini-program server API, as far as a dealership uses it; one method is one call of developers.weixin.qq.com."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from foundation.errors import OutcomeUnknown
from foundation.http import TIMEOUT_SECONDS, HttpClient, Response
from foundation.settings import get_settings
from integrations.tokens import SharedToken
from integrations.weixin.errors import PLATFORM, TOKEN_CODES, UNREACHABLE, CallInvalid, WeixinError
from integrations.weixin.subscribe_message import check_subscribe_data

CONNECT_RETRIES = 1
"""Further tries when no connection could be made: nothing was sent then."""

SCENE = re.compile(r"[0-9A-Za-z!#$&'()*+,/:;=?@\-._~]{1,32}")
"""The characters a mini-program code can carry, 1–32 of them: neither % nor Chinese characters."""

CODE_WIDTH_MIN_PX, CODE_WIDTH_MAX_PX = 280, 1280
TEXT_CHECK_MAX_CHARS = 2500
LINK_QUERY_MAX_CHARS = 1024
LINK_MAX_DAYS = 30

CodeVersion = Literal["release", "trial", "develop"]
ProgramState = Literal["formal", "trial", "developer"]
TextScene = Literal[1, 2, 3, 4]
"""Where a checked text will be seen: 1 profile, 2 comment, 3 forum, 4 social log."""


@dataclass(frozen=True, slots=True)
class LoginSession:
    """Who logged in. `session_key` never leaves the server; `unionid` only with a bound open-platform account."""

    openid: str
    session_key: str
    unionid: str | None


@dataclass(frozen=True, slots=True)
class PhoneNumber:
    """The phone an owner chose to show. `phone_number` has the country code when it is foreign."""

    phone_number: str
    pure_phone_number: str
    country_code: str


@dataclass(frozen=True, slots=True)
class TextCheck:
    """The platform's opinion of a text: `suggest` is pass, review or risky; label 100 is normal."""

    suggest: str
    label: int
    trace_id: str


class WeixinClient:
    """One mini-program at one base address. Safe to share between tasks."""

    def __init__(
        self, base_url: str, app_id: str, app_secret: str, *, timeout_seconds: float = TIMEOUT_SECONDS
    ) -> None:
        self.app_id = app_id
        self._app_secret = app_secret
        self._http = HttpClient(PLATFORM, base_url, timeout_seconds=timeout_seconds)
        self.token = SharedToken(f"weixin:{app_id}:access_token", self._stable_token)

    async def code2session(self, js_code: str) -> LoginSession:
        """Who is behind the code of wx.login (5 minutes, one use).

        Raises WeixinError: 40029 and 40163 mean log in again, 40226 a blocked high-risk user, 45011 too often.
        """
        params = {
            "appid": self.app_id,
            "secret": self._app_secret,
            "js_code": js_code,
            "grant_type": "authorization_code",
        }
        answer = _envelope(await self._http.request("GET", "sns/jscode2session", params=params))
        return LoginSession(
            _text(answer, "openid"), _text(answer, "session_key"), str(answer.get("unionid") or "") or None
        )

    async def get_phone_number(self, code: str) -> PhoneNumber:
        """The phone behind the code of the phone button: 5 minutes, one use, not the login code.

        Raises WeixinError: 40029 for a wrong or used code.
        """
        answer = _envelope(await self._ask("wxa/business/getuserphonenumber", {"code": code}))
        info = answer.get("phone_info")
        if not isinstance(info, dict) or (info.get("watermark") or {}).get("appid") != self.app_id:
            raise WeixinError(UNREACHABLE, "phone_info without our watermark")
        return PhoneNumber(
            _text(info, "phoneNumber"), _text(info, "purePhoneNumber"), str(info.get("countryCode") or "")
        )

    async def send_subscribe_message(
        self,
        openid: str,
        template_id: str,
        data: Mapping[str, str],
        *,
        page: str = "",
        program_state: ProgramState = "formal",
    ) -> str:
        """Send one subscription message and return the platform's message id ("" when it gave none).

        `data` maps the template's keys (`thing1`) to values. Raises SubscribeDataInvalid before sending, WeixinError
        (43101: refused or no accepted message left) after, OutcomeUnknown when it may or may not have been sent.
        """
        check_subscribe_data(data)
        body = {
            "touser": openid,
            "template_id": template_id,
            "data": {key: {"value": value} for key, value in data.items()},
            "miniprogram_state": program_state,
            "lang": "zh_CN",
        }
        if page:
            body["page"] = page
        path = "cgi-bin/message/subscribe/send"
        response = await self._with_token(path, body)
        try:
            return str(_envelope(response).get("msgid") or "")
        except WeixinError as error:
            if error.errcode == UNREACHABLE:
                raise OutcomeUnknown(PLATFORM, path) from error
            raise

    async def get_unlimited_code(
        self,
        scene: str,
        *,
        page: str = "",
        width_px: int = 430,
        version: CodeVersion = "release",
        check_page: bool = True,
    ) -> bytes:
        """The image (JPEG or PNG) of a mini-program code that opens `page` with `scene`; no quota, 5000 a minute.

        Raises CallInvalid for a scene, page or width the platform would refuse; WeixinError (41030: no such page).
        """
        if SCENE.fullmatch(scene) is None:
            raise CallInvalid("scene: 1-32 of the allowed characters", 40169)
        if page.startswith("/") or "?" in page:
            raise CallInvalid("page: no leading slash, no query", 41030)
        if not CODE_WIDTH_MIN_PX <= width_px <= CODE_WIDTH_MAX_PX:
            raise CallInvalid("width: 280-1280 px")
        body = {"scene": scene, "width": width_px, "env_version": version, "check_path": check_page}
        response = await self._ask("wxa/getwxacodeunlimit", body | ({"page": page} if page else {}))
        if response.headers.get("Content-Type", "").startswith("image/") and response.body:
            return response.body
        _envelope(response)
        raise WeixinError(UNREACHABLE, "neither an image nor an error")

    async def generate_url_link(
        self, path: str, query: str = "", *, expires_after_days: int = LINK_MAX_DAYS, version: CodeVersion = "release"
    ) -> str:
        """An https link, fit for an SMS, that opens the mini-program at `path`.

        Raises CallInvalid for a query or expiry out of bounds, WeixinError (85400: the quota is out).
        """
        if len(query) > LINK_QUERY_MAX_CHARS or not 1 <= expires_after_days <= LINK_MAX_DAYS:
            raise CallInvalid("query: at most 1024 characters; expiry: 1-30 days")
        body = {
            "path": path,
            "query": query,
            "expire_type": 1,
            "expire_interval": expires_after_days,
            "env_version": version,
        }
        return _text(_envelope(await self._ask("wxa/generate_urllink", body)), "url_link")

    async def check_text(self, openid: str, content: str, *, scene: TextScene, nickname: str = "") -> TextCheck:
        """What the platform thinks of an owner's text; the owner used the mini-program within the last 2 hours.

        Raises CallInvalid for an empty text or one over 2500 characters, WeixinError.
        """
        if not 0 < len(content) <= TEXT_CHECK_MAX_CHARS:
            raise CallInvalid("content: 1-2500 characters", 44002)
        body = {"version": 2, "openid": openid, "scene": scene, "content": content}
        answer = _envelope(await self._ask("wxa/msg_sec_check", body | ({"nickname": nickname} if nickname else {})))
        result = answer.get("result")
        if not isinstance(result, dict):
            raise WeixinError(UNREACHABLE, "no result")
        return TextCheck(_text(result, "suggest"), int(result.get("label") or 0), str(answer.get("trace_id") or ""))

    async def close(self) -> None:
        """Close the connection pool."""
        await self._http.close()

    async def _ask(self, path: str, body: Mapping[str, Any]) -> Response:
        """A POST that may be repeated without harm, so a lost answer only means asking again (BUSY)."""
        try:
            return await self._with_token(path, body)
        except OutcomeUnknown as error:
            raise WeixinError(UNREACHABLE, path) from error

    async def _with_token(self, path: str, body: Mapping[str, Any]) -> Response:
        """POST with the shared token; a refused token is renewed once and the call repeated once."""
        token = await self.token.get()
        response = await self._post(path, token, body)
        if _errcode(response) not in TOKEN_CODES:
            return response
        return await self._post(path, await self.token.renew(token), body)

    async def _post(self, path: str, token: str, body: Mapping[str, Any]) -> Response:
        return await self._http.request(
            "POST", path, params={"access_token": token}, json=dict(body), retries=CONNECT_RETRIES
        )

    async def _stable_token(self) -> tuple[str, int]:
        """POST cgi-bin/stable_token: every caller gets the same token while it is valid."""
        body = {"grant_type": "client_credential", "appid": self.app_id, "secret": self._app_secret}
        try:
            response = await self._http.request("POST", "cgi-bin/stable_token", json=body, retries=CONNECT_RETRIES)
        except OutcomeUnknown as error:
            raise WeixinError(UNREACHABLE, "cgi-bin/stable_token") from error
        answer = _envelope(response)
        return _text(answer, "access_token"), int(answer.get("expires_in") or 0)


def weixin_client() -> WeixinClient:
    """This process's client, made from the settings."""
    settings = get_settings().weixin
    return _client(settings.base_url, settings.app_id, settings.app_secret.get_secret_value())


@lru_cache(maxsize=1)
def _client(base_url: str, app_id: str, app_secret: str) -> WeixinClient:
    return WeixinClient(base_url, app_id, app_secret)


def _errcode(response: Response) -> int:
    """0 also for an answer that is no JSON object: an image, or a proxy's page."""
    try:
        answer = response.json()
        return int(answer.get("errcode") or 0) if isinstance(answer, dict) else 0
    except (TypeError, ValueError):
        return 0


def _envelope(response: Response) -> dict[str, Any]:
    """The answer's object. Raises WeixinError for an errcode, and UNREACHABLE for anything that is no such object."""
    try:
        answer = response.json()
    except ValueError:
        answer = None
    if not isinstance(answer, dict) or response.status != 200:
        raise WeixinError(UNREACHABLE, f"status {response.status} without a JSON object")
    if errcode := _errcode(response):
        raise WeixinError(errcode, str(answer.get("errmsg") or ""))
    return answer


def _text(answer: Mapping[str, Any], field: str) -> str:
    value = answer.get(field)
    if not isinstance(value, str) or not value:
        raise WeixinError(UNREACHABLE, f"no {field}")
    return value

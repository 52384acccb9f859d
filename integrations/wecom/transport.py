"""One call to WeCom: adds the token, reads the errcode, and says when the outcome is not known.

A call failed if and only if `errcode` is present and not 0 (WeCom doc 90664); the HTTP status is 200 either way.
"""

import asyncio
import random
from collections.abc import Callable, Mapping
from typing import Any

import aiohttp
import orjson

from foundation.errors import ErrorKind, OutcomeUnknown, PlatformError
from foundation.http import HttpClient, Response
from integrations.wecom.errors import PLATFORM, TOKEN_REFUSED, WeComError
from integrations.wecom.limits import Gate
from integrations.wecom.tokens import AppToken

Answer = dict[str, Any]
Params = Mapping[str, str | int]
Form = Callable[[], aiohttp.FormData]
"""Makes a new multipart body for each try, since one that was sent cannot be sent again."""

PREFIX = "cgi-bin/"

RETRIES = 3
"""At most three more tries of a call that certainly did nothing (WeCom: "system busy, retry at most 3 times")."""

FIRST_WAIT_SECONDS = 0.2
"""Doubles with each try: 0.2 + 0.4 + 0.8 s leaves a welcome most of its 20 s."""

RETRY_SOON = {-1: RETRIES, 45033: RETRIES, 41096: 1}
"""Further tries inside one call, by errcode. The other BUSY codes (45009 frequency, 41063 dispatching) need minutes:
their job comes back later, since repeated calls would prolong the block."""

REPEATABLE_POSTS = frozenset({
    # They only read.
    "externalcontact/batch/get_by_user", "externalcontact/get_corp_tag_list", "externalcontact/get_contact_way",
    "externalcontact/list_contact_way", "externalcontact/get_groupmsg_list_v2", "externalcontact/get_groupmsg_task",
    "externalcontact/get_groupmsg_send_result", "externalcontact/convert_to_openid", "auth/getuserdetail",
    "externalcontact/transfer_result", "externalcontact/resigned/transfer_result",
    "externalcontact/get_unassigned_list", "externalcontact/customer_acquisition/list_link",
    "externalcontact/groupchat/list", "externalcontact/groupchat/get",
    "externalcontact/get_moment_list", "externalcontact/get_moment_task", "externalcontact/get_moment_customer_list",
    "externalcontact/get_moment_send_result", "externalcontact/get_moment_comments",
    "externalcontact/customer_acquisition/get", "externalcontact/customer_acquisition/customer",
    # Giving the same order twice has the same result as once.
    "externalcontact/transfer_customer", "externalcontact/resigned/transfer_customer",
    "externalcontact/remark", "externalcontact/mark_tag", "externalcontact/edit_corp_tag",
    "externalcontact/update_contact_way",
    "externalcontact/customer_acquisition/update_link", "externalcontact/cancel_groupmsg_send", "message/recall",
    "externalcontact/cancel_moment_task",
    # A second upload only makes one more temporary file.
    "media/upload", "media/uploadimg", "media/upload_attachment",
})  # fmt: skip
"""POSTs that are tried again when no answer came. All others then raise `OutcomeUnknown`."""


class Transport:
    """Calls of one app of one corp."""

    def __init__(self, http: HttpClient, corp_id: str, agent_id: int, secret: str, gate: Gate) -> None:
        self._http = http
        self._corp_id = corp_id
        self._secret = secret
        self._gate = gate
        self.token = AppToken(corp_id, agent_id, secret, self._fetch_token)

    async def get(self, path: str, params: Params | None = None) -> Answer:
        """GET `cgi-bin/<path>`: a question, tried again when no answer came. Raises as `call`."""
        return await self.call("GET", path, params=params)

    async def post(self, path: str, json: Mapping[str, Any], params: Params | None = None) -> Answer:
        """POST `cgi-bin/<path>`. Raises as `call`."""
        return await self.call("POST", path, params=params, json=json)

    async def call(
        self, method: str, path: str, *, params: Params | None = None, json: Any = None, form: Form | None = None
    ) -> Answer:
        """The answer of one successful call.

        Raises `WeComError` (WeCom said no), `WeComLimitReached` (we hold it back), `OutcomeUnknown` (it was sent, no
        usable answer came and repeating might do it twice), `PlatformError` of kind BUSY (certainly not done).
        """
        await self._gate.before_call(path)
        tries: dict[int, int] = {}
        renewed = False
        token = await self.token.get()
        while True:
            answer = await self._exchange(method, path, {**(params or {}), "access_token": token}, json, form)
            errcode = _errcode(answer)
            if errcode == 0:
                return answer
            if errcode in TOKEN_REFUSED and not renewed:
                renewed = True
                token = await self.token.renew(token)
            elif tries.get(errcode, 0) < RETRY_SOON.get(errcode, 0):
                await _back_off(sum(tries.values()))
                tries[errcode] = tries.get(errcode, 0) + 1
            else:
                raise _error(errcode, answer, path)

    async def calls_left(self, path: str) -> int | None:
        """How many calls of this API our limits still allow within an hour; None if not limited or not known."""
        return await self._gate.calls_left(path)

    async def download(self, path: str, params: Params, headers: Mapping[str, str] | None = None) -> Response:
        """A file. WeCom answers JSON without Content-Disposition when it refuses; raises as `call`."""
        await self._gate.before_call(path)
        token = await self.token.get()
        for renewed in (False, True):
            response = await self._http.request(
                "GET", PREFIX + path, params={**params, "access_token": token}, headers=headers, retries=RETRIES
            )
            if "Content-Disposition" in response.headers and response.status in {200, 206}:
                return response
            answer = _parse(response, path)
            errcode = _errcode(answer)
            if errcode not in TOKEN_REFUSED or renewed:
                break
            token = await self.token.renew(token)
        raise _error(errcode, answer, path)

    async def _exchange(self, method: str, path: str, params: Params, json: Any, form: Form | None) -> Answer:
        """Send until there is an answer that can be read, or until sending again could do harm."""
        repeatable = method == "GET" or path in REPEATABLE_POSTS
        for attempt in range(RETRIES + 1):
            last = attempt == RETRIES
            try:
                response = await self._http.request(
                    method, PREFIX + path, params=params, json=json, data=form() if form else None
                )
                return _parse(response, path)
            except OutcomeUnknown:
                if not repeatable:
                    raise
                if last:
                    raise PlatformError(PLATFORM, "no_answer", path, kind=ErrorKind.BUSY) from None
            except PlatformError as error:
                if not error.is_retryable or last:
                    raise
            await _back_off(attempt)
        raise AssertionError("the last attempt returns or raises")

    async def _fetch_token(self) -> tuple[str, int]:
        """Call `gettoken`. WeCom blocks frequent calls, so only `AppToken` calls this."""
        answer = await self._exchange(
            "GET", "gettoken", {"corpid": self._corp_id, "corpsecret": self._secret}, None, None
        )
        if errcode := _errcode(answer):
            # 40001 means here that the secret itself is wrong, which no renewal can cure.
            kind: ErrorKind | None = ErrorKind.PERMANENT if errcode in TOKEN_REFUSED else None
            raise WeComError(errcode, answer.get("errmsg", ""), call="gettoken", kind=kind)
        return str(answer["access_token"]), int(answer.get("expires_in", 7200))


def _parse(response: Response, path: str) -> Answer:
    """The JSON object of an answer. The page of a gateway, a body cut short or a 5xx counts as no answer."""
    if 400 <= response.status < 500:
        raise PlatformError(PLATFORM, response.status, path, kind=ErrorKind.PERMANENT)
    try:
        answer = orjson.loads(response.body)
    except ValueError:
        answer = None
    if response.status >= 300 or not isinstance(answer, dict):
        raise OutcomeUnknown(PLATFORM, path)
    return answer


def _errcode(answer: Answer) -> int:
    errcode = answer.get("errcode") or 0
    return int(errcode) if str(errcode).lstrip("-").isdigit() else -1


def _error(errcode: int, answer: Answer, path: str) -> WeComError:
    # A renewed token was refused again: with 40001 the credential itself is not the one of this API.
    return WeComError(
        errcode, answer.get("errmsg", ""), call=path, kind=ErrorKind.PERMANENT if errcode == 40001 else None
    )


async def _back_off(attempt: int) -> None:
    await asyncio.sleep(FIRST_WAIT_SECONDS * 2**attempt * (0.5 + random.random()))

"""The client of Tencent Cloud's SMS."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from typing import Any, Final
from urllib.parse import urlsplit

import orjson

from foundation.errors import OutcomeUnknown
from foundation.http import HttpClient
from foundation.settings import SmsSettings, get_settings
from integrations.sms.codes import OK, PLATFORM, Advice, SmsError, advice_of
from integrations.sms.signing import CONTENT_TYPE, authorization

VERSION: Final = "2021-01-11"
MOST_NUMBERS: Final = 200
"""Of one call."""
PAGE: Final = 100
_HOME: Final = "+86"


class ReviewState(IntEnum):
    """How far the platform's review of a template is; only USABLE ones may be sent."""

    REFUSED = -1
    USABLE = 0
    IN_REVIEW = 1
    NOT_YET_EFFECTIVE = 2
    """Approved, but the carriers do not know it yet."""


@dataclass(frozen=True, slots=True)
class Words:
    """A template of the platform with its parameters by position, under a signature without 【】."""

    template_id: str
    signature: str
    parameters: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NumberResult:
    """What came of one number. `serial` names the message in reports; `segments` is what it costs."""

    phone: str
    code: str
    serial: str
    segments: int

    @property
    def advice(self) -> Advice:
        """What the code asks of us."""
        return advice_of(self.code)


@dataclass(frozen=True, slots=True)
class PlatformTemplate:
    """A template as the platform lists it."""

    id: str
    name: str
    content: str
    state: ReviewState
    reply: str
    """Why the review refused it."""


class SmsClient:
    """Sends messages, and hands in templates for review."""

    def __init__(self, settings: SmsSettings) -> None:
        self._http = HttpClient(PLATFORM, settings.base_url)
        self._settings = settings
        self._host = urlsplit(settings.base_url).netloc

    async def send(self, phones: Sequence[str], words: Words, *, context: str = "") -> tuple[NumberResult, ...]:
        """Send to numbers as we store them; each has a result of its own.

        Raises:
            SmsError: certainly nothing was sent; its `advice` says what to do.
            OutcomeUnknown: nobody knows whether anything was. Never send again for this.
        """
        if len(phones) > MOST_NUMBERS:
            raise SmsError("LimitExceeded.PhoneNumberCountLimit")
        answer = await self._ask(
            "SendSms",
            {
                "PhoneNumberSet": [_abroad(phone) for phone in phones],
                "SmsSdkAppId": self._settings.app_id,
                "SignName": words.signature,
                "TemplateId": words.template_id,
                "TemplateParamSet": list(words.parameters),
                "SessionContext": context,
            },
        )
        results = tuple(_result(row) for row in _rows(answer, "SendStatusSet"))
        if {each.phone for each in results} != set(phones):
            raise OutcomeUnknown(PLATFORM, "SendSms")
        return results

    async def templates(self) -> list[PlatformTemplate]:
        """All templates of the account.

        Raises:
            SmsError: no usable answer.
        """
        found: list[PlatformTemplate] = []
        while True:
            rows = await self._listed(len(found))
            found += [_template(row) for row in rows]
            if len(rows) < PAGE:
                return found

    async def add_template(self, name: str, content: str, *, is_marketing: bool) -> str:
        """Hand in a template for review; returns the platform's number of it.

        Raises:
            SmsError: it was not taken.
            OutcomeUnknown: no answer; the list says whether it is there.
        """
        asked = {
            "TemplateName": name,
            "TemplateContent": content,
            "SmsType": 1 if is_marketing else 2,
            "International": 0,
            "Remark": "",
        }
        answer = await self._ask("AddSmsTemplate", asked)
        status = answer.get("AddTemplateStatus")
        template_id = status.get("TemplateId") if isinstance(status, dict) else None
        if not isinstance(template_id, str | int):
            raise OutcomeUnknown(PLATFORM, "AddSmsTemplate")
        return str(template_id)

    async def close(self) -> None:
        """Close the connection pool."""
        await self._http.close()

    async def _listed(self, offset: int) -> list[dict[str, Any]]:
        asked = {"International": 0, "Offset": offset, "Limit": PAGE}
        try:
            answer = await self._ask("DescribeSmsTemplateList", asked)
        except OutcomeUnknown as error:
            # A list may be read as often as one likes.
            raise SmsError("timeout", advice=Advice.RETRY) from error
        return _rows(answer, "DescribeTemplateStatusSet")

    async def _ask(self, action: str, asked: Mapping[str, object]) -> dict[str, Any]:
        # The bytes that are signed are the bytes that are sent.
        body = orjson.dumps(asked)
        # The platform compares with its own clock, which nobody moves.
        now = int(time.time())
        signed = authorization(
            self._settings.secret_id,
            self._settings.secret_key.get_secret_value(),
            host=self._host,
            action=action,
            body=body,
            unix_seconds=now,
        )
        headers = {
            "Authorization": signed,
            "Content-Type": CONTENT_TYPE,
            "X-TC-Action": action,
            "X-TC-Version": VERSION,
            "X-TC-Region": self._settings.region,
            "X-TC-Timestamp": str(now),
        }
        response = await self._http.request("POST", "", data=body, headers=headers, metric_path=action)
        try:
            answer = response.json()["Response"]
        except (ValueError, KeyError, TypeError):
            answer = None
        if response.status != 200 or not isinstance(answer, dict):
            # A gateway answered in the platform's place, so it may have been done all the same.
            raise OutcomeUnknown(PLATFORM, action)
        error = answer.get("Error")
        if error is None:
            return answer
        code = str(error.get("Code", "")) if isinstance(error, dict) else ""
        if advice_of(code) is Advice.UNKNOWN:
            raise OutcomeUnknown(PLATFORM, action)
        raise SmsError(code)


def sms_client() -> SmsClient | None:
    """This process's client, made from the settings; None where SMS are not set up."""
    settings = get_settings().sms
    return _client(settings) if settings.is_set_up else None


@lru_cache(maxsize=1)
def _client(settings: SmsSettings) -> SmsClient:
    return SmsClient(settings)


def _abroad(phone: str) -> str:
    return phone if phone.startswith("+") else _HOME + phone


def _result(row: Mapping[str, Any]) -> NumberResult:
    fee = row.get("Fee")
    return NumberResult(
        phone=str(row.get("PhoneNumber", "")).removeprefix(_HOME),
        code=str(row.get("Code", "")) or "InternalError",
        serial=str(row.get("SerialNo", ""))[:64],
        segments=fee if isinstance(fee, int) and row.get("Code") == OK else 0,
    )


def _template(row: Mapping[str, Any]) -> PlatformTemplate:
    code = row.get("StatusCode")
    known = {state.value for state in ReviewState}
    return PlatformTemplate(
        id=str(row.get("TemplateId", "")),
        name=str(row.get("TemplateName", "")),
        content=str(row.get("TemplateContent", "")),
        state=ReviewState(code) if code in known else ReviewState.IN_REVIEW,
        reply=" ".join(str(row.get("ReviewReply") or "").split()),
    )


def _rows(answer: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    rows = answer.get(name)
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []

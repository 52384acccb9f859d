"""SMS through Tencent Cloud (API 2021-01-11), in the platform's words.

- `POST /` with the header `X-TC-Action`, signed TC3-HMAC-SHA256 (`signing`). HTTP 200 says nothing: what came of it
  stands in the answer, as `Error` for the whole call or as a `Code` for each number (`codes`).
- `SendSms` names no key by which a repetition is recognised. A call without an answer is an `OutcomeUnknown`, and so
  are the codes by which the platform says that it does not know either; none of them is ever repeated.
- `Ok` means that the platform took the message. Whether it arrived is pushed to us later, and so is what people
  answer (`pushes`); pushes are not signed.
"""

from integrations.sms.client import (
    MOST_NUMBERS,
    NumberResult,
    PlatformTemplate,
    ReviewState,
    SmsClient,
    Words,
    sms_client,
)
from integrations.sms.codes import Advice, SmsError, advice_of
from integrations.sms.pushes import BadPush, Reply, Report, reply_of, reports_of

__all__ = [
    "MOST_NUMBERS",
    "Advice",
    "BadPush",
    "NumberResult",
    "PlatformTemplate",
    "Reply",
    "Report",
    "ReviewState",
    "SmsClient",
    "SmsError",
    "Words",
    "advice_of",
    "reply_of",
    "reports_of",
    "sms_client",
]

"""What WeCom can answer and what it means for us: one table from errcode to handling class.

| kind | meaning | what to do |
| --- | --- | --- |
| T | token refused | the client has already renewed it once and repeated the call once |
| B | busy or too frequent | worth the same call later |
| P | permanent: a setting, a right, a relation | show it to the operator or mark the relation |
| C | our bug: the request is wrong | log and fix |
| I | already so, or nothing to do | treat as done |

Codes from the WeCom pages of each call and the "global error codes" page (WeCom doc 90313); the letters are ours.
"""

import re
from typing import Literal

from foundation.errors import InvalidInput, NotAllowed, OutcomeUnknown, PlatformError, Unauthenticated

Kind = Literal["T", "B", "P", "C", "I"]

PLATFORM = "wecom"

TOKEN_REFUSED = frozenset({40001, 40014, 42001})
"""Renew the token once, repeat the call once (WeCom doc 91039). 40001 again afterwards means a wrong secret."""

MAX_MESSAGE_CHARS = 120
"""Of `errmsg` in a log line: it is for people and unbounded."""

ERROR_CODES: dict[int, tuple[Kind, str]] = {
    -1: ("B", "system busy"),
    40001: ("T", "wrong secret, or not the credential of this API"),
    40003: ("C", "invalid userid"),
    40007: ("C", "media_id invalid or expired: upload again"),
    40008: ("C", "invalid msgtype"),
    40013: ("P", "invalid corpid"),
    40014: ("T", "access_token invalid"),
    40029: ("C", "login code invalid or expired: log in again"),
    40031: ("C", "userid list wrong"),
    40032: ("C", "userid list too long"),
    40035: ("C", "bad parameter"),
    40056: ("P", "invalid agentid"),
    40058: ("C", "bad parameter, named in the message"),
    40063: ("C", "required parameter empty"),
    40068: ("C", "invalid tag id"),
    40091: ("P", "invalid secret"),
    40093: ("C", "JS-SDK signature wrong"),
    40096: ("P", "WeCom does not know this customer (any more)"),
    40097: ("C", "the member who hands over has not resigned"),
    40098: ("P", "member not real-name verified"),
    40099: ("P", "the member who takes over has reached the customer limit"),
    40100: ("I", "customer already in transfer"),
    40123: ("C", "image format"),
    40126: ("P", "corp tag limit reached"),
    40128: ("P", "customer transferred too often"),
    40129: ("I", "customer is being transferred"),
    40130: ("C", "the two members of the transfer are the same"),
    40131: ("C", "the member who hands over does not follow the customer"),
    41001: ("C", "access_token missing"),
    41035: ("C", "external_userid missing"),
    41037: ("C", "contact way: type missing"),
    41038: ("C", "contact way: scene missing"),
    41039: ("C", "contact way: type invalid"),
    41040: ("C", "contact way: scene invalid"),
    41041: ("C", "contact way: too many users"),
    41042: ("C", "contact way: style invalid"),
    41043: ("C", "contact way: config_id missing"),
    41044: ("C", "contact way: config_id invalid"),
    41045: ("P", "contact way: quota reached"),
    41046: ("C", "mass message id missing"),
    41047: ("C", "mass message id invalid"),
    41048: ("I", "no customer to send to"),
    41049: ("P", "welcome_code missing"),
    41050: ("P", "welcome_code invalid or expired"),
    41051: ("P", "customer and member already chat: no welcome"),
    41052: ("C", "invalid sending time"),
    41053: ("P", "customer did not agree to the archive"),
    41054: ("P", "member not activated"),
    41055: ("P", "group-welcome template limit"),
    41056: ("C", "customer is not of the needed type"),
    41057: ("P", "no WeChat developer account bound to the corp"),
    41058: ("P", "no right to edit this welcome template"),
    41059: ("C", "moment_id missing"),
    41060: ("C", "moment_id invalid"),
    41061: ("P", "this moment is not that member's"),
    41062: ("B", "moment not yet published by that member"),
    41063: ("B", "mass message is still being dispatched: ask later"),
    41064: ("C", "attachment count or size"),
    41065: ("C", "attachment type"),
    41096: ("B", "welcome is being sent by another app"),
    42001: ("T", "access_token expired"),
    42014: ("C", "task_id invalid"),
    42015: ("C", "the app that updates the card did not send it"),
    42016: ("C", "task_id does not exist"),
    42017: ("C", "card: button key missing"),
    42018: ("C", "card: button key invalid"),
    42019: ("C", "card: button name missing"),
    42020: ("C", "card: button name invalid"),
    42022: ("C", "login code already used"),
    42027: ("C", "card: keyname missing"),
    42028: ("C", "card: url missing"),
    42029: ("C", "card: media_id missing"),
    42030: ("C", "card: appid missing"),
    42031: ("C", "card: card_type invalid"),
    42033: ("C", "card: title missing"),
    42035: ("C", "card: horizontal list length"),
    42036: ("C", "card: vertical list length"),
    42037: ("C", "card: option list length"),
    42038: ("C", "card: button text missing or invalid"),
    42039: ("C", "card: button key missing or invalid"),
    43004: ("P", "user must follow first"),
    44004: ("C", "empty text"),
    45001: ("C", "media too long"),
    45002: ("C", "content too long"),
    45007: ("C", "voice too long"),
    45008: ("C", "more than 8 articles"),
    45009: ("B", "frequency limit"),
    45024: ("P", "account count limit"),
    45033: ("B", "concurrency limit"),
    48002: ("P", "this app may not call this API"),
    48005: ("P", "API withdrawn"),
    50001: ("P", "redirect_uri is not on the trusted domain"),
    50002: ("P", "member outside the permitted range"),
    50003: ("P", "app disabled"),
    60003: ("C", "department does not exist"),
    60011: ("P", "no right on this member, department or tag"),
    60020: ("P", "our address is not in the app's trusted list"),
    60021: ("P", "userid outside the app's visible range"),
    60111: ("C", "userid does not exist"),
    60123: ("C", "invalid department id"),
    80001: ("P", "trusted domain wrong"),
    81011: ("P", "no right on this tag"),
    81013: ("P", "all receivers invalid"),
    81017: ("C", "request count over the limit"),
    82001: ("C", "no receiver given"),
    84014: ("C", "user_ticket expired"),
    84015: ("C", "user_ticket invalid"),
    84061: ("P", "not a customer of that member: mark the relation lost"),
    84074: ("P", "no external-contact permission"),
    84083: ("P", "member is not a service person"),
    84084: ("P", "member does not follow the customer"),
    85005: ("P", "trusted domain ownership not verified"),
    86003: ("C", "invalid chat id"),
    90200: ("C", "mini-program appid missing"),
    90201: ("C", "miniprogram_notice: item count"),
    90202: ("C", "miniprogram_notice: item key"),
    90203: ("C", "miniprogram_notice: item value"),
    90204: ("C", "miniprogram_notice: page"),
    90206: ("P", "mini program not linked to the corp"),
    90207: ("C", "mini-program appid invalid"),
    90208: ("C", "mini-program appid mismatch"),
    90500: ("C", "group transfer: owner has not resigned"),
    90501: ("C", "not a customer group"),
    90502: ("C", "group transfer: owner has resigned"),
    90503: ("P", "group full"),
    90504: ("I", "group owner unchanged"),
    90507: ("I", "group being inherited"),
    90508: ("I", "group already inherited"),
    90509: ("C", "not a customer group"),
    91040: ("C", "wrong ticket type"),
    92000: ("P", "member outside the app's visible range"),
    93000: ("P", "robot webhook invalid or robot removed"),
    93004: ("P", "robot disabled"),
    93008: ("P", "robot not in the group"),
    301002: ("P", "no right on this agentid"),
    610004: ("P", "userid outside the customer-contact range"),
    701008: ("P", "member has no interop licence"),
    830002: ("C", "file too big: use Range"),
}

_PRIVATE_TAIL = re.compile(r",?\s*(hint:|from ip:|more info at).*", re.IGNORECASE | re.DOTALL)
_ADDRESS = re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}\b|\b(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}", re.IGNORECASE)
_LONG_VALUE = re.compile(r"[A-Za-z0-9_\-+/=]{24,}|\d{7,}")


def kind_of(errcode: int) -> Kind:
    """The handling class of an errcode; a code we do not know is permanent, so that nobody hammers on it."""
    return ERROR_CODES.get(errcode, ("P", ""))[0]


def meaning_of(errcode: int) -> str:
    """What the errcode means in a few English words, for operators and logs."""
    return ERROR_CODES.get(errcode, ("P", "unknown errcode"))[1]


def clean_errmsg(errmsg: object) -> str:
    """`errmsg` without hints, addresses and long values (ids, tokens, phones), cut to a bounded length."""
    text = _PRIVATE_TAIL.sub("", str(errmsg))
    return _LONG_VALUE.sub("…", _ADDRESS.sub("…", text))[:MAX_MESSAGE_CHARS]


class WeComError(PlatformError):
    """WeCom said no: `.errcode`, `.kind` (T, B, P, C, I) and a cleaned `.errmsg`."""

    code = "wecom_error"

    def __init__(self, errcode: int, errmsg: object = "", *, call: str = "", kind: Kind | None = None) -> None:
        super().__init__(PLATFORM, errcode, clean_errmsg(errmsg), kind=kind or kind_of(errcode))
        self.call = call
        self.meaning = meaning_of(errcode)

    def __str__(self) -> str:
        return f"wecom {self.call} {self.errcode} ({self.kind}): {self.meaning}"

    @property
    def is_retryable(self) -> bool:
        """B, and a T that survived its one renewal: the token may be good again when the job comes back."""
        return self.kind in {"B", "T"}


class WeComLimitReached(PlatformError):
    """We ourselves hold the call back, since WeCom would drop it silently or block us. Kind B.

    `retry_after_seconds` says when a place is free.
    """

    code = "wecom_limit_reached"

    def __init__(self, call: str, retry_after_seconds: float) -> None:
        super().__init__(PLATFORM, "local_limit", call, kind="B")
        self.retry_after_seconds = retry_after_seconds


class BadSignature(Unauthenticated):
    """A callback not signed with our Token: forged, or the setting differs from WeCom's admin console."""

    code = "bad_signature"
    message = "签名不对。"


class BadCiphertext(InvalidInput):
    """A callback that does not decrypt to a well-formed block: cut short, or another EncodingAESKey."""

    code = "bad_ciphertext"
    message = "密文无法解开。"


class WrongReceiver(NotAllowed):
    """A callback meant for another corp."""

    code = "wrong_receiver"
    message = "这条回调不是发给本企业的。"


class BadXml(InvalidInput):
    """A callback whose XML is broken, too large, too deep or carries a document type. `reason` is one of our words."""

    code = "bad_xml"
    message = "回调内容格式不对。"


__all__ = [
    "ERROR_CODES",
    "TOKEN_REFUSED",
    "BadCiphertext",
    "BadSignature",
    "BadXml",
    "Kind",
    "OutcomeUnknown",
    "WeComError",
    "WeComLimitReached",
    "WrongReceiver",
    "clean_errmsg",
    "kind_of",
    "meaning_of",
]

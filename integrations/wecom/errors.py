"""WeCom's error codes and what each means for us: one table from errcode to `ErrorKind`.

Codes from the WeCom pages of each call and the "global error codes" page (WeCom doc 90313); the kinds are ours.
"""

import re

from foundation.errors import ErrorKind, InvalidInput, NotAllowed, OutcomeUnknown, PlatformError, Unauthenticated

PLATFORM = "wecom"

TOKEN_REFUSED = frozenset({40001, 40014, 42001})
"""Renew the token once, repeat the call once (WeCom doc 91039). 40001 again afterwards means a wrong secret."""

MAX_MESSAGE_CHARS = 120
"""The length at which `errmsg` is cut in a log line: it is free text of any length."""

ERROR_CODES: dict[int, tuple[ErrorKind, str]] = {
    -1: (ErrorKind.BUSY, "system busy"),
    40001: (ErrorKind.TOKEN, "wrong secret, or not the credential of this API"),
    40003: (ErrorKind.OUR_MISTAKE, "invalid userid"),
    40007: (ErrorKind.OUR_MISTAKE, "media_id invalid or expired: upload again"),
    40008: (ErrorKind.OUR_MISTAKE, "invalid msgtype"),
    40013: (ErrorKind.PERMANENT, "invalid corpid"),
    40014: (ErrorKind.TOKEN, "access_token invalid"),
    40029: (ErrorKind.OUR_MISTAKE, "login code invalid or expired: log in again"),
    40031: (ErrorKind.OUR_MISTAKE, "userid list wrong"),
    40032: (ErrorKind.OUR_MISTAKE, "userid list too long"),
    40035: (ErrorKind.OUR_MISTAKE, "bad parameter"),
    40056: (ErrorKind.PERMANENT, "invalid agentid"),
    40058: (ErrorKind.OUR_MISTAKE, "bad parameter, named in the message"),
    40063: (ErrorKind.OUR_MISTAKE, "required parameter empty"),
    40068: (ErrorKind.OUR_MISTAKE, "invalid tag id"),
    40091: (ErrorKind.PERMANENT, "invalid secret"),
    40093: (ErrorKind.OUR_MISTAKE, "JS-SDK signature wrong"),
    40096: (ErrorKind.PERMANENT, "WeCom does not know this customer (any more)"),
    40097: (ErrorKind.OUR_MISTAKE, "the member who hands over has not resigned"),
    40098: (ErrorKind.PERMANENT, "member not real-name verified"),
    40099: (ErrorKind.PERMANENT, "the member who takes over has reached the customer limit"),
    40100: (ErrorKind.NOTHING_TO_DO, "customer already in transfer"),
    40123: (ErrorKind.OUR_MISTAKE, "image format"),
    40126: (ErrorKind.PERMANENT, "corp tag limit reached"),
    40128: (ErrorKind.PERMANENT, "customer transferred too often"),
    40129: (ErrorKind.NOTHING_TO_DO, "customer is being transferred"),
    40130: (ErrorKind.OUR_MISTAKE, "the two members of the transfer are the same"),
    40131: (ErrorKind.OUR_MISTAKE, "the member who hands over does not follow the customer"),
    41001: (ErrorKind.OUR_MISTAKE, "access_token missing"),
    41035: (ErrorKind.OUR_MISTAKE, "external_userid missing"),
    41037: (ErrorKind.OUR_MISTAKE, "contact way: type missing"),
    41038: (ErrorKind.OUR_MISTAKE, "contact way: scene missing"),
    41039: (ErrorKind.OUR_MISTAKE, "contact way: type invalid"),
    41040: (ErrorKind.OUR_MISTAKE, "contact way: scene invalid"),
    41041: (ErrorKind.OUR_MISTAKE, "contact way: too many users"),
    41042: (ErrorKind.OUR_MISTAKE, "contact way: style invalid"),
    41043: (ErrorKind.OUR_MISTAKE, "contact way: config_id missing"),
    41044: (ErrorKind.OUR_MISTAKE, "contact way: config_id invalid"),
    41045: (ErrorKind.PERMANENT, "contact way: quota reached"),
    41046: (ErrorKind.OUR_MISTAKE, "mass message id missing"),
    41047: (ErrorKind.OUR_MISTAKE, "mass message id invalid"),
    41048: (ErrorKind.NOTHING_TO_DO, "no customer to send to"),
    41049: (ErrorKind.PERMANENT, "welcome_code missing"),
    41050: (ErrorKind.PERMANENT, "welcome_code invalid or expired"),
    41051: (ErrorKind.PERMANENT, "customer and member already chat: no welcome"),
    41052: (ErrorKind.OUR_MISTAKE, "invalid sending time"),
    41053: (ErrorKind.PERMANENT, "customer did not agree to the archive"),
    41054: (ErrorKind.PERMANENT, "member not activated"),
    41055: (ErrorKind.PERMANENT, "group-welcome template limit"),
    41056: (ErrorKind.OUR_MISTAKE, "customer is not of the needed type"),
    41057: (ErrorKind.PERMANENT, "no WeChat developer account bound to the corp"),
    41058: (ErrorKind.PERMANENT, "no right to edit this welcome template"),
    41059: (ErrorKind.OUR_MISTAKE, "moment_id missing"),
    41060: (ErrorKind.OUR_MISTAKE, "moment_id invalid"),
    41061: (ErrorKind.PERMANENT, "this moment is not that member's"),
    41062: (ErrorKind.BUSY, "moment not yet published by that member"),
    41063: (ErrorKind.BUSY, "mass message is still being dispatched: ask later"),
    41064: (ErrorKind.OUR_MISTAKE, "attachment count or size"),
    41065: (ErrorKind.OUR_MISTAKE, "attachment type"),
    41078: (ErrorKind.OUR_MISTAKE, "job id missing"),
    41079: (ErrorKind.OUR_MISTAKE, "job id invalid, or older than a day"),
    41096: (ErrorKind.BUSY, "welcome is being sent by another app"),
    42001: (ErrorKind.TOKEN, "access_token expired"),
    42014: (ErrorKind.OUR_MISTAKE, "task_id invalid"),
    42015: (ErrorKind.OUR_MISTAKE, "the app that updates the card did not send it"),
    42016: (ErrorKind.OUR_MISTAKE, "task_id does not exist"),
    42017: (ErrorKind.OUR_MISTAKE, "card: button key missing"),
    42018: (ErrorKind.OUR_MISTAKE, "card: button key invalid"),
    42019: (ErrorKind.OUR_MISTAKE, "card: button name missing"),
    42020: (ErrorKind.OUR_MISTAKE, "card: button name invalid"),
    42022: (ErrorKind.OUR_MISTAKE, "login code already used"),
    42027: (ErrorKind.OUR_MISTAKE, "card: keyname missing"),
    42028: (ErrorKind.OUR_MISTAKE, "card: url missing"),
    42029: (ErrorKind.OUR_MISTAKE, "card: media_id missing"),
    42030: (ErrorKind.OUR_MISTAKE, "card: appid missing"),
    42031: (ErrorKind.OUR_MISTAKE, "card: card_type invalid"),
    42033: (ErrorKind.OUR_MISTAKE, "card: title missing"),
    42035: (ErrorKind.OUR_MISTAKE, "card: horizontal list length"),
    42036: (ErrorKind.OUR_MISTAKE, "card: vertical list length"),
    42037: (ErrorKind.OUR_MISTAKE, "card: option list length"),
    42038: (ErrorKind.OUR_MISTAKE, "card: button text missing or invalid"),
    42039: (ErrorKind.OUR_MISTAKE, "card: button key missing or invalid"),
    43004: (ErrorKind.PERMANENT, "user must follow first"),
    44004: (ErrorKind.OUR_MISTAKE, "empty text"),
    45001: (ErrorKind.OUR_MISTAKE, "media too long"),
    45002: (ErrorKind.OUR_MISTAKE, "content too long"),
    45007: (ErrorKind.OUR_MISTAKE, "voice too long"),
    45008: (ErrorKind.OUR_MISTAKE, "more than 8 articles"),
    45009: (ErrorKind.BUSY, "frequency limit"),
    45024: (ErrorKind.PERMANENT, "account count limit"),
    45033: (ErrorKind.BUSY, "concurrency limit"),
    48002: (ErrorKind.PERMANENT, "this app may not call this API"),
    48005: (ErrorKind.PERMANENT, "API withdrawn"),
    48009: (ErrorKind.PERMANENT, "this secret may no longer read the address book"),
    50001: (ErrorKind.PERMANENT, "redirect_uri is not on the trusted domain"),
    50002: (ErrorKind.PERMANENT, "member outside the permitted range"),
    50003: (ErrorKind.PERMANENT, "app disabled"),
    60003: (ErrorKind.OUR_MISTAKE, "department does not exist"),
    60011: (ErrorKind.PERMANENT, "no right on this member, department or tag"),
    60020: (ErrorKind.PERMANENT, "our address is not in the app's trusted list"),
    60021: (ErrorKind.PERMANENT, "userid outside the app's visible range"),
    60111: (ErrorKind.OUR_MISTAKE, "userid does not exist"),
    60123: (ErrorKind.OUR_MISTAKE, "invalid department id"),
    80001: (ErrorKind.PERMANENT, "trusted domain wrong"),
    81011: (ErrorKind.PERMANENT, "no right on this tag"),
    81013: (ErrorKind.PERMANENT, "all receivers invalid"),
    81017: (ErrorKind.OUR_MISTAKE, "request count over the limit"),
    82001: (ErrorKind.OUR_MISTAKE, "no receiver given"),
    84014: (ErrorKind.OUR_MISTAKE, "user_ticket expired"),
    84015: (ErrorKind.OUR_MISTAKE, "user_ticket invalid"),
    84061: (ErrorKind.PERMANENT, "not a customer of that member: mark the relation lost"),
    84074: (ErrorKind.PERMANENT, "no external-contact permission"),
    84083: (ErrorKind.PERMANENT, "member is not a service person"),
    84084: (ErrorKind.PERMANENT, "member does not follow the customer"),
    85005: (ErrorKind.PERMANENT, "trusted domain ownership not verified"),
    86003: (ErrorKind.OUR_MISTAKE, "invalid chat id"),
    90200: (ErrorKind.OUR_MISTAKE, "mini-program appid missing"),
    90201: (ErrorKind.OUR_MISTAKE, "miniprogram_notice: item count"),
    90202: (ErrorKind.OUR_MISTAKE, "miniprogram_notice: item key"),
    90203: (ErrorKind.OUR_MISTAKE, "miniprogram_notice: item value"),
    90204: (ErrorKind.OUR_MISTAKE, "miniprogram_notice: page"),
    90206: (ErrorKind.PERMANENT, "mini program not linked to the corp"),
    90207: (ErrorKind.OUR_MISTAKE, "mini-program appid invalid"),
    90208: (ErrorKind.OUR_MISTAKE, "mini-program appid mismatch"),
    90500: (ErrorKind.OUR_MISTAKE, "group transfer: owner has not resigned"),
    90501: (ErrorKind.OUR_MISTAKE, "not a customer group"),
    90502: (ErrorKind.OUR_MISTAKE, "group transfer: owner has resigned"),
    90503: (ErrorKind.PERMANENT, "group full"),
    90504: (ErrorKind.NOTHING_TO_DO, "group owner unchanged"),
    90507: (ErrorKind.NOTHING_TO_DO, "group being inherited"),
    90508: (ErrorKind.NOTHING_TO_DO, "group already inherited"),
    90509: (ErrorKind.OUR_MISTAKE, "not a customer group"),
    91040: (ErrorKind.OUR_MISTAKE, "wrong ticket type"),
    92000: (ErrorKind.PERMANENT, "member outside the app's visible range"),
    93000: (ErrorKind.PERMANENT, "robot webhook invalid or robot removed"),
    93004: (ErrorKind.PERMANENT, "robot disabled"),
    93008: (ErrorKind.PERMANENT, "robot not in the group"),
    301002: (ErrorKind.PERMANENT, "no right on this agentid"),
    610004: (ErrorKind.PERMANENT, "userid outside the customer-contact range"),
    701008: (ErrorKind.PERMANENT, "member has no interop licence"),
    830002: (ErrorKind.OUR_MISTAKE, "file too big: use Range"),
}

_PRIVATE_TAIL = re.compile(r",?\s*(hint:|from ip:|more info at).*", re.IGNORECASE | re.DOTALL)
_ADDRESS = re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}\b|\b(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}", re.IGNORECASE)
_LONG_VALUE = re.compile(r"[A-Za-z0-9_\-+/=]{24,}|\d{7,}")


def kind_of(errcode: int) -> ErrorKind:
    """How to handle an errcode; an unknown code counts as permanent, so that the call is not repeated for ever."""
    return ERROR_CODES.get(errcode, (ErrorKind.PERMANENT, ""))[0]


def meaning_of(errcode: int) -> str:
    """The meaning of the errcode in a few English words, for operators and logs."""
    return ERROR_CODES.get(errcode, (ErrorKind.PERMANENT, "unknown errcode"))[1]


def clean_errmsg(errmsg: object) -> str:
    """`errmsg` without hints, addresses and long values (ids, tokens, phones), cut to a bounded length."""
    text = _PRIVATE_TAIL.sub("", str(errmsg))
    return _LONG_VALUE.sub("…", _ADDRESS.sub("…", text))[:MAX_MESSAGE_CHARS]


class WeComError(PlatformError):
    """WeCom said no: `.errcode`, `.kind` and a cleaned `.errmsg`."""

    code = "wecom_error"

    def __init__(self, errcode: int, errmsg: object = "", *, call: str = "", kind: ErrorKind | None = None) -> None:
        super().__init__(PLATFORM, errcode, clean_errmsg(errmsg), kind=kind or kind_of(errcode))
        self.call = call
        self.meaning = meaning_of(errcode)

    def __str__(self) -> str:
        return f"wecom {self.call} {self.errcode} ({self.kind.name}): {self.meaning}"


class WeComLimitReached(PlatformError):
    """By our own count WeCom would drop this call silently or block us, so we hold it back; the kind is BUSY.

    `retry_after_seconds` says when a place is free.
    """

    code = "wecom_limit_reached"

    def __init__(self, call: str, retry_after_seconds: float) -> None:
        super().__init__(PLATFORM, "local_limit", call, kind=ErrorKind.BUSY)
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
    """A callback whose XML is broken, too large, too deep or carries a document type. `reason` is our own text."""

    code = "bad_xml"
    message = "回调内容格式不对。"


__all__ = [
    "ERROR_CODES",
    "TOKEN_REFUSED",
    "BadCiphertext",
    "BadSignature",
    "BadXml",
    "OutcomeUnknown",
    "WeComError",
    "WeComLimitReached",
    "WrongReceiver",
    "clean_errmsg",
    "kind_of",
    "meaning_of",
]

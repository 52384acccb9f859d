"""What the platform pushes: an array of reports (whether messages arrived), or one object (what somebody answered).

Nothing is signed, so nothing here can be believed to come from the platform: what is not of the documented form is
refused, and long texts are cut.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import orjson

MOST_REPORTS: Final = 1_000
MOST_CHARACTERS: Final = 500
"""Of an answer; a message has no more."""
_ARRIVED: Final = "SUCCESS"
_FAILED: Final = "FAIL"


class BadPush(ValueError):
    """The body is no push of the platform."""


@dataclass(frozen=True, slots=True)
class Report:
    """Whether the message with this serial arrived; `carrier_code` is an open set of the carriers' words."""

    serial: str
    phone: str
    has_arrived: bool
    carrier_code: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What somebody answered; the platform does not say to which message."""

    phone: str
    signature: str
    text: str
    at: datetime


def reports_of(body: bytes) -> list[Report]:
    """The reports of a push.

    Raises:
        BadPush: it is none.
    """
    rows = _json(body)
    if not isinstance(rows, list) or len(rows) > MOST_REPORTS:
        raise BadPush("no array of reports")
    return [_report(row) for row in rows]


def reply_of(body: bytes) -> Reply:
    """The answer of a push.

    Raises:
        BadPush: it is none.
    """
    row = _json(body)
    if not isinstance(row, dict):
        raise BadPush("no object")
    seconds = row.get("time")
    if not isinstance(seconds, int) or isinstance(seconds, bool) or not 0 < seconds < 2**33:
        raise BadPush("no time")
    return Reply(
        phone=_phone(row),
        signature=_text(row, "sign", 60, is_required=False),
        text=_text(row, "text", MOST_CHARACTERS, is_required=False),
        at=datetime.fromtimestamp(seconds, UTC),
    )


def _report(row: object) -> Report:
    if not isinstance(row, dict):
        raise BadPush("no report")
    status = row.get("report_status")
    if status not in (_ARRIVED, _FAILED):
        raise BadPush("no known status")
    return Report(_text(row, "sid", 64), _phone(row), status == _ARRIVED, _text(row, "errmsg", 40, is_required=False))


def _phone(row: Mapping[str, Any]) -> str:
    country = _text(row, "nationcode", 6, is_required=False).removeprefix("+")
    number = _text(row, "mobile", 14)
    return number if country in ("", "86") else f"+{country}{number}"


def _text(row: Mapping[str, Any], name: str, longest: int, *, is_required: bool = True) -> str:
    value = row.get(name)
    if isinstance(value, str) and (value or not is_required):
        # PostgreSQL stores no NUL.
        return value.replace("\x00", "")[:longest]
    if value is None and not is_required:
        return ""
    raise BadPush(f"no {name}")


def _json(body: bytes) -> object:
    try:
        parsed: object = orjson.loads(body)
    except ValueError as error:
        raise BadPush("no JSON") from error
    return parsed

"""Structured logs, one JSON line per event, from which personal data is removed before a line is written."""

import logging
import re
import sys
import unicodedata
from typing import Any
from urllib.parse import unquote

import structlog

_GAP = r"[-\s().·•\u2010-\u2015\u2212]"
"""What people put between the digits of a number. Full-width forms have been normalised before this is applied."""
_PROVINCE = "[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]"
# Phones with or without country code, landlines, 17-character VINs, plates, and values named as secrets.
_PATTERNS = (
    (
        re.compile(
            rf"(?:(?<![\w+])\+|%2B|(?<![\w+])00(?=[1-9](?:{_GAP}?\d){{7}}))[1-9](?:{_GAP}{{0,2}}\d){{6,14}}(?!\d)"
        ),
        "[phone]",
    ),
    (re.compile(rf"(?<!\d)(?:86{_GAP}{{0,2}})?1[3-9]\d(?:{_GAP}?\d{{4}}){{2}}(?!\d)"), "[phone]"),
    (re.compile(rf"(?<![\d.-])\(?0[1-9]\d{{1,2}}{_GAP}{{1,2}}\d{{3,4}}{_GAP}?\d{{4}}(?!\d)"), "[phone]"),
    (
        re.compile(r"((?:phone|mobile)\w*\W{0,3}[:=]\W{0,3})\+?\d[\d\s-]{4,}(?:['\"], ?['\"]\+?\d[\d\s-]{4,})*", re.I),
        r"\1[phone]",
    ),
    (re.compile(r"(?<![A-Z0-9])(?=(?:[A-Z]*\d){3})[A-Z0-9]{17}(?![A-Z0-9])", re.I), "[vin]"),
    (
        # A VIN written in groups, as people read it out: a letter among the first two characters, digits at the end.
        re.compile(
            rf"(?<![A-Z0-9])(?=[A-Z]|\d{_GAP}{{0,2}}[A-Z])"
            rf"[A-HJ-NPR-Z\d](?:{_GAP}{{0,2}}[A-HJ-NPR-Z\d]){{11}}(?:{_GAP}{{0,2}}\d){{5}}(?![A-Z0-9])",
            re.I,
        ),
        "[vin]",
    ),
    (re.compile(r"[\u4e00-\u9fff][A-HJ-NP-Z]·?[A-HJ-NP-Z0-9]{5,6}(?![A-Z0-9])"), "[plate]"),
    (
        re.compile(
            rf"(?:WJ)?{_PROVINCE}{_GAP}?[A-Z]{_GAP}{{0,2}}(?=[A-Z]*\d)[A-Z0-9]{{4,6}}(?:[学警挂港澳领使超试]|应急|(?![A-Z0-9]))"
            rf"|WJ{_PROVINCE}?{_GAP}?\d{{4,5}}[A-Z0-9]?|使{_GAP}?\d{{6}}|\d{{6}}{_GAP}?使|民航{_GAP}?[A-Z0-9]{{5}}",
            re.I,
        ),
        "[plate]",
    ),
    (
        re.compile(
            r"((?:access_token|secret|session_key|welcome_code|ticket|password)[\"']?\s{0,2}[=:]\s{0,2}[\"']?)[^&\s\"',}]+",
            re.I,
        ),
        r"\1[secret]",
    ),
    (re.compile(r"(Bearer )[\w.~+/=-]+", re.I), r"\1[secret]"),
)
_ENCODED = re.compile("(?:%[0-9A-F]{2})+", re.I)
_SECRET_WORDS = ("phone", "mobile", "password", "session_key")
_SECRET_ENDS = ("token", "secret", "ticket")
_SECRET_KEYS = frozenset({"plate", "vin", "authorization"})
MAX_TEXT = 2_000
"""Characters of one logged value; longer values are cut, so that a hostile request cannot fill the disk."""
MAX_TRACEBACK = 16_000
"""Characters of a traceback: that of a verb called from an endpoint has about 6,000, a chained one twice that."""


def redact(value: Any) -> Any:
    """The value with phones, VINs, plates and secrets replaced by their kind, e.g. `[phone]`; dicts and lists too."""
    if isinstance(value, str):
        return _clean(value, MAX_TEXT)
    if isinstance(value, dict):
        return {k: "[secret]" if _is_secret(str(k)) else redact(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [redact(item) for item in value]
    return value


def _clean(text: str, most: int) -> str:
    """Remove personal data and cut a long text in its middle, since the end of a traceback tells what went wrong."""
    if len(text) > 2 * most:
        text = _shorten(text, 2 * most)
    # In a URL a plate is percent-encoded (%E7%B2%A4B…); the patterns recognise it only when decoded.
    text = _ENCODED.sub(_decoded, text)
    if not text.isascii():
        # Full-width digits and direction marks would hide a number from the patterns although a reader sees it.
        text = "".join(c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) != "Cf")
    for pattern, replacement in _PATTERNS:
        text = pattern.sub(replacement, text)
    # Cut only after redacting: half a phone number would not be recognised as one.
    return _shorten(text, most)


def _decoded(found: re.Match[str]) -> str:
    words = unquote(found[0], errors="replace")
    return words if words.isprintable() and "\ufffd" not in words else found[0]


def _shorten(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    mark = f" … {len(text) - most} characters left out … "
    head = (most - len(mark)) // 2
    return text[:head] + mark + text[len(text) - (most - len(mark) - head) :]


def _is_secret(key: str) -> bool:
    """Whether a value under this name must never be logged: `purePhoneNumber` as well as `phone`."""
    name = key.lower()
    return name in _SECRET_KEYS or name.endswith(_SECRET_ENDS) or any(word in name for word in _SECRET_WORDS)


def _redact_event(_: Any, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    return {
        k: "[secret]" if _is_secret(k) else _clean(v, MAX_TRACEBACK) if k == "exception" else redact(v)
        for k, v in event.items()
    }


def _name_exception(_: Any, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Add the exception's class name, so that log lines can be counted and searched by it."""
    raised = event.get("exc_info")
    error = raised if isinstance(raised, BaseException) else sys.exc_info()[1] if raised else None
    if error is not None:
        event["exception_name"] = f"{type(error).__module__}.{type(error).__qualname__}"
    return event


class _RedactingFormatter(logging.Formatter):
    """Redacts the log lines of libraries in the same way."""

    def format(self, record: logging.LogRecord) -> str:
        return _clean(super().format(record), MAX_TRACEBACK if record.exc_info else MAX_TEXT)


def configure(level: str = "INFO") -> None:
    """Send our events and the log lines of libraries to stderr, one line each."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_RedactingFormatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for noisy in ("tortoise", "apscheduler", "pgqueuer", "asyncio", "sanic.root", "sanic.access"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _name_exception,
            structlog.processors.format_exc_info,
            _redact_event,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )


logger: structlog.stdlib.BoundLogger = structlog.get_logger("wedealer")

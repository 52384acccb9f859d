"""The platform's log: the last few thousand calls and deliveries, as they were on the wire.

Credentials in query strings are cut out before anything is kept.
"""

import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simulator.world import World

MAX_ENTRIES = 5_000
"""Rows kept: about a day of a lively demo, some 20 MB."""
MAX_TEXT = 20_000
"""Characters kept of one body."""
_SECRETS = re.compile(
    r"(\b(?:(?:access_token|corpsecret|secret|session_key)\"?\s*[=:]\s*\"?|(?:js_code|code)=)[^&\s\",}]{4})[^&\s\",}]+"
)


@dataclass
class LogEntry:
    """One exchange. `direction`: `call` = product to platform, `delivery` = platform to product, `hand` = a person."""

    id: int
    at: float
    direction: str
    door: str
    """`wecom`, `weixin`, `pay`, `ocr`, `einvoice`, `sms` or `people`."""
    name: str
    """`message/send`, `change_external_contact/add_external_contact` …"""
    summary: str = ""
    method: str = ""
    url: str = ""
    status: int = 0
    code: str = ""
    """errcode, or the pay error code."""
    duration_ms: float = 0
    attempt: int = 0
    fault: str = ""
    note: str = ""
    """Effects that the platform's answer does not mention: a message dropped over 30 per minute, a text cut."""
    ciphertext: str = ""
    plain: str = ""
    answer: str = ""
    delivery_id: str = ""


def scrub(text: str) -> str:
    """The text without the greater part of each credential, cut to what one entry may hold."""
    return _SECRETS.sub(r"\1…", text[:MAX_TEXT])


class PlatformLog:
    """Writes entries, keeps the newest ones, and tells the watchers."""

    def __init__(self, world: "World", publish: Callable[[str, dict[str, Any]], None]) -> None:
        self._world = world
        self._publish = publish

    def add(self, entry: LogEntry) -> LogEntry:
        """Keep the entry under the next number and tell the watchers."""
        entry.id = self._world.next_number("log")
        entry.url, entry.plain, entry.answer = scrub(entry.url), scrub(entry.plain), scrub(entry.answer)
        entry.ciphertext = entry.ciphertext[:MAX_TEXT]
        self._world.log.put(entry)
        if oldest := self._world.log.get(str(entry.id - MAX_ENTRIES)):
            self._world.log.remove(oldest)
        self._publish("log", summary_of(entry))
        return entry

    def page(self, *, before: int, limit: int, filters: dict[str, str]) -> list[LogEntry]:
        """Newest first, below the number `before` (0 = from the newest), matching every filter given."""
        rows = sorted(self._world.log, key=lambda row: row.id, reverse=True)
        found = [row for row in rows if (not before or row.id < before) and _matches(row, filters)]
        return found[:limit]


def summary_of(entry: LogEntry) -> dict[str, Any]:
    """The entry without its bodies, for lists."""
    row = asdict(entry)
    for heavy in ("ciphertext", "plain", "answer"):
        row.pop(heavy)
    return row


def _matches(row: LogEntry, filters: dict[str, str]) -> bool:
    if filters.get("faults_only") and not row.fault:
        return False
    if (text := filters.get("text")) and text not in f"{row.name} {row.summary} {row.plain}":
        return False
    return all(
        str(getattr(row, name)) == filters[name] for name in ("direction", "door", "name", "code") if filters.get(name)
    )

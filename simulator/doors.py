"""What all doors of WeCom and of the mini program share: the envelope, the token, the refusals.

A door is a function `async def door(call: Call) -> dict`; the registry of its platform finds it by method and path.
The pipeline around it knows faults, tokens, trusted addresses and the log, so a door only knows its own rule.
"""

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sanic.request import File

from simulator.records import Agent

if TYPE_CHECKING:
    from simulator.simulation import Simulation

BUSY = -1
TOKEN_MISSING = 41001
TOKEN_INVALID = 40014
TOKEN_EXPIRED = 42001
FREQUENCY_LIMIT = 45009
BAD_PARAMETER = 40058

_WORDS = {
    BUSY: "system busy",
    40001: "invalid credential",
    40003: "invalid openid",
    40007: "invalid media_id",
    40029: "invalid code",
    45009: "api freq out of limit",
    45033: "api concurrent out of limit",
    43101: "user refuse to accept the msg",
    60020: "not allow to access from your ip",
}


class Refusal(Exception):
    """The platform says no: an errcode with its text."""

    def __init__(self, errcode: int, errmsg: str = "") -> None:
        super().__init__(errcode)
        self.errcode = errcode
        self.errmsg = errmsg or _WORDS.get(errcode, "request refused")


@dataclass(frozen=True)
class Picture:
    """A binary answer."""

    data: bytes
    content_type: str
    headers: dict[str, str] = field(default_factory=dict)
    status: int = 200


@dataclass
class Call:
    """One call of the product at a door."""

    simulation: "Simulation"
    door: str
    query: dict[str, str]
    body: dict[str, Any]
    files: dict[str, File]
    caller_ip: str
    headers: dict[str, str]
    agent: Agent | None = None
    """The WeCom app whose token was shown; None at doors without a token and at the mini program's."""
    note: str = ""
    """A note for the log about effects that the answer does not mention."""
    summary: str = ""

    @property
    def now(self) -> int:
        """Business time in Unix seconds."""
        return self.simulation.clock.seconds()

    @property
    def app(self) -> Agent:
        """The calling WeCom app."""
        assert self.agent is not None
        return self.agent

    def text(self, name: str, *, required: int = 0, max_chars: int = 0, max_bytes: int = 0) -> str:
        """A string of the body; `required` = the errcode when it is missing."""
        value = self.body.get(name)
        value = "" if value is None else value
        if not isinstance(value, str):
            raise Refusal(40035, f"{name} must be a string")
        if required and not value:
            raise Refusal(required, f"missing {name}")
        check_length(name, value, max_chars=max_chars, max_bytes=max_bytes)
        return value

    def items(self, name: str, *, at_most: int, errcode: int = BAD_PARAMETER) -> list[Any]:
        """A list of the body, empty when absent."""
        value = self.body.get(name) or []
        if not isinstance(value, list):
            raise Refusal(40035, f"{name} must be an array")
        if len(value) > at_most:
            raise Refusal(errcode, f"{name} exceeds {at_most}")
        return value


Door = Callable[[Call], Awaitable[dict[str, Any] | Picture]]


@dataclass(frozen=True)
class Entry:
    """A registered door. `token` False = it is called without one; `enveloped` False = success has no errcode."""

    door: Door
    token: bool = True
    enveloped: bool = True


class Doors:
    """The doors of one platform, found by method and path (no leading slash)."""

    def __init__(self) -> None:
        self._entries: dict[tuple[str, str], Entry] = {}

    def get(self, path: str, **options: bool) -> Callable[[Door], Door]:
        """Register a GET door."""
        return self._register("GET", path, options)

    def post(self, path: str, **options: bool) -> Callable[[Door], Door]:
        """Register a POST door."""
        return self._register("POST", path, options)

    def find(self, method: str, path: str) -> Entry | None:
        """The door, or None. The platforms also take POST where GET is documented."""
        return self._entries.get((method, path)) or self._entries.get(("GET", path))

    def _register(self, method: str, path: str, options: dict[str, bool]) -> Callable[[Door], Door]:
        def keep(door: Door) -> Door:
            self._entries[method, path] = Entry(door, **options)
            return door

        return keep


def check_length(
    name: str, value: str, *, max_chars: int = 0, max_bytes: int = 0, errcode: int = BAD_PARAMETER
) -> None:
    """Refuse a text that is too long; the platforms count some fields in characters, others in UTF-8 bytes."""
    if max_chars and len(value) > max_chars:
        raise Refusal(errcode, f"{name} exceeds {max_chars} chars")
    if max_bytes and len(value.encode()) > max_bytes:
        raise Refusal(errcode, f"{name} exceeds {max_bytes} bytes")


def cut(value: str, max_bytes: int) -> str:
    """The text cut to so many UTF-8 bytes, never inside a character."""
    return value.encode()[:max_bytes].decode(errors="ignore")


def hinted(refusal: Refusal, *, caller_ip: str, now: int) -> str:
    """errmsg as the real servers write it; it is for people and carries a changing hint."""
    hint = f"{now}_{secrets.randbelow(900) + 100}_{secrets.token_hex(16)}"
    return (
        f"{refusal.errmsg}, hint: [{hint}], from ip: {caller_ip}, "
        f"more info at https://open.work.weixin.qq.com/devtool/query?e={refusal.errcode}"
    )


def with_unknown_field(answer: dict[str, Any]) -> dict[str, Any]:
    """The answer with a field no reader knows: the platforms may add fields at any time (WeCom doc 90664)."""
    return answer | {"x_future_field": {"since": "later", "values": [1, "二"]}}


def page_of(call: Call, rows: list[Any], *, limit: int) -> tuple[list[Any], str]:
    """One page and the next cursor ("" = the end).

    A listing of several pages has one short page and one empty page that are not the last, since the platform
    promises neither full pages nor that an empty one is the end.
    """
    cursor = str(call.body.get("cursor") or call.query.get("cursor") or "")
    try:
        start, page = (int(part) for part in cursor.split("-")) if cursor else (0, 0)
    except ValueError:
        raise Refusal(BAD_PARAMETER, "invalid cursor") from None
    size = limit
    if call.simulation.faults.empty_pages and page == 0 and rows:
        size = 0
    elif len(rows) > limit:
        size = {0: max(1, limit - 1), 1: 0}.get(page, limit)
    end = start + size
    return rows[start:end], f"{end}-{page + 1}" if end < len(rows) else ""

"""Handing friends of one member over to another (WeCom docs 92124, 92125, 94081, 94088).

There are separate calls for members who still work here and for those who have left the corp. WeCom answers customer by
customer. An accepted hand-over takes effect after 24 hours unless the customer refuses; WeCom tells the result only
when asked.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from integrations.wecom.paging import walk_items
from integrations.wecom.transport import Transport

MAX_CUSTOMERS: Final = 100
"""The most customers that one call takes."""
MAX_MESSAGE_CHARS: Final = 200
UNDER_WAY: Final = frozenset({0, 40100, 40129})
"""Started now, or by an earlier call whose answer was lost: starting twice does no harm."""
NOT_RESIGNED: Final = 40097
"""The member has not left the corp: use the calls for members who still work here."""
TOO_OFTEN: Final = 40128
"""Handed over twice within 90 days."""
TAKER_FULL: Final = 40099
_DONE, _WAITING, _REFUSED = 1, 2, 3


@dataclass(frozen=True, slots=True)
class Result:
    """How one hand-over stands: done, waiting, refused by the customer, or else the new member's list was full."""

    external_user_id: str
    is_done: bool
    is_waiting: bool
    is_refused: bool
    taken_unix_seconds: int
    """When it was done; 0 if it is not."""


@dataclass(frozen=True, slots=True)
class Unassigned:
    """A friend of a member who left, not handed to anybody yet."""

    user_id: str
    external_user_id: str


class Transfers:
    """Calls under `externalcontact/` that hand friends over."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def start(
        self, from_user: str, to_user: str, external_user_ids: Sequence[str], *, is_resigned: bool, message: str = ""
    ) -> Mapping[str, int]:
        """Start up to 100 hand-overs; the errcode of each by external userid.

        `message` is what customers of a member who works here are told when it is done; WeCom has none for leavers.
        """
        if not 1 <= len(external_user_ids) <= MAX_CUSTOMERS:
            raise ValueError(f"1 to {MAX_CUSTOMERS} customers at once")
        body = {
            "handover_userid": from_user,
            "takeover_userid": to_user,
            "external_userid": list(external_user_ids),
        } | ({} if is_resigned or not message else {"transfer_success_msg": message[:MAX_MESSAGE_CHARS]})
        answer = await self._transport.post(_path("transfer_customer", is_resigned), body)
        return {str(row["external_userid"]): int(row.get("errcode") or 0) for row in answer.get("customer") or ()}

    async def results(self, from_user: str, to_user: str, *, is_resigned: bool) -> AsyncIterator[Result]:
        """How every hand-over between two members stands, page by page."""
        body = {"handover_userid": from_user, "takeover_userid": to_user}
        path = _path("transfer_result", is_resigned)
        rows = walk_items(lambda cursor: self._transport.post(path, body | {"cursor": cursor}), "customer")
        async for row in rows:
            status = int(row.get("status") or 0)
            yield Result(
                external_user_id=str(row["external_userid"]),
                is_done=status == _DONE,
                is_waiting=status == _WAITING,
                is_refused=status == _REFUSED,
                taken_unix_seconds=int(row.get("takeover_time") or 0),
            )

    async def unassigned(self) -> AsyncIterator[Unassigned]:
        """Friends of all members who left who were not handed to anybody yet, page by page."""
        path = "externalcontact/get_unassigned_list"
        async for row in walk_items(lambda cursor: self._transport.post(path, {"cursor": cursor}), "info"):
            yield Unassigned(str(row["handover_userid"]), str(row["external_userid"]))


def _path(name: str, is_resigned: bool) -> str:
    return f"externalcontact/resigned/{name}" if is_resigned else f"externalcontact/{name}"

"""The address book: departments, tags and members as WeCom knows them (docs 90196, 90200, 90208, 90213).

An app created since 2022-06-20 gets no phone, mail or picture, and a callback carries little more than the userid; so
whoever hears that something changed asks here. We need none of the fields that may be absent; `position` is then empty.

Members are listed department by department, which an app may do within its visible range with its own secret.
`user/list_id` (doc 96067) lists ids and departments alone and takes the secret of contact synchronisation, which can
change the whole book: it would tell nothing more, so we neither ask for that secret nor make the call.
"""

from dataclasses import dataclass
from typing import Any, Final

from integrations.wecom.errors import WeComError
from integrations.wecom.transport import Transport

MEMBER_GONE: Final = 60111
"""There is no such member (any more)."""
DEPARTMENT_GONE: Final = frozenset({60003, 60123})
"""There is no such department (any more)."""
NOT_OURS_TO_READ: Final = frozenset({48002, 48009, 50002, 60011, 60021, 92000})
"""The member is outside this app's visible range, or the app may not read the address book."""
_AT_WORK: Final = frozenset({1, 4})
"""Status: 1 active, 4 not activated yet; 2 is disabled, 5 has left."""


@dataclass(frozen=True, slots=True)
class Member:
    """The fields we use of a member's record."""

    user_id: str
    name: str
    position: str
    is_at_work: bool
    """False for one who is disabled or has left."""
    departments: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Department:
    """A node of the corp's tree; the root's parent is 0."""

    id: int
    name: str
    """Empty where the app may only know the ids."""
    parent_id: int


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag of the address book and who carries it; its departments stand for their direct members."""

    id: int
    name: str
    user_ids: frozenset[str]
    """In lower case, since WeCom ignores it."""
    departments: frozenset[int]


def is_at_work(status: str | int) -> bool:
    """Whether a member of this status works here; without a status nothing changes."""
    text = str(status)
    return not text.isdecimal() or int(text) in _AT_WORK


class Directory:
    """Calls under `user/`."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def get(self, user_id: str) -> Member:
        """One member. Raises `WeComError`: MEMBER_GONE, one of NOT_OURS_TO_READ."""
        return _member(await self._transport.get("user/get", {"userid": user_id}), user_id)

    async def departments(self) -> list[Department]:
        """Every department the app may see. Where it may not read their names, only the tree.

        Raises `WeComError`, of NOT_OURS_TO_READ if it may read neither.
        """
        try:
            rows = (await self._transport.get("department/list")).get("department")
        except WeComError as error:
            if error.errcode not in NOT_OURS_TO_READ:
                raise
            rows = (await self._transport.get("department/simplelist")).get("department_id")
        return [
            Department(int(row["id"]), str(row.get("name") or ""), int(row.get("parentid") or 0)) for row in rows or ()
        ]

    async def members_of(self, department_id: int) -> list[Member]:
        """The direct members of a department; only ids where the app may not read more.

        Raises `WeComError`: one of DEPARTMENT_GONE or NOT_OURS_TO_READ.
        """
        params = {"department_id": department_id}
        try:
            answer = await self._transport.get("user/list", params)
        except WeComError as error:
            if error.errcode not in NOT_OURS_TO_READ:
                raise
            answer = await self._transport.get("user/simplelist", params)
        return [_member(row, str(row["userid"])) for row in answer.get("userlist") or ()]

    async def tags(self) -> list[Tag]:
        """Every tag of the address book with those who carry it; none where the app may not read them."""
        try:
            listed = (await self._transport.get("tag/list")).get("taglist") or ()
        except WeComError as error:
            if error.errcode in NOT_OURS_TO_READ:
                return []
            raise
        return [await self._tag(row) for row in listed]

    async def _tag(self, row: dict[str, Any]) -> Tag:
        told = await self._transport.get("tag/get", {"tagid": int(row["tagid"])})
        return Tag(
            int(row["tagid"]),
            str(row.get("tagname") or ""),
            frozenset(str(one["userid"]).lower() for one in told.get("userlist") or ()),
            frozenset(int(department) for department in told.get("partylist") or ()),
        )


def _member(row: dict[str, Any], user_id: str) -> Member:
    return Member(
        user_id=str(row.get("userid") or user_id),
        name=str(row.get("name") or ""),
        position=str(row.get("position") or ""),
        is_at_work=is_at_work(row.get("status", "")),
        departments=tuple(int(department) for department in row.get("department") or ()),
    )

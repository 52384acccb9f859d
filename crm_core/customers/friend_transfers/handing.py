"""Handing WeCom friends of a member over to a colleague, which the platform does and the customer may refuse.

WeCom takes a hundred friends of one pair of members in one call, is done after 24 hours unless the customer refuses,
and says so only when asked; its callbacks are hints. So each friend is a row that is owed until WeCom has answered. A
call whose answer was lost is made again: WeCom then says that the hand-over is under way.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from crm_core.customers import friendships
from crm_core.customers.friend_transfers.models import FriendTransfer
from crm_core.customers.friend_transfers.rules import ABOUT_A_MEMBER, OPEN, TransferState, state_after
from crm_core.customers.platform import wecom
from crm_core.dealerships.actors import Actor, system
from crm_core.dealerships.belongings import HandedOn, Handing
from crm_core.dealerships.models import Staff
from foundation import clock, database
from foundation.logging import logger
from foundation.owed import Debt
from foundation.reading import literals
from integrations.wecom import transfers as platform
from integrations.wecom.errors import WeComError

TRANSFER_FRIENDS: Final = "customers.transfer_friends"
OWED: Final = Debt(
    "friend_transfer",
    open_when=f"state IN ({literals(*OPEN)})",
    since="wanted_at",
    job=TRANSFER_FRIENDS,
    argument="pair",
    key="pair",
)
TAKES: Final = timedelta(hours=24)
"""How long the customer may refuse (WeCom doc 92125)."""
ASK_AGAIN: Final = timedelta(hours=1)
GIVEN_UP_AFTER: Final = timedelta(days=7)
"""How long we ask about a hand-over of which WeCom says nothing, which is over after TAKES: as long as it stands as
under way, the friend cannot be handed to anybody else.
"""
TOLD: Final = "您好，之后由我继续为您服务，有事随时找我。"
"""What customers read when a member who works here hands them over."""
_ACTOR: Final = system("wecom-transfer")


async def want(friendship_id: int, handing: Handing) -> HandedOn:
    """Have a friend handed over, as part of the running transaction.

    A friend who ended it, or whom a hand-over is taking already, is nobody to hand over.
    """
    done = await database.fetch_value(
        "INSERT INTO friend_transfer (friendship_id, customer_id, external_userid, from_id, to_id, pair, is_resigned, "
        "  state, errcode, wanted_at) "
        "SELECT f.id, f.customer_id, f.external_userid, f.staff_id, $3, $4, $5, $6, 0, $7 "
        "FROM friendship f WHERE f.id = $1 AND f.staff_id = $2 AND f.ended_at IS NULL "
        f"ON CONFLICT (friendship_id) WHERE state IN ({literals(*OPEN)}) DO NOTHING RETURNING id",
        friendship_id,
        handing.from_id,
        handing.to_id,
        _pair(handing.from_id, handing.to_id),
        handing.has_left,
        TransferState.WANTED,
        clock.now(),
    )
    if done is None:
        return HandedOn.NO_LONGER_THEIRS
    await OWED.hint([_pair(handing.from_id, handing.to_id)])
    return HandedOn.ASKED


async def go_on(pair: str) -> datetime | None:
    """Ask WeCom how the hand-overs of a pair stand, then start those that wait; returns when to ask again."""
    rows = await FriendTransfer.filter(pair=pair, state__in=list(OPEN)).order_by("id")
    if not rows:
        return None
    giver, taker = await Staff.get(id=rows[0].from_id), await Staff.get(id=rows[0].to_id)
    for is_resigned in (True, False):
        asked = [row for row in rows if row.is_resigned is is_resigned and row.state is TransferState.ASKED]
        if asked:
            await _ask(giver, taker, asked)
        wanted = [row for row in rows if row.is_resigned is is_resigned and row.state is TransferState.WANTED]
        for first in range(0, len(wanted), platform.MAX_CUSTOMERS):
            await _start(giver, taker, wanted[first : first + platform.MAX_CUSTOMERS])
    waiting = await FriendTransfer.filter(pair=pair, state=TransferState.ASKED).order_by("asked_at").first()
    if waiting is None or waiting.asked_at is None:
        return None
    return max(waiting.asked_at + TAKES, clock.now() + ASK_AGAIN)


async def _start(giver: Staff, taker: Staff, rows: Sequence[FriendTransfer]) -> None:
    is_resigned = rows[0].is_resigned
    names = [row.external_userid for row in rows]
    calls = (await wecom()).transfers
    try:
        answers = await calls.start(giver.userid, taker.userid, names, is_resigned=is_resigned, message=TOLD)
    except WeComError as error:
        if error.errcode != platform.NOT_RESIGNED:
            if error.errcode not in ABOUT_A_MEMBER:
                raise
            await _write(dict.fromkeys(names, int(error.errcode)), rows)
            return
        # Disabled with us, yet still a member of the corp: then it goes by the other call.
        logger.info("transfer_of_member_still_there", staff_id=giver.id)
        answers = await calls.start(giver.userid, taker.userid, names, is_resigned=False, message=TOLD)
        await FriendTransfer.filter(id__in=[row.id for row in rows]).update(is_resigned=False)
    await _write(answers, rows)


async def _write(answers: Mapping[str, int], rows: Sequence[FriendTransfer]) -> None:
    now = clock.now()
    async with database.transaction():
        for row in rows:
            errcode = answers.get(row.external_userid)
            if errcode is None:
                continue
            state = TransferState.ASKED if errcode in platform.UNDER_WAY else state_after(errcode)
            await database.execute(
                "UPDATE friend_transfer SET state = $2, errcode = $3, asked_at = $4, ended_at = $5 "
                f"WHERE id = $1 AND state = {literals(TransferState.WANTED)}",
                row.id,
                state,
                0 if state is TransferState.ASKED else errcode,
                now if state is TransferState.ASKED else None,
                None if state is TransferState.ASKED else now,
            )


async def _ask(giver: Staff, taker: Staff, rows: Sequence[FriendTransfer]) -> None:
    wanted = {row.external_userid: row for row in rows}
    results = (await wecom()).transfers.results(giver.userid, taker.userid, is_resigned=rows[0].is_resigned)
    try:
        async for result in results:
            row = wanted.get(result.external_user_id)
            if row is None:
                continue
            if result.is_done:
                await took_over(_ACTOR, row.id, at=datetime.fromtimestamp(result.taken_unix_seconds, UTC))
            elif not result.is_waiting:
                await _end(row.id, TransferState.REFUSED if result.is_refused else TransferState.TAKER_FULL)
            del wanted[result.external_user_id]
    except WeComError as error:
        if error.errcode not in ABOUT_A_MEMBER:
            raise
        for row in rows:
            await _end(row.id, TransferState.FAILED, int(error.errcode))
        return
    for row in wanted.values():
        if row.asked_at is not None and row.asked_at + GIVEN_UP_AFTER <= clock.now():
            await _end(row.id, TransferState.FAILED)


async def _end(transfer_id: int, state: TransferState, errcode: int = 0) -> bool:
    done = await database.execute(
        "UPDATE friend_transfer SET state = $2, ended_at = $3, errcode = $4 "
        f"WHERE id = $1 AND state IN ({literals(*OPEN)})",
        transfer_id,
        state,
        clock.now(),
        errcode,
    )
    return done.endswith(" 1")


async def took_over(actor: Actor, transfer_id: int, *, at: datetime) -> bool:
    """WeCom has handed the friend over: it is the colleague's now. False if that was known."""
    async with database.transaction():
        row = await FriendTransfer.get(id=transfer_id)
        await friendships.move(
            actor, external_userid=row.external_userid, from_staff_id=row.from_id, to_staff_id=row.to_id, at=at
        )
        return await _end(transfer_id, TransferState.DONE)


async def under_way(userid: str, external_userid: str, *, by_taker: bool) -> FriendTransfer | None:
    """The open hand-over of a friend to (or, `by_taker` false, from) the member with this userid."""
    staff = await Staff.get_or_none(userid=userid.lower())
    if staff is None:
        return None
    open_ones = FriendTransfer.filter(external_userid=external_userid, state__in=list(OPEN))
    return await (open_ones.filter(to_id=staff.id) if by_taker else open_ones.filter(from_id=staff.id)).first()


async def look_again(transfer: FriendTransfer) -> None:
    """WeCom hinted that a hand-over ended: have it asked at once, in the running transaction."""
    await database.execute("UPDATE friend_transfer SET next_try_at = NULL WHERE pair = $1", transfer.pair)
    await OWED.hint([transfer.pair])


def _pair(from_id: int, to_id: int) -> str:
    return f"{from_id}:{to_id}"

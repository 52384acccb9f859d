"""Reading every member's list of friends, page by page, each walk going on from WeCom's cursor."""

from collections.abc import Mapping
from typing import Final

from crm_core.customers import tombstones
from crm_core.customers.friend_pulls import rules, taking
from crm_core.customers.friend_pulls.models import FriendPull, FriendWalk
from crm_core.customers.friend_pulls.rules import WalkState
from crm_core.customers.identities import WasErased
from crm_core.customers.models import IdentityKind
from crm_core.customers.platform import wecom
from crm_core.customers.tags.holding import next_turn
from crm_core.dealerships import audit, directory
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.models import Staff
from crm_core.dealerships.permissions import authorise, subject
from foundation import clock, database
from foundation.errors import NotFound
from foundation.logging import logger
from foundation.moves import Moves, next_state
from foundation.owed import Debt
from foundation.reading import literals
from foundation.refs import Ref
from integrations.wecom.contacts import NOT_A_CUSTOMER, FriendsPage
from integrations.wecom.directory import NOT_OURS_TO_READ
from integrations.wecom.errors import WeComError
from integrations.wecom.transfers import Transfers

LEARN_MEMBERS: Final = "customers.learn_who_has_friends"
WALK: Final = "customers.walk_friends"
PULL_OWED: Final = Debt(
    "friend_pull", open_when="listed_at IS NULL", since="started_at", job=LEARN_MEMBERS, argument="pull_id"
)
WALK_OWED: Final = Debt(
    "friend_walk",
    open_when=f"state = {literals(WalkState.WAITING)}",
    since="started_at",
    job=WALK,
    argument="walk_id",
)
WALK_MOVES: Moves[WalkState] = {WalkState.HELD: {"confirm": WalkState.READ}}
_ACTION: Final = "customers.compare_friends"
_UNREADABLE: Final = NOT_OURS_TO_READ | {84074, 610004, 701008, 40003}


async def begin(actor: Actor) -> int:
    """Have every list read; returns the id of the pull, which may be one that runs already."""
    async with database.transaction():
        authorise(actor, _ACTION, subject())
        await database.advisory_lock("friend_pull")
        for open_pull in await FriendPull.filter(ended_at=None):
            await _end_pull(open_pull.id)
        running = await database.fetch_value("SELECT id FROM friend_pull WHERE ended_at IS NULL ORDER BY id LIMIT 1")
        if running is None:
            pull = await FriendPull.create(by_id=actor.id if actor.kind == "staff" else None, started_at=clock.now())
            running = pull.id
        await PULL_OWED.hint([running])
        return int(running)


async def learn_members(pull_id: int) -> None:
    """Learn who has friends, and have each list read."""
    client = await wecom()
    calls = client.contacts
    pull = await FriendPull.get(id=pull_id)
    if pull.listed_at is not None:
        return
    kept_out = await _take_left_behind(pull.id, client.transfers)
    userids = sorted({userid.lower() for userid in await calls.follow_users()})
    async with database.transaction():
        known = {staff.userid: staff.id for staff in await Staff.filter(userid__in=userids, is_active=True)}
        for userid in userids:
            if userid not in known:
                await directory.ask_about(userid)
        await database.execute_many(
            "INSERT INTO friend_walk (pull_id, staff_id, state, cursor, started_at, friends, missing) "
            f"VALUES ($1, $2, {literals(WalkState.WAITING)}, '', $3, 0, 0) ON CONFLICT DO NOTHING",
            [(pull.id, staff_id, clock.now()) for staff_id in sorted(known.values())],
        )
        await database.execute(
            "UPDATE friend_pull SET listed_at = $2, kept_out = $3 WHERE id = $1", pull.id, clock.now(), kept_out
        )
        walks = await FriendWalk.filter(pull_id=pull.id, state=WalkState.WAITING).values_list("id", flat=True)
        await WALK_OWED.hint(list(walks))
        await _end_pull(pull.id)


async def _take_left_behind(pull_id: int, calls: Transfers) -> int:
    """Friends of members who left are in nobody's list; WeCom has one of its own for them. Returns how many of them
    were kept out since they were erased.
    """
    kept_out = 0
    leavers: dict[str, Staff | None] = {}
    try:
        async for left in calls.unassigned():
            userid = left.user_id.lower()
            if userid not in leavers:
                leavers[userid] = await Staff.get_or_none(userid=userid)
            staff = leavers[userid]
            if staff is not None:
                try:
                    await taking.take_left_behind(pull_id, staff, left.external_user_id)
                except WasErased:
                    await tombstones.note_named([(IdentityKind.EXTERNAL_USERID, left.external_user_id)])
                    kept_out += 1
    except WeComError as error:
        if error.errcode not in _UNREADABLE:
            raise
        logger.info("unassigned_not_readable", errcode=error.errcode)
    return kept_out


async def walk(walk_id: int) -> None:
    """Read a member's list from where it stands to its end."""
    place = await FriendWalk.get(id=walk_id)
    if place.state is not WalkState.WAITING:
        return
    staff = await Staff.get(id=place.staff_id)
    names = await _tag_names()
    while True:
        begun = await next_turn()
        page = await _page(place, staff)
        if page is None:
            return
        friends = [taking.friend_of(staff, told, names, begun) for told in page.friends]
        kept_out = await taking.take(place.pull_id, staff, friends)
        following = page.next_cursor
        async with database.transaction():
            held = await FriendWalk.select_for_update().get(id=place.id)
            if held.state is not WalkState.WAITING or held.cursor != place.cursor:
                return  # Another worker is ahead.
            await database.execute(
                "UPDATE friendship SET seen_in_id = $3 WHERE staff_id = $1 AND external_userid = ANY($2)",
                staff.id,
                [friend.details.external_userid for friend in friends],
                held.pull_id,
            )
            held.cursor, held.friends = following, held.friends + len(friends)
            held.kept_out += kept_out
            await held.save(update_fields=["cursor", "friends", "kept_out"])
        place = held
        if not following:
            await _finish(place, staff)
            return


async def confirm(actor: Actor, walk_id: int) -> None:
    """确实没有了: a person says that the missing friends of a held walk are gone.

    Raises:
        NotFound: there is no such walk.
        IllegalMove: it is not held.
        NotAllowed: the actor does not lead in the member's store.
    """
    async with database.transaction():
        place = await FriendWalk.select_for_update().get_or_none(id=walk_id)
        if place is None:
            raise NotFound
        staff = await Staff.get(id=place.staff_id)
        authorise(actor, _ACTION, subject(store_id=staff.store_id))
        place.state = next_state(WALK_MOVES, place.state, "confirm")
        await place.save(update_fields=["state"])
        await audit.note(actor, "friends.confirm_gone", Ref("staff", staff.id), missing=place.missing)
        for friendship_id in await _missing(place):
            await taking.end(place.pull_id, staff, friendship_id, place.started_at)


async def _page(place: FriendWalk, staff: Staff) -> FriendsPage | None:
    """The page at the cursor; None, with the walk's end written, if the list cannot be read."""
    try:
        return await (await wecom()).contacts.friends_page(staff.userid, place.cursor)
    except WeComError as error:
        if error.errcode == NOT_A_CUSTOMER:
            return FriendsPage((), "")
        if error.errcode not in _UNREADABLE:
            raise
        await _set(place, WalkState.NOT_OURS, 0)
        return None


async def _finish(place: FriendWalk, staff: Staff) -> None:
    missing = await _missing(place)
    known = await database.fetch_value(
        "SELECT count(*) FROM friendship WHERE staff_id = $1 AND ended_at IS NULL", staff.id
    )
    if not rules.is_believable(int(known), len(missing)):
        await _set(place, WalkState.HELD, len(missing))
        return
    for friendship_id in missing:
        await taking.end(place.pull_id, staff, friendship_id, place.started_at)
    await _set(place, WalkState.READ, len(missing))


async def _missing(place: FriendWalk) -> list[int]:
    """Friends of the member that the walk did not meet, though they were friends when it began."""
    rows = await database.fetch(
        "SELECT id FROM friendship WHERE staff_id = $1 AND ended_at IS NULL AND seen_in_id IS DISTINCT FROM $2 "
        "AND coalesce(last_added_at, since) < $3 ORDER BY id",
        place.staff_id,
        place.pull_id,
        place.started_at,
    )
    return [row["id"] for row in rows]


async def _set(place: FriendWalk, state: WalkState, missing: int) -> None:
    async with database.transaction():
        # Two last walks that end at once would each see the other as waiting, and the pull would never end.
        await FriendPull.select_for_update().get(id=place.pull_id)
        await database.execute(
            f"UPDATE friend_walk SET state = $2, missing = $3 WHERE id = $1 AND state = {literals(WalkState.WAITING)}",
            place.id,
            state,
            missing,
        )
        await _end_pull(place.pull_id)


async def _end_pull(pull_id: int) -> None:
    """The pull is over when nobody's list waits any more."""
    await database.execute(
        "UPDATE friend_pull SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL AND listed_at IS NOT NULL "
        f"AND NOT EXISTS (SELECT FROM friend_walk WHERE pull_id = $1 AND state = {literals(WalkState.WAITING)})",
        pull_id,
        clock.now(),
    )


async def _tag_names() -> Mapping[str, str]:
    """The corp's tags: their names by id."""
    return {tag.id: tag.name for tag in await (await wecom()).contacts.listed_corp_tags()}

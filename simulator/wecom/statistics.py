"""What members did with customers, day by day (doc 92132); the sum over all members asked for."""

from datetime import datetime, time
from typing import Any

from foundation.clock import SHANGHAI
from simulator.doors import BAD_PARAMETER, Call, Refusal
from simulator.records import ChatMessage, Member
from simulator.wecom import DOORS
from simulator.wecom.customers import require_member

MOST_MEMBERS = 100
LONGEST_DAYS, OLDEST_DAYS = 30, 180
DAY = 86400


@DOORS.post("externalcontact/get_user_behavior_data")
async def get_user_behavior_data(call: Call) -> dict[str, Any]:
    """One row a day; the reply figures are left out on days without a chat."""
    members = _members(call)
    start, end = (_midnight(int(call.body.get(name) or 0)) for name in ("start_time", "end_time"))
    today = _midnight(call.now)
    if not 0 < start <= end or (end - start) // DAY >= LONGEST_DAYS or today - start > OLDEST_DAYS * DAY:
        raise Refusal(BAD_PARAMETER, "start_time and end_time must span at most 30 of the last 180 days")
    return {"behavior_data": [_day(call, members, day) for day in range(start, end + 1, DAY)]}


def _members(call: Call) -> list[Member]:
    userids = call.items("userid", at_most=MOST_MEMBERS, errcode=40032)
    parties = set(call.items("partyid", at_most=MOST_MEMBERS, errcode=40032))
    if not userids and not parties:
        raise Refusal(40063, "userid and partyid empty")
    found = [require_member(call, str(userid)) for userid in userids]
    return found + [
        member
        for member in call.simulation.world.members
        if parties & set(member.department) and call.app.sees(member.userid) and member not in found
    ]


def _day(call: Call, members: list[Member], start: int) -> dict[str, Any]:
    names = {member.userid.lower() for member in members}
    pairs = [row for row in call.simulation.world.friendships if row.userid.lower() in names]
    said = [
        row
        for row in call.simulation.world.chats
        if row.userid.lower() in names and row.origin == "chat" and start <= row.sent_at < start + DAY
    ]
    made = [pair for pair in pairs if start <= pair.created_at < start + DAY]
    row = {
        "stat_time": start,
        "new_apply_cnt": len(made),
        "new_contact_cnt": sum(not pair.half for pair in made),
        "chat_cnt": len({(one.userid, one.external_userid) for one in said}),
        "message_cnt": sum(one.sender == "member" for one in said),
        "negative_feedback_cnt": sum(pair.deleted_by_person for pair in made),
    }
    return row | _replies(said)


def _replies(said: list[ChatMessage]) -> dict[str, Any]:
    """Which part of the conversations people began was answered, and after how many minutes."""
    waits: list[float] = []
    asked = 0
    for pair in {(one.userid, one.external_userid) for one in said}:
        talk = [one for one in said if (one.userid, one.external_userid) == pair]
        if talk[0].sender != "person":
            continue
        asked += 1
        answer = next((one for one in talk if one.sender == "member"), None)
        if answer is not None:
            waits.append((answer.sent_at - talk[0].sent_at) / 60)
    if not asked:
        return {}
    return {
        "reply_percentage": round(100 * len(waits) / asked, 2),
        "avg_reply_time": round(sum(waits) / len(waits)) if waits else 0,
    }


def _midnight(instant: int) -> int:
    """The beginning of the day in Shanghai."""
    if instant <= 0:
        return 0
    day = datetime.fromtimestamp(instant, SHANGHAI).date()
    return int(datetime.combine(day, time(), SHANGHAI).timestamp())

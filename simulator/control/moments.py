"""Moments on the phones: a member publishes what the corp prepared, customers see it, like it and comment on it."""

from dataclasses import asdict
from typing import Any

from simulator.control.hands import Hand, HandRefused, find_member, route
from simulator.records import MomentPart
from simulator.wecom import moments


@route("GET", "/staff/<userid:str>/moments")
async def moments_of_member(hand: Hand) -> Any:
    """客户朋友圈: the member's tasks, newest first."""
    parts = hand.simulation.world.moment_parts.where("userid", hand.member().userid.lower())
    return {"moments": [_shown(hand, part) for part in parts[::-1]]}


@route("GET", "/people/<person_id:str>/moments")
async def moments_of_person(hand: Hand) -> Any:
    """朋友圈: what this person's friends in WeCom published for them, newest first."""
    key = hand.person().external_userid
    parts = sorted(
        (part for part in hand.simulation.world.moment_parts if key in part.seen_by),
        key=lambda part: part.published_at,
        reverse=True,
    )
    return {
        "moments": [
            {
                **_shown(hand, part),
                "liked": key in part.likes,
                "member_name": find_member(hand.simulation, part.userid).name,
            }
            for part in parts
        ]
    }


@route("POST", "/moments/publish")
async def publish(hand: Hand) -> Any:
    """The member publishes: `{moment_id, userid}`."""
    counts = moments.publish(hand.simulation, _part(hand))
    hand.simulation.hand("moment_publish", f"{hand.body['userid']}: {counts['seen_by']} customers")
    return counts


@route("POST", "/people/<person_id:str>/moments/like")
async def like(hand: Hand) -> Any:
    """A customer likes it: `{moment_id, userid}`."""
    moments.react(hand.simulation, _part(hand), hand.person().external_userid)
    return {}


@route("POST", "/people/<person_id:str>/moments/comment")
async def comment(hand: Hand) -> Any:
    """A customer comments on it: `{moment_id, userid, text}`."""
    moments.react(hand.simulation, _part(hand), hand.person().external_userid, str(hand.need("text")))
    return {}


def _part(hand: Hand) -> MomentPart:
    part = hand.simulation.world.moment_parts.get(f"{hand.need('moment_id')}|{str(hand.need('userid')).lower()}")
    if part is None:
        raise HandRefused(404, "no_moment", "no such Moment of this member")
    return part


def _shown(hand: Hand, part: MomentPart) -> dict[str, Any]:
    moment = hand.simulation.world.moments.get(part.moment_id)
    names = {row.external_userid: row.nickname for row in hand.simulation.world.people}
    told = {
        name: value for name, value in asdict(part).items() if name not in ("chosen", "seen_by", "likes", "comments")
    }
    return told | {
        "body": moment.body if moment else None,
        "cancelled": bool(moment and moment.cancelled),
        "chosen": len(part.chosen),
        "seen_by": len(part.seen_by),
        "likes": [names.get(key, "") for key in part.likes],
        "comments": [{"name": names.get(key, ""), "text": text} for key, _, text in part.comments],
    }

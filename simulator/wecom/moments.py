"""Enterprise Moments (客户朋友圈): making the tasks, and what members and customers do with them (doc 95094).

The API only makes a task for each member; nothing stands in anybody's Moments before that member publishes it.
"""

from typing import Any

from foundation.clock import local
from simulator.doors import FREQUENCY_LIMIT, Call, Refusal, check_length
from simulator.records import Friendship, Moment, MomentPart
from simulator.simulation import Simulation
from simulator.wecom import DOORS
from simulator.wecom.attachments import COUNT_OR_SIZE, WRONG_TYPE
from simulator.wecom.media import require_media

TEXT_CHARS, TEXT_BYTES = 2000, 4000
MAX_PICTURES = 9
LINK_TITLE_CHARS = 64
MAX_SENDERS = 100_000
TASKS_PER_MINUTE, TASKS_PER_MONTH = 10, 100_000
FOR_MOMENTS = 1
"""`attachment_type` of the files a Moment may show; one for messages is refused."""
SEEN_PER_MONTH = 4
"""Moments of the corp that one customer sees in a month; the rest are published but not shown to them."""
ALL_CUSTOMERS, SOME_CUSTOMERS = 1, 0
_FIELDS = {"image": ("media_id",), "video": ("media_id",), "link": ("url", "media_id")}


@DOORS.post("externalcontact/add_moment_task")
async def add_moment_task(call: Call) -> dict[str, Any]:
    """Take the order; whether it could be carried out is told by `get_moment_task_result`."""
    content = str((call.body.get("text") or {}).get("content", ""))
    check_length("text.content", content, max_chars=TEXT_CHARS, max_bytes=TEXT_BYTES, errcode=45002)
    attachments = _attachments(call)
    if not content and not attachments:
        raise Refusal(44004, "text and attachments empty")
    _count(call)
    world = call.simulation.world
    wanted = call.body.get("visible_range") or {}
    senders, wrong_users, wrong_departments = _senders(call, wanted.get("sender_list") or {})
    tags = [str(tag) for tag in (wanted.get("external_contact_list") or {}).get("tag_list") or []]
    moment = world.moments.put(
        Moment(
            moment_id=world.new_id("mom", 32),
            jobid=world.new_id("job", 40),
            body={"text": {"content": content}, "attachments": attachments},
            tag_ids=[tag for tag in tags if world.tags.get(tag)],
            created_at=call.now,
            invalid_senders=wrong_users,
            invalid_departments=wrong_departments,
            invalid_tags=[tag for tag in tags if not world.tags.get(tag)],
        )
    )
    for userid in senders:
        world.moment_parts.put(MomentPart(moment.moment_id, userid))
        call.simulation.stream.publish("moment", {"userid": userid, "moment_id": moment.moment_id})
    call.summary = f"{len(senders)} members"
    return {"jobid": moment.jobid}


def publish(simulation: Simulation, part: MomentPart) -> dict[str, int]:
    """The member presses 「发表」: all their customers whom it is for get it, except who got enough this month.

    Returns:
        For how many it was published, and how many of them see it.
    """
    moment = simulation.world.moments.get(part.moment_id)
    if moment is None or moment.cancelled or part.published_at:
        raise ValueError("this Moment cannot be published any more")
    part.published_at = simulation.clock.seconds()
    for pair in simulation.world.friendships.where("userid", part.userid.lower()):
        if _is_for(moment, pair):
            part.chosen.append(pair.external_userid)
            counter = _counter(simulation, pair.external_userid)
            if pair.reachable and simulation.world.count(counter) < SEEN_PER_MONTH:
                simulation.world.count(counter, 1)
                part.seen_by.append(pair.external_userid)
    simulation.world.moment_parts.put(part)
    simulation.stream.publish("moment", {"userid": part.userid, "moment_id": part.moment_id})
    return {"chosen": len(part.chosen), "seen_by": len(part.seen_by)}


def react(simulation: Simulation, part: MomentPart, external_userid: str, comment: str = "") -> None:
    """A customer likes a published Moment, or comments on it."""
    if external_userid not in part.seen_by:
        raise ValueError("this customer does not see the Moment")
    if comment:
        part.comments.append([external_userid, simulation.clock.seconds(), comment])
    else:
        part.likes.setdefault(external_userid, simulation.clock.seconds())
    simulation.world.moment_parts.put(part)
    simulation.stream.publish("moment", {"userid": part.userid, "moment_id": part.moment_id})


def is_made(call: Call, moment: Moment) -> bool:
    """Whether the job that makes it has ended, and somebody can publish it."""
    return call.now - moment.created_at >= call.simulation.faults.moment_job_seconds and bool(
        call.simulation.world.moment_parts.where("moment_id", moment.moment_id)
    )


def _attachments(call: Call) -> list[dict[str, Any]]:
    """At most nine pictures, or one video, or one link; each with a file that was uploaded for Moments."""
    found = call.items("attachments", at_most=MAX_PICTURES, errcode=COUNT_OR_SIZE)
    kinds = {one.get("msgtype") for one in found if isinstance(one, dict)}
    if len(kinds) > 1 or kinds - _FIELDS.keys() or (found and not kinds):
        raise Refusal(WRONG_TYPE, "attachments must be images, or one video, or one link")
    if len(found) > 1 and kinds != {"image"}:
        raise Refusal(COUNT_OR_SIZE, "only one video or link")
    for one in found:
        kind = one["msgtype"]
        body = one.get(kind) or {}
        for name in _FIELDS[kind]:
            if not body.get(name):
                raise Refusal(40063, f"{kind}.{name} missing")
        check_length("link.title", str(body.get("title", "")), max_chars=LINK_TITLE_CHARS, errcode=COUNT_OR_SIZE)
        require_media(call, str(body["media_id"]), attachment_type=FOR_MOMENTS)
    return found


def _count(call: Call) -> None:
    world, at = call.simulation.world, local(call.simulation.clock.now())
    minute, month = f"moments:{at:%Y-%m-%d %H:%M}", f"moments:{at:%Y-%m}"
    if world.count(minute) >= TASKS_PER_MINUTE or world.count(month) >= TASKS_PER_MONTH:
        raise Refusal(FREQUENCY_LIMIT)
    world.count(minute, 1)
    world.count(month, 1)


def _senders(call: Call, wanted: dict[str, Any]) -> tuple[list[str], list[str], list[int]]:
    """Who gets a task, and which members and departments cannot."""
    world = call.simulation.world
    users = [str(userid) for userid in wanted.get("user_list") or []]
    departments = [int(number) for number in wanted.get("department_list") or []]
    if len(users) > MAX_SENDERS:
        raise Refusal(40032, "user_list too long")
    named = {userid: world.member(userid) for userid in users}
    everybody = not users and not departments
    inside = [
        member
        for member in world.members
        if everybody or set(member.department) & set(departments) or member in named.values()
    ]
    usable = [
        one.userid for one in inside if one.status == 1 and one.has_customer_contact and call.app.sees(one.userid)
    ]
    known = {userid.lower() for userid in usable}
    wrong = [userid for userid in users if userid.lower() not in known]
    return usable, wrong, [number for number in departments if world.departments.get(str(number)) is None]


def _is_for(moment: Moment, pair: Friendship) -> bool:
    return pair.alive and (not moment.tag_ids or bool(set(moment.tag_ids) & set(pair.tag_ids)))


def _counter(simulation: Simulation, external_userid: str) -> str:
    return f"moment:{external_userid}:{local(simulation.clock.now()):%Y-%m}"

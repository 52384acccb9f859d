"""Enterprise mass messages: making the tasks, and what members do with them (docs 92135, 97611, 93338).

The API only makes a task for each member; nothing is sent before that member confirms in WeCom.
"""

import calendar
from typing import Any

from foundation.clock import local
from simulator.doors import BAD_PARAMETER, Call, Refusal, check_length
from simulator.records import Friendship, MassMessage, MassTask
from simulator.simulation import Simulation
from simulator.wecom import DOORS
from simulator.wecom.attachments import check_attachments
from simulator.wecom.chats import deliver_to_group, deliver_to_person

MAX_RECEIVERS = 10_000
MAX_GROUPS = 2_000
TEXT_BYTES = 4000
MAX_TAGS_PER_GROUP = 100
NO_CUSTOMER = 41048
NOT_SENT, SENT, NOT_A_FRIEND, QUOTA_REACHED = 0, 1, 2, 3
TASK_OPEN, TASK_SENT = 0, 2


@DOORS.post("externalcontact/add_msg_template")
async def add_msg_template(call: Call) -> dict[str, Any]:
    """Make the tasks; unusable customers come back in fail_list."""
    chat_type = call.text("chat_type") or "single"
    if chat_type not in ("single", "group"):
        raise Refusal(BAD_PARAMETER, "chat_type must be single or group")
    content = str((call.body.get("text") or {}).get("content", ""))
    check_length("text.content", content, max_bytes=TEXT_BYTES, errcode=45002)
    attachments = check_attachments(call)
    if not content and not attachments:
        raise Refusal(44004, "text and attachments empty")
    if chat_type == "group":
        return _for_groups(call, {"text": {"content": content}, "attachments": attachments})
    pairs, failed = _chosen(call)
    if not pairs:
        raise Refusal(NO_CUSTOMER, "no customer to send to")
    world = call.simulation.world
    body = {"text": {"content": content}, "attachments": attachments}
    creator = call.text("sender") or f"app-{call.app.agent_id}"
    message = world.mass_messages.put(MassMessage(world.new_id("msg", 43), creator, "single", body, call.now))
    tasks: dict[str, MassTask] = {}
    for pair in pairs:
        task = tasks.setdefault(pair.userid, MassTask(message.msgid, pair.userid, {}))
        task.allow_select = bool(call.body.get("allow_select"))
        task.results[pair.external_userid] = [NOT_SENT, 0]
    for task in tasks.values():
        world.mass_tasks.put(task)
        call.simulation.stream.publish("mass_task", {"userid": task.userid, "msgid": task.msgid})
    call.summary = f"{len(pairs)} customers, {len(tasks)} members"
    return {"fail_list": failed, "msgid": message.msgid}


def _for_groups(call: Call, body: dict[str, Any]) -> dict[str, Any]:
    """A task of the sender for groups they own: those named, or all of theirs; `external_userid` is ignored."""
    world, sender = call.simulation.world, call.text("sender", required=40063)
    member = world.member(sender)
    if member is None or not call.app.sees(sender):
        raise Refusal(40003, "invalid sender")
    wanted = [str(key) for key in call.items("chat_id_list", at_most=MAX_GROUPS, errcode=BAD_PARAMETER)]
    own = [row.chat_id for row in world.groups if row.owner.lower() == sender.lower() and not row.dissolved]
    chosen = [key for key in dict.fromkeys(wanted) if key in own] if wanted else own
    failed = [key for key in dict.fromkeys(wanted) if key not in own]
    if not chosen:
        raise Refusal(NO_CUSTOMER, "no customer group to send to")
    message = world.mass_messages.put(
        MassMessage(world.new_id("msg", 43), f"app-{call.app.agent_id}", "group", body, call.now)
    )
    world.mass_tasks.put(MassTask(message.msgid, member.userid, {key: [NOT_SENT, 0] for key in chosen}))
    call.simulation.stream.publish("mass_task", {"userid": member.userid, "msgid": message.msgid})
    call.summary = f"{len(chosen)} groups"
    return {"fail_list": failed, "msgid": message.msgid}


def confirm(simulation: Simulation, task: MassTask, *, only: list[str] | None = None) -> dict[str, int]:
    """The member presses 「发送」: a customer gets it, is no longer a friend, or has reached this month's limit.

    Returns:
        How many ended in each status.
    """
    message = simulation.world.mass_messages.get(task.msgid)
    if message is None or message.cancelled or task.status == TASK_SENT or task.refused:
        raise ValueError("this task cannot be sent any more")
    now = simulation.clock.seconds()
    chosen = set(only) if only is not None and task.allow_select else None
    for external_userid in task.results:
        if chosen is None or external_userid in chosen:
            send = _send_to_group if message.chat_type == "group" else _send_one
            status = send(simulation, message, task.userid, external_userid)
            task.results[external_userid] = [status, now if status == SENT else 0]
    task.status, task.send_time = TASK_SENT, now
    simulation.world.mass_tasks.put(task)
    simulation.stream.publish("mass_task", {"userid": task.userid, "msgid": task.msgid})
    statuses = [status for status, _ in task.results.values()]
    return {name: statuses.count(code) for name, code in _NAMES.items()}


_NAMES = {"not_sent": NOT_SENT, "sent": SENT, "not_friend": NOT_A_FRIEND, "quota": QUOTA_REACHED}


def quota_of_month(simulation: Simulation, external_userid: str) -> tuple[str, int]:
    """The counter of this customer's month and how many messages it may reach: the days of the month."""
    day = local(simulation.clock.now()).date()
    return f"mass:{external_userid}:{day:%Y-%m}", calendar.monthrange(day.year, day.month)[1]


def _send_one(simulation: Simulation, message: MassMessage, userid: str, external_userid: str) -> int:
    pair = simulation.world.friendship(userid, external_userid)
    if pair is None or not pair.reachable:
        return NOT_A_FRIEND
    counter, limit = quota_of_month(simulation, external_userid)
    if simulation.world.count(counter) >= limit:
        return QUOTA_REACHED
    simulation.world.count(counter, 1)
    if content := message.body["text"]["content"]:
        deliver_to_person(simulation, userid, external_userid, "mass", "text", {"content": content})
    for attachment in message.body["attachments"]:
        kind = attachment["msgtype"]
        deliver_to_person(simulation, userid, external_userid, "mass", kind, dict(attachment[kind]))
    return SENT


def _send_to_group(simulation: Simulation, message: MassMessage, userid: str, chat_id: str) -> int:
    group = simulation.world.groups.get(chat_id)
    if group is None or group.dissolved or group.owner.lower() != userid.lower():
        return NOT_A_FRIEND
    counter, limit = quota_of_month(simulation, chat_id)
    if simulation.world.count(counter) >= limit:
        return QUOTA_REACHED
    simulation.world.count(counter, 1)
    if content := message.body["text"]["content"]:
        deliver_to_group(simulation, userid, chat_id, "text", {"content": content})
    for attachment in message.body["attachments"]:
        kind = attachment["msgtype"]
        deliver_to_group(simulation, userid, chat_id, kind, dict(attachment[kind]))
    return SENT


def _chosen(call: Call) -> tuple[list[Friendship], list[str]]:
    """For each wanted customer the member who gets the task, and the customers nobody can reach."""
    world, sender = call.simulation.world, call.text("sender")
    wanted = [str(key) for key in call.items("external_userid", at_most=MAX_RECEIVERS, errcode=40032)]
    if sender and world.member(sender) is None:
        raise Refusal(40003, "invalid sender")
    if not wanted and not sender and not call.body.get("tag_filter"):
        raise Refusal(40063, "external_userid and sender empty")
    if wanted:
        found = {key: _follower(call, key, sender) for key in dict.fromkeys(wanted)}
        return [pair for pair in found.values() if pair], [key for key, pair in found.items() if pair is None]
    groups = _tag_groups(call)
    candidates = world.friendships.where("userid", sender.lower()) if sender else list(world.friendships)
    keys = dict.fromkeys(pair.external_userid for pair in candidates if pair.alive and _has_tags(pair, groups))
    return [pair for key in keys if (pair := _follower(call, key, sender))], []


def _follower(call: Call, external_userid: str, sender: str) -> Friendship | None:
    """The member who last chatted with the customer (the sender, when one is named)."""
    pairs = [
        pair
        for pair in call.simulation.world.friendships.where("external_userid", external_userid)
        if pair.alive and (not sender or pair.userid.lower() == sender.lower()) and call.app.sees(pair.userid)
    ]
    return max(pairs, key=lambda pair: (pair.last_chat_at, pair.created_at), default=None)


def _tag_groups(call: Call) -> list[set[str]]:
    groups = (call.body.get("tag_filter") or {}).get("group_list") or []
    found = [set(group.get("tag_list") or []) for group in groups]
    if any(len(tags) > MAX_TAGS_PER_GROUP for tags in found):
        raise Refusal(40058, f"tag_list exceeds {MAX_TAGS_PER_GROUP}")
    return found


def _has_tags(pair: Friendship, groups: list[set[str]]) -> bool:
    """Any tag inside a group, and every group."""
    return all(tags & set(pair.tag_ids) for tags in groups)

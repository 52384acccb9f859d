"""Following up a mass message: lists, results, reminding, cancelling (docs 97610, 97611, 93338)."""

from typing import Any

from simulator.doors import BAD_PARAMETER, Call, Refusal, page_of
from simulator.records import MassMessage
from simulator.wecom import DOORS
from simulator.wecom.mass_messages import TASK_OPEN

LIST_LIMIT, LIST_DEFAULT = 100, 50
RESULT_LIMIT, RESULT_DEFAULT = 1000, 500
LIST_SECONDS = 31 * 86400
REMINDS, REMIND_SECONDS = 3, 86400
PERSONAL = 1
"""`create_type` of what a member made in the client; 0 is the corp's, by API or console."""


@DOORS.post("externalcontact/get_groupmsg_list_v2")
async def get_groupmsg_list_v2(call: Call) -> dict[str, Any]:
    """Mass messages of at most one month."""
    start, end = int(call.body.get("start_time") or 0), int(call.body.get("end_time") or 0)
    if not 0 < start <= end or end - start > LIST_SECONDS:
        raise Refusal(BAD_PARAMETER, "start_time and end_time must span at most a month")
    chat_type, creator = call.text("chat_type", required=40063), call.text("creator")
    kind = int(call.body.get("filter_type", 2))
    found = [
        row
        for row in call.simulation.world.mass_messages
        if row.chat_type == chat_type
        and start <= row.created_at <= min(end, call.now - call.simulation.faults.list_lag_seconds)
        and (not creator or (row.create_type == PERSONAL and row.creator.lower() == creator.lower()))
        and kind in (2, row.create_type)
    ]
    rows, cursor = page_of(call, found, limit=_limit(call, LIST_DEFAULT, LIST_LIMIT))
    return {"group_msg_list": [_shown(row) for row in rows], "next_cursor": cursor}


@DOORS.post("externalcontact/get_groupmsg_task")
async def get_groupmsg_task(call: Call) -> dict[str, Any]:
    """Which members have sent (2) and which have not (0); a refusal looks like not sent."""
    message = _message(call)
    tasks = call.simulation.world.mass_tasks.where("msgid", message.msgid)
    rows, cursor = page_of(call, tasks, limit=_limit(call, RESULT_DEFAULT, RESULT_LIMIT))
    shown = [
        {"userid": row.userid, "status": row.status} | ({"send_time": row.send_time} if row.send_time else {})
        for row in rows
    ]
    return {"task_list": shown, "next_cursor": cursor}


@DOORS.post("externalcontact/get_groupmsg_send_result")
async def get_groupmsg_send_result(call: Call) -> dict[str, Any]:
    """The delivery result for each customer of one member's task."""
    message = _message(call)
    userid = call.text("userid", required=40063)
    task = call.simulation.world.mass_tasks.get(f"{message.msgid}|{userid.lower()}")
    if task is None:
        raise Refusal(40003, "userid has no task of this message")
    rows, cursor = page_of(call, list(task.results.items()), limit=_limit(call, RESULT_DEFAULT, RESULT_LIMIT))
    named = "chat_id" if message.chat_type == "group" else "external_userid"
    shown = [
        {named: key, "userid": task.userid, "status": status} | ({"send_time": at} if at else {})
        for key, (status, at) in rows
    ]
    return {"send_list": shown, "next_cursor": cursor}


@DOORS.post("externalcontact/remind_groupmsg_send")
async def remind_groupmsg_send(call: Call) -> dict[str, Any]:
    """Remind the members who have not sent; three times in 24 hours."""
    message = _message(call)
    recent = [at for at in message.reminded_at if call.now - at < REMIND_SECONDS]
    if message.cancelled:
        raise Refusal(41047, "message cancelled")
    if len(recent) >= REMINDS:
        raise Refusal(45009, "remind frequency limit")
    message.reminded_at = [*recent, call.now]
    call.simulation.world.mass_messages.put(message)
    for task in call.simulation.world.mass_tasks.where("msgid", message.msgid):
        if task.status == TASK_OPEN:
            call.simulation.stream.publish(
                "mass_task", {"userid": task.userid, "msgid": task.msgid, "reminded": len(message.reminded_at)}
            )
    return {}


@DOORS.post("externalcontact/cancel_groupmsg_send")
async def cancel_groupmsg_send(call: Call) -> dict[str, Any]:
    """Stop what is not yet sent."""
    message = _message(call)
    message.cancelled = True
    call.simulation.world.mass_messages.put(message)
    call.simulation.stream.publish("mass_task", {"userid": "", "msgid": message.msgid})
    return {}


def _message(call: Call) -> MassMessage:
    message = call.simulation.world.mass_messages.get(call.text("msgid", required=41046))
    if message is None:
        raise Refusal(41047, "msgid invalid")
    return message


def _limit(call: Call, default: int, most: int) -> int:
    limit = int(call.body.get("limit") or default)
    if not 1 <= limit <= most:
        raise Refusal(BAD_PARAMETER, f"limit must be 1 to {most}")
    return limit


def _shown(row: MassMessage) -> dict[str, Any]:
    # One made by API has no creator: `sender` only names who is to send it.
    creator = {"creator": row.creator} if row.create_type == PERSONAL else {}
    return creator | {
        "msgid": row.msgid,
        "create_time": row.created_at,
        "create_type": row.create_type,
        "text": row.body["text"],
        "attachments": row.body["attachments"],
    }

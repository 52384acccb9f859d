"""Following up a Moment: the job, who published it, who sees it, likes and comments, stopping (docs 95094, 93333)."""

from typing import Any

from simulator.doors import BAD_PARAMETER, Call, Refusal, page_of
from simulator.records import Moment, MomentPart
from simulator.wecom import DOORS
from simulator.wecom.moments import ALL_CUSTOMERS, SOME_CUSTOMERS, is_made

LIST_LIMIT, PART_LIMIT, SEEN_LIMIT, SEEN_DEFAULT = 20, 1000, 5000, 3000
LIST_SECONDS = 30 * 86400
JOB_SECONDS = 86400
NO_JOB, WRONG_JOB = 41078, 41079
NOT_THEIRS, NOT_PUBLISHED = 41061, 41062
RUNNING, DONE = 2, 3
ALL_INVALID = 81013


@DOORS.get("externalcontact/get_moment_task_result")
async def get_moment_task_result(call: Call) -> dict[str, Any]:
    """What became of the job; known for a day."""
    jobid = call.query.get("jobid", "")
    if not jobid:
        raise Refusal(NO_JOB, "missing jobid")
    found = call.simulation.world.moments.where("jobid", jobid)
    if not found or call.now - found[0].created_at > JOB_SECONDS:
        raise Refusal(WRONG_JOB, "invalid jobid")
    moment = found[0]
    if call.now - moment.created_at < call.simulation.faults.moment_job_seconds:
        return {"status": RUNNING, "type": "add_moment_task"}
    told: dict[str, Any] = {"errcode": ALL_INVALID, "errmsg": "all senders invalid"}
    if is_made(call, moment):
        told = {"errcode": 0, "errmsg": "ok", "moment_id": moment.moment_id}
    told["invalid_sender_list"] = {"user_list": moment.invalid_senders, "department_list": moment.invalid_departments}
    told["invalid_external_contact_list"] = {"tag_list": moment.invalid_tags}
    return {"status": DONE, "type": "add_moment_task", "result": told}


@DOORS.post("externalcontact/get_moment_list")
async def get_moment_list(call: Call) -> dict[str, Any]:
    """Moments of at most thirty days."""
    start, end = int(call.body.get("start_time") or 0), int(call.body.get("end_time") or 0)
    if not 0 < start <= end or end - start > LIST_SECONDS:
        raise Refusal(BAD_PARAMETER, "start_time and end_time must span at most 30 days")
    kind, creator = int(call.body.get("filter_type", 2)), call.text("creator")
    shown_until = min(end, call.now - int(call.simulation.faults.list_lag_seconds))
    found = [
        row
        for row in call.simulation.world.moments
        if start <= row.created_at <= shown_until
        and is_made(call, row)
        and (not creator or row.creator.lower() == creator.lower())
        and kind in (2, row.create_type)
    ]
    rows, cursor = page_of(call, found, limit=_limit(call, LIST_LIMIT, LIST_LIMIT))
    return {"moment_list": [_shown(row) for row in rows], "next_cursor": cursor}


@DOORS.post("externalcontact/get_moment_task")
async def get_moment_task(call: Call) -> dict[str, Any]:
    """Which members have published it (1) and which have not (0)."""
    moment = _moment(call)
    parts = call.simulation.world.moment_parts.where("moment_id", moment.moment_id)
    rows, cursor = page_of(call, parts, limit=_limit(call, PART_LIMIT, PART_LIMIT))
    shown = [{"userid": row.userid, "publish_status": 1 if row.published_at else 0} for row in rows]
    return {"task_list": shown, "next_cursor": cursor}


@DOORS.post("externalcontact/get_moment_customer_list")
async def get_moment_customer_list(call: Call) -> dict[str, Any]:
    """For whom a member published it."""
    part = _published(call)
    rows, cursor = page_of(call, part.chosen, limit=_limit(call, PART_LIMIT, PART_LIMIT))
    shown = [{"userid": part.userid, "external_userid": key} for key in rows]
    return {"customer_list": shown, "next_cursor": cursor}


@DOORS.post("externalcontact/get_moment_send_result")
async def get_moment_send_result(call: Call) -> dict[str, Any]:
    """Who sees what a member published; without those who got enough this month."""
    part = _published(call)
    rows, cursor = page_of(call, part.seen_by, limit=_limit(call, SEEN_DEFAULT, SEEN_LIMIT))
    return {"customer_list": [{"external_userid": key} for key in rows], "next_cursor": cursor}


@DOORS.post("externalcontact/get_moment_comments")
async def get_moment_comments(call: Call) -> dict[str, Any]:
    """Who commented on it and who liked it, and when; never what they wrote."""
    part = _published(call)
    return {
        "comment_list": [{"external_userid": key, "create_time": at} for key, at, _ in part.comments],
        "like_list": [{"external_userid": key, "create_time": at} for key, at in part.likes.items()],
    }


@DOORS.post("externalcontact/cancel_moment_task")
async def cancel_moment_task(call: Call) -> dict[str, Any]:
    """Stop what is not published yet."""
    moment = _moment(call)
    moment.cancelled = True
    call.simulation.world.moments.put(moment)
    call.simulation.stream.publish("moment", {"userid": "", "moment_id": moment.moment_id})
    return {}


def _moment(call: Call) -> Moment:
    moment = call.simulation.world.moments.get(call.text("moment_id", required=41059))
    if moment is None or not is_made(call, moment):
        raise Refusal(41060, "moment_id invalid")
    return moment


def _published(call: Call) -> MomentPart:
    moment = _moment(call)
    userid = call.text("userid", required=40063)
    part = call.simulation.world.moment_parts.get(f"{moment.moment_id}|{userid.lower()}")
    if part is None:
        raise Refusal(NOT_THEIRS, "not a moment of this member")
    if not part.published_at:
        raise Refusal(NOT_PUBLISHED, "not published yet")
    return part


def _limit(call: Call, default: int, most: int) -> int:
    limit = int(call.body.get("limit") or default)
    if not 1 <= limit <= most:
        raise Refusal(BAD_PARAMETER, f"limit must be 1 to {most}")
    return limit


def _shown(row: Moment) -> dict[str, Any]:
    attached: dict[str, Any] = {}
    for one in row.body["attachments"]:
        if one["msgtype"] == "image":
            attached.setdefault("image", []).append(dict(one["image"]))
        else:
            attached[one["msgtype"]] = dict(one[one["msgtype"]])
    return attached | {
        "moment_id": row.moment_id,
        "creator": row.creator,
        "create_time": str(row.created_at),
        "create_type": row.create_type,
        "visible_type": SOME_CUSTOMERS if row.tag_ids else ALL_CUSTOMERS,
        "text": row.body["text"],
    }

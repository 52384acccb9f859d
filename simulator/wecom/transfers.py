"""Handing customers over to a colleague: 24 hours in which each customer may refuse.

Of a member who works here (docs 92125, 94088) and of one who has left (docs 92124, 94081), each with its own calls.
"""

from typing import Any

from simulator.doors import BAD_PARAMETER, Call, Refusal, page_of
from simulator.records import Friendship, Transfer
from simulator.simulation import Simulation
from simulator.wecom import DOORS
from simulator.wecom.callbacks import customer_event
from simulator.wecom.customers import require_member

MAX_CUSTOMERS = 100
MESSAGE_CHARS = 200
WAIT_SECONDS = 24 * 3600
MAX_TRANSFERS, TRANSFER_DAYS = 2, 90
RESULT_LIMIT = 1000
UNASSIGNED_LIMIT = 1000
RESIGNED_DAYS = 365
"""Customers of a member who left longer ago cannot be handed over any more."""
DONE, WAITING, REFUSED, LIMIT_REACHED = 1, 2, 3, 4


@DOORS.post("externalcontact/transfer_customer")
async def transfer_customer(call: Call) -> dict[str, Any]:
    """Start the hand-over of up to 100 customers; each has its own errcode."""
    handover = require_member(call, call.text("handover_userid", required=40063))
    takeover = require_member(call, call.text("takeover_userid", required=40063))
    if handover.userid == takeover.userid:
        raise Refusal(40130, "handover and takeover are the same member")
    call.text("transfer_success_msg", max_chars=MESSAGE_CHARS)
    return _start_all(call, handover.userid, takeover.userid, from_resigned=False)


@DOORS.post("externalcontact/resigned/transfer_customer")
async def resigned_transfer_customer(call: Call) -> dict[str, Any]:
    """Start the hand-over of up to 100 customers of a member who left within a year; each has its own errcode."""
    userid = call.text("handover_userid", required=40063)
    takeover = require_member(call, call.text("takeover_userid", required=40063))
    if call.simulation.world.member(userid) is not None:
        raise Refusal(40097, "handover member has not resigned")
    gone = call.simulation.world.resigned.get(userid.lower())
    if gone is None or call.now - gone.left_at > RESIGNED_DAYS * 86400:
        raise Refusal(40003, "invalid userid")
    return _start_all(call, gone.userid, takeover.userid, from_resigned=True)


@DOORS.post("externalcontact/get_unassigned_list")
async def get_unassigned_list(call: Call) -> dict[str, Any]:
    """Customers of members who left who were not given to anybody yet, page by page."""
    limit = int(call.body.get("page_size") or UNASSIGNED_LIMIT)
    if not 1 <= limit <= UNASSIGNED_LIMIT:
        raise Refusal(BAD_PARAMETER, f"page_size must be 1 to {UNASSIGNED_LIMIT}")
    found = [
        {
            "handover_userid": gone.userid,
            "external_userid": pair.external_userid,
            "dimission_time": gone.left_at,
        }
        for gone in call.simulation.world.resigned
        for pair in call.simulation.world.friendships.where("userid", gone.userid.lower())
        if pair.alive
    ]
    rows, cursor = page_of(call, found, limit=limit)
    return {"info": rows, "is_last": not cursor, "next_cursor": cursor}


@DOORS.post("externalcontact/transfer_result")
async def transfer_result(call: Call) -> dict[str, Any]:
    """How the hand-overs between two members stand."""
    return _results(call, from_resigned=False)


@DOORS.post("externalcontact/resigned/transfer_result")
async def resigned_transfer_result(call: Call) -> dict[str, Any]:
    """How the hand-overs of a member who left stand."""
    return _results(call, from_resigned=True)


def _start_all(call: Call, handover: str, takeover: str, *, from_resigned: bool) -> dict[str, Any]:
    keys = call.items("external_userid", at_most=MAX_CUSTOMERS, errcode=40032)
    return {
        "customer": [
            {"external_userid": key, "errcode": _start(call, handover, takeover, str(key), from_resigned)}
            for key in keys
        ]
    }


def _results(call: Call, *, from_resigned: bool) -> dict[str, Any]:
    handover, takeover = call.text("handover_userid").lower(), call.text("takeover_userid").lower()
    found = [
        row
        for row in call.simulation.world.transfers
        if (row.handover_userid.lower(), row.takeover_userid.lower()) == (handover, takeover)
        and row.from_resigned is from_resigned
    ]
    rows, cursor = page_of(call, found, limit=RESULT_LIMIT)
    shown = [
        {"external_userid": row.external_userid, "status": row.status}
        | ({"takeover_time": row.takeover_time} if row.takeover_time else {})
        for row in rows
    ]
    return {"customer": shown, "next_cursor": cursor}


def refuse(simulation: Simulation, transfer: Transfer) -> None:
    """The customer presses 「拒绝」 on the notice."""
    transfer.status = REFUSED
    simulation.world.transfers.put(transfer)
    customer_event(
        simulation,
        "transfer_fail",
        transfer.handover_userid,
        transfer.external_userid,
        FailReason="customer_refused",
    )


def complete_due(simulation: Simulation) -> None:
    """Finish the hand-overs whose 24 hours are over."""
    now = simulation.clock.seconds()
    for transfer in simulation.world.transfers:
        if transfer.status == WAITING and now - transfer.started_at >= WAIT_SECONDS:
            _complete(simulation, transfer, now)


def _start(call: Call, handover: str, takeover: str, external_userid: str, from_resigned: bool) -> int:
    world = call.simulation.world
    pair = world.friendship(handover, external_userid)
    if pair is None or not pair.alive:
        return 40131
    earlier = world.transfers.where("external_userid", external_userid)
    if any(row.status == WAITING for row in earlier):
        return 40129
    recent = [row for row in earlier if row.status == DONE and call.now - row.started_at < TRANSFER_DAYS * 86400]
    if len(recent) >= MAX_TRANSFERS:
        return 40128
    if _is_full(call.simulation, takeover):
        return 40099
    world.transfers.put(Transfer(external_userid, handover, takeover, call.now, from_resigned=from_resigned))
    return 0


def _is_full(simulation: Simulation, userid: str) -> bool:
    member = simulation.world.member(userid)
    if member is None or not member.customer_limit:
        return False
    living = [pair for pair in simulation.world.friendships.where("userid", userid.lower()) if pair.alive]
    return len(living) >= member.customer_limit


def _complete(simulation: Simulation, transfer: Transfer, now: int) -> None:
    world = simulation.world
    if _is_full(simulation, transfer.takeover_userid):
        # The member has filled up while the customer had time to refuse (docs 92125, 94088).
        transfer.status = LIMIT_REACHED
        world.transfers.put(transfer)
        customer_event(
            simulation,
            "transfer_fail",
            transfer.handover_userid,
            transfer.external_userid,
            FailReason="customer_limit_exceed",
        )
        return
    transfer.status, transfer.takeover_time = DONE, now
    world.transfers.put(transfer)
    old = world.friendship(transfer.handover_userid, transfer.external_userid)
    if old is not None:
        old.deleted_by_member = True
        world.friendships.put(old)
    new = Friendship(transfer.takeover_userid, transfer.external_userid, now, add_way=202)
    if old is not None:
        new.remark, new.tag_ids = old.remark, list(old.tag_ids)
    world.friendships.put(new)
    customer_event(simulation, "add_external_contact", transfer.takeover_userid, transfer.external_userid)
    if transfer.from_resigned:
        return
    customer_event(
        simulation,
        "del_external_contact",
        transfer.handover_userid,
        transfer.external_userid,
        Source="DELETE_BY_TRANSFER",
    )

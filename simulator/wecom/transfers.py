"""Handing a customer over to a colleague (docs 92125, 94088): 24 hours in which the customer may refuse."""

from typing import Any

from simulator.doors import Call, Refusal, page_of
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
DONE, WAITING, REFUSED, LIMIT_REACHED = 1, 2, 3, 4


@DOORS.post("externalcontact/transfer_customer")
async def transfer_customer(call: Call) -> dict[str, Any]:
    """Start the hand-over of up to 100 customers; each has its own errcode."""
    handover = require_member(call, call.text("handover_userid", required=40063))
    takeover = require_member(call, call.text("takeover_userid", required=40063))
    if handover.userid == takeover.userid:
        raise Refusal(40130, "handover and takeover are the same member")
    call.text("transfer_success_msg", max_chars=MESSAGE_CHARS)
    keys = call.items("external_userid", at_most=MAX_CUSTOMERS, errcode=40032)
    return {
        "customer": [
            {"external_userid": key, "errcode": _start(call, handover.userid, takeover.userid, str(key))}
            for key in keys
        ]
    }


@DOORS.post("externalcontact/transfer_result")
async def transfer_result(call: Call) -> dict[str, Any]:
    """How the hand-overs between two members stand."""
    handover, takeover = call.text("handover_userid").lower(), call.text("takeover_userid").lower()
    found = [
        row
        for row in call.simulation.world.transfers
        if (row.handover_userid.lower(), row.takeover_userid.lower()) == (handover, takeover)
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


def _start(call: Call, handover: str, takeover: str, external_userid: str) -> int:
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
    world.transfers.put(Transfer(external_userid, handover, takeover, call.now))
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
    customer_event(
        simulation,
        "del_external_contact",
        transfer.handover_userid,
        transfer.external_userid,
        Source="DELETE_BY_TRANSFER",
    )

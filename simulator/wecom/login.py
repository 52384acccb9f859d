"""Who opened our page: OAuth code to identity (docs 91022, 91023, 98176)."""

from typing import Any

from simulator.doors import Call, Refusal
from simulator.records import OAuthCode
from simulator.simulation import Simulation
from simulator.wecom import DOORS

CODE_SECONDS = 300
TICKET_SECONDS = 1800


def new_code(simulation: Simulation, *, userid: str = "", person_id: str = "", scope: str = "snsapi_base") -> str:
    """A code for a member, or for somebody who is not one."""
    code = simulation.world.new_id("oc", 43)
    simulation.world.oauth_codes.put(OAuthCode(code, userid, person_id, scope, simulation.clock.timestamp()))
    return code


@DOORS.get("auth/getuserinfo")
async def getuserinfo(call: Call) -> dict[str, Any]:
    """The member, or the openid (and external_userid) of an outsider. A code works once, for five minutes."""
    world = call.simulation.world
    row = world.oauth_codes.get(call.query.get("code", ""))
    if row is None:
        raise Refusal(40029)
    if row.used:
        raise Refusal(42022, "code already used")
    if call.simulation.clock.timestamp() - row.created_at > CODE_SECONDS:
        raise Refusal(40029, "code expired")
    row.used = True
    world.oauth_codes.put(row)
    if row.userid:
        ticket = {"user_ticket": f"ut{row.code}"} if row.scope == "snsapi_privateinfo" else {}
        return {"userid": row.userid} | ticket
    person = world.person(row.person_id)
    if person is None:
        raise Refusal(40029)
    friends = [pair for pair in world.friendships.where("external_userid", person.external_userid) if pair.alive]
    known = {"external_userid": person.external_userid} if friends else {}
    # The openid of an outsider belongs to the corp, not to the mini program.
    return {"openid": world.derived_id("oU", person.person_id, 28)} | known


@DOORS.post("auth/getuserdetail")
async def getuserdetail(call: Call) -> dict[str, Any]:
    """What the member agreed to show."""
    world = call.simulation.world
    row = world.oauth_codes.get(call.text("user_ticket").removeprefix("ut"))
    member = world.member(row.userid) if row and row.scope == "snsapi_privateinfo" else None
    if row is None or member is None:
        raise Refusal(84014, "user_ticket invalid")
    if call.simulation.clock.timestamp() - row.created_at > TICKET_SECONDS:
        raise Refusal(84015, "user_ticket expired")
    return {"userid": member.userid, "gender": "0", "avatar": "", "qr_code": ""}

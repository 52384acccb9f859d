"""Turn an OAuth code into the identity of the person who opened our page (docs 91022, 91023, 98176)."""

from typing import Any

from simulator.doors import Call, Refusal
from simulator.records import OAuthCode
from simulator.simulation import Simulation
from simulator.wecom import DOORS
from simulator.world import OPENID_LENGTH

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
    return _identity(call)


@DOORS.get("user/getuserinfo")
async def old_getuserinfo(call: Call) -> dict[str, Any]:
    """The same at its earlier path, which spells members and outsiders in CamelCase and names a device."""
    names = {"userid": "UserId", "openid": "OpenId"}
    return {names.get(name, name): value for name, value in _identity(call).items()} | {"DeviceId": ""}


def _identity(call: Call) -> dict[str, Any]:
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
    return {"openid": corp_openid(call.simulation, person.person_id)} | known


def corp_openid(simulation: Simulation, whose: str) -> str:
    """The openid somebody has towards the corp: another one than in the mini program, and never a unionid."""
    return simulation.world.derived_id("oC", whose, OPENID_LENGTH)


@DOORS.post("user/getuserdetail")
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

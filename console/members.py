"""员工: everybody of the stores one works in, with the roles they hold."""

from console.sign_in import api
from crm_core.dealerships import members
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.members import Member


@api.get("/members", summary="The staff with their roles")
async def list_members(actor: Actor) -> list[Member]:
    return await members.of_reader(actor)

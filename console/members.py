"""员工与角色: the staff with their roles, what each may do and why, and who stands in for whom."""

from pydantic import Field

from console.sign_in import api
from crm_core.customers import seen_why
from crm_core.customers.listing import LONGEST_SEARCH
from crm_core.customers.seen_why import Candidate, SeenWhy
from crm_core.dealerships import members, roles
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.members import Member
from crm_core.dealerships.rights import changing, deputies, queries
from crm_core.dealerships.rights.queries import MemberRights, RightRow, StandIn
from crm_core.dealerships.role import Role
from crm_core.dealerships.roles import RoleIn
from foundation.web import Day, Id, Schema, Version


class HeldRoleIn(Schema):
    """A role in a store, in a region, or (neither) in the whole group."""

    role: Role
    store_id: Id | None = None
    region_id: Id | None = None


class RolesIn(Schema):
    """A member's store and all their roles; `lets_back_in` begins an account again that had ended."""

    store_id: Id | None = None
    roles: list[HeldRoleIn] = Field(max_length=40)
    reason: str = Field(min_length=2, max_length=100)
    lets_back_in: bool = False
    version: Version


class RightIn(Schema):
    """How far a role may do an action; empty takes it away. `version` is the change its reader saw, 0 for none."""

    role: Role
    reach: str = Field(pattern="^(|SELF|TEAM|STORE)$")
    reason: str = Field(min_length=2, max_length=200)
    version: int = Field(ge=0, lt=2**63)


class SeenWhyQuery(Schema):
    """The customer that is seen."""

    customer_id: Id


class CandidatesQuery(Schema):
    """Part of a name or plate, a phone or its end."""

    q: str = Field(min_length=1, max_length=LONGEST_SEARCH)


class DeputyIn(Schema):
    """Who acts for whom, between two days that both count."""

    staff_id: Id
    deputy_id: Id
    first_on: Day
    last_on: Day


@api.get("/members", summary="The staff with their roles")
async def list_members(actor: Actor) -> list[Member]:
    return await members.of_reader(actor)


@api.get("/members/{staff_id}/rights", summary="What a member may do, and why")
async def member_rights(actor: Actor, staff_id: int) -> MemberRights:
    return await queries.of_member(actor, staff_id)


@api.get("/members/{staff_id}/seen-why", summary="Why a member sees a customer")
async def member_seen_why(actor: Actor, staff_id: int, query: SeenWhyQuery) -> SeenWhy:
    return await seen_why.why(actor, staff_id, query.customer_id)


@api.get("/members/{staff_id}/seen-why/customers", summary="Whom somebody means who asks why a member sees a customer")
async def member_seen_why_customers(actor: Actor, staff_id: int, query: CandidatesQuery) -> list[Candidate]:
    return await seen_why.candidates(actor, staff_id, query.q)


@api.put("/members/{staff_id}/roles", summary="Set a member's store and roles")
async def set_roles(actor: Actor, staff_id: int, body: RolesIn) -> MemberRights:
    await roles.give(
        actor,
        staff_id,
        store_id=body.store_id,
        wanted=[RoleIn(one.role, one.store_id, one.region_id) for one in body.roles],
        expected_version=body.version,
        reason=body.reason,
        lets_back_in=body.lets_back_in,
    )
    return await queries.of_member(actor, staff_id)


@api.get("/rights", summary="The table of roles and actions, with what may be changed")
async def rights_table(actor: Actor) -> list[RightRow]:
    return await queries.table(actor)


@api.put("/rights/{right}", summary="Let a role do an action, or not")
async def set_right(actor: Actor, right: str, body: RightIn) -> list[RightRow]:
    await changing.set_reach(actor, right, body.role, body.reach, expected_version=body.version, reason=body.reason)
    return await queries.table(actor)


@api.get("/deputies", summary="Who stands in for whom, today or later")
async def list_deputies(actor: Actor) -> list[StandIn]:
    return await queries.stand_ins_of_reader(actor)


@api.post("/deputies", status=201, summary="Let a colleague act for a member")
async def name_deputy(actor: Actor, body: DeputyIn) -> list[StandIn]:
    await deputies.name(actor, body.staff_id, body.deputy_id, first_on=body.first_on, last_on=body.last_on)
    return await queries.stand_ins_of_reader(actor)


@api.delete("/deputies/{deputy_id}", summary="The member is back, or somebody else stands in")
async def end_deputy(actor: Actor, deputy_id: int) -> None:
    await deputies.end(actor, deputy_id)

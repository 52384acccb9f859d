"""好友核对: the newest reading of everybody's WeCom friends, and what it found."""

from dataclasses import replace

from console import masked
from console.sign_in import api
from crm_core.customers.friend_pulls import queries, reading
from crm_core.customers.friend_pulls.queries import FriendDriftView, FriendPullView, FriendWalkView
from crm_core.customers.friend_pulls.rules import DriftKind
from crm_core.dealerships.actors import Actor
from foundation.web import Schema


class DriftsQuery(Schema):
    """Of one kind, or all."""

    kind: DriftKind | None = None


@api.get("/friend-pulls/newest", summary="The newest reading of friends; null before the first")
async def newest_friend_pull(actor: Actor) -> FriendPullView | None:
    return await queries.newest(actor)


@api.post("/friend-pulls", status=201, summary="Read everybody's friends")
async def begin_friend_pull(actor: Actor) -> FriendPullView | None:
    await reading.begin(actor)
    return await queries.newest(actor)


@api.get("/friend-pulls/{pull_id}/members", summary="The lists of members, those that need a person first")
async def friend_walks(actor: Actor, pull_id: int) -> list[FriendWalkView]:
    return await queries.walks_of_reader(actor, pull_id)


@api.get("/friend-pulls/{pull_id}/drifts", summary="What differed, the newest first")
async def friend_drifts(actor: Actor, pull_id: int, query: DriftsQuery) -> list[FriendDriftView]:
    drifts = await queries.drifts_of_reader(actor, pull_id, query.kind)
    return [replace(one, customer_name=masked.name(actor, one.customer_name)) for one in drifts]


@api.post("/friend-walks/{walk_id}/confirmation", summary="The missing friends of a held list are gone")
async def confirm_friends_gone(actor: Actor, walk_id: int) -> None:
    await reading.confirm(actor, walk_id)

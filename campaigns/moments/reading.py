"""Reads back from WeCom who published a Moment, for how many customers, and who liked and commented."""

from typing import Final

from campaigns.channels import own_moments
from campaigns.moments.models import CorpMoment, MomentPart, MomentReaction
from campaigns.moments.rules import PartState, ReactionKind
from foundation import clock, database
from foundation.reading import Query, read_model


@read_model
class _Friend:
    external_userid: str
    customer_id: int


_FRIENDS: Final = Query(
    _Friend,
    "SELECT DISTINCT external_userid, customer_id FROM friendship WHERE external_userid = ANY($1::text[])",
)


@read_model
class _Member:
    part_id: int
    userid: str


_MEMBERS: Final = Query(
    _Member,
    "SELECT p.id AS part_id, s.userid FROM moment_part p JOIN staff s ON s.id = p.staff_id "
    "WHERE p.moment_id = $1 AND s.userid <> '' ORDER BY p.id",
)


async def read(moment: CorpMoment) -> None:
    """Take over what WeCom tells now. Reading it twice changes nothing."""
    published = {userid: done async for userid, done in own_moments.published(moment.platform_id)}
    for member in await _MEMBERS.all(moment.id):
        if published.get(member.userid.lower()):
            await _read_part(moment, member.part_id, member.userid)
    await CorpMoment.filter(id=moment.id).update(read_at=clock.now())


async def _read_part(moment: CorpMoment, part_id: int, userid: str) -> None:
    chosen, seen_by = await own_moments.audience(moment.platform_id, userid)
    told = await own_moments.reactions(moment.platform_id, userid)
    listed = {(ReactionKind.LIKE, one.external_user_id, one.at) for one in told.likes} | {
        (ReactionKind.COMMENT, one.external_user_id, one.at) for one in told.comments
    }
    friends = {
        row.external_userid: row.customer_id
        for row in await _FRIENDS.all(sorted({address for _, address, _ in listed if address}))
    }
    by_customers = {(kind, friends[address], at) for kind, address, at in listed if address in friends}
    async with database.transaction():
        part = await MomentPart.select_for_update().get(id=part_id)
        part.state = PartState.PUBLISHED
        part.published_at = part.published_at or clock.now()
        part.chosen, part.seen_by = chosen, seen_by
        # A member's own like is no answer of a customer.
        part.likes = sum(kind is ReactionKind.LIKE and bool(address) for kind, address, _ in listed)
        part.comments = sum(kind is ReactionKind.COMMENT and bool(address) for kind, address, _ in listed)
        await part.save()
        kept = {(row.kind, row.customer_id, row.at): row for row in await MomentReaction.filter(moment_part_id=part_id)}
        await MomentReaction.bulk_create(
            [
                MomentReaction(moment_part_id=part_id, customer_id=customer_id, kind=kind, at=at)
                for kind, customer_id, at in sorted(by_customers - kept.keys())
            ]
        )
        # Who took a like back is not listed any more.
        await MomentReaction.filter(id__in=[kept[key].id for key in kept.keys() - by_customers]).delete()

"""企业朋友圈 of the first store: one of last week that is over, with what came of it, and a draft. That is not
approved, since its cards would reach the phones of the guided story.
"""

from datetime import datetime, timedelta
from typing import Final

from app.seed.group import Group
from campaigns.contents import writing
from campaigns.moments import drafting
from campaigns.moments.carrying import NAME
from campaigns.moments.drafting import MomentDraft
from campaigns.moments.models import CorpMoment, MomentPart, MomentReaction
from campaigns.moments.rules import MomentState, PartState, ReactionKind
from campaigns.own_words import Content, content_hash
from crm_core.customers.models import Friendship
from crm_core.dealerships.actors import staff_actor
from crm_core.dealerships.models import Role
from foundation import clock, wall_clock

LAST: Final = Content("降温了，玻璃水换成防冻的，胎压看一眼，早上出门不慌。", [])
NEXT: Final = Content("长途出发前，花十分钟看看这五处：轮胎、刹车、电瓶、玻璃水、雨刮。", [])
DAYS_AGO: Final = 8
UNSEEN_EACH: Final = 10
"""Every tenth friend has had as many this month as WeCom shows."""
LIKES_EACH: Final = 7
"""Every seventh friend likes it."""
COMMENTS_EACH: Final = 23


async def make(group: Group) -> None:
    """Write both, if the store has salespeople."""
    store = group.live_stores[0].id
    author = await staff_actor(group.staff[store, Role.MKT][0])
    tomorrow = wall_clock.at(clock.today() + timedelta(days=1), 10)
    await drafting.draft(author, MomentDraft("出发前看五处", NEXT, tomorrow, [store]))
    sellers = group.staff.get((store, Role.SC), [])
    began = wall_clock.at(clock.today() - timedelta(days=DAYS_AGO), 10)
    says = content_hash(LAST, NAME)
    moment = await CorpMoment.create(
        name="降温提醒",
        store_ids=[store],
        content_id=await writing.write(author, LAST, NAME),
        words_hash=says,
        state=MomentState.FINISHED,
        content_hash=says,
        approved_hash=says,
        approved_by=group.staff[store, Role.GM][0],
        author_id=author.id,
        starts_at=began,
        first_asked_at=began,
        asked_at=began,
        platform_id="demo-moment-1",
        started_at=began,
        ends_at=wall_clock.at(began.date() + timedelta(days=3), 20, 30),
        read_until=began + timedelta(days=DAYS_AGO),
        read_at=began + timedelta(days=DAYS_AGO),
        created_at=began - timedelta(days=1),
    )
    for number, staff_id in enumerate(sellers):
        # The last salesperson never published it.
        await _part(moment, staff_id, began, is_published=number + 1 < len(sellers) or number == 0)


async def _part(moment: CorpMoment, staff_id: int, began: datetime, *, is_published: bool) -> None:
    part = await MomentPart.create(moment_id=moment.id, staff_id=staff_id)
    if not is_published:
        return
    friends = await Friendship.filter(staff_id=staff_id, ended_at=None, since__lt=began).order_by("id").limit(200)
    seen_by = friends[: len(friends) - len(friends) // UNSEEN_EACH]
    reactions = [
        *((ReactionKind.LIKE, friend) for friend in seen_by[LIKES_EACH - 1 :: LIKES_EACH]),
        *((ReactionKind.COMMENT, friend) for friend in seen_by[COMMENTS_EACH - 1 :: COMMENTS_EACH]),
    ]
    for minutes, (kind, friend) in enumerate(reactions, start=1):
        await MomentReaction.create(
            moment_part_id=part.id,
            customer_id=friend.customer_id,
            kind=kind,
            at=began + timedelta(minutes=7 * minutes),
        )
    part.state, part.published_at = PartState.PUBLISHED, began + timedelta(minutes=30)
    part.chosen, part.seen_by = len(friends), len(seen_by)
    part.likes = sum(kind is ReactionKind.LIKE for kind, _ in reactions)
    part.comments = len(reactions) - part.likes
    await part.save()

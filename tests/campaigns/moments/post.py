"""Steps that take a Moment through its life, for tests."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from campaigns.channels import own_moments
from campaigns.moments import drafting
from campaigns.moments.drafting import MomentDraft
from campaigns.moments.models import CorpMoment
from campaigns.own_words import Content
from crm_core.approvals import service as approvals
from crm_core.approvals.models import Approval
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.models import Role
from foundation import clock, jobs, owed
from tests import factories as make
from tests.fixtures.platforms import Town

STARTS_AT = clock.at(make.MONDAY + timedelta(days=1), 10)
WORDS = "天冷了，出门前看一眼胎压。"


@dataclass
class Post:
    """A marketer and a manager of the town's store, whose friends are 张伟 and 李娜."""

    town: Town
    marketer: Actor
    manager: Actor

    def wanted(self, **changes: Any) -> MomentDraft:
        """Plain words, tomorrow at ten."""
        return MomentDraft(**{"name": "冬季用车", "words": Content(WORDS, []), "starts_at": STARTS_AT, **changes})

    async def draft(self, **changes: Any) -> CorpMoment:
        """A draft."""
        return await drafting.draft(self.marketer, self.wanted(**changes))

    async def scheduled(self, **changes: Any) -> CorpMoment:
        """Approved by the manager."""
        moment = await self.draft(**changes)
        await drafting.submit(self.marketer, moment.id, expected_version=moment.version)
        asked = await Approval.get(about=f"moment:{moment.id}")
        await approvals.decide(self.manager, asked.id, agree=True, version_seen=asked.version)
        return await CorpMoment.get(id=moment.id)

    async def running(self, **changes: Any) -> CorpMoment:
        """Made by WeCom; members can publish it."""
        moment = await self.scheduled(**changes)
        await self.morning()
        return await self.later(moment)

    async def morning(self) -> None:
        """Its time comes. A fault must not meet the call that learns that the token of yesterday is of no use now."""
        await clock.set_to(STARTS_AT)
        await own_moments.find("", STARTS_AT, STARTS_AT)

    async def later(self, moment: CorpMoment, after: timedelta = owed.GRACE * 2) -> CorpMoment:
        """The clock goes on, and what is owed is tried."""
        await clock.advance(after)
        await owed.sweep()
        await jobs.drain()
        return await CorpMoment.get(id=moment.id)

    async def publish(self, moment: CorpMoment, userid: str = "WangFang") -> Any:
        """A member publishes it on the phone."""
        return await self.town.hand("POST", "moments/publish", {"moment_id": moment.platform_id, "userid": userid})

    async def react(self, moment: CorpMoment, person: str, text: str = "", userid: str = "WangFang") -> None:
        """A customer likes it, or comments on it."""
        act = {"moment_id": moment.platform_id, "userid": userid} | ({"text": text} if text else {})
        await self.town.hand("POST", f"people/{person}/moments/{'comment' if text else 'like'}", act)

    def made(self) -> list[Any]:
        """What there is at WeCom."""
        return list(self.town.simulation.world.moments)


async def make_post(town: Town) -> Post:
    """On the story's Monday afternoon."""
    await clock.set_to(clock.at(make.MONDAY, 15, 2))
    for person, userid in (("zhang", "WangFang"), ("li", "WangFang"), ("li", "LiMin")):
        await town.hand("POST", f"people/{person}/add", {"userid": userid})
    await town.settle()
    return Post(
        town,
        await make.acting(Role.MKT, town.store, name="林晓"),
        await make.acting(Role.GM, town.store, name="赵建国"),
    )

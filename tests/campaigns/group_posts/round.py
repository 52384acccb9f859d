"""Steps that take a post through its life, for tests."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from campaigns.channels import own_groups
from campaigns.group_posts import drafting
from campaigns.group_posts.drafting import GroupPostDraft
from campaigns.group_posts.models import GroupPost, GroupPostTarget, GroupPostTask
from campaigns.own_words import Content
from crm_core.approvals import service as approvals
from crm_core.approvals.models import Approval
from crm_core.customers.groups.models import CustomerGroup
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.models import Role
from foundation import clock, jobs, owed
from tests import factories as make
from tests.fixtures.platforms import Town

STARTS_AT = clock.at(make.MONDAY + timedelta(days=1), 10)
WORDS = "{门店}提醒：周六上午有冬季用车讲堂，群里报名。"
MAKE = "externalcontact/add_msg_template"


@dataclass
class Round:
    """A marketer and a manager of the town's store, where 王芳 owns two groups and 李敏 one; 张伟 is in the first."""

    town: Town
    marketer: Actor
    manager: Actor
    groups: list[CustomerGroup]

    def wanted(self, **changes: Any) -> GroupPostDraft:
        """Plain words, tomorrow at ten, to all three."""
        ids = [one.id for one in self.groups]
        return GroupPostDraft(
            **{"name": "冬季讲堂", "words": Content(WORDS, []), "starts_at": STARTS_AT, "group_ids": ids, **changes}
        )

    async def draft(self, **changes: Any) -> GroupPost:
        """A draft."""
        return await drafting.draft(self.marketer, self.wanted(**changes))

    async def submitted(self, **changes: Any) -> tuple[GroupPost, Approval]:
        """A draft whose approval is asked for."""
        post = await self.draft(**changes)
        post = await drafting.submit(self.marketer, post.id, expected_version=post.version)
        return post, await Approval.get(about=f"group_post:{post.id}")

    async def scheduled(self, **changes: Any) -> GroupPost:
        """Approved by the manager."""
        post, asked = await self.submitted(**changes)
        await approvals.decide(self.manager, asked.id, agree=True, version_seen=asked.version)
        return await GroupPost.get(id=post.id)

    async def running(self, **changes: Any) -> GroupPost:
        """Made by WeCom; owners can confirm it."""
        post = await self.scheduled(**changes)
        await self.morning()
        return await self.later(post)

    async def morning(self) -> None:
        """Its time comes. A fault must not meet the call that learns that the token of yesterday is of no use now."""
        await clock.set_to(STARTS_AT)
        await own_groups.find("", "WangFang", STARTS_AT, STARTS_AT)

    async def later(self, post: GroupPost, after: timedelta = owed.GRACE * 2) -> GroupPost:
        """The clock goes on, and what is owed is tried."""
        await clock.advance(after)
        await owed.sweep()
        await jobs.drain()
        return await GroupPost.get(id=post.id)

    async def task(self, post: GroupPost, staff_id: int) -> GroupPostTask:
        """An owner's task."""
        return await GroupPostTask.get(group_post_id=post.id, staff_id=staff_id)

    async def confirm(self, task: GroupPostTask, userid: str = "WangFang") -> None:
        """An owner presses 发送 on the phone."""
        await self.town.hand("POST", "mass-tasks/confirm", {"msgid": task.platform_id, "userid": userid})

    async def outcomes(self, post: GroupPost) -> dict[str, tuple[str, str]]:
        """What became of each group, by its name."""
        names = {one.id: one.name for one in self.groups}
        targets = await GroupPostTarget.filter(group_post_id=post.id)
        return {names[one.customer_group_id]: (one.state.value, one.reason) for one in targets}

    async def heard_in(self, group: CustomerGroup) -> list[str]:
        """The texts that were sent into a group."""
        told = await self.town.hand("GET", f"groups/{group.chat_id}/messages")
        return [one["content"]["content"] for one in told["messages"] if one["msgtype"] == "text"]

    def made(self) -> list[Any]:
        """The messages for groups that there are at WeCom."""
        return [one for one in self.town.simulation.world.mass_messages if one.chat_type == "group"]


async def make_round(town: Town) -> Round:
    """On the story's Monday afternoon."""
    await clock.set_to(clock.at(make.MONDAY, 15, 2))
    await town.hand("POST", "people/zhang/add", {"userid": "WangFang"})
    await town.settle()
    groups = []
    for name, userid in (("X6 车主群", "WangFang"), ("自驾游", "WangFang"), ("答疑", "LiMin")):
        made = await town.hand("POST", "groups", {"userid": userid, "name": name})
        for person in ("zhang", "li"):
            await town.hand("POST", f"groups/{made['chat_id']}/join", {"person_id": person})
        await town.settle()
        groups.append(await CustomerGroup.get(chat_id=made["chat_id"]))
    return Round(
        town,
        await make.acting(Role.MKT, town.store, name="林晓"),
        await make.acting(Role.GM, town.store, name="赵建国"),
        groups,
    )

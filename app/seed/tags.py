"""标签: a tag of the house that a segment of the first store's marketer puts on, and one made in WeCom's console. What
WeCom is still to be told of its friends is told by the demo's worker.
"""

from typing import Final

from app.seed import platform
from app.seed.group import Group
from campaigns.segments import service as segments
from campaigns.tag_rules import running, service
from crm_core.customers.tags import keeping
from crm_core.dealerships.actors import staff_actor
from crm_core.dealerships.models import Role

REGULARS: Final = {"match": "all", "items": [{"field": "visit_count", "at_least": 8}]}
FROM_WECOM: Final = {"group_name": "来源", "tags": [{"name": "车展"}, {"name": "老客户介绍"}]}


async def make(group: Group, *, with_platform: bool) -> None:
    """Two tags are made; the regulars carry theirs."""
    marketer = await staff_actor(group.staff[group.live_stores[0].id, Role.MKT][0])
    if with_platform:
        await platform.bring_in(tag_groups=[FROM_WECOM])
    segment = await segments.create(marketer, name="常来的车主", definition=REGULARS)
    tag_id = await keeping.create(marketer, group="生命周期", name="常客")
    wish_id = await keeping.create(marketer, group="意向", name="想置换")
    if with_platform:
        for each in (tag_id, wish_id):
            await keeping.tell(each)
    await service.carry(marketer, segment.id, tag_id)
    await running.run(tag_id)

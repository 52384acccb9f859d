"""One store that words the reminder before a visit its own way, and a word that the group does not use."""

from app.seed.group import Group
from campaigns.contents.models import ForbiddenWord
from crm_core.dealerships.actors import staff_actor
from crm_core.dealerships.models import Role
from crm_core.dealerships.staff import staff_with_role
from crm_core.wording import changing


async def make(group: Group) -> None:
    """Its general manager asked for other words, and once more after the parking was rebuilt."""
    await ForbiddenWord.create(word="尊享", reason="客户说像推销，改说具体送什么")
    store = group.live_stores[1]
    manager = await staff_actor(min(await staff_with_role(Role.GM, store.id)))
    steps = (("请带行驶证，车停西门口", "车主找不到接车区"), ("请带行驶证，进门左转接车", "西门停车场在改造"))
    for version, (words, reason) in enumerate(steps):
        await changing.word_part(
            manager,
            "appointment_reminder",
            "subscribe.hint",
            words,
            store_id=store.id,
            reason=reason,
            expected_version=version,
        )

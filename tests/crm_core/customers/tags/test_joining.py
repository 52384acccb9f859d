"""A merge of two records joins the reasons of a tag that both carry; undoing it parts them again."""

import pytest

from crm_core.customers import service
from crm_core.customers.models import Customer
from crm_core.customers.tags import holding, keeping
from crm_core.customers.tags.models import CustomerTag
from crm_core.customers.tags.rules import Reason
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.models import Role
from foundation import database
from tests import factories as make

pytestmark = pytest.mark.usefixtures("database")


async def _two() -> tuple[Actor, Customer, Customer, int]:
    """A manager, two records of one person, and a tag."""
    store = await make.make_store(advisors=0)
    manager = await make.acting(Role.GM, store)
    marketer = await make.acting(Role.MKT, store)
    tag_id = await keeping.create(marketer, group="生命周期", name="常客")
    return manager, await make.make_customer(store), await make.make_customer(store, name="张伟二"), tag_id


async def _put(customer: Customer, tag_id: int, reason: Reason) -> None:
    async with database.transaction():
        await holding.put_on([customer.id], tag_id, reason)
        await holding.recompute([customer.id])


async def _reasons(customer: Customer) -> set[str]:
    row = await CustomerTag.get_or_none(customer_id=customer.id)
    return {reason for reason in Reason if row is not None and getattr(row, reason)}


async def _rule_ends(customer: Customer, tag_id: int) -> None:
    async with database.transaction():
        await holding.take_off([customer.id], [tag_id], (Reason.RULE,))
        await holding.recompute([customer.id])


async def _tags(customer: Customer) -> list[str]:
    return list((await Customer.get(id=customer.id)).tags)


async def test_what_a_hand_gave_to_one_of_them_no_rule_takes_off():
    manager, kept, merged, tag_id = await _two()
    await _put(kept, tag_id, Reason.RULE)
    await _put(merged, tag_id, Reason.HAND)
    await service.merge(manager, kept.id, merged.id, reason="同一个人")
    assert await _reasons(kept) == {Reason.RULE, Reason.HAND}
    await _rule_ends(kept, tag_id)
    assert (await _reasons(kept), await _tags(kept)) == ({Reason.HAND}, ["常客"])


async def test_undoing_the_merge_gives_each_its_own_reasons_back():
    manager, kept, merged, tag_id = await _two()
    await _put(kept, tag_id, Reason.RULE)
    await _put(merged, tag_id, Reason.HAND)
    merge_id = await service.merge(manager, kept.id, merged.id, reason="同一个人")
    await service.undo_merge(manager, merge_id, reason="不是同一个人")
    assert (await _reasons(kept), await _reasons(merged)) == ({Reason.RULE}, {Reason.HAND})
    assert (await _tags(kept), await _tags(merged)) == (["常客"], ["常客"])


async def test_a_tag_that_only_the_merge_kept_on_goes_when_it_is_undone():
    manager, kept, merged, tag_id = await _two()
    await _put(kept, tag_id, Reason.RULE)
    await _put(merged, tag_id, Reason.HAND)
    merge_id = await service.merge(manager, kept.id, merged.id, reason="同一个人")
    await _rule_ends(kept, tag_id)
    await service.undo_merge(manager, merge_id, reason="不是同一个人")
    assert (await _reasons(kept), await _tags(kept)) == (set(), [])
    assert (await _reasons(merged), await _tags(merged)) == ({Reason.HAND}, ["常客"])


async def test_a_tag_of_the_merged_record_alone_moves_and_comes_back():
    manager, kept, merged, tag_id = await _two()
    await _put(merged, tag_id, Reason.HAND)
    merge_id = await service.merge(manager, kept.id, merged.id, reason="同一个人")
    assert (await _reasons(kept), await _tags(kept)) == ({Reason.HAND}, ["常客"])
    await service.undo_merge(manager, merge_id, reason="不是同一个人")
    assert (await _reasons(kept), await _reasons(merged)) == (set(), {Reason.HAND})
    assert (await _tags(kept), await _tags(merged)) == ([], ["常客"])


async def test_the_same_reason_on_both_stays_with_both_when_it_is_undone():
    manager, kept, merged, tag_id = await _two()
    for customer in (kept, merged):
        await _put(customer, tag_id, Reason.HAND)
    merge_id = await service.merge(manager, kept.id, merged.id, reason="同一个人")
    await service.undo_merge(manager, merge_id, reason="不是同一个人")
    assert (await _reasons(kept), await _reasons(merged)) == ({Reason.HAND}, {Reason.HAND})

"""A fixed list keeps who was in it; a list from a file loses no row."""

import pytest

from campaigns.segments import queries as segments
from campaigns.segments.lists import making, queries
from campaigns.segments.lists.errors import FixedListNotFound, NobodyInList
from campaigns.segments.lists.rules import Unmatched
from crm_core.customers.merging import merge
from crm_core.customers.models import Customer
from crm_core.dealerships.actors import system
from crm_core.dealerships.models import Role
from foundation import clock
from foundation.errors import NotAllowed
from tests import factories as make
from tests.campaigns.people import SLEEPING, make_crowd, sellers

pytestmark = pytest.mark.usefixtures("database")


async def _crowd(size: int):
    await clock.set_to(clock.at(make.MONDAY, 10))
    store = await make.make_store(advisors=0)
    crowd = await make_crowd(size, store, await sellers(store, 1))
    return crowd, await make.acting(Role.MKT, store, name="林晓")


def _list_of(segment) -> int:
    return int(segment.definition["items"][0]["list_ids"][0])


async def test_who_was_in_the_group_stays_in_its_list():
    crowd, marketer = await _crowd(3)
    frozen = await making.freeze(marketer, name="睡着的", definition=SLEEPING)
    await Customer.filter(id=crowd.first_id).update(next_service_due_on=clock.today())
    assert (await segments.preview(marketer, SLEEPING)).people == 2
    assert (await segments.preview(marketer, frozen.definition)).people == 3
    told = await queries.one(marketer, _list_of(frozen))
    assert (told.people, told.members, told.origin, told.made_by_name) == (
        3,
        3,
        "处于沉睡、流失、深度流失的车主",
        "林晓",
    )
    outside = {"match": "all", "items": [{"field": "fixed_list", "list_ids": [told.id], "value": False}]}
    assert (await segments.preview(marketer, outside)).people == 0
    await merge(system("test"), crowd.first_id, crowd.first_id + 1, reason="same person")
    assert (await queries.one(marketer, told.id)).members == 2
    assert (await segments.preview(marketer, frozen.definition)).people == 2


async def test_a_list_of_nobody_is_not_kept():
    _, marketer = await _crowd(1)
    nobody = {"match": "all", "items": [{"field": "spend", "at_least_fen": 10**9}]}
    with pytest.raises(NobodyInList):
        await making.freeze(marketer, name="没人", definition=nobody)
    assert await segments.of_reader(marketer) == []


async def test_a_file_becomes_a_list_and_what_leads_to_nobody_says_why():
    crowd, marketer = await _crowd(4)
    other = await make.make_store(advisors=0)
    stranger = await make.make_customer(other, phone="13700000001")
    await Customer.filter(id=crowd.first_id + 1).update(phone="13700000002")
    await Customer.filter(id=crowd.first_id + 2).update(phone="13700000002")
    owner = await Customer.get(id=crowd.first_id + 3)
    await make.make_vehicle(owner, plate="粤BD1245", is_bound=False)
    first = (await Customer.get(id=crowd.first_id)).phone
    content = "\n".join(
        [
            "九月名单,,",
            "姓名,手机,车牌",
            f"甲,{first},",
            "乙,13700000002,",
            "丙,,粤B·D1245",
            f"丁,{stranger.phone},",
            "戊,,",
        ]
    ).encode()
    brought = await making.bring(marketer, name="展会", file_name="展会.csv", content=content)
    assert (await segments.preview(marketer, brought.definition)).people == 2
    told = await queries.one(marketer, _list_of(brought))
    assert (told.file_rows, told.people, told.unmatched, told.is_from_file) == (5, 2, 3, True)
    rows = await queries.unmatched(marketer, told.id)
    assert [(row.row_number, row.reason, row.masked) for row in rows] == [
        (4, Unmatched.SEVERAL, "137****0002"),
        (6, Unmatched.UNKNOWN, "137****0001"),
        (7, Unmatched.NOTHING, ""),
    ]


async def test_lists_of_other_stores_do_not_exist():
    crowd, marketer = await _crowd(1)
    frozen = await making.freeze(marketer, name="睡着的", definition=SLEEPING)
    stranger = await make.acting(Role.MKT, await make.make_store(advisors=0))
    with pytest.raises(FixedListNotFound):
        await queries.one(stranger, _list_of(frozen))
    with pytest.raises(FixedListNotFound):
        await queries.unmatched(stranger, _list_of(frozen))
    with pytest.raises(NotAllowed):
        await making.freeze(await make.acting(Role.TEC, crowd.store), name="x", definition=SLEEPING)

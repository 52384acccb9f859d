"""WeCom's address book is read as a whole and in parts, and an administrator decides about the differences."""

from dataclasses import replace

import pytest

from crm_core.dealerships.address_book import proposing, reading
from crm_core.dealerships.address_book.errors import DepartmentUnknown, ProposalGone, RuleMeansNothing
from crm_core.dealerships.address_book.models import DirectoryMember, DirectoryPull, PullState
from crm_core.dealerships.address_book.proposing import Choice
from crm_core.dealerships.address_book.rules import ProposalKind, RuleKind
from crm_core.dealerships.errors import RoleNeedsPlace
from crm_core.dealerships.models import Role, Staff, StaffRole
from foundation import database, jobs
from foundation.errors import NotAllowed
from tests import factories as make
from tests.fixtures.owed import owed_work

SHOP = 2


@pytest.fixture
async def adm(town):
    departments = [{"id": 1, "name": "云帆"}, {"id": SHOP, "name": "南山店", "parentid": 1}]
    await town.hand("POST", "import", {"departments": departments})
    return await make.acting(Role.ADM, name="管理员", userid="admin")


async def _hire(town, userid="ZhaoMin", name="赵敏", position="服务顾问", **more):
    member = {"userid": userid, "name": name, "position": position, "department": [SHOP], **more}
    await town.hand("POST", "staff", member)


async def _read(actor):
    await reading.begin(actor)
    await jobs.drain()


async def _standing(kind=None):
    return [p for p, _ in await proposing.standing() if kind in (None, p.kind) and p.userid not in ("admin",)]


async def test_the_whole_book_makes_records_without_a_role_and_proposes_one_by_the_rules(town, adm):
    await _hire(town)
    await _read(adm)
    staff = await Staff.get(userid="zhaomin")
    assert (staff.name, staff.store_id) == ("赵敏", None)
    assert not await StaffRole.exists(staff_id=staff.id)
    await proposing.set_rule(adm, RuleKind.DEPARTMENT, str(SHOP), store_id=town.store.id, role=None)

    (new,) = await _standing(ProposalKind.NEW)
    assert (new.userid, new.store_id, new.role) == ("zhaomin", town.store.id, Role.SA)
    await proposing.accept(adm, new.userid, new.fingerprint, store_id=new.store_id, role=new.role)
    await staff.refresh_from_db()
    assert staff.store_id == town.store.id
    assert (await StaffRole.get(staff_id=staff.id)).role is Role.SA
    assert await _standing(ProposalKind.NEW) == []
    assert await database.fetch_value("SELECT count(*) FROM audit_entry WHERE action = 'staff.set_roles'") == 1
    with pytest.raises(ProposalGone):
        await proposing.accept(adm, new.userid, new.fingerprint, store_id=new.store_id, role=new.role)


async def test_whoever_works_in_a_store_is_let_in_with_one(town, adm):
    await _hire(town)
    await _hire(town, "QianGuang", "钱广", "区域经理")
    await _read(adm)
    region, new = sorted(await _standing(ProposalKind.NEW), key=lambda one: one.userid)
    assert (new.store_id, new.role, region.role) == (None, Role.SA, Role.RGN)
    with pytest.raises(RoleNeedsPlace):
        await proposing.accept(adm, new.userid, new.fingerprint, role=new.role)
    with pytest.raises(RoleNeedsPlace, match="区域"):
        await proposing.accept(adm, region.userid, region.fingerprint, store_id=town.store.id, role=region.role)
    assert len(await _standing(ProposalKind.NEW)) == 2


async def test_many_who_are_new_are_let_in_at_once_and_whoever_cannot_be_stays(town, adm):
    for number in range(3):
        await _hire(town, f"m{number}", f"同事{number}")
    await _hire(town, "LiMin", "李敏敏")
    await _read(adm)
    await proposing.set_rule(adm, RuleKind.DEPARTMENT, str(SHOP), store_id=town.store.id, role=None)
    new = {one.userid: one for one in await _standing()}
    chosen = [Choice(one.userid, one.fingerprint, one.store_id, Role.SA) for one in new.values()]
    chosen[0] = replace(chosen[0], fingerprint="0" * 32)
    chosen[1] = replace(chosen[1], store_id=None)
    with pytest.raises(NotAllowed):
        await proposing.accept_new(await make.acting(Role.GM, town.store), chosen)
    await proposing.accept_new(adm, chosen)
    left = {one.userid: one.kind for one in await _standing() if one.userid in new}
    assert left == {one.userid: new[one.userid].kind for one in chosen[:2]} | {"limin": ProposalKind.RENAMED}
    roles = await StaffRole.filter(staff_id__in=await Staff.filter(userid__startswith="m").values_list("id", flat=True))
    assert {(one.role, one.store_id) for one in roles} == {(Role.SA, town.store.id)}


async def test_a_worker_killed_between_departments_goes_on_where_it_was(town, adm):
    for number in range(3):
        await _hire(town, f"m{number}", f"同事{number}")
    pull_id = await reading.begin(adm)
    town.fail("user/list", errcode=-1, times=4)
    with pytest.raises(Exception, match="-1"):
        await reading.go_on(pull_id)
    halfway = await DirectoryPull.get(id=pull_id)
    assert (halfway.state, halfway.todo) == (PullState.RUNNING, [1, SHOP])
    assert await reading.begin(adm) == pull_id, "one reading at a time"
    await owed_work()
    assert (await DirectoryPull.get(id=pull_id)).state is PullState.DONE
    assert await DirectoryMember.filter(is_there=True, userid__startswith="m").count() == 3


async def test_a_department_that_is_gone_before_its_turn_holds_up_nobody(town, adm):
    await _hire(town)
    pull_id = await reading.begin(adm)
    town.fail("user/list", errcode=60003, times=1)
    await reading.go_on(pull_id)
    assert (await DirectoryPull.get(id=pull_id)).state is PullState.DONE
    assert (await DirectoryMember.get(userid="zhaomin")).is_there, "read with the department that is left"


async def test_an_app_that_may_know_only_names_proposes_no_move(town, adm):
    await _hire(town, "LiMin", "李敏")
    town.fail("user/list", errcode=48009, times=9)
    town.fail("department/list", errcode=48009)
    await _read(adm)
    member = await DirectoryMember.get(userid="limin")
    assert (member.name, member.position, member.departments) == ("李敏", "", [SHOP])
    assert [p.kind for p in await _standing() if p.userid == "limin"] == []


async def test_a_move_keeps_what_is_held_until_somebody_accepts_it(town, adm):
    other = await make.make_store(advisors=0)
    await _read(adm)
    await proposing.set_rule(adm, RuleKind.DEPARTMENT, "1", store_id=other.id, role=None)
    await _hire(town, "LiMin", "李敏", "服务经理", department=[1])
    await _read(adm)
    assert (await StaffRole.get(staff_id=town.li.id)).role is Role.SA
    (moved,) = [one for one in await _standing(ProposalKind.MOVED) if one.userid == "limin"]
    await proposing.accept(adm, "limin", moved.fingerprint, store_id=moved.store_id, role=moved.role)
    held = await StaffRole.get(staff_id=town.li.id)
    assert (held.role, held.store_id) == (Role.SVM, other.id)


async def test_a_refused_difference_is_not_proposed_again_until_it_is_another(town, adm):
    await _hire(town, "LiMin", "李敏敏")
    await _read(adm)
    (renamed,) = await _standing(ProposalKind.RENAMED)
    await proposing.refuse(adm, "limin", renamed.fingerprint)
    await _read(adm)
    assert await _standing(ProposalKind.RENAMED) == []
    await _hire(town, "LiMin", "李明敏")
    await _read(adm)
    (again,) = await _standing(ProposalKind.RENAMED)
    await proposing.accept(adm, "limin", again.fingerprint, is_another_person=True)
    assert (await Staff.get(id=town.li.id)).is_active is False, "the former holder's record stays under another userid"
    assert not await StaffRole.exists(staff_id=(await Staff.get(userid="limin")).id)


async def test_who_is_not_met_is_asked_about_and_leaves_only_if_wecom_knows_them_no_more(town, adm):
    await _read(adm)
    agent = next(iter(town.simulation.world.agents))
    agent.visible_userids = ["WangFang"]
    await _read(adm)
    assert (await Staff.get(id=town.li.id)).is_active, "outside what the app may see is not gone"
    assert "limin" in [p.userid for p in await _standing(ProposalKind.LEFT)]
    agent.visible_userids = None
    town.simulation.world.members.remove(town.simulation.world.member("LiMin"))
    await _read(adm)
    assert not (await Staff.get(id=town.li.id)).is_active
    assert await StaffRole.exists(staff_id=town.li.id), "what they held stays on record"


async def test_a_callback_refreshes_the_book_without_reading_it_whole(town, adm):
    await town.hand("POST", "directory/members", {"userid": "SunLi", "name": "孙丽", "position": "销售顾问"})
    await town.settle()
    assert (await DirectoryMember.get(userid="sunli")).position == "销售顾问"
    assert [p.role for p in await _standing(ProposalKind.NEW) if p.userid == "sunli"] == [Role.SC]


async def test_a_tag_means_a_role(town, adm):
    await _hire(town, position="组长")
    await town.hand("POST", "directory/tags", {"tagid": 7, "tagname": "质检", "userids": ["ZhaoMin"]})
    await _read(adm)
    await proposing.set_rule(adm, RuleKind.TAG, "7", store_id=None, role=Role.QC)
    (new,) = await _standing(ProposalKind.NEW)
    assert new.role is Role.QC


async def test_a_rule_names_what_there_is_and_means_one_thing(town, adm):
    await _read(adm)
    with pytest.raises(DepartmentUnknown):
        await proposing.set_rule(adm, RuleKind.DEPARTMENT, "999", store_id=town.store.id, role=None)
    with pytest.raises(RuleMeansNothing):
        await proposing.set_rule(adm, RuleKind.DEPARTMENT, "1", store_id=None, role=Role.SA)
    gm = await make.acting(Role.GM, town.store)
    with pytest.raises(NotAllowed):
        await proposing.set_rule(gm, RuleKind.POSITION, "接待", store_id=None, role=Role.SA)

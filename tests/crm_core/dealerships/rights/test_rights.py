"""A group's own table of rights, deputies, and why somebody may see a thing."""

from datetime import timedelta

import pytest

from app.wiring import wire
from crm_core.approvals.models import ApprovalDelegation
from crm_core.customers import seen_why
from crm_core.customers.listing import of_reader
from crm_core.customers.service import edit
from crm_core.dealerships import roles
from crm_core.dealerships.actors import staff_actor
from crm_core.dealerships.errors import (
    DeputyAlready,
    DeputyNotFit,
    LastAdministrator,
    NotOnesOwn,
    OutsideBounds,
    RoleNeedsPlace,
    RolesApart,
)
from crm_core.dealerships.models import DealerGroup, Region, Role, StaffRole
from crm_core.dealerships.permissions import PERMISSIONS, Reach, granted, is_allowed, may_ever, stores_within, subject
from crm_core.dealerships.rights import changing, deputies, explaining, queries
from crm_core.dealerships.rights.models import Deputy, RightChange
from crm_core.dealerships.roles import RoleIn
from crm_core.dealerships.staff import receiver_for
from foundation import clock, database
from foundation.errors import NotAllowed, StaleVersion
from tests import factories as make

pytestmark = pytest.mark.usefixtures("database")


async def _seen(actor):
    return {row.id for row in (await of_reader(actor)).items}


async def _set(adm, action, role, reach, version=0):
    await changing.set_reach(adm, action, role, reach, expected_version=version, reason="试行")


async def test_a_change_holds_from_the_next_request_on_and_can_be_taken_back():
    store = await make.make_store(advisors=0)
    adm, sc = await make.acting(Role.ADM), await make.make_staff(Role.SC, store)
    assert not may_ever(await staff_actor(sc.id), "appointments.book")
    await _set(adm, "appointments.book", Role.SC, "STORE")
    actor = await staff_actor(sc.id)
    assert is_allowed(actor, "appointments.book", subject(store_id=store.id))
    assert not is_allowed(actor, "appointments.book", subject(store_id=store.id + 1))
    assert stores_within(actor, "appointments.book") == frozenset({store.id})
    assert granted(actor) == ["appointments.book"], "the menu may offer what the custom of the trade would not"
    assert granted(adm) == []
    change = await RightChange.get(ended_at=None)
    with pytest.raises(StaleVersion):
        await _set(adm, "appointments.book", Role.SC, "")
    await _set(adm, "appointments.book", Role.SC, "", change.id)
    assert not may_ever(await staff_actor(sc.id), "appointments.book")
    assert await RightChange.filter(ended_at=None).count() == 0, "what the code says needs no change"
    assert await database.fetch_value("SELECT count(*) FROM audit_entry WHERE action = 'rights.change'") == 2


async def test_what_is_taken_away_is_refused_at_once():
    store = await make.make_store(advisors=0)
    adm, sa = await make.acting(Role.ADM), await make.make_staff(Role.SA, store)
    customer = await make.make_customer(store)
    await _set(adm, "customers.edit", Role.SA, "")
    with pytest.raises(NotAllowed):
        await edit(await staff_actor(sa.id), customer.id, expected_version=1, name="张卫")


async def test_a_bound_is_refused_in_words_and_only_for_who_reaches_the_group():
    store = await make.make_store(advisors=0)
    await make.make_store(advisors=0)
    adm = await make.acting(Role.ADM)
    with pytest.raises(OutsideBounds, match="不能"):
        await _set(adm, "repair_orders.check_quality", Role.TEC, "STORE")
    for other in (await make.acting(Role.ADM, store), await make.acting(Role.GM, store)):
        with pytest.raises(NotAllowed):
            await _set(other, "appointments.book", Role.SC, "STORE")


async def test_reach_over_the_team_is_between_ones_own_and_the_store():
    store = await make.make_store(advisors=0)
    adm = await make.acting(Role.ADM)
    await database.execute("INSERT INTO team (store_id, name, is_active) VALUES ($1, '一组', true)", store.id)
    team_id = await database.fetch_value("SELECT id FROM team")
    me, mate, other = [await make.make_staff(Role.SC, store, name=name) for name in ("甲", "乙", "丙")]
    await database.execute("UPDATE staff SET team_id = $1 WHERE id = ANY($2)", team_id, [me.id, mate.id])
    theirs = {one.id: await make.make_customer(store, consultant_id=one.id) for one in (me, mate, other)}
    await _set(adm, "customers.read", Role.SC, "TEAM")
    actor = await staff_actor(me.id)
    seen = await _seen(actor)
    assert seen == {theirs[me.id].id, theirs[mate.id].id}
    for one, allowed in ((me, True), (mate, True), (other, False)):
        assert is_allowed(actor, "customers.read", subject(store_id=store.id, staff_ids=[one.id])) is allowed


async def test_a_deputy_acts_for_the_absent_on_these_days_and_no_other():
    wire()
    store = await make.make_store(advisors=0)
    gm = await make.acting(Role.GM, store)
    away, stand_in = await make.make_staff(Role.SC, store), await make.make_staff(Role.SC, store, name="代班")
    customer = await make.make_customer(store, consultant_id=away.id)
    today = clock.today()
    named = await deputies.name(
        gm, away.id, stand_in.id, first_on=today + timedelta(days=1), last_on=today + timedelta(days=2)
    )
    assert await _seen(await staff_actor(stand_in.id)) == set()
    await clock.advance(timedelta(days=1))
    assert await _seen(await staff_actor(stand_in.id)) == {customer.id}
    assert await receiver_for(away.id) == stand_in.id
    why = await seen_why.why(gm, stand_in.id, customer.id)
    assert [(tie.how, tie.staff_id) for tie in why.ties] == [("consultant", away.id)]
    await clock.advance(timedelta(days=2))
    assert await _seen(await staff_actor(stand_in.id)) == set()
    assert await receiver_for(away.id) == away.id
    await deputies.end(gm, named.id)
    assert (await Deputy.get()).ended_at is not None


async def test_whom_one_asks_about_is_found_by_name_plate_or_phone_as_far_as_one_sees_them():
    store = await make.make_store(advisors=0)
    gm, adm = await make.acting(Role.GM, store), await make.acting(Role.ADM)
    member = await make.make_staff(Role.SC, store)
    customer = await make.make_customer(store, name="欧阳明珠", phone="13900001234")
    await make.make_vehicle(customer)
    for words in ("欧阳明珠", "1234", "粤BD1245"):
        assert [one.id for one in await seen_why.candidates(gm, member.id, words)] == [customer.id]
    (masked,) = await seen_why.candidates(adm, member.id, "欧阳明珠")
    assert (masked.name, masked.home_store) == ("欧*", store.short_name)
    assert masked.phone == "139****1234"
    elsewhere = await make.acting(Role.GM, await make.make_store())
    with pytest.raises(NotAllowed):
        await seen_why.candidates(elsewhere, member.id, "欧阳明珠")


async def test_a_deputy_has_the_post_in_the_store_and_the_days_are_free():
    store = await make.make_store(advisors=0)
    gm = await make.acting(Role.GM, store)
    away, same = await make.make_staff(Role.SA, store), await make.make_staff(Role.SA, store)
    seller = await make.make_staff(Role.SC, store)
    today = clock.today()
    days = {"first_on": today, "last_on": today + timedelta(days=3)}
    for unfit in (away, seller):
        with pytest.raises(DeputyNotFit):
            await deputies.name(gm, away.id, unfit.id, **days)
    with pytest.raises(DeputyNotFit):
        await deputies.name(gm, away.id, same.id, first_on=today, last_on=today - timedelta(days=1))
    await deputies.name(gm, away.id, same.id, **days)
    with pytest.raises(DeputyAlready):
        await deputies.name(gm, away.id, same.id, first_on=today + timedelta(days=3), last_on=today + timedelta(days=9))


async def test_who_stands_in_for_an_approver_decides_in_their_seat():
    wire()
    store = await make.make_store(advisors=0)
    gm = await make.acting(Role.GM, store)
    away, stand_in = await make.make_staff(Role.SVM, store), await make.make_staff(Role.SVM, store)
    named = await deputies.name(gm, away.id, stand_in.id, first_on=clock.today(), last_on=clock.today())
    lent = await ApprovalDelegation.get()
    assert (lent.approver_id, lent.delegate_id) == (away.id, stand_in.id)
    later = {"first_on": clock.today() + timedelta(days=30), "last_on": clock.today() + timedelta(days=33)}
    await deputies.name(gm, away.id, stand_in.id, **later)
    await deputies.end(gm, named.id)
    assert (await ApprovalDelegation.get()).from_on == later["first_on"], "the other days stay theirs"


async def test_who_is_alone_in_a_post_is_stood_in_for_by_a_colleague_of_the_store_who_approves_too():
    wire()
    store = await make.make_store(advisors=0)
    gm, service = await make.acting(Role.GM, store), await make.make_staff(Role.SVM, store)
    seller = await make.make_staff(Role.SC, store)
    elsewhere = await make.make_staff(Role.SVM, await make.make_store(advisors=0))
    days = {"first_on": clock.today(), "last_on": clock.today()}
    for away, unfit in ((gm.id, seller.id), (gm.id, elsewhere.id), (seller.id, service.id)):
        with pytest.raises(DeputyNotFit):
            await deputies.name(gm, away, unfit, **days)
    await deputies.name(gm, gm.id, service.id, **days)
    lent = await ApprovalDelegation.get()
    assert (lent.approver_id, lent.delegate_id) == (gm.id, service.id)
    other = await make.make_staff(Role.GM, store)
    with pytest.raises(DeputyNotFit):
        await deputies.name(gm, other.id, service.id, **days)


async def test_nobody_gives_themselves_roles_and_an_administrator_stays():
    await DealerGroup.create(
        id=1, name="云帆", short_name="云帆", sms_signature="云帆", corp_id="ww1", begun_at=clock.now()
    )
    store, _ = await make.make_store(advisors=0), await make.make_store(advisors=0)
    first, second = await make.acting(Role.ADM), await make.acting(Role.ADM, name="管理员二")
    with pytest.raises(NotOnesOwn):
        await _give(first, first.id, [RoleIn(Role.GM, store.id, None)])
    with pytest.raises(RolesApart):
        await _give(first, second.id, [RoleIn(Role.ADM, None, None), RoleIn(Role.DPO, None, None)])
    await _give(first, second.id, [RoleIn(Role.GM, store.id, None)])
    other = await make.acting(Role.ADM, store)
    with pytest.raises(NotAllowed):
        await _give(other, first.id, [])
    await database.execute("UPDATE staff_role SET store_id = NULL WHERE staff_id = $1", other.id)
    await database.execute("UPDATE staff SET is_active = false WHERE id = $1", other.id)
    third = await make.acting(Role.ADM)
    await database.execute("UPDATE staff SET is_active = false WHERE id = $1", third.id)
    with pytest.raises(LastAdministrator):
        await _give(third, first.id, [RoleIn(Role.SC, store.id, None)])


async def test_a_role_of_a_store_or_region_never_holds_in_the_whole_group_by_leaving_it_out():
    store = await make.make_store(advisors=0)
    adm, member = await make.acting(Role.ADM), await make.make_staff(Role.MKT, store)
    for role in roles.OF_A_STORE | {Role.RGN}:
        with pytest.raises(RoleNeedsPlace):
            await _give(adm, member.id, [RoleIn(role, None, None)])
    region = await Region.create(name="华南")
    await _give(adm, member.id, [RoleIn(Role.RGN, None, region.id), RoleIn(Role.MKT, None, None)])
    await StaffRole.create(staff_id=member.id, role=Role.SA)
    held = await roles.held_by(member.id)
    await _give(adm, member.id, held | {RoleIn(Role.CRC, store.id, None)})


async def _give(actor, staff_id, wanted):
    version = await database.fetch_value("SELECT version FROM staff WHERE id = $1", staff_id)
    store_id = next((one.store_id for one in wanted), None)
    await roles.give(actor, staff_id, store_id=store_id, wanted=wanted, expected_version=version, reason="调岗")


@pytest.mark.parametrize("role", list(Role))
async def test_the_page_of_a_member_says_exactly_what_the_table_allows(role):
    store = await make.make_store(advisors=0)
    adm = await make.acting(Role.ADM)
    member = await make.make_staff(role, store)
    page = await queries.of_member(adm, member.id)
    assert {right.action for right in page.rights} == {action for action, row in PERMISSIONS.items() if role in row}
    assert all(one.store_ids == [store.id] for right in page.rights for one in right.because)


async def test_the_matrix_role_by_action_by_reach_is_what_authorise_decides():
    store, elsewhere = await make.make_store(advisors=0), await make.make_store(advisors=0)
    region = store.region_id
    for role in Role:
        staff = await make.make_staff(role, store)
        own = await staff_actor(staff.id)
        await StaffRole.filter(staff_id=staff.id).update(store_id=None, region_id=region)
        regional = await staff_actor(staff.id)
        await StaffRole.filter(staff_id=staff.id).update(region_id=None)
        groupwide = await staff_actor(staff.id)
        for action, row in PERMISSIONS.items():
            reach = row.get(role)
            mine = subject(store_id=elsewhere.id, staff_ids=[staff.id])
            for actor, reached in ((own, {store.id}), (regional, {store.id}), (groupwide, {store.id, elsewhere.id})):
                for at in (store.id, elsewhere.id):
                    expected = reach is Reach.STORE and at in reached
                    assert is_allowed(actor, action, subject(store_id=at)) is expected, (role, action, at)
                    assert bool(explaining.reasons(actor, action, subject(store_id=at))) is expected
                by_own = reach is Reach.SELF or (reach is Reach.STORE and elsewhere.id in reached)
                assert is_allowed(actor, action, mine) is by_own, (role, action)

"""One customer with many identities: they are found, linked, merged, and separated again."""

import asyncio
from datetime import date, timedelta

import pytest

from app.wiring import wire
from crm_core.customers import consents, identities, service
from crm_core.customers.errors import MergeNotUndoable, PhoneNotAccepted, SameCustomer
from crm_core.customers.friendships import ContactDetails, befriend, describe, unfriend
from crm_core.customers.models import Consent, Customer, CustomerMerge, Friendship, Identity, Purpose, Source
from crm_core.customers.people import current_id
from crm_core.customers.timeline import Kind, timeline
from crm_core.dealerships import audit_checking, sessions
from crm_core.dealerships.actors import owner, system
from crm_core.dealerships.models import Role, Store
from crm_core.messaging.service import say
from crm_core.vehicles.models import Ownership
from foundation import clock, database
from foundation.errors import NotAllowed
from tests import factories as make

pytestmark = pytest.mark.usefixtures("database")
SYSTEM = system("test")
MARKETING = Purpose.MARKETING_WECOM


async def _friend(external_userid="wm-1", **staff):
    store = await make.make_store(advisors=0)
    member = await make.make_staff(Role.SC, store, name="王芳", **staff)
    made = await befriend(SYSTEM, userid=member.userid, external_userid=external_userid, at=clock.now())
    return member, made.customer_id


def _told(external_userid="wm-1", unionid="u-1", name="张伟"):
    return ContactDetails(external_userid, name, unionid, ())


async def test_the_mini_program_account_and_the_wecom_friend_become_one_through_unionid():
    _, friend = await _friend()
    await describe(SYSTEM, _told())
    assert await identities.identify(SYSTEM, openid="o-1", unionid="u-1") == friend
    assert await Customer.filter(merged_into_id=None).count() == 1


async def test_they_become_one_also_when_the_login_came_first():
    signed_in = await identities.identify(SYSTEM, openid="o-1", unionid="u-1")
    _, friend = await _friend()
    assert friend != signed_in
    await describe(SYSTEM, _told())
    assert await current_id(friend) == await current_id(signed_in) == signed_in
    kept = await Customer.get(id=signed_in)
    assert kept.name == "张伟"
    assert kept.consultant_id is not None


async def test_a_nickname_stands_beside_the_name_on_file_and_never_over_it():
    _, friend = await _friend()
    await describe(SYSTEM, _told(name="A老王🚗"))
    await describe(SYSTEM, _told(name="老王\u200b出差中"))
    known = await Customer.get(id=friend)
    assert (known.name, known.nickname) == ("老王出差中", "老王出差中"), "nobody has filed a name yet"
    manager = await make.acting(Role.GM, await Store.get(id=known.home_store_id))
    await service.edit(manager, friend, expected_version=known.version, name="王建国")
    await describe(SYSTEM, _told(name="A老王🚗"))
    known = await Customer.get(id=friend)
    assert (known.name, known.nickname) == ("王建国", "A老王🚗")


@pytest.mark.parametrize("unseen", ["\u200b", "\u3164", "\ufeff", "\ue000", " "])
async def test_a_friend_whose_nickname_cannot_be_seen_has_a_placeholder_and_can_be_told_things(unseen: str):
    _, friend = await _friend()
    await describe(SYSTEM, _told(name=unseen))
    assert (await Customer.get(id=friend)).name == "微信用户"


async def test_the_older_record_says_where_the_person_first_came_from():
    _, friend = await _friend()
    came_from = (await Customer.get(id=friend)).first_source
    await clock.advance(timedelta(days=1))
    signed_in = await identities.identify(SYSTEM, openid="o-1")
    assert came_from is not Source.MINI_PROGRAM
    merge_id = await service.merge(SYSTEM, signed_in, friend, reason="同一人")
    assert (await Customer.get(id=signed_in)).first_source is came_from
    await service.undo_merge(SYSTEM, merge_id, reason="不是同一人")
    assert (await Customer.get(id=signed_in)).first_source is Source.MINI_PROGRAM


async def test_login_and_callback_at_the_same_moment_make_one_person():
    member, _ = await _friend()
    await asyncio.gather(
        *(identities.identify(SYSTEM, openid=f"o-{n % 2}", unionid="u-1") for n in range(10)),
        *(describe(SYSTEM, _told()) for _ in range(10)),
        *(befriend(SYSTEM, userid=member.userid, external_userid="wm-1", at=clock.now()) for _ in range(5)),
    )
    assert await Customer.filter(merged_into_id=None).count() == 1
    assert await Identity.filter(kind="UNIONID").count() == 1


async def test_a_login_without_unionid_is_a_person_of_their_own():
    first = await identities.identify(SYSTEM, openid="o-1")
    assert await identities.identify(SYSTEM, openid="o-1") == first
    assert await identities.identify(SYSTEM, openid="o-2") != first
    assert (await Customer.get(id=first)).first_source is Source.MINI_PROGRAM


async def test_a_shared_phone_does_not_make_one_person_of_a_couple():
    husband = await identities.identify(SYSTEM, openid="o-1", phone="13812345678")
    wife = await identities.identify(SYSTEM, openid="o-2", phone="+86 138 1234 5678")
    assert husband != wife
    assert (await Customer.get(id=husband)).phone == (await Customer.get(id=wife)).phone
    assert (await Customer.get(id=wife)).phone_verified_at is not None


async def test_a_phone_that_is_none_is_refused():
    customer_id = await identities.identify(SYSTEM, openid="o-1")
    with pytest.raises(PhoneNotAccepted):
        await identities.link_phone(owner(customer_id, openid="o-1"), customer_id, "0755-1234567")


async def _two_records():
    """One person twice: an app account with a session and consent, and a friend with a car and history."""
    store = await make.make_store(advisors=0)
    kept = await make.make_customer(store, phone=None, name="微信用户", visit_count=1, spend_fen=100)
    merged = await make.make_customer(
        store,
        name="张伟",
        visit_count=2,
        spend_fen=900,
        last_visit_on=date(2026, 3, 10),
        marketing_stopped_at=clock.now(),
        complaint_until=date(2026, 12, 1),
        gone_reason="已卖车",
        is_phone_usable=False,
        tags=["勿扰"],
        nickname="A老王🚗",
    )
    await make.make_vehicle(merged)
    await sessions.begin(owner(merged.id, openid="o-2"))
    for customer in (kept, merged):
        await consents.give_consent(
            owner(customer.id, openid=""), customer.id, Purpose.PROFILING, text_version="1", how="mini_program"
        )
    facts = {"model_short": "X6", "plate": None, "starts_at": clock.now(), "store_short": "南山店", "late_minutes": 15}
    await say(
        "appointment_result", facts, customer_id=merged.id, about="appointment:1", dedupe_key="k", variant="confirmed"
    )
    return store, kept, merged


async def test_a_merge_moves_everything_and_undoing_it_moves_everything_back():
    wire()
    store, kept, merged = await _two_records()
    actor = await make.acting(Role.CRC, store, name="赵敏")
    before = await Customer.filter(id__in=[kept.id, merged.id]).order_by("id").values()

    merge_id = await service.merge(actor, kept.id, merged.id, reason="电话核实")

    one = await Customer.get(id=kept.id)
    assert (one.name, one.phone, one.visit_count, one.spend_fen) == ("张伟", "13812345678", 3, 1000)
    assert one.last_visit_on == date(2026, 3, 10)
    assert one.marketing_stopped_at is not None, "who refused once has refused"
    assert (one.complaint_until, one.gone_reason, one.tags) == (date(2026, 12, 1), "已卖车", ["勿扰"])
    assert not one.is_phone_usable
    assert await current_id(merged.id) == kept.id
    assert await Ownership.filter(customer_id=kept.id).count() == 1
    assert await database.fetch_value("SELECT customer_id FROM message") == kept.id
    assert await database.fetch_value("SELECT subject_id FROM session") == kept.id
    assert await Consent.filter(customer_id=kept.id, withdrawn_at=None).count() == 1

    await service.undo_merge(actor, merge_id, reason="是父子两人")

    after = await Customer.filter(id__in=[kept.id, merged.id]).order_by("id").values()
    for old, new in zip(before, after, strict=True):
        assert {k: v for k, v in new.items() if k != "version"} == {k: v for k, v in old.items() if k != "version"}
    assert await Ownership.filter(customer_id=merged.id).count() == 1
    assert await database.fetch_value("SELECT customer_id FROM message") == merged.id
    assert await database.fetch_value("SELECT subject_id FROM session") == merged.id
    assert (await audit_checking.check(whole=True)).broken_id is None
    with pytest.raises(MergeNotUndoable):
        await service.undo_merge(actor, merge_id, reason="再撤一次")


async def _consents(customer, *acts):
    """`give` and `withdraw` of marketing in WeCom, an hour apart."""
    him = owner(customer.id, openid="")
    for act in acts:
        await clock.advance(timedelta(hours=1))
        if act == "give":
            await consents.give_consent(him, customer.id, MARKETING, text_version="1", how="mini_program")
        elif act == "withdraw":
            await consents.withdraw_consent(him, customer.id, MARKETING, how="mini_program")
        else:
            await consents.stop_marketing(him, customer.id, how="mini_program")


@pytest.mark.parametrize("refusal", ["withdraw", "stop"])
@pytest.mark.parametrize("refuses_on", ["kept", "merged"])
async def test_a_merge_never_revives_marketing_that_was_refused_later(refusal: str, refuses_on: str):
    store = await make.make_store(advisors=0)
    kept, merged = [await make.make_customer(store) for _ in range(2)]
    refusing, agreeing = (kept, merged) if refuses_on == "kept" else (merged, kept)
    await _consents(refusing, "give")
    await _consents(agreeing, "give")
    await _consents(refusing, refusal)
    merge_id = await service.merge(SYSTEM, kept.id, merged.id, reason="同一人")
    assert MARKETING not in await consents.live_purposes(kept.id)
    await service.undo_merge(SYSTEM, merge_id, reason="不是同一人")
    assert MARKETING in await consents.live_purposes(agreeing.id)
    assert MARKETING not in await consents.live_purposes(refusing.id)


@pytest.mark.parametrize("agrees_on", ["kept", "merged"])
async def test_a_consent_given_after_the_refusal_survives_the_merge(agrees_on: str):
    store = await make.make_store(advisors=0)
    kept, merged = [await make.make_customer(store) for _ in range(2)]
    agreeing, refusing = (kept, merged) if agrees_on == "kept" else (merged, kept)
    await _consents(refusing, "give", "withdraw")
    await _consents(agreeing, "give")
    await service.merge(SYSTEM, kept.id, merged.id, reason="同一人")
    assert MARKETING in await consents.live_purposes(kept.id)


async def test_a_merge_in_the_middle_of_a_chain_cannot_be_undone():
    store = await make.make_store(advisors=0)
    actor = await make.acting(Role.CRC, store)
    a, b, c = [await make.make_customer(store) for _ in range(3)]
    first = await service.merge(actor, b.id, c.id, reason="同一人")
    await service.merge(actor, a.id, b.id, reason="同一人")
    with pytest.raises(MergeNotUndoable):
        await service.undo_merge(actor, first, reason="错了")
    with pytest.raises(SameCustomer):
        await service.merge(actor, a.id, c.id, reason="同一人")


async def test_the_same_pair_merged_from_both_sides_at_once_is_one_merge():
    store = await make.make_store(advisors=0)
    a, b = [await make.make_customer(store) for _ in range(2)]
    results = await asyncio.gather(
        *(service.merge(SYSTEM, *pair, reason="同一人") for pair in [(a.id, b.id), (b.id, a.id)] * 5),
        return_exceptions=True,
    )
    assert [type(result) for result in results].count(int) == 1
    assert {type(result) for result in results} == {int, SameCustomer}
    assert await CustomerMerge.all().count() == 1


async def test_a_salesperson_may_not_merge():
    store = await make.make_store(advisors=0)
    a, b = [await make.make_customer(store) for _ in range(2)]
    with pytest.raises(NotAllowed):
        await service.merge(await make.acting(Role.SC, store), a.id, b.id, reason="同一人")


async def test_the_timeline_of_one_person_shows_both_their_records():
    store = await make.make_store(advisors=0)
    actor = await make.acting(Role.CRC, store, name="赵敏")
    a, b = [await make.make_customer(store) for _ in range(2)]
    await service.log_follow_up(actor, b.id, contact="call", body="想换车")
    await service.merge(actor, a.id, b.id, reason="电话核实")
    page = await timeline(actor, b.id)
    assert [entry.sentence for entry in page.items] == ["合并重复客户（电话核实）", "赵敏 电话：想换车"]
    only = await timeline(actor, a.id, kinds=[Kind.FOLLOW_UP])
    assert [entry.who for entry in only.items] == ["赵敏"]
    first = await timeline(actor, a.id, limit=1)
    second = await timeline(actor, a.id, limit=1, cursor=first.next_cursor)
    assert (first.items[0].id, second.next_cursor) != (second.items[0].id, first.next_cursor)


async def test_an_ending_that_arrives_before_its_adding_stays_an_ending():
    member, _ = await _friend("wm-other")
    added, ended = clock.now(), clock.now()
    await unfriend(SYSTEM, userid=member.userid, external_userid="wm-1", at=ended, by="customer")
    late = await befriend(SYSTEM, userid=member.userid, external_userid="wm-1", at=added)
    assert not late.is_new
    assert (await Friendship.get(external_userid="wm-1")).ended_at is not None

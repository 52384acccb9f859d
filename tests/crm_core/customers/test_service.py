"""What staff do with a record, what the owner allows, and who sees how much of it."""

import asyncio
from datetime import date, timedelta

import pytest

from crm_core.customers import consents, listing, queries, service
from crm_core.customers.errors import FollowUpInPast, NameNotAccepted, NoConsent, PhoneMissing, TooManyReveals
from crm_core.customers.models import Consent, Customer, Purpose
from crm_core.dealerships.models import AuditEntry, Role
from crm_core.dealerships.permissions import REVEALS_PER_DAY
from foundation import clock, database
from foundation.errors import NotAllowed, NotFound, StaleVersion
from tests import factories as make

pytestmark = pytest.mark.usefixtures("database")


async def _sentences():
    return [row["sentence"] for row in await database.fetch("SELECT sentence FROM event ORDER BY id")]


async def _advisor(store=None, role=Role.SA):
    store = store or await make.make_store(advisors=0)
    return store, await make.acting(role, store)


async def test_an_edit_needs_the_version_that_was_seen():
    store, actor = await _advisor()
    customer = await make.make_customer(store)
    assert await service.edit(actor, customer.id, expected_version=1, name="张 伟", tags=["家用"]) == 2
    with pytest.raises(StaleVersion) as stale:
        await service.edit(actor, customer.id, expected_version=1, name="李四")
    assert stale.value.details == {"current_version": 2}
    with pytest.raises(NameNotAccepted):
        await service.edit(actor, customer.id, expected_version=2, name="<b>")
    assert await _sentences() == ["修改了姓名、标签"]


async def test_where_they_live_and_when_they_were_born_is_kept_as_they_say_it():
    store, actor = await _advisor()
    customer = await make.make_customer(store)
    await service.edit(actor, customer.id, expected_version=1, city=" 深圳 ", birthday="8月15日")
    card = await queries.customer_card(actor, customer.id)
    assert (card.city, card.birthday) == ("深圳", "08-15")
    assert (await queries.customer_card(await make.acting(Role.MKT, store), customer.id)).birthday == ""
    assert await service.edit(actor, customer.id, expected_version=2, birthday="") == 3
    assert await _sentences() == ["修改了城市、生日", "修改了生日"]


async def test_a_phone_typed_by_staff_is_not_a_verified_one():
    store, actor = await _advisor()
    customer = await make.make_customer(store, phone_verified_at=clock.now())
    await service.edit(actor, customer.id, expected_version=1, phone="13900000000")
    assert (await Customer.get(id=customer.id)).phone_verified_at is None


async def test_another_stores_customer_is_out_of_reach():
    _, actor = await _advisor()
    other = await make.make_customer(await make.make_store(advisors=0))
    with pytest.raises(NotAllowed):
        await service.edit(actor, other.id, expected_version=1, name="李四")


async def test_a_manager_hands_a_customer_over():
    store, actor = await _advisor(role=Role.SM)
    customer = await make.make_customer(store)
    new = await make.make_staff(Role.SC, store, name="王芳")
    await service.assign(actor, customer.id, staff_id=new.id, role="consultant", expected_version=1, reason="离职")
    assert (await Customer.get(id=customer.id)).consultant_id == new.id
    assert await _sentences() == ["销售顾问为王芳"]


async def test_a_follow_up_names_the_next_time_in_the_future():
    store, actor = await _advisor()
    customer = await make.make_customer(store)
    with pytest.raises(FollowUpInPast):
        await service.log_follow_up(actor, customer.id, contact="call", body="再约", next_at=clock.now())
    later = clock.now() + timedelta(days=1)
    await service.log_follow_up(actor, customer.id, contact="wecom", body="下周来", next_at=later)
    assert await _sentences() == ["李敏 企业微信：下周来"]


async def test_a_phone_is_revealed_one_at_a_time_with_a_line_in_the_log():
    store, actor = await _advisor()
    customer = await make.make_customer(store, advisor_id=actor.id)
    assert await service.reveal_phone(actor, customer.id, reason="联系取车") == "13812345678"
    line = await AuditEntry.get()
    assert (line.actor, line.action, line.subject) == (str(actor), "customers.reveal_phone", f"customer:{customer.id}")
    nobody = await make.make_customer(store, phone=None, advisor_id=actor.id)
    with pytest.raises(PhoneMissing):
        await service.reveal_phone(actor, nobody.id, reason="联系取车")


async def test_nobody_reveals_more_than_the_days_limit_also_not_at_once():
    store, actor = await _advisor()
    customer = await make.make_customer(store, advisor_id=actor.id)
    for _ in range(REVEALS_PER_DAY - 2):
        await service.reveal_phone(actor, customer.id, reason="联系")
    results = await asyncio.gather(
        *(service.reveal_phone(actor, customer.id, reason="联系") for _ in range(8)), return_exceptions=True
    )
    assert sum(isinstance(result, TooManyReveals) for result in results) == 6
    await clock.advance(timedelta(days=1))
    assert await service.reveal_phone(actor, customer.id, reason="联系") == "13812345678"


async def test_a_marketer_never_sees_a_phone():
    store, marketer = await _advisor(role=Role.MKT)
    customer = await make.make_customer(store)
    page = await queries.customer_card(marketer, customer.id)
    assert (page.phone, page.name) == (None, "张*")
    assert not [action for action in page.allowed if "reveal" in action]
    with pytest.raises(NotAllowed):
        await service.reveal_phone(marketer, customer.id, reason="看看")


async def test_consent_is_one_line_for_one_purpose_and_withdrawn_as_easily():
    customer = await make.make_customer()
    me = make.acting_owner(customer)
    for _ in range(2):
        await consents.give_consent(me, customer.id, Purpose.MARKETING_WECOM, text_version="1", how="mini_program")
    assert await consents.live_purposes(customer.id) == {Purpose.MARKETING_WECOM}
    await consents.give_consent(me, customer.id, Purpose.MARKETING_WECOM, text_version="2", how="mini_program")
    await consents.withdraw_consent(me, customer.id, Purpose.MARKETING_WECOM, how="mini_program")
    assert await consents.live_purposes(customer.id) == frozenset()
    ledger = await Consent.all().order_by("id").values_list("text_version", "withdrawn_how")
    assert ledger == [("1", "superseded"), ("2", "mini_program")]
    with pytest.raises(NoConsent):
        await consents.withdraw_consent(me, customer.id, Purpose.MARKETING_WECOM, how="mini_program")


async def test_giving_one_consent_at_once_ten_times_is_one_line():
    customer = await make.make_customer()
    me = make.acting_owner(customer)
    await asyncio.gather(
        *(
            consents.give_consent(me, customer.id, Purpose.MARKETING_SMS, text_version="1", how="mini_program")
            for _ in range(10)
        )
    )
    assert await Consent.all().count() == 1


async def test_stopping_marketing_ends_every_marketing_consent_and_resuming_gives_none():
    customer = await make.make_customer()
    me = make.acting_owner(customer)
    for purpose in (Purpose.MARKETING_WECOM, Purpose.MARKETING_SMS, Purpose.PROFILING):
        await consents.give_consent(me, customer.id, purpose, text_version="1", how="mini_program")
    await consents.stop_marketing(me, customer.id, how="mini_program")
    await consents.stop_marketing(me, customer.id, how="mini_program")
    assert await consents.live_purposes(customer.id) == {Purpose.PROFILING}
    assert (await Customer.get(id=customer.id)).marketing_stopped_at is not None
    await consents.resume_marketing(me, customer.id)
    assert await consents.live_purposes(customer.id) == {Purpose.PROFILING}
    assert (await Customer.get(id=customer.id)).marketing_stopped_at is None


async def test_another_owner_cannot_touch_my_consents():
    mine, other = await make.make_customer(), await make.make_customer()
    with pytest.raises(NotFound):
        await consents.stop_marketing(make.acting_owner(other), mine.id, how="mini_program")


async def test_a_visit_adds_to_their_totals():
    store, actor = await _advisor()
    customer = await make.make_customer(store, last_visit_on=date(2026, 3, 10), visit_count=1, spend_fen=100)
    await service.record_visit(
        actor,
        customer.id,
        visited_on=date(2026, 11, 23),
        is_real_work=True,
        paid_fen=178_200,
        spend_24_months_fen=178_300,
        next_service_due_on=date(2027, 11, 23),
    )
    row = await Customer.get(id=customer.id)
    assert (row.last_visit_on, row.visit_count, row.spend_fen) == (date(2026, 11, 23), 2, 178_300)
    assert await _sentences() == ["第 2 次到店完成"]


async def _names(actor, **options):
    return [item.name for item in (await listing.of_reader(actor, **options)).items]


async def test_the_list_is_searched_by_name_phone_last_four_and_plate():
    store, actor = await _advisor()
    zhang = await make.make_customer(store, name="张大伟", phone="13812345678")
    await make.make_customer(store, name="李娜", phone="13900005678")
    await make.make_customer(store, name="王100%", phone=None)
    await make.make_vehicle(zhang, plate="粤BD1245")
    assert await _names(actor, search="大伟") == ["张大伟"]
    assert await _names(actor, search="138 1234 5678") == ["张大伟"]
    assert await _names(actor, search="5678") == ["李娜", "张大伟"]
    assert await _names(actor, search="粤B·D12") == ["张大伟"]
    assert await _names(actor, search="%") == ["王100%"]
    row = (await listing.of_reader(actor, search="大伟")).items[0]
    assert (row.phone, row.cars) == ("138****5678", ["云帆X6 粤BD1245"])


@pytest.mark.parametrize(
    "text",
    [
        "+86 13800138000",
        "\u202d138 0013 8000\u202c",
        "(+86)138—0013—8000",
        "8000",
        "阿卜杜拉•买买提",
        "阿卜杜拉．买买提",
        "买买提",
        "粤Ｂ·Ｄ１２４５",
        "粵B D1245",
        "d124",
        "LYFAA4DE1T1000001",
        "OOOOo1",
        "００００01",
        "老王",
    ],
)
async def test_a_search_reads_what_is_typed_as_the_input_does(text: str):
    store, actor = await _advisor()
    name = "阿卜杜拉·买买提"
    sought = await make.make_customer(store, name=name, phone="13800138000", nickname="A老王🚗")
    await make.make_vehicle(sought, plate="粤BD1245")
    other = await make.make_customer(store, name="李娜", phone="+85251234567")
    await make.make_vehicle(other, vin=make.VINS[2], plate="沪AE22075")
    assert await _names(actor, search=text) == [name]


@pytest.mark.parametrize("text", ["+852 5123 4567", "51234567", "4567", "沪AE22075", "E2207", "２２０７５", "李"])
async def test_a_foreign_phone_and_a_new_energy_plate_are_found(text: str):
    store, actor = await _advisor()
    await make.make_vehicle(await make.make_customer(store, name="张伟"), plate="粤BD1245")
    hers = await make.make_customer(store, name="李娜", phone="+85251234567")
    await make.make_vehicle(hers, vin=make.VINS[2], plate="沪AE22075")
    assert await _names(actor, search=text) == ["李娜"]


@pytest.mark.parametrize("text", ["\u200b", "\u3164 ·", "'", "\\", "':*", "''&!|()", "%", "a' | 'b", "🚗🚗"])
async def test_no_text_breaks_a_search_or_finds_everybody(text: str):
    store, actor = await _advisor()
    await make.make_customer(store, name="李娜")
    assert await _names(actor, search=text) == []


async def test_a_salesperson_sees_their_own_and_their_friends_only():
    store, sc = await _advisor(role=Role.SC)
    await make.make_customer(store, name="别人的")
    mine = await make.make_customer(store, name="我的", consultant_id=sc.id)
    assert await _names(sc) == ["我的"]
    assert (await queries.customer_card(sc, mine.id)).name == "我的"


async def test_the_list_is_read_page_by_page_without_gaps():
    store, actor = await _advisor()
    made = [(await make.make_customer(store)).id for _ in range(7)]
    seen, cursor = [], None
    while True:
        page = await listing.of_reader(actor, limit=3, cursor=cursor)
        seen += [item.id for item in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen == sorted(made, reverse=True)


async def test_a_persons_page_tells_how_they_stand_with_the_sum():
    store, actor = await _advisor()
    today = clock.today()
    customer = await make.make_customer(
        store, last_visit_on=today - timedelta(days=480), next_service_due_on=today - timedelta(days=115)
    )
    await make.make_vehicle(customer)
    page = await queries.customer_card(actor, customer.id)
    assert page.dormancy is not None
    assert page.dormancy.state.value == "LAPSED"
    assert "480 天" in page.dormancy.explanation
    assert [car.vin for car in page.cars] == ["LYF**********0001"]

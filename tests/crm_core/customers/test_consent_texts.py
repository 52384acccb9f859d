"""What was agreed to can be read again under its version, and a newer text is shown from its day on."""

from datetime import date, timedelta

import pytest

from crm_core.customers import consents
from crm_core.customers.consent_texts import publishing
from crm_core.customers.consent_texts.errors import ConsentTextNotFit, ConsentTextOfGroup, ConsentTextUnchanged
from crm_core.customers.consent_texts.models import PublishedConsentText
from crm_core.customers.consent_texts.reading import current_texts
from crm_core.customers.consent_texts.rules import in_force, problems_of, version_of
from crm_core.customers.consent_texts.shipped import SHIPPED, ConsentText
from crm_core.customers.models import Purpose
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.actors import owner as owner_of
from crm_core.dealerships.models import Role
from crm_core.privacy import keeping_queries
from foundation import clock, database
from foundation.errors import NotAllowed, StaleVersion
from tests import factories as make
from tests.fixtures.web import Web

TODAY = date(2026, 11, 23)
TEXT = "本集团用您的手机号发送保养提醒和优惠短信，由云帆汽车发出，随时回复退订或在小程序里撤回。"


def _text(version: str, effective_on: date | None) -> ConsentText:
    return ConsentText(Purpose.MARKETING_SMS, version, "短信优惠", TEXT, effective_on)


@pytest.mark.parametrize("purpose", Purpose)
def test_every_purpose_ships_with_one_text_that_may_be_said(purpose: Purpose):
    (text,) = [each for each in SHIPPED if each.purpose is purpose]
    assert problems_of(text.title, text.text) == []


def test_the_newest_text_that_has_begun_is_in_force():
    first, coming = _text("a", None), _text("c", TODAY + timedelta(days=1))
    begun, corrected = _text("b", TODAY), _text("b.2", TODAY)
    assert in_force([first, coming], TODAY) is first
    assert in_force([first, coming, begun], TODAY) is begun
    assert in_force([first, begun, corrected, coming], TODAY) is corrected
    assert in_force([first, begun, corrected, coming], coming.effective_on or TODAY) is coming


def test_a_version_is_called_after_its_day_and_no_name_is_given_twice():
    assert version_of(TODAY, {"2026-01"}) == "2026-11-23"
    assert version_of(TODAY, {"2026-01", "2026-11-23"}) == "2026-11-23.2"
    assert version_of(TODAY, {"2026-11-23", "2026-11-23.2"}) == "2026-11-23.3"


@pytest.mark.parametrize(
    ("title", "text", "told"),
    [
        ("短", TEXT, "名称"),
        ("短信优惠", "随时撤回。", "说明要"),
        ("短信优惠", "本集团用您的手机号发送保养提醒和优惠短信给您看。", "怎么撤回"),
        ("短信优惠", f"到店即表示同意。{TEXT}", "即表示同意"),
        ("短信优惠", "本集团用您的手机号发送保养提醒和优惠短信，一经同意不可撤回。", "怎么撤回"),
        ("短信优惠", f"{TEXT}有问题打 13800138000。", "手机号"),
    ],
)
def test_a_text_that_leaves_no_free_choice_or_no_way_back_is_refused_in_words(title: str, text: str, told: str):
    assert any(told in problem for problem in problems_of(title, text))


@pytest.fixture
async def officer(database: None) -> Actor:
    return await make.acting(Role.DPO)


async def _publish(actor: Actor, *, seen: int = 1, text: str = TEXT, on: date | None = None) -> PublishedConsentText:
    return await publishing.publish(
        actor,
        Purpose.MARKETING_SMS,
        title="短信优惠",
        text=text,
        effective_on=on or clock.today(),
        reason="法务改过措辞",
        expected_version=seen,
    )


async def test_a_new_version_is_shown_from_its_day_and_earlier_consents_keep_theirs(officer: Actor, web: Web):
    store = await make.make_store()
    customer = await make.make_customer(store)
    owner = await web.signed_in(owner_of(customer.id, openid=""))
    shipped = (await current_texts())[Purpose.MARKETING_SMS]
    agree = {"purpose": "MARKETING_SMS", "text_version": shipped.version}
    assert (await owner.post("/consents", json=agree)).status_code == 201
    made = await _publish(officer, on=clock.today() + timedelta(days=1))
    assert (await current_texts())[Purpose.MARKETING_SMS] == shipped
    await clock.advance(timedelta(days=1))
    offers = {each["purpose"]: each for each in (await owner.get("/privacy")).json()["offers"]}
    assert (offers["MARKETING_SMS"]["text"], offers["MARKETING_SMS"]["text_version"]) == (TEXT, made.version)
    assert await consents.live_purposes(customer.id) == {Purpose.MARKETING_SMS}, "the earlier consent holds"
    assert (await owner.get("/privacy")).json()["ledger"][0]["text"] == shipped.text
    outdated = await owner.post("/consents", json=agree)
    assert (outdated.status_code, outdated.json()["error"]["code"]) == (409, "consent_text_changed")
    assert (await owner.post("/consents", json=agree | {"text_version": made.version})).status_code == 201
    told = [each for each in await keeping_queries.texts(officer) if each.purpose is Purpose.MARKETING_SMS]
    assert [(each.version, each.is_current, each.agreeing, each.ended) for each in told] == [
        (made.version, True, 1, 0),
        (shipped.version, False, 0, 1),
    ]


async def test_only_the_groups_officer_publishes_and_of_two_at_once_one_wins(officer: Actor):
    await _publish(officer)
    with pytest.raises(StaleVersion):
        await _publish(officer, text=f"{TEXT}第二位写的。")
    with pytest.raises(ConsentTextUnchanged):
        await _publish(officer, seen=2)
    assert (await _publish(officer, seen=2, text=f"{TEXT}改了一个字。")).version.endswith(".2")
    with pytest.raises(ConsentTextNotFit, match="早于今天"):
        await _publish(officer, seen=3, on=clock.today() - timedelta(days=1))
    with pytest.raises(ConsentTextOfGroup):
        await _publish(await make.acting(Role.DPO, await make.make_store()), seen=3)
    with pytest.raises(NotAllowed):
        await _publish(await make.acting(Role.GM, await make.make_store()), seen=3)
    noted = await database.fetch("SELECT subject FROM audit_entry WHERE action = 'consent_texts.publish'")
    assert [row["subject"] for row in noted] == ["consent_text:MARKETING_SMS"] * 2

"""Somebody an owner named confirms, declines and leaves by their own login."""

from crm_core.authorised_persons.models import AuthorisedPerson
from crm_core.authorised_persons.rules import PersonState
from crm_core.vehicles.models import Binding, BindingRole, BindingState
from foundation import clock
from tests import factories as make
from tests.crm_core.authorised_persons.family import WIFE, Family
from tests.fixtures.web import Web


async def test_being_named_gives_nothing_until_they_confirm_with_their_own_wechat(family: Family, web: Web):
    waiting = await family.named(2_000_00)
    assert (waiting["owner"], waiting["plate"], waiting["state"]) == ("张*", "粤B·D**45", "INVITED")
    assert (await family.hers.get("/vehicles")).json() == []
    door = f"/family/invitations/{waiting['id']}/acceptance"
    # A forwarded link is useless: another account has another number, or none confirmed by WeChat.
    for phone, verified_at, status in (("13900002222", clock.now(), 409), (WIFE, None, 404)):
        other = await make.make_customer(phone=phone, phone_verified_at=verified_at)
        client = await web.signed_in(make.acting_owner(other))
        assert (await client.get("/family")).json()["invitations"] == []
        assert (await client.post(door, json={"version": 1})).status_code == status
        assert (await client.delete(f"/family/invitations/{waiting['id']}")).status_code == status
    answer = await family.hers.post(door, json={"version": waiting["version"]})
    (mine,) = answer.json()["invitations"]
    assert (mine["owner"], mine["plate"], mine["state"]) == ("张伟", "粤BD1245", "ACTIVE")
    assert [car["role"] for car in (await family.hers.get("/vehicles")).json()] == ["USER"]
    (named,) = (await family.his.get("/family")).json()["named"]
    assert (named["phone"], named["state"], named["is_over"]) == ("139****1111", "ACTIVE", False)


async def test_terms_that_changed_meanwhile_are_not_accepted_unseen(family: Family):
    waiting = await family.named(2_000_00)
    terms = {"limit_fen": 100_00, "version": waiting["version"]}
    assert (await family.his.put(f"/family/persons/{waiting['id']}", json=terms)).status_code == 200
    assert (await family.his.put(f"/family/persons/{waiting['id']}", json=terms)).status_code == 409
    door = f"/family/invitations/{waiting['id']}/acceptance"
    late = await family.hers.post(door, json={"version": waiting["version"]})
    assert late.json()["error"]["code"] == "stale_version"


async def test_they_decline_and_leave_by_themselves(family: Family):
    waiting = await family.named(0)
    assert (await family.hers.delete(f"/family/invitations/{waiting['id']}")).status_code == 200
    assert (await AuthorisedPerson.get(id=waiting["id"])).state is PersonState.DECLINED
    person_id = await family.accepted(0)
    assert (await family.hers.delete(f"/family/invitations/{person_id}")).status_code == 200
    assert (await family.hers.get("/vehicles")).json() == []
    left = await AuthorisedPerson.get(id=person_id)
    assert (left.state, left.end_reason) == (PersonState.ENDED, "person")


async def test_a_binding_they_had_before_stays_when_it_ends(family: Family):
    await make.bind(family.shop.vehicle, family.wife, BindingRole.USER)
    person_id = await family.accepted(2_000_00)
    await family.his.delete(f"/family/persons/{person_id}")
    own = await Binding.get(customer_id=family.wife.id)
    assert own.state is BindingState.BOUND

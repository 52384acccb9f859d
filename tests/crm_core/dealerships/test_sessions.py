"""A session is a row: whoever holds its token is its person until the row ends."""

from datetime import timedelta

import jwt
import pytest

from crm_core.dealerships import sessions
from crm_core.dealerships.models import Role, Staff
from foundation import clock, database
from foundation.errors import Unauthenticated
from tests import factories as make

pytestmark = pytest.mark.usefixtures("database")


async def test_a_token_is_good_for_its_person_and_for_no_other_kind_of_people():
    staff = await make.acting(Role.SA, await make.make_store(advisors=0))
    owner = make.acting_owner(await make.make_customer())
    staff_token, owner_token = await sessions.begin(staff), await sessions.begin(owner)
    assert await sessions.actor_of(staff_token, "staff") == staff
    assert await sessions.actor_of(owner_token, "owner") == owner
    for token, kind in ((staff_token, "owner"), (owner_token, "staff")):
        with pytest.raises(Unauthenticated):
            await sessions.actor_of(token, kind)


@pytest.mark.parametrize("secret", ["", "guessed-guessed-guessed-guessed-guessed"])
async def test_a_token_we_did_not_sign_is_nobodys(secret: str):
    token = await sessions.begin(await make.acting(Role.GM))
    claims = jwt.decode(token, options={"verify_signature": False})
    forged = jwt.encode(claims, secret, "HS256" if secret else "none")
    with pytest.raises(Unauthenticated):
        await sessions.actor_of(forged, "staff")


async def test_staff_sign_in_for_a_working_day_and_owners_for_a_month():
    await clock.set_to(make.slot(8))
    staff_token = await sessions.begin(await make.acting(Role.SA))
    owner_token = await sessions.begin(make.acting_owner(await make.make_customer()))
    await clock.advance(timedelta(hours=11, minutes=59))
    await sessions.actor_of(staff_token, "staff")
    await clock.advance(timedelta(minutes=2))
    with pytest.raises(Unauthenticated):
        await sessions.actor_of(staff_token, "staff")
    await clock.set_to(make.slot(7, 59) + timedelta(days=30))
    await sessions.actor_of(owner_token, "owner")
    other = await sessions.begin(make.acting_owner(await make.make_customer(phone="13900000002")))
    await clock.advance(timedelta(days=30, seconds=1))
    with pytest.raises(Unauthenticated):
        await sessions.actor_of(other, "owner")


async def test_who_left_the_group_holds_a_dead_token():
    actor = await make.acting(Role.SA)
    token = await sessions.begin(actor)
    await Staff.filter(id=actor.id).update(is_active=False)
    with pytest.raises(Unauthenticated):
        await sessions.actor_of(token, "staff")


async def test_signing_out_ends_this_session_and_everywhere_ends_all():
    owner = make.acting_owner(await make.make_customer())
    tokens = [await sessions.begin(owner) for _ in range(3)]
    await sessions.actor_of(tokens[0], "owner")
    await sessions.end(tokens[0])
    await sessions.end("not a token")
    with pytest.raises(Unauthenticated):
        await sessions.actor_of(tokens[0], "owner")
    assert await sessions.actor_of(tokens[1], "owner") == owner
    await sessions.end_all("owner", owner.id)
    with pytest.raises(Unauthenticated):
        await sessions.actor_of(tokens[2], "owner")


async def test_who_used_what_when_is_forgotten_a_month_after_the_session_ended():
    await clock.set_to(make.slot(8))
    token = await sessions.begin(await make.acting(Role.SA))
    await sessions.end(token)
    await clock.advance(timedelta(days=29))
    await sessions.forget_ended()
    assert await database.fetch_value("SELECT count(*) FROM session") == 1
    await clock.advance(timedelta(days=2))
    await sessions.forget_ended()
    assert await database.fetch_value("SELECT count(*) FROM session") == 0

"""The owner's endpoints about cars: a photo of the licence, and what is said about a car that is not theirs."""

import asyncio

import pytest

from crm_core.vehicles.models import Ownership
from miniprogram_api.media import MAX_PHOTO_BYTES
from tests import factories as make
from tests.fixtures.web import Web
from tests.pictures import picture


async def _an_owner(web: Web):
    store = await make.make_store(advisors=1)
    customer = await make.make_customer(store, name="刘洋", phone="13900001111")
    return store, await web.signed_in(make.acting_owner(customer))


async def test_a_licence_photo_leads_to_a_binding_request_that_says_nothing_about_the_car(web: Web):
    store, him = await _an_owner(web)
    vehicle = await make.make_vehicle(await make.make_customer(store))
    photo = await him.post("/media", content=picture())
    assert photo.status_code == 201
    body = {"vin_last6": vehicle.vin[-6:], "licence_media": photo.json()["key"], "store_id": store.id}
    asked = await him.post("/vehicles/licences", json=body)
    assert asked.status_code == 201
    unknown = await him.post("/vehicles/licences", json=body | {"vin_last6": "999999"})
    assert {*asked.json()} == {*unknown.json()}
    assert asked.json()["state"] == unknown.json()["state"] == "PENDING"
    assert vehicle.plate not in asked.text
    assert (await him.get("/vehicles")).json() == []
    assert len((await him.get("/vehicles/licences")).json()) == 2


async def test_only_photos_of_a_licences_size_are_taken(web: Web):
    _, him = await _an_owner(web)
    film = await him.post("/media", content=b"\0\0\0\x18ftypmp42")
    assert film.json()["error"]["code"] == "media_not_accepted"
    assert await _announced(web, him.headers["authorization"], MAX_PHOTO_BYTES + 1) == 413
    async with web.stranger() as stranger:
        assert (await stranger.post("/api/owner/media", content=picture())).status_code == 401


async def _announced(web: Web, token: str, size_bytes: int) -> int:
    """The status of an upload that says its size and has not begun."""
    reader, writer = await asyncio.open_connection("127.0.0.1", web.port)
    head = f"POST /api/owner/media HTTP/1.1\r\nHost: x\r\nAuthorization: {token}\r\n"
    writer.write(f"{head}Content-Length: {size_bytes}\r\n\r\n".encode())
    line = await reader.readline()
    writer.close()
    return int(line.split()[1])


async def test_a_second_applicant_is_told_to_wait_and_sees_no_car(web: Web):
    store, _ = await _an_owner(web)
    first = await make.make_customer(store)
    vehicle = await make.make_vehicle(first)
    await Ownership.all().update(filed_phone="13812345678")
    second = await make.make_customer(store, phone="13812345678", phone_verified_at=make.slot(9))
    him = await web.signed_in(make.acting_owner(second))
    answer = (await him.post("/vehicles", json={"vin_last6": vehicle.vin[-6:]})).json()
    assert answer == {"state": "PENDING", "vehicle": None}
    own = await web.signed_in(make.acting_owner(first))
    assert [car["is_asked_for_by_another"] for car in (await own.get("/vehicles")).json()] == [True]


@pytest.mark.parametrize(
    "typed", ["00OOO1", "０００００１", " 000-001 ", "00\u200b0001", "LYFAA4DE1T1000001", "00000i"]
)
async def test_the_end_of_a_vin_is_read_in_any_spelling(web: Web, typed: str):
    store, _ = await _an_owner(web)
    him = await make.make_customer(store, phone="13812345678", phone_verified_at=make.slot(9))
    await make.make_vehicle(him, is_bound=False)
    await Ownership.all().update(filed_phone="13812345678")
    answer = await (await web.signed_in(make.acting_owner(him))).post("/vehicles", json={"vin_last6": typed})
    assert answer.json()["state"] == "BOUND"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("00000Q", "车架号里没有字母 I、O、Q，请对照行驶证看是不是数字。"),
        ("1234", "车架号请填后 6 位，不多也不少。"),
        ("", "请填写车架号后 6 位。"),
        ("粤B1234", "车架号只有数字和字母，请对照行驶证。"),
    ],
)
async def test_what_cannot_end_a_vin_is_refused_in_words_and_costs_no_try(web: Web, typed: str, sentence: str):
    store, _ = await _an_owner(web)
    verified = await make.make_customer(store, phone_verified_at=make.slot(9))
    him = await web.signed_in(make.acting_owner(verified))
    for _ in range(6):
        refused = await him.post("/vehicles", json={"vin_last6": typed})
        assert (refused.status_code, refused.json()["error"]["message"]) == (422, sentence)

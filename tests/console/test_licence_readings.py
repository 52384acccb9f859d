"""The desk has a licence read from its picture: by the service that is set up, kept nowhere, and never necessary."""

from pathlib import Path

import httpx
import pytest

from crm_core.binding_requests.licence_reading import checked
from crm_core.dealerships.models import Role, Store
from foundation import clock, database
from foundation.cache import RateLimit
from foundation.settings import Settings, get_settings
from integrations.ocr import LicenceFields
from simulator.licence_reader import LICENCES
from tests import factories as make
from tests.fixtures.platforms import Town
from tests.fixtures.web import Web
from tests.pictures import picture

DOOR = "/reception/licence-readings"
SHOWN = {"plate", "vin", "owner_name", "registered_on", "model_text"}


async def _read(client: httpx.AsyncClient, store: Store, content: bytes) -> httpx.Response:
    return await client.post(DOOR, params={"store_id": store.id}, content=content)


def _error(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def _files(settings: Settings) -> list[Path]:
    return [path for path in settings.media_dir.rglob("*") if path.is_file()]


async def test_a_picture_is_read_checked_and_kept_nowhere(web: Web, town: Town, settings: Settings):
    desk = await web.signed_in(await make.acting(Role.SA, town.store))
    assert (await desk.get("/me")).json()["reads_licences"] is True
    before = _files(settings)
    answers = [await _read(desk, town.store, picture(7)) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    first, again = (answer.json() for answer in answers)
    assert first == again
    assert set(first["fields"]) == SHOWN
    expected = [checked(LicenceFields(**licence), clock.today()) for licence in LICENCES]
    assert (first["fields"]["vin"], [doubt["field"] for doubt in first["doubts"]]) in [
        (reading.fields.vin, [doubt.field.value for doubt in reading.doubts]) for reading in expected
    ]
    assert _files(settings) == before
    assert await database.fetch_value("SELECT count(*) FROM idempotent_answer") == 0
    assert town.calls("vehicle-licence") == 2
    logged = "".join(row.plain + row.answer for row in town.simulation.world.log if row.door == "ocr")
    assert not any(value and value in logged for licence in LICENCES for value in licence.values())


async def test_what_is_no_picture_is_refused_before_it_leaves_the_house(web: Web, town: Town):
    desk = await web.signed_in(await make.acting(Role.SA, town.store))
    assert _error(await _read(desk, town.store, b"%PDF-1.7")) == (422, "media_not_accepted")
    assert town.calls("vehicle-licence") == 0


async def test_only_who_registers_cars_in_the_store_has_one_read(web: Web, town: Town):
    elsewhere = await make.make_store()
    for person in (
        await make.acting(Role.TEC, town.store),
        await make.acting(Role.SC, town.store),
        await make.acting(Role.SA, elsewhere),
    ):
        assert (await _read(await web.signed_in(person), town.store, picture())).status_code == 403
    assert town.calls("vehicle-licence") == 0


async def test_a_wrong_key_or_no_service_at_the_address_leaves_the_form_to_the_hand(
    web: Web, town: Town, monkeypatch: pytest.MonkeyPatch
):
    desk = await web.signed_in(await make.acting(Role.SA, town.store))
    town.simulation.settings.ocr_key = "another"
    away = await _read(desk, town.store, picture())
    assert _error(away) == (503, "licence_reader_away")
    assert away.json()["error"]["message"] == "行驶证识别暂时用不了，请照着行驶证填。"
    monkeypatch.setenv("WEDEALER_OCR_URL", "http://127.0.0.1:1/")
    get_settings.cache_clear()
    assert _error(await _read(desk, town.store, picture())) == (503, "licence_reader_away")


async def test_a_person_has_so_many_read_an_hour_and_no_more(web: Web, town: Town, monkeypatch: pytest.MonkeyPatch):
    desk, other = [await web.signed_in(await make.acting(Role.SA, town.store)) for _ in range(2)]
    limit = RateLimit("licence_readings", limit=2, period_seconds=3600)
    monkeypatch.setattr("crm_core.binding_requests.licence_reading._READINGS", limit)
    answers = [await _read(desk, town.store, picture(number)) for number in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert _error(answers[-1]) == (429, "too_many_licence_readings")
    assert town.calls("vehicle-licence") == 2
    assert (await _read(other, town.store, picture(9))).status_code == 200


async def test_without_a_service_the_button_is_not_offered_and_the_door_says_so(
    web: Web, monkeypatch: pytest.MonkeyPatch
):
    store = await make.make_store()
    desk = await web.signed_in(await make.acting(Role.SA, store))
    for name in ("WEDEALER_OCR_URL", "WEDEALER_OCR_KEY"):
        monkeypatch.setenv(name, "")
    get_settings.cache_clear()
    assert (await desk.get("/me")).json()["reads_licences"] is False
    assert _error(await _read(desk, store, picture())) == (409, "licence_reader_off")

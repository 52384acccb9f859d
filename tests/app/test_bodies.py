"""A body that is too large is refused by its length before it is read, except where a video is expected."""

import asyncio
from contextlib import suppress

import pytest

from bot.door import PATH as WECOM
from crm_core.customers.models import Customer
from crm_core.dealerships.models import Role
from crm_core.payments.platform import NOTIFY_PATH
from foundation.media import MAX_VIDEO_BYTES
from foundation.web.api import MAX_JSON_BYTES
from miniprogram_api.pushes import PATH as WEIXIN
from tests import factories as make
from tests.fixtures.web import Web
from tests.pictures import video
from tests.workshop import make_workshop

DOORS = ["/api/owner/sessions", "/api/staff/sessions", NOTIFY_PATH, WECOM, WEIXIN]
SOON = 5.0
"""Seconds; a server that waits for the rest of a body would not answer for thirty."""


@pytest.mark.parametrize("path", DOORS)
async def test_a_large_body_is_refused_by_its_declared_length_before_any_of_it_is_sent(web: Web, path: str):
    assert await _answer(web, path, f"Content-Length: {MAX_JSON_BYTES + 1}\r\n\r\n".encode()) == 413


@pytest.mark.parametrize("path", DOORS)
async def test_a_body_without_a_length_is_read_no_further_than_the_door_takes(web: Web, path: str):
    piece = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    pieces = piece * (MAX_JSON_BYTES // 0x10000 + 1)
    assert await _answer(web, path, b"Transfer-Encoding: chunked\r\n\r\n" + pieces) == 413


async def test_a_body_of_nobody_is_not_read_by_the_media_door_either(web: Web):
    assert await _answer(web, "/api/staff/media", f"Content-Length: {MAX_VIDEO_BYTES}\r\n\r\n".encode()) == 401


async def test_a_video_of_fifty_megabytes_still_comes_in_and_one_byte_more_does_not(web: Web):
    shop = await make_workshop()
    technician = await web.signed_in(shop.technician)
    film = video()
    room = MAX_VIDEO_BYTES - len(film)
    film += room.to_bytes(4, "big") + b"free" + bytes(room - 8)
    stored = await technician.post("/media", content=film)
    assert (stored.status_code, stored.json()["content_type"]) == (201, "video/mp4")
    token = technician.headers["authorization"]
    head = f"Authorization: {token}\r\nContent-Length: {MAX_VIDEO_BYTES + 1}\r\n\r\n"
    assert await _answer(web, "/api/staff/media", head.encode()) == 413


async def _answer(web: Web, path: str, rest: bytes) -> int:
    """The status a POST gets whose body never ends; sending on may meanwhile break the connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", web.port)
    try:
        writer.write(f"POST {path} HTTP/1.1\r\nHost: here\r\n".encode() + rest)
        line = await asyncio.wait_for(reader.readline(), SOON)
        return int(line.split()[1])
    finally:
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()


@pytest.mark.parametrize("cut", ["\\u0000", "\\ud83d", "\\uDE97", "\\u001d"])
async def test_a_character_that_cannot_be_kept_is_left_out_and_the_rest_of_the_form_is_taken(web: Web, cut: str):
    store = await make.make_store(advisors=0)
    desk = await web.signed_in(await make.acting(Role.SA, store))
    customer = await make.make_customer(store)
    body = f'{{"version": {customer.version}, "name": "郝梓{cut}芳"}}'
    answer = await desk.put(f"customers/{customer.id}", content=body, headers={"content-type": "application/json"})
    assert (answer.status_code, (await Customer.get(id=customer.id)).name) == (200, "郝梓芳")


@pytest.mark.parametrize("opening", ["[", '{"a":'])
async def test_a_body_nested_without_end_is_a_mistake_of_the_request(web: Web, opening: str):
    deep = opening * 900 + "1" + ("]" if opening == "[" else "}") * 900
    async with web.stranger() as stranger:
        answer = await stranger.post("/api/owner/sessions", content=deep, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "invalid_json")

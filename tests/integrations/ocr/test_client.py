"""The client of the service that reads licences: what it sends, what it takes, and what each refusal means."""

import pytest

from foundation.errors import ErrorKind
from integrations.ocr import LicenceFields, LicenceReader, OcrError
from integrations.ocr.client import MAX_PICTURE_BYTES
from tests.integrations.loopback import BROKEN, Answer, Reply, loopback

PICTURE = b"\xff\xd8\xff picture"


async def _read(answer: Answer, picture: bytes = PICTURE) -> LicenceFields:
    async with loopback(answer) as server:
        reader = LicenceReader(f"{server.url}licences/", "the-key")
        try:
            return await reader.read(picture, "image/jpeg")
        finally:
            await reader.close()


async def test_it_sends_the_picture_with_the_key_and_takes_each_field_or_none():
    async with loopback(
        lambda _: Reply.json({"plate": "粤B7K302", "vin": None, "owner_name": 5, "other": 1})
    ) as server:
        reader = LicenceReader(f"{server.url}licences/", "the-key")
        assert await reader.read(PICTURE, "image/jpeg") == LicenceFields(plate="粤B7K302")
        await reader.close()
    (sent,) = server.received
    assert (sent.method, sent.path, sent.body) == ("POST", "/licences/vehicle-licence", PICTURE)
    assert (sent.headers["Authorization"], sent.headers["Content-Type"]) == ("Bearer the-key", "image/jpeg")


@pytest.mark.parametrize(
    ("reply", "errcode", "kind"),
    [
        (Reply(status=401), 401, ErrorKind.PERMANENT),
        (Reply(status=415), 415, ErrorKind.OUR_MISTAKE),
        (Reply(status=422), 422, ErrorKind.PERMANENT),
        (Reply(status=429), 429, ErrorKind.BUSY),
        (Reply(status=503), 503, ErrorKind.BUSY),
        (Reply(b"<html>"), "unexpected", ErrorKind.BUSY),
        (Reply.json(["no object"]), "unexpected", ErrorKind.BUSY),
        (BROKEN, "timeout", ErrorKind.BUSY),
    ],
)
async def test_each_refusal_says_what_it_means_for_us(reply: Reply, errcode: int | str, kind: ErrorKind):
    with pytest.raises(OcrError) as refused:
        await _read(lambda _: reply)
    assert (refused.value.errcode, refused.value.kind) == (errcode, kind)


async def test_a_picture_that_is_too_large_is_not_sent():
    with pytest.raises(OcrError) as refused:
        await _read(lambda _: Reply.json({}), b"0" * (MAX_PICTURE_BYTES + 1))
    assert (refused.value.errcode, refused.value.kind) == ("too_large", ErrorKind.OUR_MISTAKE)


async def test_a_value_no_licence_can_hold_counts_as_not_read():
    assert await _read(lambda _: Reply.json({"vin": "A" * 201, "plate": ""})) == LicenceFields()

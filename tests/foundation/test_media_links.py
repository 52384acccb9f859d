"""A photo's address works without a session, for a while, and only if we signed it."""

from urllib.parse import parse_qs, urlsplit

import orjson
import pytest

from foundation import media_links

KEY = "a" * 64 + ".jpg"
OTHER = "b" * 64 + ".jpg"
NOON = 1_764_158_400.0


def _parts(address: str) -> tuple[str, str]:
    query = parse_qs(urlsplit(address).query)
    return query["e"][0], query["s"][0]


def test_the_address_we_signed_opens_its_photo_and_no_other():
    expires, signature = _parts(media_links.signed(KEY))
    assert media_links.is_signed(KEY, expires, signature)
    assert not media_links.is_signed(OTHER, expires, signature)
    assert not media_links.is_signed(KEY, str(int(expires) + 3600), signature)
    assert not media_links.is_signed(KEY, expires, signature[:-1] + ("0" if signature[-1] != "0" else "1"))


@pytest.mark.parametrize("expires", ["", "-1", "1e9", "９９９９９９９９９９", "9" * 13, "0x10"])
def test_a_made_up_expiry_is_refused(expires: str):
    assert not media_links.is_signed(KEY, expires, "0" * 32)


def test_an_address_lives_five_to_six_hours_and_is_the_same_within_an_hour(monkeypatch: pytest.MonkeyPatch):
    now = NOON
    monkeypatch.setattr("time.time", lambda: now)
    address = media_links.signed(KEY)
    expires, signature = _parts(address)
    assert 5 * 3600 <= int(expires) - NOON <= 6 * 3600
    now = NOON + 59
    assert media_links.signed(KEY) == address
    now = float(expires) + 1
    assert not media_links.is_signed(KEY, expires, signature)


def test_only_keys_in_fields_named_url_are_signed():
    signed = orjson.loads(
        media_links.sign_fields(f'{{"url": "{KEY}", "photo": "{KEY}", "more": [{{"url" : "x.jpg"}}]}}')
    )
    assert (signed["photo"], signed["more"]) == (KEY, [{"url": "x.jpg"}])
    assert media_links.is_signed(KEY, *_parts(signed["url"]))

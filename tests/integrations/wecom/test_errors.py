"""The table of error codes, and what of a message may be logged."""

import pytest

from foundation.errors import ErrorKind
from integrations.wecom.errors import ERROR_CODES, MAX_MESSAGE_CHARS, WeComError, clean_errmsg, kind_of


@pytest.mark.parametrize(
    ("kind", "errcodes"),
    [
        (ErrorKind.TOKEN, [40001, 40014, 42001]),
        (ErrorKind.BUSY, [-1, 45009, 45033, 41062, 41063, 41096]),
        (ErrorKind.PERMANENT, [40013, 41050, 41051, 48002, 60011, 60020, 81013, 84061, 610004]),
        (ErrorKind.OUR_MISTAKE, [40003, 40007, 40029, 41044, 42022, 45002, 82001, 42039]),
        (ErrorKind.NOTHING_TO_DO, [40100, 41048]),
    ],
)
def test_each_code_has_its_kind(kind: ErrorKind, errcodes: list[int]):
    assert {kind_of(errcode) for errcode in errcodes} == {kind}


def test_every_code_says_what_it_means():
    assert all(kind is not ErrorKind.UNKNOWN and meaning for kind, meaning in ERROR_CODES.values())


def test_a_code_nobody_knows_is_not_hammered_on():
    assert not WeComError(999999, "new").is_retryable


@pytest.mark.parametrize(
    "message",
    [
        "not allow to access from your ip, hint: [1700000000_1_abc], from ip: 1.2.3.4, more info at https://x?e=60020",
        "invalid 1.2.3.4",
        "from ip: 2001:db8::1",
        "user 13800138000 invalid",
        "token Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4 invalid",
    ],
)
def test_messages_lose_addresses_hints_and_long_values(message: str):
    cleaned = clean_errmsg(message)
    for private in ("1.2.3.4", "1700000000", "2001:db8", "13800138000", "Zm9vYmFy", "http"):
        assert private not in cleaned


def test_messages_are_short():
    assert len(clean_errmsg("no " * 1000)) <= MAX_MESSAGE_CHARS

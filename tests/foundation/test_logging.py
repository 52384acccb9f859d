"""No personal data leaves in a log line."""

import logging
from typing import Any

import pytest

from foundation.logging import MAX_TEXT, _RedactingFormatter, redact


@pytest.mark.parametrize(
    "text",
    [
        "call 13812345678 now",
        "car LYFAA4DE1T1000001 arrived",
        "粤B·D1245 到店",
        "京A12345D",
        "GET /cgi-bin/gettoken?corpid=x&corpsecret=topsecret",
        "access_token=abcdef&type=1",
    ],
)
def test_phones_vins_plates_and_secrets_are_taken_out(text: str):
    cleaned = redact(text)
    for secret in ("13812345678", "LYFAA4DE1T1000001", "D1245", "A12345D", "topsecret", "abcdef"):
        assert secret not in cleaned


def test_it_reaches_into_structures_and_cuts_what_is_long():
    cleaned: Any = redact({"rows": [{"phone": "x", "note": "13812345678"}], "text": "y" * 5000})
    assert cleaned["rows"] == [{"phone": "[secret]", "note": "[phone]"}]
    assert len(cleaned["text"]) == MAX_TEXT


def test_ids_amounts_and_dates_stay_readable():
    assert (
        redact("order 20261123 amount 178200 at 2026-11-23T09:30") == "order 20261123 amount 178200 at 2026-11-23T09:30"
    )


def test_lines_of_libraries_pass_the_same_sieve():
    record = logging.LogRecord("sanic", logging.INFO, "", 0, "user %s", ("13812345678",), None)
    assert _RedactingFormatter("%(message)s").format(record) == "user [phone]"

"""No personal data leaves in a log line."""

import logging
import sys
from typing import Any

import orjson
import pytest
import structlog

from foundation.logging import MAX_TEXT, MAX_TRACEBACK, _RedactingFormatter, configure, logger, redact


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
    assert len(cleaned["text"]) <= MAX_TEXT
    assert cleaned["text"].startswith("yyy")
    assert cleaned["text"].endswith("yyy")


def test_a_number_that_stands_where_a_text_is_cut_does_not_leave_in_halves():
    for start in range(MAX_TEXT // 2 - 40, MAX_TEXT // 2 + 10):
        cleaned = str(redact("字" * start + " 13812345678 " + "字" * MAX_TEXT))
        assert "1381" not in cleaned
        assert "5678" not in cleaned


@pytest.mark.parametrize(
    "text",
    [
        "call +852 5123 4567 now",
        "number '+85251234567'",
        "from 0085251234567",
        "+1 (415) 555-2671",
        "{'purePhoneNumber': '51234567', 'countryCode': '852'}",
        "Key (phone)=(51234567) exists",
        "8613812345678",
        "+86 138-1234-5678",
        "138 1234 5678",
        "138–1234–5678",
        "１３８１２３４５６７８",
        "\u202d138\u200b1234\u200b5678\u202c",
        "00852 5123 4567",
        "?phone=%2B85251234567",
        'mobiles: ["61234567", "51234567"]',
        "0755-51234567",
        "(010) 5123 4567",
    ],
)
def test_a_phone_is_taken_out_with_or_without_its_country_however_it_is_written(text: str):
    cleaned = redact(text)
    assert "[phone]" in cleaned
    for part in ("5123", "51234567", "555-2671", "1234"):
        assert part not in cleaned


@pytest.mark.parametrize(
    "plate",
    [
        "粤B1234学", "京A1234警", "粤B1234挂", "粤ZA123港", "粤Z·1234澳", "沪A1234领", "使123456", "WJ粤12345",
        "京X1234应急", "粤Ｂ·Ｄ１２３４", "粤b·d1234", "粤B D1234", "粤B•D1234", "粤BD12345", "粤B12345D",
    ],
)  # fmt: skip
def test_a_plate_of_any_kind_is_taken_out_of_an_exception_however_it_is_written(plate: str):
    assert redact(f"Key (plate)=({plate}) already exists.") == "Key (plate)=([plate]) already exists."


@pytest.mark.parametrize(
    "address", ["/search?q=%E7%B2%A4BD1245", "/search?q=%e7%b2%a4B%C2%B7D12345", "/x/%E4%BD%BF123456"]
)
def test_a_plate_in_an_address_is_taken_out(address: str):
    cleaned = str(redact(f"GET {address} 500"))
    assert "[plate]" in cleaned
    assert not any(part in cleaned for part in ("BD1245", "D1234", "123456"))


def test_an_address_is_decoded_only_where_that_gives_text():
    assert redact("GET /x%0Aforged=1 %FF%FE 100%") == "GET /x%0Aforged=1 %FF%FE 100%"


@pytest.mark.parametrize(
    "vin", ["LYF AA4DE 1T1 000001", "lyf-aa4de1-t1000001", "LYFAA4DE1%20T1000001", "1G1 FB1RX 3N0 123456"]
)
def test_a_vin_is_taken_out_in_the_groups_it_is_read_out_in(vin: str):
    assert redact(f"Key (vin)=({vin}) already exists.") == "Key (vin)=([vin]) already exists."


@pytest.mark.parametrize(
    "text", ["order 12345 took 3 tries and 12345 rows", "2026-11-23 09 30 12 12345", "job 7 of 4e1d-ab12"]
)
def test_a_sentence_with_figures_is_no_vin(text: str):
    assert redact(text) == text


@pytest.mark.parametrize("vin", ["lyfaa4de1t1000001", "LYFAA4DE1T1OOOO01", "ＬＹＦＡＡ４ＤＥ１Ｔ１０００００１"])
def test_a_vin_is_taken_out_however_it_was_typed(vin: str):
    assert redact(f"Key (vin)=({vin}) already exists.") == "Key (vin)=([vin]) already exists."


@pytest.mark.parametrize(
    "text",
    [
        '{"access_token": "topsecret"}',
        "{'session_key': 'topsecret'}",
        "secret: topsecret",
        "Authorization: Bearer topsecret",
    ],
)
def test_a_secret_is_taken_out_of_text_of_any_notation(text: str):
    assert "topsecret" not in str(redact(text))


def test_a_field_that_ends_with_a_secrets_name_is_never_logged():
    assert redact({"access_token": "x", "jsapi_ticket": "y", "corpsecret": "z"}) == dict.fromkeys(
        ("access_token", "jsapi_ticket", "corpsecret"), "[secret]"
    )


def test_a_field_that_is_named_a_phone_is_never_logged():
    assert redact({"purePhoneNumber": "51234567", "filed_phone": "1"}) == {
        "purePhoneNumber": "[secret]",
        "filed_phone": "[secret]",
    }


def test_ids_amounts_and_dates_stay_readable():
    assert (
        redact("order 20261123 amount 178200 at 2026-11-23T09:30:00+08:00 id 42000000012026112300000001")
        == "order 20261123 amount 178200 at 2026-11-23T09:30:00+08:00 id 42000000012026112300000001"
    )


def test_lines_of_libraries_pass_the_same_sieve():
    record = logging.LogRecord("sanic", logging.INFO, "", 0, "user %s", ("13812345678",), None)
    assert _RedactingFormatter("%(message)s").format(record) == "user [phone]"


class OutOfPaper(Exception):
    """Something that goes wrong far down."""


def _fail_deep_down(depth: int) -> None:
    if depth == 0:
        raise OutOfPaper("the printer of bay 3")
    _fail_deep_down(depth - 1) if depth % 2 else _fail_deeper(depth)


def _fail_deeper(depth: int) -> None:
    try:
        _fail_deep_down(depth - 1)
    except OutOfPaper as error:
        if depth % 20 == 0:
            raise RuntimeError("x" * 500) from error
        raise


def test_a_logged_traceback_ends_with_the_name_and_the_message_of_what_was_raised(capsys: pytest.CaptureFixture[str]):
    before = structlog.get_config()
    configure()
    try:
        try:
            _fail_deep_down(90)
        except RuntimeError:
            logger.exception("job_parked")
        line = orjson.loads(capsys.readouterr().err)
    finally:
        structlog.configure(**before)
    assert line["exception_name"] == "builtins.RuntimeError"
    assert line["exception"].rstrip().endswith("RuntimeError: " + "x" * 500)
    assert line["exception"].startswith("Traceback")
    assert len(line["exception"]) <= MAX_TRACEBACK


def test_a_traceback_a_library_logs_ends_with_what_was_raised_too():
    try:
        _fail_deep_down(90)
    except RuntimeError:
        record = logging.LogRecord("sanic", logging.ERROR, "", 0, "failed", (), sys.exc_info())
    text = _RedactingFormatter("%(message)s").format(record)
    assert text.endswith("RuntimeError: " + "x" * 500)
    assert MAX_TEXT < len(text) <= MAX_TRACEBACK

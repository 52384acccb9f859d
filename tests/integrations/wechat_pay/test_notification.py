"""A notification is believed only when signed, fresh and sealed with our key; each other case has its own error."""

import base64
import json
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pydantic import SecretStr

from foundation.errors import WeDealerError
from integrations.wechat_pay import (
    NotificationRefused,
    NotificationUnreadable,
    RefundStatus,
    SerialUnknown,
    SignatureProbe,
    SignatureWrong,
    TimestampStale,
    Undecryptable,
    WeChatPayClient,
)
from integrations.wechat_pay.notification import decrypt
from integrations.wechat_pay.signing import SignatureHeaders, platform_key
from tests.integrations.loopback import BROKEN, loopback
from tests.integrations.wechat_pay import platform

# wechatpay-java, AeadAesCipher test.
GCM_KEY = "a7cde1ZJB1kG2e7VfTs3jQzaWizur8Gb"
GCM_RESOURCE = {
    "algorithm": "AEAD_AES_256_GCM",
    "nonce": "uluk4a9R25RW",
    "associated_data": "associatedData",
    "ciphertext": "ulwSiIajGClcvcOYvOQ7+l+0PAbzzwI=",
}

# wechatpay-go, core/auth/signers/sha256withrsa_signer_test.go; the public half of its test key.
RSA_SIGNATURE = (
    "BKyAfU4iMCuvXMXS0Wzam3V/cnxZ+JaqigPM5OhljS2iOT95OO6Fsuml2JkFANJU9K6q9bLlDhPXuoVz+pp4hAm6pHU4ld815U4jsKu1RkyaII+1"
    "CYBUYC8TK0XtJ8FwUXXz8vZHh58rrAVN1XwNyvD1vfpxrMT4SL536GLwvpUHlCqIMzoZUguLli/K8V29QiOhuH6IEqLNJn8e9b3nwNcQ7be3CzYG"
    "pDAKBfDGPCqCv8Rw5zndhlffk2FEA70G4hvMwe51qMN/RAJbknXG23bSlObuTCN7Ndj1aJGH6/L+hdwfLpUtJm4QYVazzW7DFD27EpSQEqA8bX9+"
    "8m1rLg=="
)
RSA_PUBLIC_KEY = """-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA2VCTd91fnUn73Xy9DLvt
/V62TVxRTEEstVdeRaZ3B3leO0pldE806mXO4RwdHXagHQ4vGeZN0yqm++rDsGK+
U3AH7kejyD2pXshNP9Cq5YwbptiLGtjcquw4HNxJQUOmDeJf2vg6byms9RUipiq4
SzbJKqJFlUpbuIPDpSpWz10PYmyCNeDGUUK65E5h2B834uxl1zNLYQCrkdBzb8oU
xwYeP5a2DNxmjL5lsJML7DGr5znsevnoqGRwTm9fxCGfy8wus7hwKz6clt3Whmmd
a7UAdb1c08hEQFVRbF14AR73xbnd8N0obCWJPCbzMCtkaSef4FdEEgEXJiw0VAJT
8wIDAQAB
-----END PUBLIC KEY-----"""

NOWHERE = "http://127.0.0.1:9/"


@pytest.fixture(scope="module")
def client() -> WeChatPayClient:
    return WeChatPayClient(platform.settings(NOWHERE))


@pytest.fixture
def paid() -> bytes:
    return platform.notice("TRANSACTION.SUCCESS", "transaction", platform.transaction())


def test_the_published_gcm_vector_opens():
    assert decrypt(GCM_RESOURCE, GCM_KEY) == b"message"


@pytest.mark.parametrize(
    "changes",
    [
        {"ciphertext": "vlwSiIajGClcvcOYvOQ7+l+0PAbzzwI="},
        {"ciphertext": "ulwSiIajGClcvcOYvOQ7+l+0PAbzzwM="},
        {"ciphertext": "not base64"},
        {"ciphertext": ""},
        {"ciphertext": None},
        {"nonce": "uluk4a9R25RX"},
        {"nonce": ""},
        {"associated_data": "associatedDatb"},
        {"associated_data": None},
        {"associated_data": 7},
        {"algorithm": "AEAD_SM4_GCM"},
    ],
)
def test_a_changed_resource_never_opens(changes):
    with pytest.raises(Undecryptable):
        decrypt(GCM_RESOURCE | changes, GCM_KEY)


def test_the_published_rsa_signature_verifies_under_its_key():
    platform_key(RSA_PUBLIC_KEY).verify(base64.b64decode(RSA_SIGNATURE), b"source", padding.PKCS1v15(), hashes.SHA256())


def test_a_platform_key_is_read_out_of_a_certificate_too():
    pem = platform.certificate_pem(platform.certificate(platform.PLATFORM_KEY))
    assert platform_key(pem).public_numbers() == platform.PLATFORM_KEY.public_key().public_numbers()


@pytest.mark.parametrize("spelling", [str.title, str.lower, str.upper])
async def test_a_paid_order_is_read(client, paid, spelling):
    headers = {spelling(name): value for name, value in platform.signed_headers(paid).items()}
    told = await client.parse_notification(headers, paid)
    assert (told.id, told.kind, told.event_type) == ("EV-2018022511223320873", "transaction", "TRANSACTION.SUCCESS")
    assert told.created_at == datetime(2026, 11, 21, 2, 34, 56, tzinfo=UTC)
    assert told.refund is None
    assert told.transaction is not None
    assert (told.transaction.out_trade_no, told.transaction.total_fen) == ("WD202611210001", 178200)
    assert (told.transaction.payer_openid, told.transaction.attach) == ("oUpF8uMuAJO_M2pxb1Q9zNjWeS6o", "bill-7")


@pytest.mark.parametrize("status", ["SUCCESS", "ABNORMAL", "CLOSED"])
async def test_a_refund_notification_names_its_status_refund_status(client, status):
    plain = platform.refund(refund_status=status, mchid=platform.MCH_ID)
    del plain["status"]
    body = platform.notice(f"REFUND.{status}", "refund", plain)
    told = await client.parse_notification(platform.signed_headers(body), body)
    assert (told.kind, told.transaction) == ("refund", None)
    assert told.refund is not None
    assert told.refund.status is RefundStatus(status)


@pytest.mark.parametrize(
    ("event_type", "kind"), [("SECURITY_ECHO.SUCCESS", "self_test"), ("PAYSCORE.USER_PAID", "other")]
)
async def test_kinds_we_do_not_act_on_are_still_read(client, event_type, kind):
    body = platform.notice(event_type, "anything", {"hello": 1})
    told = await client.parse_notification(platform.signed_headers(body), body)
    assert (told.kind, told.resource) == (kind, {"hello": 1})


async def test_one_changed_byte_of_the_body_is_refused(client, paid):
    headers = platform.signed_headers(paid)
    with pytest.raises(SignatureWrong):
        await client.parse_notification(headers, paid.replace(b"2026-11-21", b"2026-11-22"))
    with pytest.raises(SignatureWrong):
        await client.parse_notification(headers, orjson.dumps(orjson.loads(paid), option=orjson.OPT_INDENT_2))


@pytest.mark.parametrize("name", ["Wechatpay-Serial", "Wechatpay-Timestamp", "Wechatpay-Nonce", "Wechatpay-Signature"])
async def test_each_signed_header_is_needed(client, paid, name):
    headers = platform.signed_headers(paid)
    with pytest.raises(NotificationRefused):
        await client.parse_notification(headers | {name: ""}, paid)
    del headers[name]
    with pytest.raises(NotificationRefused):
        await client.parse_notification(headers, paid)


async def test_a_stranger_with_our_serial_is_refused(client, paid):
    with pytest.raises(SignatureWrong):
        await client.parse_notification(platform.signed_headers(paid, key=platform.STRANGER_KEY), paid)


async def test_another_signature_scheme_is_refused(client, paid):
    headers = platform.signed_headers(paid) | {"Wechatpay-Signature-Type": "WECHATPAY2-SM2-WITH-SM3"}
    with pytest.raises(SignatureWrong):
        await client.parse_notification(headers, paid)


async def test_the_platforms_probe_is_told_apart(client, paid):
    headers = platform.signed_headers(paid)
    headers["Wechatpay-Signature"] = "WECHATPAY/SIGNTEST/" + headers["Wechatpay-Signature"]
    with pytest.raises(SignatureProbe):
        await client.parse_notification(headers, paid)


@pytest.mark.parametrize("seconds", [-302, 302])
async def test_a_timestamp_five_minutes_away_is_stale_either_way(client, paid, seconds):
    headers = platform.signed_headers(paid, timestamp=platform.now_seconds() + seconds)
    with pytest.raises(TimestampStale):
        await client.parse_notification(headers, paid)


@pytest.mark.parametrize("seconds", [-290, 290])
async def test_a_timestamp_within_five_minutes_is_fine(client, paid, seconds):
    headers = platform.signed_headers(paid, timestamp=platform.now_seconds() + seconds)
    assert (await client.parse_notification(headers, paid)).kind == "transaction"


@pytest.mark.parametrize("serial", ["PUB_KEY_ID_0000000000000000", "not hex", "７" * 8, ""])
async def test_a_serial_nobody_can_have_is_unknown_without_a_call(client, paid, serial):
    with pytest.raises(SerialUnknown):
        await client.parse_notification(platform.signed_headers(paid, serial=serial), paid)


async def test_a_notification_sealed_with_another_key_does_not_open(client):
    resource = platform.sealed(orjson.dumps(platform.transaction()), "transaction", key="x" * 32)
    body = platform.notice("TRANSACTION.SUCCESS", "transaction", {}, resource=resource)
    with pytest.raises(Undecryptable):
        await client.parse_notification(platform.signed_headers(body), body)


@pytest.mark.parametrize(
    "plain",
    [
        platform.transaction(mchid="1900000002"),
        platform.transaction(amount={"total": "178200"}),
        platform.transaction(amount={"total": 1782.0}),
        platform.transaction(amount={"total": True}),
        platform.transaction(amount={"total": -1}),
        platform.transaction(trade_state="PAID"),
        platform.transaction(transaction_id=None),
        platform.transaction(success_time="yesterday"),
        platform.transaction(success_time="2026-11-21T10:34:56"),
        platform.transaction(payer="somebody"),
        ["no", "object"],
    ],
)
async def test_a_signed_notification_of_a_wrong_shape_is_unreadable(client, plain):
    body = platform.notice("TRANSACTION.SUCCESS", "transaction", plain)
    with pytest.raises(NotificationUnreadable):
        await client.parse_notification(platform.signed_headers(body), body)


async def test_a_new_certificate_is_fetched_once_and_then_kept():
    renewed = platform.certificate(platform.STRANGER_KEY)
    sealed = platform.sealed(platform.certificate_pem(renewed).encode(), "certificate")
    entry = {"serial_no": platform.serial_of(renewed), "encrypt_certificate": sealed}
    how: dict[str, Any] = {"key": platform.STRANGER_KEY, "serial": platform.serial_of(renewed)}
    async with loopback(lambda _request: platform.signed({"data": [entry]}, **how)) as stub:
        client = WeChatPayClient(platform.settings(stub.url))
        for _ in range(3):
            body = platform.notice("TRANSACTION.SUCCESS", "transaction", platform.transaction())
            headers = platform.signed_headers(body, **how)
            assert (await client.parse_notification(headers, body)).kind == "transaction"
        await client.close()
        assert [request.path for request in stub.received] == ["/v3/certificates"]
        assert platform.request_is_signed(stub.received[0])


async def test_a_certificate_mode_serial_matches_without_its_leading_zeros(paid):
    client = WeChatPayClient(platform.settings(NOWHERE, platform_serial="00abCD12"))
    assert (await client.parse_notification(platform.signed_headers(paid, serial="ABCD12"), paid)).kind == "transaction"


@pytest.mark.parametrize("forged_key", [SecretStr("x" * 32), None])
async def test_certificates_that_are_not_the_platforms_are_not_trusted(paid, forged_key):
    """Sealed with another APIv3 key, or sealed right but in an answer signed by somebody else."""
    forged = platform.certificate(platform.STRANGER_KEY)
    key = forged_key.get_secret_value() if forged_key else platform.API_V3_KEY
    sealed = platform.sealed(platform.certificate_pem(forged).encode(), "certificate", key=key)
    entry = {"serial_no": platform.serial_of(forged), "encrypt_certificate": sealed}
    signer = platform.STRANGER_KEY if forged_key else platform.MERCHANT_KEY
    async with loopback(lambda _request: platform.signed({"data": [entry]}, key=signer)) as stub:
        client = WeChatPayClient(platform.settings(stub.url))
        headers = platform.signed_headers(paid, key=platform.STRANGER_KEY, serial=platform.serial_of(forged))
        with pytest.raises(SerialUnknown):
            await client.parse_notification(headers, paid)
        await client.close()


async def test_strangers_serials_do_not_make_us_ask_again_and_again(paid):
    async with loopback(lambda _request: BROKEN) as stub:
        client = WeChatPayClient(platform.settings(stub.url))
        calls = []
        for serial in ("AB01", "AB02", "AB03"):
            with pytest.raises(SerialUnknown):
                await client.parse_notification(platform.signed_headers(paid, serial=serial), paid)
            calls.append(len(stub.received))
        await client.close()
        assert calls[0] == calls[2] > 0


header_names = st.sampled_from(list(platform.signed_headers(b"")))
any_fuzz = hypothesis_settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@any_fuzz
@given(body=st.binary(max_size=400), headers=st.dictionaries(header_names, st.text(max_size=60)))
async def test_whatever_a_stranger_sends_is_refused_by_name(client, body, headers):
    with pytest.raises(NotificationRefused):
        await client.parse_notification(headers | {"Wechatpay-Serial": platform.PUBLIC_KEY_ID}, body)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3),
    max_leaves=8,
)


@any_fuzz
@given(body=st.binary(max_size=200) | json_values.map(lambda value: json.dumps(value).encode()))
async def test_signed_nonsense_is_unreadable_and_never_a_crash(client, body):
    with pytest.raises(WeDealerError) as caught:
        await client.parse_notification(platform.signed_headers(body), body)
    assert isinstance(caught.value, NotificationRefused | NotificationUnreadable)


@any_fuzz
@given(field=st.sampled_from(sorted(platform.transaction())), value=json_values)
async def test_a_sealed_transaction_of_any_shape_is_read_or_unreadable(client, field, value):
    plain = json.dumps(platform.transaction() | {field: value}).encode()
    resource = {"original_type": "transaction"} | platform.sealed(plain, "transaction")
    body = platform.notice("TRANSACTION.SUCCESS", "transaction", {}, resource=resource)
    try:
        told = await client.parse_notification(platform.signed_headers(body), body)
    except NotificationUnreadable:
        return
    assert told.transaction is not None


def test_headers_that_cannot_be_text_are_no_signature():
    headers = {"Wechatpay-Timestamp": "1", "Wechatpay-Nonce": "\udcff", "Wechatpay-Signature": "AAAA"}
    assert not SignatureHeaders.of(headers).signs(b"", platform.PLATFORM_KEY.public_key())

"""The callback envelope: published vectors, wechatpy in both directions, and forged or broken input."""

import base64
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wechatpy.work.crypto import WeChatCrypto

from integrations.wecom.callback_crypto import MAX_BODY_BYTES, CallbackCrypto
from integrations.wecom.errors import BadCiphertext, BadSignature, BadXml, WrongReceiver
from tests.integrations.wecom.samples import (
    ECHO_OFFICIAL,
    ECHO_WECHATPY,
    REPLY_WECHATPY,
    TEXT_OFFICIAL,
    TEXT_WECHATPY,
    Sample,
)

TOKEN, AES_KEY, CORP_ID = "QDG6eK", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C", "wx5823bf96d3bd56c7"
TIMESTAMP, NONCE = "1409659813", "1372623149"
OURS = CallbackCrypto(TOKEN, AES_KEY, CORP_ID)
THEIRS = WeChatCrypto(TOKEN, AES_KEY, CORP_ID)
REFUSALS = (BadCiphertext, BadSignature, BadXml, WrongReceiver)


def crypto_of(sample: Sample) -> CallbackCrypto:
    return CallbackCrypto(sample.token, sample.aes_key, sample.receive_id)


def envelope(encrypted: str) -> bytes:
    return (
        f"<xml><ToUserName><![CDATA[{CORP_ID}]]></ToUserName>"
        f"<Encrypt><![CDATA[{encrypted}]]></Encrypt><AgentID><![CDATA[218]]></AgentID></xml>"
    ).encode()


def signed(encrypted: str) -> tuple[bytes, str, str, str]:
    """A body and its query, correctly signed as by WeCom, with any content."""
    return envelope(encrypted), OURS.signature(TIMESTAMP, NONCE, encrypted), TIMESTAMP, NONCE


def sealed_block(block: bytes) -> str:
    """A plain block of our own making, encrypted without any padding or framing."""
    return base64.b64encode(OURS._cipher.encryptor().update(block)).decode()


@pytest.mark.parametrize("sample", [ECHO_OFFICIAL, ECHO_WECHATPY])
def test_the_published_url_checks_are_answered(sample: Sample):
    answer = crypto_of(sample).verify_url(sample.signature, sample.timestamp, sample.nonce, sample.encrypted)
    assert answer == sample.plain


@pytest.mark.parametrize("sample", [TEXT_OFFICIAL, TEXT_WECHATPY])
def test_the_published_messages_open(sample: Sample):
    crypto = crypto_of(sample)
    body = envelope(sample.encrypted)
    message = crypto.open_message(body, sample.signature, sample.timestamp, sample.nonce)
    assert message.decode().rstrip("\n") == sample.plain


@pytest.mark.parametrize("sample", [ECHO_OFFICIAL, ECHO_WECHATPY, REPLY_WECHATPY])
def test_the_same_random_prefix_gives_the_published_ciphertext(sample: Sample):
    crypto = crypto_of(sample)
    assert crypto.encrypt(sample.plain.encode(), sample.prefix) == sample.encrypted
    assert crypto.signature(sample.timestamp, sample.nonce, sample.encrypted) == sample.signature


def test_a_reply_carries_all_four_parts():
    sample = REPLY_WECHATPY
    reply = crypto_of(sample).seal_reply(sample.plain.encode(), sample.timestamp, sample.nonce, sample.prefix)
    assert f"<Encrypt><![CDATA[{sample.encrypted}]]></Encrypt>" in reply
    assert f"<MsgSignature><![CDATA[{sample.signature}]]></MsgSignature>" in reply
    assert f"<TimeStamp>{sample.timestamp}</TimeStamp>" in reply
    assert f"<Nonce><![CDATA[{sample.nonce}]]></Nonce>" in reply


xml_text = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=200)


@given(xml_text)
def test_wechatpy_reads_what_we_seal(text: str):
    reply = OURS.seal_reply(text.encode(), TIMESTAMP, NONCE)
    signature = reply.split("<MsgSignature><![CDATA[")[1].split("]]>")[0]
    assert THEIRS.decrypt_message(reply, signature, TIMESTAMP, NONCE) == text


@given(xml_text)
def test_we_read_what_wechatpy_seals(text: str):
    reply = THEIRS.encrypt_message(text, NONCE, TIMESTAMP)
    signature = reply.split("<MsgSignature><![CDATA[")[1].split("]]>")[0]
    assert OURS.open_message(reply.encode(), signature, TIMESTAMP, NONCE).decode() == text


@given(st.binary(max_size=300))
def test_any_bytes_survive_the_round_trip(message: bytes):
    assert OURS.decrypt(OURS.encrypt(message)) == message


@given(body=st.binary(max_size=400), signature=st.text(max_size=50), timestamp=st.text(), nonce=st.text())
def test_no_body_ever_gets_more_than_a_refusal(body: bytes, signature: str, timestamp: str, nonce: str):
    for raw in (body, envelope(base64.b64encode(body).decode())):
        with pytest.raises(REFUSALS):
            OURS.read_message(raw, signature, timestamp, nonce)


@given(st.binary(max_size=400))
def test_rightly_signed_rubbish_is_refused(block: bytes):
    with pytest.raises(REFUSALS):
        OURS.read_message(*signed(base64.b64encode(block).decode()))


@given(st.text(max_size=100))
def test_any_echostr_is_refused_unless_signed(echostr: str):
    with pytest.raises(REFUSALS):
        OURS.verify_url(OURS.signature(TIMESTAMP, NONCE, "other"), TIMESTAMP, NONCE, echostr)


@given(st.integers(min_value=0, max_value=len(TEXT_OFFICIAL.encrypted) - 1))
def test_a_cut_ciphertext_is_refused(length: int):
    with pytest.raises(REFUSALS):
        OURS.read_message(*signed(TEXT_OFFICIAL.encrypted[:length]))


@given(st.data())
def test_a_flipped_bit_never_shows_more_than_a_refusal_or_other_text(data: st.DataObject):
    block = bytearray(base64.b64decode(TEXT_OFFICIAL.encrypted))
    position = data.draw(st.integers(0, len(block) * 8 - 1))
    block[position // 8] ^= 1 << position % 8
    encrypted = base64.b64encode(bytes(block)).decode()
    with pytest.raises(BadSignature):  # as it would come from a stranger
        OURS.open_message(envelope(encrypted), TEXT_OFFICIAL.signature, TIMESTAMP, NONCE)
    try:  # even when the signature were right
        OURS.read_message(*signed(encrypted))
    except REFUSALS:
        return


@pytest.mark.parametrize("changed", ["signature", "timestamp", "nonce", "encrypted", "token"])
def test_every_part_is_signed(changed: str):
    sample = TEXT_OFFICIAL
    token = "another" if changed == "token" else TOKEN
    encrypted = sample.encrypted.replace("R", "S", 1) if changed == "encrypted" else sample.encrypted
    signature = sample.signature[::-1] if changed == "signature" else sample.signature
    timestamp = "1409659814" if changed == "timestamp" else sample.timestamp
    nonce = "1" if changed == "nonce" else sample.nonce
    with pytest.raises(BadSignature):
        CallbackCrypto(token, AES_KEY, CORP_ID).open_message(envelope(encrypted), signature, timestamp, nonce)


def test_a_signature_with_letters_outside_ascii_is_refused():
    with pytest.raises(BadSignature):
        OURS.open_message(envelope(TEXT_OFFICIAL.encrypted), "签名\udcff", TIMESTAMP, NONCE)


@pytest.mark.parametrize("receive_id", ["", "wx5823bf96d3bd56c", "wx5823bf96d3bd56c71", "ww0000000000000000"])
def test_a_message_for_another_corp_is_refused(receive_id: str):
    other = CallbackCrypto(TOKEN, AES_KEY, receive_id)
    with pytest.raises(WrongReceiver):
        OURS.decrypt(other.encrypt(b"<xml/>"))


@pytest.mark.parametrize("pad", [0, 33, 255])
def test_a_pad_outside_1_to_32_is_refused(pad: int):
    block = os.urandom(16) + (4).to_bytes(4, "big") + b"text" + CORP_ID.encode()
    block += bytes(64 - len(block) - 1) + bytes((pad,))
    with pytest.raises(BadCiphertext):
        OURS.decrypt(sealed_block(block))


@pytest.mark.parametrize("length", [5, 1000, 0x7FFFFFFF, 0xFFFFFFFF])
def test_a_length_beyond_the_block_is_refused(length: int):
    block = os.urandom(16) + length.to_bytes(4, "big") + b"text" + CORP_ID.encode()
    pad = 32 - len(block) % 32
    with pytest.raises((BadCiphertext, WrongReceiver)):
        OURS.decrypt(sealed_block(block + bytes((pad,)) * pad))


def test_an_oversized_body_is_refused_before_anything_else():
    with pytest.raises(BadXml):
        OURS.open_message(envelope("A" * MAX_BODY_BYTES), "", TIMESTAMP, NONCE)


def test_an_xml_bomb_in_the_envelope_is_never_parsed():
    bomb = b'<!DOCTYPE xml [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><xml><Encrypt>&b;</Encrypt></xml>'
    with pytest.raises(BadXml):
        OURS.open_message(bomb, "", TIMESTAMP, NONCE)


def test_an_xml_bomb_inside_the_ciphertext_is_refused():
    bomb = b'<!DOCTYPE xml [<!ENTITY a "aaaaaaaaaa">]><xml><MsgType>&a;</MsgType></xml>'
    with pytest.raises(BadXml):
        OURS.read_message(*signed(OURS.encrypt(bomb)))


def test_no_refusal_repeats_what_was_sent():
    secret = "粤A12345"
    encrypted = OURS.encrypt(f"<xml><Content>{secret}</Content".encode())
    with pytest.raises(BadXml) as refused:
        OURS.read_message(*signed(encrypted))
    assert secret not in repr(refused.value) + str(refused.value.details)
    assert refused.value.__cause__ is None


@pytest.mark.parametrize("key", ["", "A" * 42, "A" * 44, "A" * 42 + "=", "A" * 42 + "签"])
def test_a_key_of_another_shape_is_a_configuration_error(key: str):
    with pytest.raises(ValueError):
        CallbackCrypto(TOKEN, key, CORP_ID)


@pytest.mark.parametrize(("timestamp", "nonce"), [("1</TimeStamp>", "1"), ("1", "]]></Nonce>"), ("", "1")])
def test_a_reply_cannot_be_bent_by_its_nonce(timestamp: str, nonce: str):
    with pytest.raises(ValueError):
        OURS.seal_reply(b"<xml/>", timestamp, nonce)

"""Message pushes: published vectors, XML and JSON, plain and safe mode, and forged input."""

import hashlib
from datetime import UTC, datetime

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.wecom.callback_crypto import CallbackCrypto
from integrations.weixin import PushDoor, PushRefused, subscribe_choices, subscribe_deliveries

# developers.weixin.qq.com, "message-push": the official sample.
TOKEN, AES_KEY, APP_ID = "AAAAA", "A" * 43, "wxba5fad812f8e6fb9"
SEALED_QUERY = {
    "timestamp": "1714112445",
    "nonce": "415670741",
    "encrypt_type": "aes",
    "msg_signature": "046e02f8204d34f8ba5fa3b1db94908f3df2e9b3",
}
ENCRYPT = (
    "+qdx1OKCy+5JPCBFWw70tm0fJGb2Jmeia4FCB7kao+/Q5c/ohsOzQHi8khUOb05JCpj0JB4RvQMkUyus8TPxLKJGQqcvZqzDpVzazhZv6JsXUnnR"
    "8XGT740XgXZUXQ7vJVnAG+tE8NUd4yFyjPy7GgiaviNrlCTj+l5kdfMuFUPpRSrfMZuMcp3Fn2Pede2IuQrKEYwKSqFIZoNqJ4M8EajAsjLY2km3"
    "2IIjdf8YL/P50F7mStwntrA2cPDrM1kb6mOcfBgRtWygb3VIYnSeOBrebufAlr7F9mFUPAJGj04="
)
SEALED_BODY = orjson.dumps({"ToUserName": "gh_97417a04a28d", "Encrypt": ENCRYPT})

PLAIN, SEALED = PushDoor(TOKEN, "", APP_ID), PushDoor(TOKEN, AES_KEY, APP_ID)


def plain_query(timestamp: str = "1714037059", nonce: str = "486452656") -> dict[str, str]:
    signature = hashlib.sha1("".join(sorted((TOKEN, timestamp, nonce))).encode()).hexdigest()
    return {"timestamp": timestamp, "nonce": nonce, "signature": signature}


def message(**fields: object) -> dict[str, object]:
    head = {"ToUserName": "gh_1", "FromUserName": "o1", "CreateTime": 1714112445, "MsgType": "event"}
    return head | fields


def pushed(**fields: object) -> bytes:
    return orjson.dumps(message(**fields))


def sealed_query(crypto: CallbackCrypto, encrypted: str) -> dict[str, str]:
    return SEALED_QUERY | {
        "msg_signature": crypto.signature(SEALED_QUERY["timestamp"], SEALED_QUERY["nonce"], encrypted)
    }


def test_the_published_address_check_is_answered_with_its_echostr():
    query = {"timestamp": "1714036504", "nonce": "1514711492", "echostr": "4375120948345356249"}
    query["signature"] = "f464b24fc39322e44b38aa78f5edd27bd1441696"
    assert PLAIN.check_address(query) == "4375120948345356249"
    assert SEALED.check_address(query) == "4375120948345356249"
    with pytest.raises(PushRefused):
        PLAIN.check_address(query | {"nonce": "1514711493"})


def test_the_published_plain_signature_is_accepted():
    query = plain_query()
    assert query["signature"] == "899cf89e464efb63f54ddac96b0a0a235f53aa78"
    push = PLAIN.open(query, pushed(Event="user_enter_tempsession", SessionFrom="x"))
    assert (push.openid, push.event, push.fields["SessionFrom"]) == ("o1", "user_enter_tempsession", "x")


def test_the_published_sealed_json_opens():
    push = SEALED.open(SEALED_QUERY, SEALED_BODY)
    assert (push.to_user_name, push.openid) == ("gh_97417a04a28d", "o9AgO5Kd5ggOC-bXrbNODIiE3bGY")
    assert (push.event, push.fields["debug_str"]) == ("debug_demo", "hello world")
    assert push.created_at == datetime(2024, 4, 26, 6, 20, 45, tzinfo=UTC)


def test_the_published_sealed_reply_is_what_we_would_seal():
    crypto = CallbackCrypto(TOKEN, AES_KEY, APP_ID)
    encrypted = crypto.encrypt(b'{"demo_resp":"good luck"}', b"707722b803182950")
    assert encrypted == "ELGduP2YcVatjqIS+eZbp80MNLoAUWvzzyJxgGzxZO/5sAvd070Bs6qrLARC9nVHm48Y4hyRbtzve1L32tmxSQ=="
    assert crypto.signature("1713424427", "415670741", encrypted) == "1b9339964ed2e271e7c7b6ff2b0ef902fc94dea1"


@pytest.mark.parametrize("is_sealed", [False, True])
def test_xml_is_read_like_json(is_sealed):
    document = (
        b"<xml><ToUserName><![CDATA[gh_1]]></ToUserName><FromUserName><![CDATA[o1]]></FromUserName>"
        b"<CreateTime>1714112445</CreateTime><MsgType><![CDATA[event]]></MsgType>"
        b"<Event><![CDATA[subscribe_msg_popup_event]]></Event><SubscribeMsgPopupEvent><List>"
        b"<TemplateId><![CDATA[T1]]></TemplateId><SubscribeStatusString>accept</SubscribeStatusString>"
        b"<PopupScene>2</PopupScene></List></SubscribeMsgPopupEvent></xml>"
    )
    if is_sealed:
        crypto = CallbackCrypto(TOKEN, AES_KEY, APP_ID)
        encrypted = crypto.encrypt(document)
        body = f"<xml><ToUserName>gh_1</ToUserName><Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>".encode()
        push = SEALED.open(sealed_query(crypto, encrypted), body)
    else:
        push = PLAIN.open(plain_query(), document)
    assert push.created_at == datetime.fromtimestamp(1714112445, UTC)
    assert [(choice.template_id, choice.is_accepted) for choice in subscribe_choices(push)] == [("T1", True)]


ACCEPTED = {"TemplateId": "T1", "SubscribeStatusString": "accept", "PopupScene": "0"}
REJECTED = {"TemplateId": "T2", "SubscribeStatusString": "reject"}


@pytest.mark.parametrize(
    ("listed", "choices"),
    [(ACCEPTED, [("T1", True)]), ([ACCEPTED], [("T1", True)]), ([ACCEPTED, REJECTED], [("T1", True), ("T2", False)])],
)
@pytest.mark.parametrize("is_nested", [True, False])
def test_a_list_of_one_may_be_an_object(listed, choices, is_nested):
    fields = {"SubscribeMsgPopupEvent": {"List": listed}} if is_nested else {"List": listed}
    push = PLAIN.open(plain_query(), pushed(Event="subscribe_msg_popup_event", **fields))
    assert [(choice.template_id, choice.is_accepted) for choice in subscribe_choices(push)] == choices


def test_a_later_refusal_and_a_delivery_are_read():
    change = PLAIN.open(
        plain_query(), pushed(Event="subscribe_msg_change_event", SubscribeMsgChangeEvent={"List": REJECTED})
    )
    assert [(choice.template_id, choice.is_accepted) for choice in subscribe_choices(change)] == [("T2", False)]
    sent = {"TemplateId": "T1", "MsgID": "1864323726461255680", "ErrorCode": "0", "ErrorStatus": "success"}
    push = PLAIN.open(plain_query(), pushed(Event="subscribe_msg_sent_event", SubscribeMsgSentEvent={"List": [sent]}))
    [delivery] = subscribe_deliveries(push)
    assert (delivery.message_id, delivery.error_code, delivery.error_status) == ("1864323726461255680", 0, "success")
    assert subscribe_choices(push) == []


def test_a_redelivery_has_the_same_key_and_another_event_of_the_same_second_has_not():
    first = PLAIN.open(plain_query(), pushed(Event="a"))
    again = PLAIN.open(plain_query("1714037064", "1"), pushed(Event="a"))
    other = PLAIN.open(plain_query(), pushed(Event="b"))
    assert first.dedupe_key == again.dedupe_key != other.dedupe_key
    one, two = (PLAIN.open(plain_query(), pushed(MsgId=7, Content=text)) for text in ("x", "y"))
    assert one.dedupe_key == two.dedupe_key


def test_a_sealed_door_takes_no_plain_push():
    """The three-part signature does not cover the body: whoever saw one address could send anything."""
    with pytest.raises(PushRefused):
        SEALED.open(plain_query(), pushed(Event="a"))


def test_a_door_without_a_token_stays_shut():
    signature = hashlib.sha1(b"12").hexdigest()
    with pytest.raises(PushRefused):
        PushDoor("", "", APP_ID).open({"timestamp": "1", "nonce": "2", "signature": signature}, pushed())


@pytest.mark.parametrize("name", ["timestamp", "nonce", "msg_signature"])
def test_each_part_of_the_sealed_query_is_needed(name):
    for value in ("", "0", "签名", "\udcff"):
        with pytest.raises(PushRefused):
            SEALED.open(SEALED_QUERY | {name: value}, SEALED_BODY)


def test_a_push_for_another_mini_program_is_refused():
    with pytest.raises(PushRefused):
        PushDoor(TOKEN, AES_KEY, "wxother").open(SEALED_QUERY, SEALED_BODY)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b"{",
        b"<xml>",
        b'<!DOCTYPE x [<!ENTITY a "b">]><xml><FromUserName>&a;</FromUserName></xml>',
        b"[" * 100_000,
        b'{"FromUserName":"o1","Deep":' + b"[" * 1000 + b"]" * 1000 + b"}",
        orjson.dumps({"FromUserName": "", "CreateTime": 1}),
        orjson.dumps({"FromUserName": "o1", "CreateTime": "soon"}),
        orjson.dumps({"FromUserName": "o1", "CreateTime": 10**17}),
        orjson.dumps({"FromUserName": "o1", "CreateTime": [1]}),
        b" " * (512 * 1024 + 1),
    ],
)
def test_a_signed_push_of_no_known_shape_is_refused(body):
    with pytest.raises(PushRefused):
        PLAIN.open(plain_query(), body)


@given(body=st.binary(max_size=200), query=st.dictionaries(st.sampled_from(sorted(SEALED_QUERY)), st.text(max_size=20)))
def test_whatever_a_stranger_sends_is_refused(body, query):
    for door in (PLAIN, SEALED):
        with pytest.raises(PushRefused):
            door.open(query, body)


@given(st.binary(max_size=200).map(lambda noise: b"{" + noise) | st.binary(max_size=200))
def test_signed_nonsense_is_refused_and_never_a_crash(body):
    with pytest.raises(PushRefused):
        PLAIN.open(plain_query(), body)

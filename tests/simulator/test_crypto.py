"""The simulator's own crypto against the platforms' published samples."""

import pytest

from simulator.pay.signing import verify
from simulator.wecom.crypto import BadCiphertext, MessageCrypto, signature
from simulator.wecom.xml import from_xml, to_xml

OFFICIAL = ("QDG6eK", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C", "wx5823bf96d3bd56c7")
WECHATPY = ("123456", "kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR", "wx49f0ab532d5d035a")
MINI = ("AAAAA", "A" * 43, "wxba5fad812f8e6fb9")

ECHO = "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ=="
ECHO_OF_WECHATPY = "4ByGGj+sVCYcvGeQYhaKIk1o0pQRNbRjxybjTGblXrBaXlTXeOo1+bXFXDQQb1o6co6Yh9Bv41n7hOchLF6p+Q=="
REPLY = "ELGduP2YcVatjqIS+eZbp80MNLoAUWvzzyJxgGzxZO/5sAvd070Bs6qrLARC9nVHm48Y4hyRbtzve1L32tmxSQ=="
PUSH = (
    "+qdx1OKCy+5JPCBFWw70tm0fJGb2Jmeia4FCB7kao+/Q5c/ohsOzQHi8khUOb05JCpj0JB4RvQMkUyus8TPxLKJGQqcvZqzDpVzazhZv6JsXUnnR8"
    "XGT740XgXZUXQ7vJVnAG+tE8NUd4yFyjPy7GgiaviNrlCTj+l5kdfMuFUPpRSrfMZuMcp3Fn2Pede2IuQrKEYwKSqFIZoNqJ4M8EajAsjLY2km32I"
    "Ijdf8YL/P50F7mStwntrA2cPDrM1kb6mOcfBgRtWygb3VIYnSeOBrebufAlr7F9mFUPAJGj04="
)
PUSH_PLAIN = (
    '{"ToUserName":"gh_97417a04a28d","FromUserName":"o9AgO5Kd5ggOC-bXrbNODIiE3bGY","CreateTime":1714112445,'
    '"MsgType":"event","Event":"debug_demo","debug_str":"hello world"}'
)


@pytest.mark.parametrize(
    ("token", "timestamp", "nonce", "encrypted", "expected"),
    [
        ("QDG6eK", "1409659589", "263014780", ECHO, "5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3"),
        ("123456", "1411443780", "437374425", ECHO_OF_WECHATPY, "dd6b9c95b495b3f7e2901bfbc76c664930ffdb96"),
        ("AAAAA", "1714112445", "415670741", PUSH, "046e02f8204d34f8ba5fa3b1db94908f3df2e9b3"),
        ("AAAAA", "1713424427", "415670741", REPLY, "1b9339964ed2e271e7c7b6ff2b0ef902fc94dea1"),
    ],
)
def test_signatures_match_the_published_ones(
    token: str, timestamp: str, nonce: str, encrypted: str, expected: str
) -> None:
    assert signature(token, timestamp, nonce, encrypted) == expected


def test_three_part_signatures_match_the_published_ones() -> None:
    assert signature("AAAAA", "1714036504", "1514711492") == "f464b24fc39322e44b38aa78f5edd27bd1441696"
    assert signature("AAAAA", "1714037059", "486452656") == "899cf89e464efb63f54ddac96b0a0a235f53aa78"


@pytest.mark.parametrize(
    ("parameters", "encrypted", "plain", "random"),
    [
        (OFFICIAL, ECHO, "1616140317555161061", b"c41b64491c2468d0"),
        (WECHATPY, ECHO_OF_WECHATPY, "5927782489442352469", b"2304fc2fe146f1f8"),
        (MINI, PUSH, PUSH_PLAIN, b"a8eedb185eb2fecf"),
        (MINI, REPLY, '{"demo_resp":"good luck"}', b"707722b803182950"),
    ],
)
def test_published_ciphertexts_open_and_are_made_again(
    parameters: tuple[str, str, str], encrypted: str, plain: str, random: bytes
) -> None:
    crypto = MessageCrypto(parameters[1], parameters[2])
    assert crypto.decrypt(encrypted) == plain
    assert crypto.encrypt(plain, random) == encrypted


def test_another_receiver_is_refused() -> None:
    encrypted = MessageCrypto(OFFICIAL[1], "somebody-else").encrypt("hello")
    with pytest.raises(BadCiphertext):
        MessageCrypto(OFFICIAL[1], OFFICIAL[2]).decrypt(encrypted)


@pytest.mark.parametrize("broken", ["", "not base64!", "QUFBQQ==", ECHO[:-8] + "AAAAAAA="])
def test_broken_ciphertexts_are_refused(broken: str) -> None:
    with pytest.raises(BadCiphertext):
        MessageCrypto(OFFICIAL[1], OFFICIAL[2]).decrypt(broken)


def test_a_text_that_ends_a_cdata_section_survives_the_xml() -> None:
    assert from_xml(to_xml({"Content": "a]]>b", "Item": ["1", "2"], "N": 5})) == {
        "Content": "a]]>b",
        "Item": ["1", "2"],
        "N": "5",
    }


def test_the_published_rsa_signature_is_confirmed_and_any_other_is_not() -> None:
    public = (
        "-----BEGIN PUBLIC KEY-----\n"
        "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA2VCTd91fnUn73Xy9DLvt\n"
        "/V62TVxRTEEstVdeRaZ3B3leO0pldE806mXO4RwdHXagHQ4vGeZN0yqm++rDsGK+\n"
        "U3AH7kejyD2pXshNP9Cq5YwbptiLGtjcquw4HNxJQUOmDeJf2vg6byms9RUipiq4\n"
        "SzbJKqJFlUpbuIPDpSpWz10PYmyCNeDGUUK65E5h2B834uxl1zNLYQCrkdBzb8oU\n"
        "xwYeP5a2DNxmjL5lsJML7DGr5znsevnoqGRwTm9fxCGfy8wus7hwKz6clt3Whmmd\n"
        "a7UAdb1c08hEQFVRbF14AR73xbnd8N0obCWJPCbzMCtkaSef4FdEEgEXJiw0VAJT\n"
        "8wIDAQAB\n-----END PUBLIC KEY-----\n"
    )
    published = (
        "BKyAfU4iMCuvXMXS0Wzam3V/cnxZ+JaqigPM5OhljS2iOT95OO6Fsuml2JkFANJU9K6q9bLlDhPXuoVz+pp4hAm6pHU4ld815U4jsKu1RkyaII+1"
        "CYBUYC8TK0XtJ8FwUXXz8vZHh58rrAVN1XwNyvD1vfpxrMT4SL536GLwvpUHlCqIMzoZUguLli/K8V29QiOhuH6IEqLNJn8e9b3nwNcQ7be3CzYG"
        "pDAKBfDGPCqCv8Rw5zndhlffk2FEA70G4hvMwe51qMN/RAJbknXG23bSlObuTCN7Ndj1aJGH6/L+hdwfLpUtJm4QYVazzW7DFD27EpSQEqA8bX9+"
        "8m1rLg=="
    )
    assert verify(public, "source", published)
    assert not verify(public, "sourcf", published)
    assert not verify(public, "source", "WECHATPAY/SIGNTEST/" + published)

"""Published samples of the platform, and data that must be refused."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.weixin import (
    ClientDataRefused,
    decrypt_client_data,
    raw_data_is_genuine,
    raw_data_signature,
    session_signature,
)

# developers.weixin.qq.com, "signature": the official sample.
SESSION_KEY, IV, APP_ID = "tiihtNczf5v6AKRyjwEUhQ==", "r7BXXKkLb8qrSNn05n0qiA==", "wx4f4bc4dec97d474b"
ENCRYPTED_DATA = (
    "CiyLU1Aw2KjvrjMdj8YKliAjtP4gsMZMQmRzooG2xrDcvSnxIMXFufNstNGTyaGS9uT5geRa0W4oTOb1WT7fJlAC+oNPdbB+3hVbJSRgv+4lGOET"
    "KUQz6OYStslQ142dNCuabNPGBzlooOmB231qMM85d2/fV6ChevvXvQP8Hkue1poOFtnEtpyxVLW1zAo6/1Xx1COxFvrc2d7UL/lmHInNlxuacJXw"
    "u0fjpXfz/YqYzBIBzD6WUfTIF9GRHpOn/Hz7saL8xz+W//FRAUid1OksQaQx4CMs8LOddcQhULW4ucetDf96JcR3g0gfRK4PC7E/r7Z6xNrXd2UI"
    "eorGj5Ef7b1pJAYB6Y5anaHqZ9J6nKEBvB4DnNLIVWSgARns/8wR2SiRS7MNACwTyrGvt9ts8p12PKFdlqYTopNHR1Vf7XjfhQlVsAJdNiKdYmYV"
    "oKlaRv85IfVunYzO0IKXsyl7JCUjCpoG20f0a04COwfneQAGGwd5oa+T8yO5hzuyDb/XcxxmK01EpqOyuxINew=="
)
RAW_DATA = (
    '{"nickName":"Band","gender":1,"language":"zh_CN","city":"Guangzhou","province":"Guangdong","country":"CN",'
    '"avatarUrl":"http://wx.qlogo.cn/mmopen/vi_32/1vZvI39NWFQ9XM4LtQpFrQJ1xlgZxx3w7bQxKARol6503Iuswjjn6nIGBiaycAjAtpuj'
    'xyzYsrztuuICqIM5ibXQ/0"}'
)
RAW_SESSION_KEY, RAW_SIGNATURE = "HyVFkGl5F5OQWJZZaNzBBg==", "75e81ceda165f4ffa64f4068af58c64b8f54b88c"
HMAC_SESSION_KEY = "o0q0otL8aEzpcZL/FT9WsQ=="


def opened(**changes: str) -> dict[str, object]:
    values = {"encrypted_data": ENCRYPTED_DATA, "iv": IV, "session_key": SESSION_KEY, "app_id": APP_ID} | changes
    return decrypt_client_data(values.pop("encrypted_data"), **values)


def test_the_published_encrypted_data_opens():
    data = opened()
    assert data["openId"] == "oGZUI0egBJY1zhBYw2KhdUfwVJJE"
    assert data["unionId"] == "ocMvos6NjeKLIBqg5Mr9QjxrP1FA"
    assert data["watermark"] == {"timestamp": 1477314187, "appid": APP_ID}


@pytest.mark.parametrize(
    "changes",
    [
        {"app_id": "wx0000000000000000"},
        {"session_key": RAW_SESSION_KEY},
        {"session_key": "c2hvcnQ="},
        {"session_key": ""},
        {"iv": ""},
        {"iv": "not base64"},
        {"encrypted_data": ""},
        {"encrypted_data": "AAAA"},
        {"encrypted_data": ENCRYPTED_DATA[:-24]},
        {"encrypted_data": "é"},
    ],
)
def test_data_that_does_not_prove_itself_is_refused(changes):
    with pytest.raises(ClientDataRefused):
        opened(**changes)


@given(st.binary(max_size=96))
def test_any_bytes_are_refused_and_never_a_crash(sealed):
    with pytest.raises(ClientDataRefused):
        opened(encrypted_data=base64.b64encode(sealed).decode())


def test_the_published_raw_data_signature_matches():
    assert raw_data_signature(RAW_DATA, RAW_SESSION_KEY) == RAW_SIGNATURE
    assert raw_data_is_genuine(RAW_DATA, RAW_SIGNATURE, RAW_SESSION_KEY)
    assert not raw_data_is_genuine(RAW_DATA.replace("Band", "Bond"), RAW_SIGNATURE, RAW_SESSION_KEY)
    assert not raw_data_is_genuine(RAW_DATA, "签名", RAW_SESSION_KEY)


@pytest.mark.parametrize(
    ("message", "signature"),
    [
        ('{"foo":"bar"}', "654571f79995b2ce1e149e53c0a33dc39c0a74090db514261454e8dbe432aa0b"),
        ("", "46e043c5525c2d817c44be603d30837a808a1d930d038f6fdc3e62a201fed128"),
    ],
)
def test_the_published_session_signature_matches(message, signature):
    assert session_signature(message, HMAC_SESSION_KEY) == signature

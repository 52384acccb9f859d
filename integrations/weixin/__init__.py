"""The WeChat mini-program platform (api.weixin.qq.com), in its own words.

Out: `weixin_client()` gives the server API of our mini-program: login, phone number, subscription messages, codes,
links, text check. One access token is shared by all processes.
In: `PushDoor` opens message pushes; `client_data` proves what the mini-program client passes on.

Words: *openid* a person as one mini-program knows them, *unionid* the same person across one company's accounts,
*session_key* the secret of one login (never sent to the client), *scene* what a code carries, *subscription message*
one message for one accepted request.

What the server API refuses is a `WeixinError` with an `ErrorKind` (a refused token is renewed here, once); or
`OutcomeUnknown` for a message that may or may not have been sent.
"""

from foundation.errors import OutcomeUnknown
from integrations.weixin.client import LoginSession, PhoneNumber, TextCheck, WeixinClient, weixin_client
from integrations.weixin.client_data import (
    decrypt_client_data,
    raw_data_is_genuine,
    raw_data_signature,
    session_signature,
)
from integrations.weixin.errors import CallInvalid, ClientDataRefused, PushRefused, SubscribeDataInvalid, WeixinError
from integrations.weixin.push import (
    Push,
    PushDoor,
    SubscribeChoice,
    SubscribeDelivery,
    push_door,
    subscribe_choices,
    subscribe_deliveries,
)
from integrations.weixin.subscribe_message import broken_rule, check_subscribe_data

__all__ = [
    "CallInvalid",
    "ClientDataRefused",
    "LoginSession",
    "OutcomeUnknown",
    "PhoneNumber",
    "Push",
    "PushDoor",
    "PushRefused",
    "SubscribeChoice",
    "SubscribeDataInvalid",
    "SubscribeDelivery",
    "TextCheck",
    "WeixinClient",
    "WeixinError",
    "broken_rule",
    "check_subscribe_data",
    "decrypt_client_data",
    "push_door",
    "raw_data_is_genuine",
    "raw_data_signature",
    "session_signature",
    "subscribe_choices",
    "subscribe_deliveries",
    "weixin_client",
]

"""WeCom (企业微信): callbacks in, calls out, in WeCom's own words.

Callbacks: `callback_crypto.CallbackCrypto` verifies and decrypts, `xml.parse_xml` reads, `events.parse_event` names
what happened, `events.dedupe_key` says which deliveries are the same one. No I/O, no wechatpy; about 1/15 ms each.

Calls: `client.WeComClient` speaks for one app of one corp and holds the abilities: `directory` (members), `contacts`
(customers, remarks, tags), `contact_ways` (「联系我」 and the welcome), `mass_messages`, `moments`, `messages`
(to members, template cards), `media`, `oauth` (login, member records), `js_sdk`. `client.wechatpy` has the rest of
wechatpy's endpoints, awaitable.

Words: *member* (成员, `userid`) works here; *customer* or *external contact* (客户, `external_userid`) is a friend of
members; *follower* is the member of such a pair; *app* (自建应用, `agentid`) is us; *contact way* (联系我) a QR code.

What can go wrong, `errors`: `WeComError` carries the errcode and its `ErrorKind`; `OutcomeUnknown` (foundation) means
the call was sent and its result is not known: ask before repeating it; `WeComLimitReached` means we held the call back
ourselves.
"""

from functools import lru_cache

from foundation.settings import get_settings
from integrations.wecom.client import WeComApp, WeComClient

__all__ = ["WeComApp", "WeComClient", "wecom_client"]


def wecom_client() -> WeComClient:
    """This process's client of the app the settings describe."""
    return _client_of(WeComApp.from_settings(get_settings().wecom))


@lru_cache(maxsize=4)
def _client_of(app: WeComApp) -> WeComClient:
    return WeComClient(app)

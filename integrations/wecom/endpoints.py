"""wechatpy's definitions of WeCom's endpoints over our own transport.

Each of wechatpy's endpoint methods only builds a path and a body and hands them to the client's `_request`. Ours
returns an awaitable, so some 150 of its 163 methods become asynchronous without a change. The other 13 read the answer
at once (`department.list`, `tag.list`, `user.list`, `misc.get_wechat_ips` …) and fail with a TypeError: write those by
hand. Importing wechatpy takes half a second (it brings requests and more), so only building a client imports this.
"""

from collections.abc import Awaitable
from typing import Any

from wechatpy.work import WeChatClient

from integrations.wecom.transport import Answer, Transport


class WeChatPyEndpoints(WeChatClient):  # type: ignore[misc]
    """`endpoints.external_contact.list("zhangsan")` and its like; await what they return.

    The parent's constructor is not called: it opens a blocking session and a token store that nothing here uses.
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def _request(self, method: str, url_or_endpoint: str, **arguments: Any) -> Awaitable[Answer]:
        body = arguments.get("data")
        if "files" in arguments or "result_processor" in arguments or not isinstance(body, dict | None):
            raise NotImplementedError(f"{url_or_endpoint}: use our own method")
        return self._transport.call(
            method.upper(), url_or_endpoint, params=arguments.get("params"), json=None if body is None else dict(body)
        )

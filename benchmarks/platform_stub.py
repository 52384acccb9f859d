"""A platform that agrees to everything at once: `python -m benchmarks.platform_stub PORT`.

What is measured against it is our own work, and not the simulator's, which keeps a world.
"""

import itertools
import sys
from typing import Any

import orjson
from sanic import HTTPResponse, Request, Sanic

CREATE = "/cgi-bin/externalcontact/add_msg_template"
_GOOD = {"errcode": 0, "errmsg": "ok"}


def make() -> "Sanic[Any, Any]":
    """A Sanic application that gives out tokens and takes mass messages."""
    app: Sanic[Any, Any] = Sanic("platform_stub", configure_logging=False)
    app.config.REQUEST_MAX_SIZE = 10_000_000
    numbers = itertools.count(1)

    async def healthz(request: Request[Any, Any]) -> HTTPResponse:
        return HTTPResponse("ok")

    async def any_call(request: Request[Any, Any], path: str) -> HTTPResponse:
        told = {"access_token": "token", "expires_in": 7200, "media_id": "media", "created_at": "0", "fail_list": []}
        answer = _GOOD | told | {"msgid": f"msg{next(numbers)}"}
        return HTTPResponse(orjson.dumps(answer), content_type="application/json")

    app.add_route(healthz, "/healthz")
    app.add_route(any_call, "/<path:path>", methods=["GET", "POST"])
    return app


if __name__ == "__main__":
    make().run(host="127.0.0.1", port=int(sys.argv[1]), single_process=True, access_log=False, motd=False)

"""Bare servers that the product is compared with: `python -m benchmarks.floors hello|query PORT`."""

import os
import sys
from typing import Any

import asyncpg
import orjson
from sanic import HTTPResponse, Request, Sanic


def make(kind: str) -> "Sanic[Any, Any]":
    """A Sanic application with one handler and nothing else."""
    app: Sanic[Any, Any] = Sanic("floor", configure_logging=False)

    async def connect(app: Sanic[Any, Any]) -> None:
        app.ctx.pool = await asyncpg.create_pool(os.environ["WEDEALER_DATABASE_URL"], min_size=1, max_size=10)

    async def healthz(request: Request[Any, Any]) -> HTTPResponse:
        return HTTPResponse("ok")

    async def hello(request: Request[Any, Any]) -> HTTPResponse:
        return HTTPResponse(status=200)

    async def query(request: Request[Any, Any]) -> HTTPResponse:
        row = await request.app.ctx.pool.fetchrow("SELECT id, name, version FROM customer WHERE id = $1", 1)
        return HTTPResponse(orjson.dumps(dict(row)), content_type="application/json")

    if kind == "query":
        app.register_listener(connect, "before_server_start")
    app.add_route(healthz, "/healthz")
    app.add_route(hello, "/hello", methods=["POST"])
    app.add_route(query, "/query")
    return app


if __name__ == "__main__":
    make(sys.argv[1]).run(host="127.0.0.1", port=int(sys.argv[2]), single_process=True, access_log=False, motd=False)

"""Reading a request body piece by piece, so that nobody can make us hold more of it than the endpoint needs."""

from sanic import Request
from sanic.http import Http

from foundation import attempts
from foundation.errors import InvalidInput


class BodyTooLarge(InvalidInput):
    """The body is, or declares to be, larger than the endpoint accepts."""

    status = 413
    code = "too_large"
    message = "内容太大了。"


async def read_body(request: Request, limit_bytes: int) -> bytes:
    """The body of a request to an endpoint declared with `stream=True`. Reading stops at the limit.

    Raises:
        BodyTooLarge: the declared length, or what was read so far, exceeds `limit_bytes`.
    """
    declared = request.headers.get("content-length", "0")
    if not declared.isdigit() or int(declared) > limit_bytes:
        raise BodyTooLarge(limit_bytes=limit_bytes)
    stream = request.stream
    assert isinstance(stream, Http)
    attempts.has_happened("body read")
    body = bytearray()
    while chunk := await stream.read():
        body += chunk
        if len(body) > limit_bytes:
            raise BodyTooLarge(limit_bytes=limit_bytes)
    return bytes(body)

"""Reading a body piece by piece, so that a stranger cannot make us keep more of it than the door needs."""

from sanic import Request
from sanic.http import Http

from foundation import attempts
from foundation.errors import InvalidInput


class BodyTooLarge(InvalidInput):
    """More was sent, or announced, than the door takes."""

    status = 413
    code = "too_large"
    message = "内容太大了。"


async def read_body(request: Request, limit_bytes: int) -> bytes:
    """The body of a request to a door declared with `stream=True`; no more than the limit is ever read.

    Raises:
        BodyTooLarge: by its declared length, or after so much of it.
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

"""The one kind of cookie we set: a secret of this browser that no script reads and no other site sends along."""

from sanic import HTTPResponse, Request

from foundation.settings import get_settings


def set_cookie(request: Request, name: str, value: str, *, path: str, seconds: int) -> None:
    """Let the answer to `request` set a cookie."""
    cookies = getattr(request.ctx, "cookies_to_set", {})
    request.ctx.cookies_to_set = cookies | {name: (value, path, seconds)}


def add_cookies(request: Request, response: HTTPResponse) -> None:
    """Put what was asked for on the answer."""
    for name, (value, path, seconds) in getattr(request.ctx, "cookies_to_set", {}).items():
        response.add_cookie(
            name,
            value,
            path=path,
            max_age=seconds,
            httponly=True,
            samesite="Lax",
            secure=get_settings().public_url.startswith("https://"),
        )

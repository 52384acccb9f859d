"""The one kind of cookie we set: no script can read it (HttpOnly), and other sites' requests do not send it
(SameSite).
"""

from sanic import HTTPResponse, Request

from foundation.settings import get_settings


def set_cookie(request: Request, name: str, value: str, *, path: str, seconds: int) -> None:
    """Have the answer to `request` set a cookie that lasts `seconds`."""
    cookies = getattr(request.ctx, "cookies_to_set", {})
    request.ctx.cookies_to_set = cookies | {name: (value, path, seconds)}


def add_cookies(request: Request, response: HTTPResponse) -> None:
    """Add the cookies requested with `set_cookie` to the answer."""
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

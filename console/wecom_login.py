"""WeCom's OAuth for staff: the address to which the browser is sent, and signing in with the code that comes back."""

import hashlib
import hmac
import secrets
import time
from typing import Final

from crm_core.dealerships import sessions
from crm_core.dealerships.actors import staff_actor, staff_by_userid
from foundation import cache
from foundation.errors import NotAllowed, PlatformError, Unauthenticated
from foundation.settings import get_settings
from integrations.wecom import wecom_client

STATE_SECONDS: Final = 600
"""How long a sign-in may take: longer than scanning a QR code, shorter than a lunch break."""


class NotOnOurStaff(NotAllowed):
    """WeCom knows the person, but they are no active member of staff here."""

    code = "not_on_our_staff"
    message = "您的企业微信账号还没有开通，请联系管理员。"


class LoginExpired(Unauthenticated):
    """The code or the state is too old, was used before, or is forged."""

    code = "login_expired"
    message = "登录没有成功，请重新登录。"


def new_browser() -> str:
    """A new secret that the browser keeps while the person signs in at WeCom."""
    return secrets.token_hex(16)


def login_url(user_agent: str, browser: str) -> str:
    """The address to which the browser is sent: inside WeCom it signs in silently, elsewhere it shows a QR code."""
    come_back = f"{get_settings().public_url}/console/sign-in"
    oauth = wecom_client().oauth
    state = _state(browser)
    is_inside = is_inside_wecom(user_agent)
    return oauth.authorize_url(come_back, state) if is_inside else oauth.qr_login_url(come_back, state)


def is_inside_wecom(user_agent: str) -> bool:
    """Whether a browser is WeCom's own."""
    return "wxwork" in user_agent.lower()


async def require_own_state(state: str, browser: str) -> None:
    """Check that a state was made for this browser, is not too old, and was not used before. Otherwise somebody could
    be signed in to another person's account by a link that they open.

    Raises:
        LoginExpired: the state fails the check.
    """
    if not _is_ours(state, browser) or not await cache.first_use(f"login-state:{state}", seconds=STATE_SECONDS):
        raise LoginExpired


async def sign_in(code: str) -> str:
    """Sign in the person whom WeCom names for `code`, and return the session token.

    Raises:
        LoginExpired: WeCom refuses the code.
        NotOnOurStaff: WeCom knows the person, but they are no active member of staff here.
    """
    try:
        person = await wecom_client().oauth.get_user_info(code)
    except PlatformError as error:
        raise error if error.is_retryable else LoginExpired from error
    staff = await staff_by_userid(person.user_id) if person.is_member else None
    if staff is None:
        raise NotOnOurStaff
    actor = await staff_actor(staff.id)
    if not actor.grants:
        # A new member of the address book, to whom nobody has given a role yet.
        raise NotOnOurStaff
    return await sessions.begin(actor)


async def sign_in_as(staff_id: int) -> str:
    """Sign in a staff member and return the session token; the caller has verified them (or they were chosen in the
    demo).
    """
    return await sessions.begin(await staff_actor(staff_id))


def _state(browser: str) -> str:
    """A state: the time, random digits, and our signature over both and the browser's secret. It has only letters and
    digits, as the platform demands.
    """
    head = f"{int(time.time()):010x}{secrets.token_hex(8)}"
    return head + _signature(head, browser)


def _is_ours(state: str, browser: str) -> bool:
    head, signature = state[:26], state[26:]
    if not browser or not hmac.compare_digest(signature.encode(), _signature(head, browser).encode()):
        return False
    return 0 <= time.time() - int(head[:10], 16) <= STATE_SECONDS


def _signature(head: str, browser: str) -> str:
    secret = get_settings().session_secret.get_secret_value().encode()
    return hmac.new(secret, f"wecom-login:{browser}:{head}".encode(), hashlib.sha256).hexdigest()

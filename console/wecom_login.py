"""WeCom's OAuth for staff: the address to send the browser to, and what its code is worth."""

import hashlib
import hmac
import secrets
from datetime import timedelta
from typing import Final

from crm_core.dealerships import sessions
from crm_core.dealerships.actors import staff_actor, staff_by_userid
from foundation import clock
from foundation.errors import NotAllowed, PlatformError, Unauthenticated
from foundation.settings import get_settings
from integrations.wecom import wecom_client

STATE_LIFE: Final = timedelta(minutes=10)
"""Longer than scanning a QR code takes, shorter than a lunch break."""


class NotOnOurStaff(NotAllowed):
    """A member of the corp, or a customer, without an account here."""

    code = "not_on_our_staff"
    message = "您的企业微信账号还没有开通，请联系管理员。"


class LoginExpired(Unauthenticated):
    """The code or the state is old, used or invented."""

    code = "login_expired"
    message = "登录没有成功，请重新登录。"


def login_url(user_agent: str) -> str:
    """Where to send the browser: inside WeCom silently, elsewhere to a QR code."""
    come_back = f"{get_settings().public_url}/console/sign-in"
    oauth = wecom_client().oauth
    is_inside = "wxwork" in user_agent.lower()
    return oauth.authorize_url(come_back, _state()) if is_inside else oauth.qr_login_url(come_back, _state())


async def sign_in(code: str, state: str) -> str:
    """Our session token for whoever WeCom says came with `code`.

    Raises:
        LoginExpired: the state is not ours or old, or WeCom refuses the code.
        NotOnOurStaff: WeCom knows him, we do not.
    """
    if not _is_ours(state):
        raise LoginExpired
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
    """The session token of a staff member, who has proved to be it (or was chosen in the demo)."""
    return await sessions.begin(await staff_actor(staff_id))


def _state() -> str:
    """Letters and digits only, as the platform demands: time, noise and our signature over both."""
    head = f"{int(clock.now().timestamp()):010x}{secrets.token_hex(8)}"
    return head + _signature(head)


def _is_ours(state: str) -> bool:
    head, signature = state[:26], state[26:]
    if not hmac.compare_digest(signature.encode(), _signature(head).encode()):
        return False
    age = clock.now().timestamp() - int(head[:10], 16)
    return 0 <= age <= STATE_LIFE.total_seconds()


def _signature(head: str) -> str:
    secret = get_settings().session_secret.get_secret_value().encode()
    return hmac.new(secret, f"wecom-login:{head}".encode(), hashlib.sha256).hexdigest()
